"""Native charts of the workbook: they draw cells of the sheet of series, and hold no figure of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.grammaire.indicateur import MOIS, NOMBRE, PCT, POINTS, RATIO, Indicateur
from cil_analysis.rapport.classeur.feuilles import propre
from cil_analysis.rapport.classeur.series import ANNEE, BORNE, OBJECTIF, VALEUR, Trace
from cil_analysis.rapport.classeur.tables import FORMATS
from cil_analysis.rapport.dessins.theme import CATEGORIES, ENCRE, GRILLE, GRIS_TEXTE, ORANGE
from cil_analysis.reference.texte import typographie

# Centimetres; the page of a chart printed alone is across.
_LARGEUR, _HAUTEUR = 20, 11
VALEUR_TRACEE = "Valeur"
_AXES = {NOMBRE: "Nombre", PCT: "%", RATIO: "Demandes pour une attribution", MOIS: "Mois", POINTS: "Points"}
_MESURES = {
    NOMBRE: "en nombre",
    PCT: "en %",
    RATIO: "en nombre pour une attribution",
    MOIS: "en mois",
    POINTS: "en points",
}


def titre_du_graphique(indicateur: Indicateur, lieu: str, periode: str) -> str:
    """What the chart measures, where and when, on two lines."""
    mesure = _MESURES[indicateur.unite]
    titre = indicateur.titre if indicateur.titre.endswith(mesure) else f"{indicateur.titre}, {mesure}"
    return typographie(f"{titre}\n{lieu}, {periode}")


def dessiner(
    feuille: Worksheet, ancre: str, series: Worksheet, indicateur: Indicateur, titre: str, traces: Sequence[Trace]
) -> None:
    """Add the chart of an indicator to its sheet: bars from zero for a number, lines otherwise.

    ``series``: the sheet whose cells are drawn. An objective is a dashed line; a year without a figure is a gap.
    """
    graphique: Any = BarChart() if indicateur.unite == NOMBRE else LineChart()
    for rang, trace in enumerate(traces):
        nom = trace.nom or VALEUR_TRACEE
        _ajouter(graphique, series, trace, VALEUR, nom, CATEGORIES[rang], en_barres=indicateur.unite == NOMBRE)
    seule = len(traces) == 1
    if seule:
        # Away from the line of the objective.
        place = "outEnd" if indicateur.unite == NOMBRE else "b" if traces[0].est_dessous else "t"
        _etiqueter(graphique.series[0], FORMATS[indicateur.unite], place)
    objectifs = [(OBJECTIF, "Objectif")] * traces[0].a_objectif + [(BORNE, "Borne haute")] * traces[0].a_borne
    if seule and objectifs:
        lignes: Any = LineChart() if indicateur.unite == NOMBRE else graphique
        for colonne, nom in objectifs:
            _ajouter(lignes, series, traces[0], colonne, nom, ORANGE, tirets=True)
        if lignes is not graphique:
            graphique += lignes
    _habiller(graphique, indicateur, titre, legende=not seule or bool(objectifs))
    graphique.width, graphique.height = _LARGEUR, _HAUTEUR
    feuille.add_chart(graphique, ancre)


def plage_imprimee(colonne: int, ligne: int) -> str:
    """The cells that a chart covers, when its corner is in one of ordinary width."""
    return f"{get_column_letter(colonne)}{ligne}:{get_column_letter(colonne + 11)}{ligne + 23}"


def _ajouter(
    graphique: Any, series: Worksheet, trace: Trace, colonne: int, nom: str, couleur: str, *,
    en_barres: bool = False, tirets: bool = False,
) -> None:  # fmt: skip
    serie = Series(Reference(series, min_col=colonne, min_row=trace.debut, max_row=trace.fin))
    # Its name is a text of the chart, never a formula.
    serie.tx = SeriesLabel(v=propre(nom))
    serie.cat = None
    graphique.series.append(serie)
    graphique.set_categories(Reference(series, min_col=ANNEE, min_row=trace.debut, max_row=trace.fin))
    teinte = couleur.removeprefix("#")
    if en_barres:
        serie.graphicalProperties = GraphicalProperties(solidFill=teinte)
        serie.invertIfNegative = False
        return
    trait = LineProperties(solidFill=teinte, w=19050 if tirets else 28575, prstDash="dash" if tirets else None)
    serie.graphicalProperties = GraphicalProperties(ln=trait)
    serie.smooth = False
    serie.marker.symbol = "none" if tirets else "circle"
    if not tirets:
        serie.marker.size = 7
        serie.marker.graphicalProperties = GraphicalProperties(solidFill=teinte, ln=LineProperties(solidFill=teinte))


def _etiqueter(serie: Any, format_: str, place: str) -> None:
    serie.dLbls = DataLabelList()
    serie.dLbls.numFmt = format_
    serie.dLbls.showVal = True
    for muet in ("showSerName", "showCatName", "showLegendKey", "showPercent", "showBubbleSize"):
        setattr(serie.dLbls, muet, False)
    serie.dLbls.dLblPos = place
    serie.dLbls.txPr = _texte(1000, ENCRE)


def _habiller(graphique: Any, indicateur: Indicateur, titre: str, *, legende: bool) -> None:
    """Title, axes and grid: what openpyxl leaves to the spreadsheet is said, so that every one draws the same."""
    graphique.title = _titre(titre, 1200, ENCRE, gras=True)
    graphique.title.overlay = False
    graphique.x_axis.title, graphique.y_axis.title = (_titre(nom, 1000, GRIS_TEXTE) for nom in
                                                      ("Année", typographie(_AXES[indicateur.unite])))  # fmt: skip
    graphique.y_axis.scaling.min = 0
    graphique.y_axis.number_format = "#,##0" if indicateur.unite == NOMBRE else "General"
    graphique.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRILLE.removeprefix("#")))
    graphique.x_axis.number_format = "0"
    for axe in (graphique.x_axis, graphique.y_axis):
        axe.delete = False
        axe.txPr = _texte(1000, ENCRE)
        axe.majorTickMark = "none"
        axe.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRIS_TEXTE.removeprefix("#")))
    graphique.display_blanks = "gap"
    graphique.roundedCorners = False
    if legende:
        graphique.legend.position = "b"
        graphique.legend.txPr = _texte(1000, ENCRE)
    else:
        graphique.legend = None
    if isinstance(graphique, BarChart):
        graphique.gapWidth = 60


def _caracteres(taille: int, couleur: str, gras: bool = False) -> CharacterProperties:
    return CharacterProperties(lang="fr-FR", sz=taille, b=gras, solidFill=couleur.removeprefix("#"))


def _texte(taille: int, couleur: str) -> RichText:
    return RichText(
        p=[
            Paragraph(
                pPr=ParagraphProperties(defRPr=_caracteres(taille, couleur)), endParaRPr=_caracteres(taille, couleur)
            )
        ]
    )


def _titre(texte: str, taille: int, couleur: str, *, gras: bool = False) -> Title:
    riche = RichText(
        p=[
            Paragraph(
                pPr=ParagraphProperties(defRPr=_caracteres(taille, couleur, gras)),
                r=[RegularTextRun(rPr=_caracteres(taille, couleur, gras), t=propre(ligne))],
            )
            for ligne in texte.split("\n")
        ]
    )
    return Title(tx=Text(rich=riche))
