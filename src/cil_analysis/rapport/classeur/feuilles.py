"""What every workbook handed out shares: cells that stay text, tables, links, rules and print set-up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import accumulate

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.classeurs import commence_une_formule
from cil_analysis.rapport.dessins.theme import ACCENT, ENCRE

COULEUR = ACCENT.removeprefix("#")
_POLICE, _CORPS = "Arial", 11
TITRE = Font(name=_POLICE, bold=True, size=14, color=COULEUR)
SOUS_TITRE = Font(name=_POLICE, bold=True, size=12, color=COULEUR)
GRAS = Font(name=_POLICE, bold=True, size=_CORPS, color=ENCRE.removeprefix("#"))
LIEN = Font(name=_POLICE, size=_CORPS, color=COULEUR, underline="single")
_FILET = Border(bottom=Side("thin", color="D5D9DE"))
_HORS_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TEXTE = Font(name=_POLICE, size=_CORPS, color=ENCRE.removeprefix("#"))
_ENTETE = Font(name=_POLICE, bold=True, size=_CORPS, color="FFFFFF")
_FOND = PatternFill("solid", fgColor=COULEUR)
_A_LA_LIGNE, _SUR_UNE_LIGNE = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
# A text does not touch the figure on its left, nor a header the arrow of the filter on its right.
_A_GAUCHE = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
_A_DROITE = Alignment(vertical="top", horizontal="right")
_TITRE_A_GAUCHE = Alignment(wrap_text=True, vertical="center", horizontal="left", indent=1)
_TITRE_A_DROITE = Alignment(wrap_text=True, vertical="center", horizontal="right", indent=2)
_A4 = 9
# Wider than this, in characters, a sheet is printed across.
_LARGEUR_DU_PORTRAIT = 95
_LARGEUR_DU_TEXTE = 90


def nouveau_classeur(premiere: str) -> tuple[Workbook, Worksheet]:
    """A workbook, and its first sheet by its name. Widths are in digits of its font, which is everywhere the same."""
    classeur = Workbook()
    classeur._named_styles["Normal"].font = _TEXTE
    classeur._fonts[0] = _TEXTE
    feuille = classeur.active
    assert isinstance(feuille, Worksheet)
    feuille.title, feuille.sheet_view.tabSelected = premiere, True
    return classeur, feuille


def propre(texte: str) -> str:
    """A text without what a workbook cannot hold."""
    return _HORS_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", texte))


def ecrire(feuille: Worksheet, ligne: int, colonne: int, valeur: object, police: Font | None = None) -> Cell:
    """Write a cell. A text stays text whatever it begins with, « =… » included; None leaves the cell blank."""
    cellule = _remplir(feuille, ligne, colonne, valeur)
    cellule.alignment = _A_LA_LIGNE if isinstance(valeur, str) else _SUR_UNE_LIGNE
    cellule.font = police or _TEXTE
    if _est_a_proteger(valeur):
        cellule.quotePrefix = True  # The apostrophe of a spreadsheet: text even once edited.
    return cellule


def _remplir(feuille: Worksheet, ligne: int, colonne: int, valeur: object) -> Cell:
    cellule = feuille.cell(ligne, colonne)
    assert isinstance(cellule, Cell)
    if isinstance(valeur, str):
        cellule.value, cellule.data_type = propre(valeur), "s"
    elif valeur is not None:
        cellule.value = valeur
    return cellule


def _est_a_proteger(valeur: object) -> bool:
    return isinstance(valeur, str) and commence_une_formule(valeur)


def ecrire_titre(feuille: Worksheet, titre: str) -> None:
    """Write the title of a sheet in A1."""
    ecrire(feuille, 1, 1, titre, TITRE).alignment = _SUR_UNE_LIGNE


def ecrire_phrases(feuille: Worksheet, ligne: int, phrases: Sequence[str], largeur: float) -> int:
    """Write sentences in column A, one a row: they run over the columns. Returns the next row.

    ``largeur``: of those columns, in characters. Merged cells are no good to a screen reader, and a text cannot wrap
    over several columns without them: a longer sentence has a second row.
    """
    suites = [morceau for phrase in phrases for morceau in _couper(phrase, max(_LARGEUR_DU_TEXTE, int(largeur * 1.2)))]
    for rang, morceau in enumerate(suites, start=ligne):
        ecrire(feuille, rang, 1, morceau).alignment = _SUR_UNE_LIGNE
    return ligne + len(suites)


def _couper(phrase: str, largeur: int) -> list[str]:
    """A sentence in pieces that fit, cut after a stop where there is one in the second half, else between words."""
    if len(phrase) <= largeur:
        return [phrase]
    arrets = [m.end() for m in re.finditer(r"[.;,] ", phrase[:largeur]) if m.end() > largeur // 2]
    fin = arrets[-1] if arrets else phrase.rfind(" ", 0, largeur) + 1 or largeur
    return [phrase[:fin].rstrip(" "), *_couper(phrase[fin:], largeur)]


@dataclass(frozen=True)
class Colonne:
    """A column of a table: its header, its width in characters, and the format of its figures (none: texts)."""

    titre: str
    largeur: float
    format: str = ""


def ecrire_tableau(
    feuille: Worksheet,
    entete: int,
    colonnes: Sequence[Colonne],
    lignes: Sequence[Sequence[object]],
    nom: str,
    gras: Sequence[bool] = (),
) -> None:
    """Write a table object: one header row, no blank row, texts to the left and figures to the right.

    ``nom``: of the table, letters and digits. ``gras``: which rows are set apart, none by default. The sheet is set up
    for print: the header is frozen, and repeated on each page.
    """
    for rang, colonne in enumerate(colonnes, start=1):
        cellule = ecrire(feuille, entete, rang, colonne.titre, _ENTETE)
        cellule.fill, cellule.alignment = _FOND, _TITRE_A_DROITE if colonne.format else _TITRE_A_GAUCHE
        feuille.column_dimensions[get_column_letter(rang)].width = colonne.largeur
    styles: dict[tuple[int, bool, bool], object] = {}  # Styling each of ten thousand cells is what would be long.
    for decalage, contenus in enumerate(lignes):
        en_gras = decalage < len(gras) and gras[decalage]
        for rang, (colonne, contenu) in enumerate(zip(colonnes, contenus, strict=True), start=1):
            ligne, cle = entete + 1 + decalage, (rang, en_gras, _est_a_proteger(contenu))
            if cle in styles:
                cellule = _remplir(feuille, ligne, rang, contenu)
                cellule._style = copy(styles[cle])
                continue
            cellule = ecrire(feuille, ligne, rang, contenu, GRAS if en_gras else None)
            cellule.border, cellule.alignment = _FILET, _A_DROITE if colonne.format else _A_GAUCHE
            if colonne.format:
                cellule.number_format = colonne.format
            styles[cle] = cellule._style
    mettre_en_page(feuille, sum(colonne.largeur for colonne in colonnes))
    tableau = Table(displayName=f"Tableau_{nom}", ref=f"A{entete}:{get_column_letter(len(colonnes))}{feuille.max_row}")
    tableau.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    feuille.add_table(tableau)
    feuille.freeze_panes = feuille.cell(entete + 1, 1)
    feuille.print_title_rows = f"{entete}:{entete}"
    feuille.print_area = zone_du_tableau(feuille)


def zone_du_tableau(feuille: Worksheet) -> str:
    """What is printed of a sheet: its table and what is above; a sentence that runs over more columns is not."""
    return f"A1:{get_column_letter(feuille.max_column)}{feuille.max_row}"


def lier(cellule: Cell, feuille: str) -> None:
    """Make a cell a link to the beginning of another sheet of the workbook."""
    nom = feuille.replace("'", "''")
    cellule.hyperlink = Hyperlink(ref=cellule.coordinate, location=f"'{nom}'!A1")
    retrait = cellule.alignment.indent
    cellule.font, cellule.alignment = LIEN, Alignment(vertical="top", horizontal="left", indent=retrait)


def mettre_en_page(feuille: Worksheet, largeur: float = 0) -> None:
    """A4, as wide as the page, across when the columns are wide."""
    feuille.page_setup.orientation = "landscape" if largeur > _LARGEUR_DU_PORTRAIT else "portrait"
    feuille.page_setup.paperSize = _A4
    feuille.page_setup.fitToHeight = 0
    feuille.sheet_properties.pageSetUpPr.fitToPage = True


def titrer_les_pages(feuille: Worksheet, titre: str, mention: str = "") -> None:
    """On each printed page: the title above, « Page 1 sur 3 » and what must be said of the data below.

    Nothing is said there alone: a screen reader does not read them.
    """
    feuille.oddHeader.center.text = _de_marge(titre)
    feuille.oddFooter.left.text = _de_marge(mention) or None
    feuille.oddFooter.right.text = "Page &P sur &N"


def _de_marge(texte: str) -> str:
    """A margin holds 255 characters, its codes included, and a lone « & » starts a code there."""
    signes = [signe.replace("&", "&&") for signe in propre(" ".join(texte.split()))]
    return "".join(s for s, n in zip(signes, accumulate(map(len, signes)), strict=True) if n <= 200)


def signer(classeur: Workbook, titre: str, sujet: str = "") -> None:
    """The properties of the workbook: title, subject, maker and language."""
    classeur.properties.title = propre(titre)
    classeur.properties.subject = propre(sujet) or None
    classeur.properties.creator = "cil-analysis"
    classeur.properties.language = "fr-FR"
