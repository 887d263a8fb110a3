"""The sheets of an OpenDocument workbook, measured before they are read."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.etendues import Etendue, analyser, refuser_demesure
from cil_analysis.extraits.lecture.sources import Source

_TEXTE_REPETE_MAXIMAL = 1 << 30  # characters


def controler_opendocument(archive: zipfile.ZipFile, source: Source) -> dict[str, int]:
    """Bound the grids of the sheets. Returns the blank columns before the table of each."""
    tables = _Tables()
    octets = 0
    for membre in archive.infolist():
        if membre.filename == "content.xml":
            octets += membre.file_size
            analyseur = expat.ParserCreate()
            analyseur.StartElementHandler = tables.ouvrir
            analyseur.EndElementHandler = tables.fermer
            analyseur.CharacterDataHandler = tables.ecrire
            analyser(analyseur, archive, membre, source)
    refuser_demesure(source, tables.etendues, octets)
    if tables.texte_repete > _TEXTE_REPETE_MAXIMAL:
        raise ErreurCIL(
            f"Le fichier {source.nom} est refusé : des textes y sont répétés d’une cellule à l’autre, jusqu’à "
            f"{tables.texte_repete // 1_000_000} millions de caractères. Demandez-en un nouvel envoi."
        )
    return tables.premieres


class _Tables:
    """OpenDocument repeats cells and rows by attribute: a few bytes can stand for millions of filled cells.

    Blank cells and rows count where a filled one follows: a spreadsheet styles them down to the end of the sheet.
    Names are looked at without their prefix: the reader looks at no more than that.
    """

    def __init__(self) -> None:
        self.etendues: list[Etendue] = []
        self.premieres: dict[str, int] = {}
        self.texte_repete = 0
        self._dans: list[str] = []  # table, row, cell
        self._nom = ""
        self._premiere: int | None = None
        self._lignes = self._lignes_vides = self._colonnes = 0  # of the table
        self._fois = self._largeur = self._pleine = self._texte = 0  # of the row
        self._cellules = self._longueur = 0  # of the cell
        self._remplie = False

    def ouvrir(self, balise: str, attributs: Mapping[str, str]) -> None:
        nom = _sans_prefixe(balise)
        if nom in ("table", "table-row", "table-cell", "covered-table-cell"):
            if nom in self._dans or self._dans[-1:] in (["table-cell"], ["covered-table-cell"]):
                raise ValueError(nom)  # One inside the other: no spreadsheet does it, and readers do not agree on it.
            self._dans.append(nom)
        if nom == "table":
            self._nom = next((v for cle, v in attributs.items() if _sans_prefixe(cle) == "name"), "")
            self._premiere, self._lignes, self._lignes_vides, self._colonnes = None, 0, 0, 0
        elif nom == "table-row":
            self._fois, self._largeur, self._pleine, self._texte = _repetitions(attributs, "rows"), 0, 0, 0
        elif nom in ("table-cell", "covered-table-cell"):
            self._cellules = _repetitions(attributs, "columns")
            # « value-type », « value », « string-value », « date-value »…: a cell may show nothing and hold a value.
            self._remplie = any(cle.endswith(("value", "value-type", "formula")) for cle in attributs)
            self._longueur = sum(map(len, attributs.values()))
        elif self._dans[-1:] in (["table-cell"], ["covered-table-cell"]):
            self._remplie = True

    def ecrire(self, texte: str) -> None:
        self._longueur += len(texte)

    def fermer(self, balise: str) -> None:
        nom = _sans_prefixe(balise)
        if self._dans[-1:] != [nom]:
            return
        self._dans.pop()
        if nom == "table":
            self.etendues.append(Etendue(self._lignes, self._colonnes))
            if self._premiere is not None:
                self.premieres[self._nom] = self._premiere
        elif nom == "table-row":
            if self._pleine:
                self._lignes += self._lignes_vides + self._fois
                self._lignes_vides = 0
            else:
                self._lignes_vides += self._fois
            self._colonnes = max(self._colonnes, self._pleine)
            self.texte_repete += self._texte * self._fois
        else:
            if self._remplie:
                self._premiere = self._largeur if self._premiere is None else min(self._premiere, self._largeur)
                self._pleine = self._largeur + self._cellules
                if self._cellules > 1 or self._fois > 1:
                    self._texte += self._longueur * self._cellules
            self._largeur += self._cellules


def _sans_prefixe(nom: str) -> str:
    return nom.rpartition(":")[2]


def _repetitions(attributs: Mapping[str, str], sens: str) -> int:
    cherche = f"number-{sens}-repeated"
    return max(0, int(next((v for cle, v in attributs.items() if cle.endswith(cherche)), "1")))
