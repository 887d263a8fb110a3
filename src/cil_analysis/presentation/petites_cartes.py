"""Small multiples: the communes once for each year, or each objective, in the classes of one legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import theme
from cil_analysis.presentation.carte_dessin import centre, fond_de_carte
from cil_analysis.presentation.carte_legende import TITRE, entrees, legende
from cil_analysis.presentation.cartes_valeurs import classes_des_valeurs, communes_en_valeurs
from cil_analysis.presentation.formats import echapper
from cil_analysis.presentation.svg import depuis_matplotlib

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

LARGEUR, MARGE = 220.0, 4.0
FINESSE = 1.5  # what a boundary loses of its detail, in units of the drawing


@dataclass(frozen=True)
class PetiteCarte:
    """One map: its name, the published figures of its year, what it shows in a few words and in full.

    ``parc``: social dwellings by INSEE code in that year, 0 where there are none.
    """

    nom: str
    table: PublishedTable
    bilan: str
    description: str
    parc: Mapping[str, float]


def petites_cartes(
    cartes: Sequence[PetiteCarte], contours: gpd.GeoDataFrame, *, identifiant: str, bornes: Sequence[float],
    valeurs: str = "",
) -> str:  # fmt: skip
    """The maps side by side, at one scale, then their legend. A commune is drawn in the years when it is a member.

    ``bornes``: of the gap to the objective, or, with ``valeurs`` (what the legend calls them), of the figures.
    """
    formes = _a_l_echelle(contours, {str(c) for carte in cartes for c in carte.table.valeurs("perimetre_code")})
    communes = [
        communes_en_valeurs(carte.table, formes, bornes, carte.parc)
        if valeurs
        else cc.communes_de_la_carte(carte.table, formes, bornes, carte.parc)[0]
        for carte in cartes
    ]
    toutes = [c for liste in communes for c in liste]
    classees = any(c.etat == cc.CLASSE for c in toutes)
    echelle = []
    if classees and valeurs:
        echelle = classes_des_valeurs(bornes, cartes[0].table.indicateur.unite)
    elif classees:
        echelle = cc.echelle_des_ecarts([carte.table for carte in cartes], bornes)
    hauteur = max((geometrie.bounds[3] for geometrie in formes.geometry), default=0.0) + MARGE
    items = "".join(
        f'<li><p class="nom">{echapper(carte.nom)}</p>{_dessin(carte, liste, f"{identifiant}-{rang}", hauteur)}'
        f'<p class="bilan">{echapper(carte.bilan)}</p></li>'
        for rang, (carte, liste) in enumerate(zip(cartes, communes, strict=True), start=1)
    )
    return f'<ul class="multiples">{items}</ul>{legende(entrees(echelle, toutes), identifiant, valeurs or TITRE)}'


def _a_l_echelle(contours: gpd.GeoDataFrame, codes: set[str]) -> gpd.GeoDataFrame:
    """The communes that are drawn, in the units of the drawing, with the detail that its size can show.

    Boundaries are simplified together: neighbours still meet.
    """
    import shapely
    from shapely.affinity import affine_transform

    gardes = contours[contours["code_insee"].isin(codes)]
    if gardes.empty:
        return gardes
    gauche, _, droite, haut = gardes.total_bounds
    facteur = (LARGEUR - 2 * MARGE) / (droite - gauche)
    matrice = [facteur, 0, 0, -facteur, MARGE - gauche * facteur, MARGE + haut * facteur]
    simples = shapely.coverage_simplify([affine_transform(g, matrice) for g in gardes.geometry], FINESSE)
    return gardes.set_geometry(list(simples), crs=None)


def _dessin(carte: PetiteCarte, communes: Sequence[cc.CommuneCarte], identifiant: str, hauteur: float) -> str:
    import matplotlib.pyplot as plt

    with theme.style_matplotlib(identifiant):
        figure, axe = fond_de_carte(communes, LARGEUR, hauteur)
        _croix(axe, [centre(c.geometrie) for c in communes if c.etat in cc.SANS_OBJET_ICI])
        svg = depuis_matplotlib(figure, identifiant, carte.nom, carte.description, largeur_max="100%")
        plt.close(figure)
    return svg


def _croix(axe: Axes, points: Sequence[Any]) -> None:
    if points:
        axe.plot(*zip(*points, strict=True), "x", color=theme.ENCRE, ms=6, mew=1.2, zorder=4, clip_on=False)
