"""The N° unique, which spreadsheets take for a number (architecture, D6)."""

from __future__ import annotations

import re

import pandas as pd

from cil_analysis.extraits.cellules.textes import BLANCS, distinctes, est_absent, sans_formule

_IDENTIFIANT = re.compile("[0-9A-Z]{18}")


def lire_identifiant(texte: str) -> str | None:
    """A N° unique: 18 digits or capitals (domain, §2.4), spaces aside, as text (:func:`sans_formule`).

    A number is refused in any form that shows it (« 7,2E+16 », « 72118016982001000.0 »); :func:`est_arrondi` and
    :func:`est_flottant` tell the ones that look like an identifier.

    >>> lire_identifiant(" 0721180169821g1104 ")
    '0721180169821G1104'
    """
    if _IDENTIFIANT.fullmatch(texte):
        return texte  # nearly every one
    nu = sans_formule(texte)
    compact = BLANCS.sub("", nu).upper()
    if _IDENTIFIANT.fullmatch(compact):
        return compact
    if est_absent(nu):
        return None
    raise ValueError(texte)


def est_arrondi(texte: str) -> bool:
    """Whether 18 digits look rounded by a spreadsheet: it keeps 15 of them, and fills the others with zeros.

    For delimited text, which keeps no type: a file that says that the cell is text is believed.

    >>> est_arrondi("172118016982001000"), est_arrondi("172118016982001001")
    (True, False)
    """
    compact = BLANCS.sub("", texte)
    return len(compact) == 18 and compact.isdecimal() and compact.endswith("000")


def est_flottant(texte: str) -> bool:
    """Whether an identifier of 18 digits may be a rounded number: a double holds it exactly.

    So does one true identifier in 64 or so: to be asked only where a file cannot tell text from numbers.

    >>> est_flottant("172118016982001024"), est_flottant("172118016982001025"), est_flottant("0721180169821G1104")
    (True, False, False)
    """
    compact = BLANCS.sub("", sans_formule(texte))
    return re.fullmatch(r"[0-9]{18}", compact) is not None and int(float(compact)) == int(compact)


def numeros_perdus(cellules: pd.Series, *, classeur: bool) -> pd.Series:
    """Where a column of identifiers holds what a spreadsheet keeps of a number.

    :func:`est_flottant` tells it of the cells of a workbook, :func:`est_arrondi` of those of delimited text.

    >>> numeros_perdus(pd.Series(["0721180169821G1104", "172118016982001000"], dtype="str"), classeur=False).tolist()
    [False, True]
    """
    perdus = ~cellules.str.contains("[A-Za-z]")  # Nearly every identifier holds a letter: no number does.
    perdus[perdus] = distinctes(cellules[perdus]).ou(est_flottant if classeur else est_arrondi)
    return perdus
