"""docs/performances.md: the table, when and on what machine it was measured, and what each reference is."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from benchmarks.tableau import Ligne, decimal, en_markdown

_PAGE = """\
# Performances

Ce que l’on attend, et combien de temps. Cette page est écrite par `python -m benchmarks --ecrire docs/performances.md`.
Les machines diffèrent : chaque mesure est à côté d’une **référence** prise dans le même essai. Une valeur est la
médiane de ses essais.

Mesuré le {jour} ; {machine}.

{tableau}

- **(a)** Import entier : lecture, nettoyage, pseudonymes, contrôles, écriture et journal. Références : fastexcel lit la
  feuille, sans plus ; pandas la lit avec openpyxl, puis le même nettoyage suit.
- **(b)** De même d’un fichier texte. Référence : pandas en lit toutes les cellules en texte, par pyarrow.
- **(c)** `cil bilan --sans-pdf` de l’exemple importé, cinq années, sans rien d’un essai précédent ; ce qu’un premier
  bilan avec son PDF prend de plus ; les fiches ; et `cil bilan` quand rien n’a changé. Références : un carnet vide,
  démarré et arrêté par nbclient ; Chromium imprime la page, sans plus ; le premier bilan.
- **(g)** La page ouverte depuis son fichier par un Chromium déjà lancé, en 1920 × 1080, carte à explorer dessinée.
  Référence : une page vide.
- **(h)** La commande installée. Référence : l’interpréteur qui démarre et ne fait rien.
- **(k)** Comptes des cinq années de l’exemple, avant tout masque, de lignes lues et préparées aux chiffres. Référence :
  les mêmes comptes par la requête que `cil indicateurs CODE --requete` écrit, l’une après l’autre.
- **(n)** Une année d’un pays inventé, 1 000 EPCI et 35 000 communes : import des deux fichiers, rangés par EPCI, puis
  tous les indicateurs de chaque EPCI, avant le secret statistique et sans les écrire. La mémoire est celle de tous les
  processus ensemble, lue dix fois par seconde au premier import et aux premiers comptes. Référence de l’import :
  pyarrow lit les deux fichiers, sans plus.
- **(r)** `cil bilan --tous --sans-pdf` d’un projet inventé de six EPCI, chacun de la taille de l’exemple, une année.
  Référence : `cil indicateurs --interne`, leurs comptes sans secret ni page.
- **(t)** Les tests de `make test`, une seule fois. Référence : pytest les trouve, sans les lancer.

Les données sont inventées et leur fabrication n’est pas mesurée. `make bench` mesure tout, en une demi-heure, sur une
machine qui ne fait rien d’autre ; une cible manquée est une erreur (code 1). `python -m benchmarks a c` ne mesure que
quelques lettres.
"""


def page(lignes: Sequence[Ligne]) -> str:
    """The Markdown of the page."""
    texte = _PAGE.format(jour=f"{date.today():%d/%m/%Y}", machine=_machine(), tableau=en_markdown(lignes))
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\u00a0", texte)


def _machine() -> str:
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
