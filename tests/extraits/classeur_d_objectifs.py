"""The workbook of the objectives, written and filled in as an analyst does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.commandes import main


def cil(projet: Path, *arguments: Any) -> int:
    return main(["--projet", str(projet), "objectifs", *map(str, arguments)])


def cellule(feuille: Worksheet, code: str, titre: str) -> Any:
    """The cell of a row and a column: of a matrix by its code, of the columns by sheet and name."""
    rang = [c.value for c in feuille[1]].index(titre) + 1
    (ligne,) = [r[0].row for r in feuille.iter_rows(min_row=2) if code in (r[0].value, f"{r[0].value}/{r[1].value}")]
    return feuille.cell(ligne, rang)


def remplir(chemin: Path, retouche: Callable[[Workbook], Any]) -> None:
    ouvert = load_workbook(chemin)
    retouche(ouvert)
    ouvert.save(chemin)
