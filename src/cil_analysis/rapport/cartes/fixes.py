"""Maps of communes, in Lambert-93: one with its names and figures, or small ones at the same scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import peindre
from cil_analysis.rapport.dessins.theme import couper, largeur

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

LARGEUR, LARGEUR_PETITE = 520.0, 220.0
_MARGE, _FINESSE = 4.0, 0.5  # white around, and what a boundary loses of its detail, in units of the drawing
_INTERLIGNE = theme.PETIT * 1.15
_ENTRE_RAYURES = 6.0
_PAS, _PORTEE = 4.0, 48.0  # how a label is moved from the heart of its commune until it fits
_PLACES = (300.0, 110.0, 80.0, 52.0)  # widths on which a name is cut, the widest first


class Etiquette(NamedTuple):
    """What is written on a commune, centred on (x, y): its name, or its number in the key where none fits.

    ``commune``: its row; ``repere``: the number, which is in the place of a name on a telephone.
    """

    commune: Any
    lignes: tuple[str, ...]
    x: float
    y: float
    repere: int = 0
    est_nommee: bool = True

    @property
    def boite(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        demi_l, demi_h = (cote / 2 for cote in _taille(self.lignes))
        return self.x - demi_l, self.y - demi_h, self.x + demi_l, self.y + demi_h


def cadrer(contours: gpd.GeoDataFrame, unites: float = LARGEUR) -> tuple[Axes, gpd.GeoDataFrame]:
    """The axes of a drawing of that width, and the communes in its units, with the detail that it can show.

    They are simplified together: neighbours still meet.
    """
    from matplotlib.figure import Figure

    gauche, bas, droite, haut = contours.total_bounds
    echelle = (unites - 2 * _MARGE) / (droite - gauche)
    hauteur = (haut - bas) * echelle + 2 * _MARGE
    axes = Figure(figsize=(unites / 72, hauteur / 72)).add_axes((0, 0, 1, 1), autoscale_on=False)
    axes.set(xlim=(0, unites), ylim=(0, hauteur))
    axes.axis("off")
    place = [echelle, 0, 0, echelle, _MARGE - gauche * echelle, _MARGE - bas * echelle]
    return axes, contours.set_geometry(contours.affine_transform(place).simplify_coverage(_FINESSE))


def etiqueter(communes: gpd.GeoDataFrame) -> list[Etiquette]:
    """The name and the figure of each commune that can hold them; a number, for a key, on the others."""
    etiquettes, numeros = list[Etiquette](), count(1)
    for commune in communes.itertuples():
        noms = [couper(commune.nom, place, theme.PETIT).split("\n") for place in _PLACES]
        etiquette = _sur_place(commune, [(*nom, commune.texte) for nom in noms])
        if etiquette is None:
            numero = next(numeros)
            lignes = (str(numero),)
            placee = _sur_place(commune, [lignes]) or Etiquette(commune, lignes, *_coeur(commune.geometry))
            etiquette = placee._replace(repere=numero, est_nommee=False)
        etiquettes.append(etiquette)
    return [e if e.repere else e._replace(repere=next(numeros)) for e in etiquettes]


def _taille(lignes: Sequence[str]) -> tuple[float, float]:
    return largeur(lignes, theme.PETIT, gras=True), len(lignes) * _INTERLIGNE


def _coeur(geometrie: Any) -> tuple[float, float]:
    """The point of a commune that is farthest from its boundary."""
    import shapely

    x, y = shapely.maximum_inscribed_circle(geometrie, tolerance=0.5).coords[0]
    return float(x), float(y)


def _sur_place(commune: Any, essais: Iterable[tuple[str, ...]]) -> Etiquette | None:
    """The first of some texts that its commune holds whole, as near its heart as it fits."""
    import numpy as np
    import shapely

    x, y = _coeur(commune.geometry)
    shapely.prepare(commune.geometry)
    pas = np.arange(-_PORTEE, _PORTEE + 0.1, _PAS)
    dx, dy = (a.ravel() for a in np.meshgrid(pas, pas))
    ordre = np.argsort(dx**2 + dy**2, kind="stable")
    xs, ys = x + dx[ordre], y + dy[ordre]
    for lignes in dict.fromkeys(essais):
        demi_l, demi_h = (cote / 2 + 1 for cote in _taille(lignes))
        tient = shapely.contains(commune.geometry, shapely.box(xs - demi_l, ys - demi_h, xs + demi_l, ys + demi_h))
        if tient.any():
            i = int(np.argmax(tient))
            return Etiquette(commune, lignes, float(xs[i]), float(ys[i]))
    return None


def dessiner(communes: gpd.GeoDataFrame, axes: Axes, etiquettes: Sequence[Etiquette] = ()) -> None:
    """The communes in their class, the outline of the whole, and what is written on them.

    Without a word, a cross stands where there is nothing to allocate.
    """
    for etat, siennes in communes.groupby("etat"):
        # Hatching where a commune is masked, dots around where nothing was allocated.
        trait: dict[str, Any] = {"edgecolor": theme.BLANC, "linewidth": 1.5}
        if etat == cc.SANS_ATTRIBUTION:
            trait |= {"edgecolor": theme.GRIS_TEXTE, "linestyle": (0, (1.2, 2.2)), "zorder": 2}
        siennes.plot(ax=axes, aspect=None, color=siennes["couleur"], **trait)
        if etat in cc.HACHURES:
            axes.plot(*_rayures(siennes, axes), color=cc.HACHURES[etat], linewidth=1.5, zorder=1)
    ensemble = communes[["geometry"]].dissolve()
    ensemble.boundary.plot(ax=axes, aspect=None, color=theme.ENCRE, linewidth=1.2, zorder=3)
    for etiquette in etiquettes:
        _ecrire(axes, etiquette)
    croix = [_coeur(g) for g in communes.geometry[communes["etat"].isin(cc.SANS_OBJET_ICI)]]
    if croix and not etiquettes:
        axes.plot(*zip(*croix, strict=True), "x", color=theme.ENCRE, markersize=6, markeredgewidth=1.2, zorder=4)


def _rayures(communes: gpd.GeoDataFrame, axes: Axes) -> Any:
    """The slanted lines of communes, inside their outlines: drawn one by one, as a pattern prints blurred."""
    import numpy as np
    import shapely

    (_, large), (_, haut) = axes.get_xlim(), axes.get_ylim()
    bouts = [((x, 0), (x + haut, haut)) for x in np.arange(-haut, large, _ENTRE_RAYURES)]
    traits = shapely.get_parts(communes.buffer(-1).intersection(shapely.MultiLineString(bouts)))
    lignes = shapely.get_coordinates(traits[shapely.length(traits) > 0]).reshape(-1, 2, 2)
    return np.insert(lignes, 2, np.nan, axis=1).reshape(-1, 2).T  # a line stops where there is no number


def _ecrire(axes: Axes, e: Etiquette) -> None:
    encre = theme.encre_sur(e.commune.couleur) if e.commune.etat == cc.CLASSE else theme.ENCRE
    gauche, bas, droite, haut = e.boite
    if e.commune.etat in cc.HACHURES:
        peindre(axes, gauche, bas, droite - gauche, haut - bas, facecolor=theme.BLANC, zorder=4)
    style: dict[str, Any] = {"size": theme.PETIT, "color": encre, "ha": "center", "va": "center", "zorder": 6}
    for rang, ligne in enumerate(e.lignes):
        y = haut - (rang + 0.5) * _INTERLIGNE
        graisse = "bold" if rang == len(e.lignes) - 1 else "normal"
        nature = f"nom-{e.repere}-{rang}" if e.est_nommee else f"numero-{e.repere}"
        axes.text(e.x, y, ligne, weight=graisse, gid=nature, **style)
    if e.est_nommee:  # It is the style sheet that shows it.
        axes.text(e.x, e.y, str(e.repere), weight="bold", gid=f"rang-{e.repere}", alpha=0, **style)
