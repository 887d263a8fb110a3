"""What every workbook handed out shares: a sheet written from top to bottom, whose texts stay text, ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
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
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

COUVERTURE, SOMMAIRE, NOTES, SERIES = "Couverture", "Sommaire", "Notes", "Séries"
RETOUR = {"Retour au sommaire": SOMMAIRE}
MOTS: Any = lire_yaml(Path(__file__).with_name("mots.yml"), "classeur/mots.yml", du_logiciel=True)
FORMATS = {"nombre": "#,##0", "pct": "0.0", "ratio": "0.0", "mois": "0.0", "points": "0.0", "eur": "#,##0"}

_HORS_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_COULEUR, _NOIR = (couleur.removeprefix("#") for couleur in (ACCENT, ENCRE))
_TEXTE = Font(name="Arial", size=12, color=_NOIR)
_GRAS = Font(name="Arial", size=12, color=_NOIR, bold=True)
_ENTETE = Font(name="Arial", size=12, color="FFFFFF", bold=True)
_LIEN = Font(name="Arial", size=12, color=_COULEUR, underline="single")
_TITRE = Font(name="Arial", size=16, color=_COULEUR, bold=True)
_INTERTITRE = Font(name="Arial", size=14, color=_COULEUR, bold=True)
# The styles that a spreadsheet calls « Titre 1 » and « Titre 2 »: headings for a screen reader.
_NIVEAU_1, _NIVEAU_2 = "Headline 1", "Headline 2"
_FOND = PatternFill("solid", fgColor=_COULEUR)
_FILET = Border(bottom=Side("thin", color="D5D9DE"))
_A_LA_LIGNE, _SUR_UNE_LIGNE = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
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
        self.colonnes = colonnes
        self.largeur = sum(colonne.largeur for colonne in colonnes)
        self.ligne = 1  # the next one to write
        self.entete, self.coin = 0, ""  # of its table: the row of its headers, its last cell
        for rang, colonne in enumerate(colonnes, start=1):
            self.page.column_dimensions[get_column_letter(rang)].width = colonne.largeur
        self.page.page_setup.orientation = "landscape" if self.largeur > _LARGEUR_DU_PORTRAIT else "portrait"
        self.page.page_setup.paperSize = _A4
        self.page.page_setup.fitToHeight = 0
        self.page.sheet_properties.pageSetUpPr.fitToPage = True
        self.page.oddHeader.center.text = _de_marge(marge)
        self.page.oddFooter.left.text = _de_marge(mention) or None
        self.page.oddFooter.right.text = "Page &P sur &N"

    def titrer(self, titre: str) -> None:
        """Its title."""
        self._suivante(titre, _TITRE, _SUR_UNE_LIGNE, _NIVEAU_1)

    def presenter(self, titre: str, phrases: Iterable[str], liens: Mapping[str, str]) -> None:
        """What stands above its table: a title, sentences, links to other sheets (words → name)."""
        self.titrer(titre)
        self.dire(phrases)
        for texte, feuille in liens.items():
            self.lier(texte, feuille)

    def intertitrer(self, titre: str) -> None:
        """A heading of a sheet of text."""
        self._suivante(titre, _INTERTITRE, style=_NIVEAU_2)

    def rediger(self, phrases: Iterable[str]) -> None:
        """Sentences of a sheet of text, one a cell, which they wrap in."""
        for phrase in filter(None, phrases):
            self._suivante(phrase, _TEXTE)

    def dire(self, phrases: Iterable[str]) -> None:
        """Sentences above a table, one a row: they run over its columns.

        Merged cells are no good to a screen reader, and a text cannot wrap over several columns without them: a longer
        sentence has a second row.
        """
        place = max(_LARGEUR_DU_TEXTE, int(self.largeur * 1.2))
        for phrase in filter(None, phrases):
            for morceau in _couper(typographie(phrase), place):
                self._suivante(morceau, _TEXTE, _SUR_UNE_LIGNE)

    def lier(self, texte: str, feuille: str) -> None:
        """A link to the beginning of another sheet of the workbook."""
        _lier(self._suivante(texte, _TEXTE), feuille)

    def remplir(
        self, nom: str, lignes: Sequence[Sequence[object]], *, gras: Sequence[bool] = (), liens: bool = False
    ) -> None:
        """A table object: one header row, no blank row, texts to the left and figures to the right.

        ``nom``: of the table, letters and digits. ``gras``: which rows are set apart, none by default. ``liens``:
        whether the first column names sheets. The header is repeated on each printed page, and frozen where nothing
        stands above it: a title and sentences would leave nothing of the table to who magnifies the screen.
        """
        entete, page = self.ligne, self.page
        self.entete = entete
        for rang, colonne in enumerate(self.colonnes, start=1):
            alignement = _TITRE_A_DROITE if colonne.format else _TITRE_A_GAUCHE
            _ecrire(page.cell(entete, rang), colonne.titre, _ENTETE, alignement).fill = _FOND
        styles: dict[tuple[int, bool], Any] = {}  # Styling each of ten thousand cells is what would be long.
        for decalage, contenus in enumerate(lignes):
            en_gras = decalage < len(gras) and gras[decalage]
            cellules = []
            for rang, contenu in enumerate(contenus):
                cellule = Cell(page, style_array=styles.get((rang, en_gras)))
                if (rang, en_gras) not in styles:
                    styles[rang, en_gras] = _style(cellule, self.colonnes[rang], _GRAS if en_gras else _TEXTE)
                _remplir(cellule, contenu)
                cellules.append(cellule)
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
        gauche, haut = len(self.colonnes) + 2, self.entete + 1
        ancre = f"{get_column_letter(gauche)}{haut}"
        self.page.add_chart(graphique, ancre)
        self.page.print_area = f"A1:{self.coin},{ancre}:{get_column_letter(gauche + 11)}{haut + 23}"

    def _suivante(self, texte: str, police: Font, alignement: Alignment = _A_LA_LIGNE, style: str = "Normal") -> Cell:
        cellule = self.page.cell(self.ligne, 1)
        if style != "Normal":
            cellule.style, cellule.border = style, Border()  # The level alone: the look is ours.
        self.ligne += 1
        return _ecrire(cellule, typographie(texte), police, alignement)


def statut(rapport: Rapport) -> str:
    """Whether a workbook may be handed out."""
    if rapport.publication.interne:
        return "Version interne : secret statistique non appliqué, ne pas diffuser."
    return "Version publiée : secret statistique appliqué."


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


def _style(cellule: Cell, colonne: Colonne, police: Font) -> Any:
    """What the cells of a column of a table look like, in that font."""
    cellule.font, cellule.border, cellule.alignment = police, _FILET, _A_DROITE if colonne.format else _A_GAUCHE
    if colonne.format:
        cellule.number_format = colonne.format
    return copy(cellule._style)


def _lier(cellule: Cell, feuille: str) -> None:
    nom = feuille.replace("'", "''")
    cellule.hyperlink = Hyperlink(ref=cellule.coordinate, location=f"'{nom}'!A1")
    retrait = cellule.alignment.indent
    cellule.font, cellule.alignment = _LIEN, Alignment(vertical="top", horizontal="left", indent=retrait)


def _couper(phrase: str, largeur: int) -> list[str]:
    """A sentence in pieces that fit, cut after a stop where there is one in the second half, else between words."""
    if len(phrase) <= largeur:
        return [phrase]
    arrets = [m.end() for m in re.finditer(r"[.;,] ", phrase[:largeur]) if m.end() > largeur // 2]
    fin = arrets[-1] if arrets else phrase.rfind(" ", 0, largeur) + 1 or largeur
    return [phrase[:fin].rstrip(" "), *_couper(phrase[fin:], largeur)]


def _de_marge(texte: str) -> str:
    """A margin holds 255 characters, its codes included, and a lone « & » starts a code there."""
    signes = [signe.replace("&", "&&") for signe in propre(" ".join(texte.split()))]
    return "".join(s for s, n in zip(signes, accumulate(map(len, signes)), strict=True) if n <= 200)
