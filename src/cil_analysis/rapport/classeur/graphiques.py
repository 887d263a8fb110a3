"""The charts of the workbook, and the sheet of the series that they draw: they hold no figure of their own.

A row of the sheet is an indicator and a year, for the whole EPCI.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.comptage.cadre import SECRET
from cil_analysis.grammaire.indicateur import NOMBRE, Indicateur
from cil_analysis.rapport.classeur.feuilles import FORMATS, MOTS, RETOUR, SERIES, UN_TABLEAU, Feuille, propre
from cil_analysis.rapport.dessins.theme import CATEGORIES, ENCRE, GRILLE, GRIS_TEXTE, ORANGE
from cil_analysis.rapport.mots.definitions import UNITES, nom_de_feuille
from cil_analysis.rapport.mots.formats import NON_DISPONIBLE, SECRET_COURT
from cil_analysis.rapport.mots.lignes import signe
from cil_analysis.secret.series import series_de_l_ensemble
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable
from cil_analysis.typographie import RIEN, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport
    from cil_analysis.rapport.table import Table

ANNEE, VALEUR = 4, 5  # The ranks of columns of the sheet; then those of the objective, and what each holds.
_OBJECTIFS = {6: ("cible", "Objectif"), 7: ("cible_max", "Borne haute")}
_ETATS = {"": "publié", SECRET_COURT: "masqué (s)", NON_DISPONIBLE: "non disponible (nd)", RIEN: "sans objet (–)"}

VALEUR_TRACEE = "Valeur"
_LARGEUR, _HAUTEUR = 20, 11  # centimetres


class Trace(NamedTuple):
    """Figures that make one line of a chart: of a category or none, its name; where the first one is in the sheet."""

    page: Worksheet
    nom: str
    debut: int
    chiffres: Table


def ecrire_series(classeur: Workbook, rapport: Rapport, tables: Sequence[PublishedTable]) -> dict[str, list[Trace]]:
    """Write the sheet, if there are series. Returns the lines that a chart can draw, by code: not those all masked."""
    series = [
        rapport[table.indicateur.code].par("annee").ou(classe=serie[0]["modalite"])
        for table in tables
        for serie in series_de_l_ensemble(table.lignes())
    ]
    if not series:
        return {}
    titre = f"Séries annuelles, {rapport.projet.epci_nom_court}, {rapport.periode}"
    feuille = Feuille(classeur, SERIES, titre, rapport.mention)
    feuille.presenter(titre, [UN_TABLEAU, *MOTS["series"], rapport.mention], RETOUR)
    traces: dict[str, list[Trace]] = {}
    lignes: list[list[object]] = []
    for serie in series:
        classe = str(dict(serie.conditions)["classe"])
        nom = serie.libelles("classe").get(classe, classe) if classe else ""
        if serie.publies:
            trace = Trace(feuille.page, nom, feuille.ligne + 1 + len(lignes), serie)
            traces.setdefault(serie.indicateur.code, []).append(trace)
        lignes += [_ligne(serie.indicateur, nom, c.ligne) for c in serie]
    feuille.remplir("Series", lignes, liens=True)
    formats = [FORMATS[serie.indicateur.unite] for serie in series for _ in serie]
    for ligne, format_ in enumerate(formats, start=feuille.ligne + 1):
        for rang in (VALEUR, *_OBJECTIFS):
            feuille.page.cell(ligne, rang).number_format = format_
    return traces


def _ligne(indicateur: Indicateur, modalite: str, chiffre: LignePubliee) -> list[object]:
    lus = ("valeur", "cible", "cible_max")
    nombres = [None if chiffre["statut"] == SECRET or isnan(chiffre[nom]) else float(chiffre[nom]) for nom in lus]
    return [
        nom_de_feuille(indicateur),
        typographie(indicateur.titre),
        modalite or "Toutes",
        int(chiffre["annee"]),
        *nombres,
        UNITES[indicateur.unite],
        _ETATS[signe(chiffre, "valeur")],
    ]


def tracer(indicateur: Indicateur, lieu: str, periode: str, traces: Sequence[Trace]) -> tuple[Any, str]:
    """The chart of an indicator, bars from zero for a number, lines otherwise; and its name on one line."""
    en_barres, seule = indicateur.unite == NOMBRE, len(traces) == 1
    graphique: Any = BarChart() if en_barres else LineChart()
    for trace, couleur in zip(traces, CATEGORIES, strict=False):
        serie = _ajouter(graphique, trace, VALEUR, trace.nom or VALEUR_TRACEE)
        if en_barres:
            serie.graphicalProperties, serie.invertIfNegative = _aplat(couleur), False
        else:
            serie.graphicalProperties, serie.smooth = _aplat(None, couleur, w=28575), False
            serie.marker.symbol, serie.marker.size = "circle", 7
            serie.marker.graphicalProperties = _aplat(couleur, couleur)
    objectifs = []
    if seule:
        publies = [c.ligne for c in trace.chiffres.publies]  # Their figures are away from the line of the objective.
        place = "outEnd" if en_barres else "b" if publies[-1]["valeur"] < publies[-1]["cible"] else "t"
        _etiqueter(serie, FORMATS[indicateur.unite], place)
        objectifs = [rang for rang, (nom, _) in _OBJECTIFS.items() if any(not isnan(x[nom]) for x in publies)]
    lignes: Any = LineChart() if en_barres else graphique
    for rang in objectifs:
        serie = _ajouter(lignes, trace, rang, _OBJECTIFS[rang][1])
        serie.graphicalProperties, serie.smooth = _aplat(None, ORANGE, w=19050, prstDash="dash"), False
        serie.marker.symbol = "none"
    if objectifs and en_barres:
        graphique += lignes
    axe, mesure = MOTS["mesures"][indicateur.unite]
    nom = indicateur.titre if indicateur.titre.endswith(mesure) else f"{indicateur.titre}, {mesure}"
    _habiller(graphique, typographie(f"{nom}\n{lieu}, {periode}"), typographie(axe), legende=not seule or objectifs)
    return graphique, typographie(f"{nom}, {lieu}, {periode}")


def _ajouter(graphique: Any, trace: Trace, colonne: int, nom: str) -> Any:
    """A series of a chart: the cells of a column. Its name is a text of the chart, never a formula."""
    bornes = {"min_row": trace.debut, "max_row": trace.debut + len(trace.chiffres) - 1}
    serie = Series(Reference(trace.page, min_col=colonne, **bornes))
    serie.tx = SeriesLabel(v=propre(nom))
    graphique.series.append(serie)
    graphique.set_categories(Reference(trace.page, min_col=ANNEE, **bornes))
    return serie


def _etiqueter(serie: Any, format_: str, place: str) -> None:
    muets = ("showSerName", "showCatName", "showLegendKey", "showPercent", "showBubbleSize")
    serie.dLbls = DataLabelList(numFmt=format_, showVal=True, dLblPos=place, **dict.fromkeys(muets, False))
    serie.dLbls.txPr = _texte(1000, ENCRE)


def _habiller(graphique: Any, titre: str, axe: str, *, legende: object) -> None:
    """Title, axes and grid: what openpyxl leaves to the spreadsheet is said, so that every one draws the same."""
    graphique.width, graphique.height = _LARGEUR, _HAUTEUR
    graphique.title = Title(tx=Text(rich=_texte(1200, ENCRE, titre, gras=True)))
    graphique.title.overlay = False
    graphique.display_blanks = "gap"
    graphique.roundedCorners = False
    graphique.x_axis.title = Title(tx=Text(rich=_texte(1000, GRIS_TEXTE, "Année")))
    graphique.x_axis.number_format = "0"
    graphique.y_axis.title = Title(tx=Text(rich=_texte(1000, GRIS_TEXTE, axe)))
    graphique.y_axis.scaling.min = 0
    graphique.y_axis.number_format = "General"
    graphique.y_axis.majorGridlines.spPr = _aplat(None, GRILLE)
    for un in (graphique.x_axis, graphique.y_axis):
        un.delete = False
        un.txPr = _texte(1000, ENCRE)
        un.majorTickMark = "none"
        un.spPr = _aplat(None, GRIS_TEXTE)
    if isinstance(graphique, BarChart):
        graphique.y_axis.number_format = "#,##0"
        graphique.gapWidth = 60
    if legende:
        graphique.legend.position = "b"
        graphique.legend.txPr = _texte(1000, ENCRE)
    else:
        graphique.legend = None


def _aplat(fond: str | None, contour: str | None = None, **trait: object) -> GraphicalProperties:
    """How a shape is filled and outlined; ``trait``: of the line, its width and its dashes."""
    ligne = LineProperties(solidFill=contour.removeprefix("#"), **trait) if contour else None
    return GraphicalProperties(solidFill=fond.removeprefix("#") if fond else None, ln=ligne)


def _texte(taille: int, couleur: str, mots: str = "", *, gras: bool = False) -> RichText:
    """Words of a chart, a paragraph a line; or, without any, how those of the spreadsheet look."""
    style = CharacterProperties(lang="fr-FR", sz=taille, b=gras, solidFill=couleur.removeprefix("#"))
    lignes = [
        {"r": [RegularTextRun(rPr=style, t=propre(ligne))]} if ligne else {"endParaRPr": style}
        for ligne in mots.split("\n")
    ]
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=style), **ligne) for ligne in lignes])
