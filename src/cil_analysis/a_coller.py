"""Commands printed for a user to paste: nothing that a file holds may be run by the console that takes them."""

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# What a console reads inside double quotes: substitutions, variables, history, the end of the quotes.
_ACTIFS = re.compile(r"[$`\\!%\"\x00-\x1f]")
# A command of ours in a sentence or alone on a line; neither « cil --help », nor a file « cil bilan.csv ».
_COMMANDE = re.compile(r"(?<![^\s«(])cil (?=[a-z][a-z-]*(?!\.?\w))")


def est_collable(texte: str) -> bool:
    """Whether a text can stand between double quotes in any console, as it is.

    >>> est_collable("Office Inventé"), est_collable("$(ls)"), est_collable("100 %")
    (True, False, False)
    """
    return _ACTIFS.search(texte) is None


def argument(texte: str) -> str:
    """An argument as the console of this machine takes it whole.

    >>> argument("a.csv"), argument("mes baux.csv")
    ('a.csv', '"mes baux.csv"')
    """
    if os.name != "nt" and not est_collable(texte):
        return shlex.quote(texte)
    return f'"{texte}"' if re.search(r"[\s&()';*?<>|~#\[\]{}]", texte) else texte


def nommer_le_projet(texte: str, dossier: Path) -> str:
    """A text whose commands name the project that they are of.

    >>> nommer_le_projet("Relancez « cil bilan --annee 2022 », ou : cil --help", Path("mes essais"))
    'Relancez « cil --projet "mes essais" bilan --annee 2022 », ou : cil --help'
    """
    return _COMMANDE.sub(lambda _: f"cil --projet {argument(str(dossier))} ", texte)


def exemple_de_choix(commande: str, quoi: str, code: str) -> str:
    """``commande --accepter "quoi=code"``; empty when ``quoi`` cannot be pasted: a list then serves."""
    return f'{commande} --accepter "{quoi}={code}"' if est_collable(quoi) else ""


def options_de_listes(journal: Mapping[str, Any]) -> str:
    """The options by which an import is given again the lists that its journal tells.

    >>> options_de_listes({"listes": {"RU": {"fichiers": [{"nom": "ru.csv"}, {"nom": "envoi.zip/mes.csv"}]}}})
    ' --liste RU=ru.csv --liste RU=envoi.zip'
    """
    listes = journal.get("listes", {}).items()
    envois = [f"{code}={fichier['nom'].partition('/')[0]}" for code, liste in listes for fichier in liste["fichiers"]]
    return "".join(f" --liste {argument(envoi)}" for envoi in dict.fromkeys(envois))
