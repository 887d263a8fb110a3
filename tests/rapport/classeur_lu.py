"""What a test reads of a sheet: what is above its table, and the rows of it."""

from __future__ import annotations

import re

from openpyxl.worksheet.worksheet import Worksheet


def entete_de(feuille: Worksheet) -> int:
    """The row of the headers: the first one of the table object."""
    (tableau,) = feuille.tables.values()
    return int(re.findall(r"\d+", tableau.ref)[0])


def corps(feuille: Worksheet) -> list[dict[str, object]]:
    """The rows of a sheet, by heading."""
    entete = entete_de(feuille)
    noms = [c.value for c in feuille[entete]]
    return [dict(zip(noms, ligne, strict=True)) for ligne in feuille.iter_rows(min_row=entete + 1, values_only=True)]


def haut(feuille: Worksheet) -> list[str]:
    """What is above the table."""
    return [str(feuille.cell(ligne, 1).value) for ligne in range(1, entete_de(feuille))]
