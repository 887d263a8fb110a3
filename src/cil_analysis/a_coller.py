"""Commands printed for a user to paste: nothing that a file holds may be run by the console that takes them."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from typing import Any

# What a console reads inside double quotes: substitutions, variables, history, the end of the quotes.
_ACTIFS = re.compile(r"[$`\\!%\"\x00-\x1f]")


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
