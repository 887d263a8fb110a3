"""What every workbook handed out shares: a sheet written from top to bottom, whose texts stay text, ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart._chart import ChartBase
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.classeurs import commence_une_formule
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.rapport.dessins.theme import ACCENT, ENCRE
from cil_analysis.typographie import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

COUVERTURE, SOMMAIRE, NOTES, SERIES = "Couverture", "Sommaire", "Notes", "Séries"
RETOUR = {"Retour au sommaire": SOMMAIRE}
MOTS: Any = lire_yaml(Path(__file__).with_name("mots.yml"), "classeur/mots.yml", du_logiciel=True)
FORMATS = {"nombre": "#,##0", "pct": "0.0", "ratio": "0.0", "mois": "0.0", "points": "0.0", "eur": "#,##0"}

_HORS_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_COULEUR, _NOIR = (couleur.removeprefix("#") for couleur in (ACCENT, ENCRE))
_police = partial(Font, name="Arial", size=12, color=_NOIR)
_TEXTE, _GRAS, _ENTETE = _police(), _police(bold=True), _police(color="FFFFFF", bold=True)
_LIEN = _police(color=_COULEUR, underline="single")
_FOND = PatternFill("solid", fgColor=_COULEUR)
_FILET = Border(bottom=Side("thin", color="D5D9DE"))
_A_LA_LIGNE, _SUR_UNE_LIGNE = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
# How a line is written: its font, its alignment, and the level that a spreadsheet calls « Titre 1 » or « Titre 2 », a
# heading for a screen reader.
PHRASE, SUR_UNE_LIGNE = (_TEXTE, _A_LA_LIGNE, ""), (_TEXTE, _SUR_UNE_LIGNE, "")
TITRE = _police(size=16, color=_COULEUR, bold=True), _SUR_UNE_LIGNE, "Headline 1"
INTERTITRE = _police(size=14, color=_COULEUR, bold=True), _A_LA_LIGNE, "Headline 2"
# A text does not touch the figure on its left, nor a header the arrow of the filter on its right.
_A_GAUCHE = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
_A_DROITE = Alignment(vertical="top", horizontal="right")
_TITRE_A_GAUCHE = Alignment(wrap_text=True, vertical="center", horizontal="left", indent=1)
_TITRE_A_DROITE = Alignment(wrap_text=True, vertical="center", horizontal="right", indent=2)
_A4 = 9
UN_TABLEAU = "Cette feuille contient un tableau."
# Wider than this, in characters, a sheet is printed across.
_LARGEUR_DU_PORTRAIT = 95
_LARGEUR_DU_TEXTE = 90


@dataclass(frozen=True)
class Colonne:
    """A column of a sheet: its header, its width in characters, and the format of its figures (none: texts)."""

    titre: str
    largeur: float
    format: str = ""


COLONNES = {feuille: [Colonne(*dite) for dite in dites] for feuille, dites in MOTS["colonnes"].items()}


def nouveau_classeur(titre: str, sujet: str = "") -> Workbook:
    """A workbook without a sheet. Widths are in digits of its font, which is everywhere the same."""
    classeur = Workbook()
    classeur.remove(classeur.active)
    classeur._named_styles["Normal"].font = _TEXTE
    classeur._fonts[0] = _TEXTE
    classeur.properties.title = propre(titre)
    classeur.properties.subject = propre(sujet) or None
    classeur.properties.creator = "cil-analysis"
    classeur.properties.language = "fr-FR"
    return classeur


class Feuille:
    """A sheet under way, from top to bottom: a title, sentences, links to other sheets, then a table.

    ``colonnes``: those of its table, which sentences run over; of a sheet of text, the only one, which they wrap in; by
    default, those that mots.yml says of its name.
    ``marge``: what each printed page says above; ``mention``: what must be said of the data, below. Nothing is said
    there alone: a screen reader does not read them. What is written has French typography, the cells of a table aside.
    """

    def __init__(
        self, classeur: Workbook, nom: str, marge: str, mention: str = "", colonnes: Sequence[Colonne] = ()
    ) -> None:
        colonnes = colonnes or COLONNES[nom]
        self.page: Worksheet = classeur.create_sheet(nom)
        if len(classeur.worksheets) == 1:
            self.page.sheet_view.tabSelected = True
        self.colonnes, self.largeur = colonnes, sum(colonne.largeur for colonne in colonnes)
        self.ligne = 1  # the next one to write, and that of the headers once there is a table
        for rang, colonne in enumerate(colonnes, start=1):
            self.page.column_dimensions[get_column_letter(rang)].width = colonne.largeur
        self.page.page_setup.orientation = "landscape" if self.largeur > _LARGEUR_DU_PORTRAIT else "portrait"
        self.page.page_setup.paperSize = _A4
        self.page.page_setup.fitToHeight = 0
        self.page.sheet_properties.pageSetUpPr.fitToPage = True
        self.page.oddHeader.center.text = _de_marge(marge)
        self.page.oddFooter.left.text = _de_marge(mention) or None
        self.page.oddFooter.right.text = "Page &P sur &N"

    def ecrire(self, *textes: str, allure: tuple[Font, Alignment, str] = PHRASE) -> None:
        """Lines of a sheet, one a cell, which sentences wrap in; empty ones are no lines."""
        police, alignement, niveau = allure
        for texte in filter(None, textes):
            cellule = self.page.cell(self.ligne, 1)
            if niveau:
                cellule.style, cellule.border = niveau, Border()  # The level alone: the look is ours.
            _ecrire(cellule, typographie(texte), police, alignement)
            self.ligne += 1

    def presenter(self, titre: str, phrases: Iterable[str], liens: Mapping[str, str]) -> None:
        """What stands above its table: a title, sentences, links to other sheets (words → name).

        A sentence too long for the columns has a second row: merged cells are no good to a screen reader.
        """
        place = max(_LARGEUR_DU_TEXTE, int(self.largeur * 1.2))
        self.ecrire(titre, allure=TITRE)
        for phrase in phrases:
            self.ecrire(*wrap(typographie(phrase), place, break_on_hyphens=False), allure=SUR_UNE_LIGNE)
        for texte, feuille in liens.items():
            self.lier(texte, feuille)

    def lier(self, texte: str, feuille: str) -> None:
        """A link to the beginning of another sheet of the workbook."""
        self.ecrire(texte)
        _lier(self.page.cell(self.ligne - 1, 1), feuille)

    def remplir(
        self, nom: str, lignes: Sequence[Sequence[object]], *, gras: Sequence[bool] = (), liens: bool = False
    ) -> None:
        """A table object: one header row, no blank row, texts to the left and figures to the right.

        ``nom``: letters and digits. ``gras``: which rows are set apart. ``liens``: whether the first column names
        sheets. The header is frozen where nothing stands above it: else who magnifies would see nothing of the table.
        """
        entete, page = self.ligne, self.page
        for rang, colonne in enumerate(self.colonnes, start=1):
            alignement = _TITRE_A_DROITE if colonne.format else _TITRE_A_GAUCHE
            _ecrire(page.cell(entete, rang), colonne.titre, _ENTETE, alignement).fill = _FOND
        # Styling each of ten thousand cells is what would be long.
        allures = [[_allure(page, colonne, police) for colonne in self.colonnes] for police in (_TEXTE, _GRAS)]
        for contenus, en_gras in zip(lignes, gras or [False] * len(lignes), strict=True):
            cellules = [Cell(page, style_array=allure) for allure in allures[en_gras]]
            for cellule, contenu in zip(cellules, contenus, strict=True):
                _remplir(cellule, contenu)
            page.append(cellules)
            if liens:
                _lier(cellules[0], str(contenus[0]))
        self.coin = f"{get_column_letter(len(self.colonnes))}{page.max_row}"
        tableau = Table(displayName=f"Tableau_{nom}", ref=f"A{entete}:{self.coin}")
        tableau.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        page.add_table(tableau)
        if entete == 1:
            page.freeze_panes = "A2"
        page.print_title_rows = f"{entete}:{entete}"
        page.print_area = f"A1:{self.coin}"  # a sentence that runs over more columns is not printed whole

    def illustrer(self, graphique: ChartBase) -> None:
        """A chart to the right of the table; it is printed too, on the cells that it covers."""
        gauche, haut = len(self.colonnes) + 2, self.ligne + 1
        ancre = f"{get_column_letter(gauche)}{haut}"
        self.page.add_chart(graphique, ancre)
        self.page.print_area = f"A1:{self.coin},{ancre}:{get_column_letter(gauche + 11)}{haut + 23}"


def statut(rapport: Rapport) -> str:
    """Whether a workbook may be handed out."""
    return rapport.dire(MOTS["statut"], interne=rapport.publication.interne)


def propre(texte: str) -> str:
    """A text without what a workbook cannot hold."""
    return _HORS_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", texte))


def _remplir(cellule: Cell, valeur: object) -> None:
    """A text stays text whatever it begins with, « =… » included; None leaves the cell blank."""
    if isinstance(valeur, str):
        cellule.value, cellule.data_type = propre(valeur), "s"
        if commence_une_formule(valeur):
            cellule.quotePrefix = True  # The apostrophe of a spreadsheet: text even once edited.
    elif valeur is not None:
        cellule.value = valeur


def _ecrire(cellule: Cell, texte: str, police: Font, alignement: Alignment) -> Cell:
    cellule.font, cellule.alignment = police, alignement
    _remplir(cellule, texte)
    return cellule


def _allure(page: Worksheet, colonne: Colonne, police: Font) -> Any:
    cellule = Cell(page)
    cellule.font, cellule.border, cellule.alignment = police, _FILET, _A_DROITE if colonne.format else _A_GAUCHE
    cellule.number_format = colonne.format or "General"
    return cellule._style


def _lier(cellule: Cell, feuille: str) -> None:
    nom = feuille.replace("'", "''")
    cellule.hyperlink = Hyperlink(ref=cellule.coordinate, location=f"'{nom}'!A1")
    retrait = cellule.alignment.indent
    cellule.font, cellule.alignment = _LIEN, Alignment(vertical="top", horizontal="left", indent=retrait)


def _de_marge(texte: str) -> str:
    """A margin holds 255 characters, its codes included, and a lone « & » starts a code there."""
    return shorten(propre(texte), 124, placeholder="…").replace("&", "&&")
