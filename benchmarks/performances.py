"""docs/performances.md: the table, when and on what machine it was measured, and what each reference is."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from benchmarks.tableau import Resultat, decimal, en_markdown

_PAGE = """\
# Performances

Cette page est écrite par la commande `python -m benchmarks --ecrire docs/performances.md`. Les machines
diffèrent : ce qui compte est le **rapport** entre une mesure et sa référence, prises l’une après l’autre, plusieurs
fois, sur la même machine. Chaque chiffre est le meilleur de ses essais.

Mesuré le {jour} ; {machine}.

{tableau}

## Comment c’est mesuré

- **(a)** Import entier d’un classeur : lecture, nettoyage, pseudonymes, validation, écriture et journal. Références :
  fastexcel lit la feuille, sans plus ; pandas la lit avec openpyxl, puis le même nettoyage suit.
- **(b)** Import entier d’un fichier de demandes. Référence : pandas lit toutes ses cellules en texte, par pyarrow, sur
  tous les cœurs. L’import lit de même un texte dont chaque ligne est un enregistrement, puis nettoie les lignes par
  parties, sur tous les cœurs.
- **(c)** Du carnet `bilan_annuel.qmd` à la page écrite, par le moteur interne, sans PDF ; les chiffres sont publiés
  avant. Référence : nbclient exécute un carnet qui ne fait que les mêmes imports, noyau démarré et arrêté, puis un
  autre processus dessine les figures du rapport, et rien d’autre. Les tableaux, les phrases et la mise en page ne
  sont donc pas dans la référence.
- **(d)** Une année, ses attributions et ses demandes : import, indicateurs, secret statistique, sans rien retenir
  d’un essai précédent. Les gros fichiers répètent les lignes de l’exemple, chacune sous un numéro à elle. L’exposant
  est la pente du logarithme du temps selon celui de la taille : 1 quand le temps est proportionnel aux lignes. Le
  secret statistique travaille sur des tableaux, dont la taille ne suit pas celle des fichiers : son temps cache la
  croissance du reste, et un exposant d’ensemble très bas ne prouve rien. L’import et les comptes seuls, avant lui, ont
  donc le leur, de 10 à 100 fois, où les coûts fixes pèsent le moins.
- **(e)** Mémoire la plus haute, lue par `getrusage` dans un processus qui ne fait que cela ; d’une commande qui
  lance d’autres processus, le plus gros. Sans cible : elle dit la machine qu’il faut.
- **(f)** La commande entière, PDF compris, quand rien n’a changé. Référence : la première fois.
- **(g)** Page ouverte depuis son fichier dans un Chromium déjà lancé. « Jusqu’à la fin des scripts » : jusqu’au premier
  moment où le navigateur n’a plus rien à faire. Les cibles de (g) sont les nôtres.
- **(h)** La commande installée, dans un processus à elle. Référence : l’interpréteur qui démarre et ne fait rien.
- **(k)** Comptes des cinq années de l’exemple, avant tout masque, de lignes lues et préparées aux chiffres ;
  la base qui compte est refaite à chaque essai.
{nationale}
Les données sont inventées et leur fabrication n’est pas mesurée.

## Mesurer de nouveau

`make bench` prépare l’environnement, mesure tout et affiche ce tableau ; une cible manquée est une erreur (code 1).
`python -m benchmarks a c` ne mesure que quelques lettres. Rien d’autre ne doit tourner sur la machine. Comptez {duree}.
(g) demande un Chromium. Les classes de `benchmarks/` suivent les conventions d’airspeed velocity (asv).
"""
_NATIONALE = """\
- **(n)** Une année d’un pays inventé, 1 000 EPCI et 35 000 communes : import des deux fichiers, rangés par EPCI, puis
  compte de tous les indicateurs de chaque EPCI, avant le secret statistique et sans les écrire. Un processus par cœur
  prépare et compte les EPCI par lots, une même base DuckDB rangeant les lignes de tout un lot. La mémoire est celle de
  tous les processus ensemble, lue dix fois par seconde.
"""
_DUREE = "un quart d’heure"


def page(resultats: Sequence[Resultat]) -> str:
    """The Markdown of the page."""
    nationale = _NATIONALE if any(r.ligne.lettre == "n" for r in resultats) else ""
    texte = _PAGE.format(
        jour=f"{date.today():%d/%m/%Y}", machine=machine(), tableau=en_markdown(resultats), nationale=nationale,
        duree=_DUREE,
    )  # fmt: skip
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\u00a0", texte)


def machine() -> str:
    """Processor, cores, memory, system and Python: nothing that names the machine."""
    memoire = ""
    with suppress(ValueError, OSError, AttributeError):
        octets = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        memoire = f", {decimal(octets / 1024**3, 0)} Gio de mémoire"
    return f"{_processeur()}, {os.cpu_count()} cœurs{memoire}, {_systeme()}, Python {platform.python_version()}"


def _processeur() -> str:
    with suppress(OSError):
        modele = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.M)
        if modele:
            return modele[1]
    return platform.processor() or platform.machine()


def _systeme() -> str:
    with suppress(OSError):
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    return platform.system()
