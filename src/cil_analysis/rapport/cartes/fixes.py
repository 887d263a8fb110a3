"""Maps of communes, in Lambert-93: one with its names and figures, or small ones at the same scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.lettres import couper, largeur

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

LARGEUR, LARGEUR_PETITE = 520.0, 220.0
_MARGE, _FINESSE = 4.0, 0.5  # white around, and what a boundary loses of its detail, in units of the drawing
_INTERLIGNE = theme.PETIT * 1.15
_PAS, _PORTEE = 4.0, 48.0  # how a label is moved from the heart of its commune until it fits
_PLACES = (300.0, 110.0, 80.0, 60.0)  # widths on which a name is cut, the widest first


class Cadre(NamedTuple):
    """What a drawing shows of the ground, in metres, and how many metres one of its units is."""

    gauche: float
    bas: float
    droite: float
    haut: float
    metres: float
    largeur: float

    @property
    def hauteur(self) -> float:
        """In units of the drawing."""
        return (self.haut - self.bas) / self.metres


class Etiquette(NamedTuple):
    """What is written on a commune, centred on (x, y) in metres; ``numero``: that of the key, 0 where the name fits."""

    commune: cc.Commune
    lignes: tuple[str, ...]
    x: float
    y: float
    numero: int = 0

    def boite(self, metres: float) -> tuple[float, float, float, float]:
        """Left, bottom, right, top, in metres."""
        demi_l, demi_h = (cote / 2 * metres for cote in _taille(self.lignes))
        return self.x - demi_l, self.y - demi_h, self.x + demi_l, self.y + demi_h


def cadrer(contours: gpd.GeoDataFrame, unites: float = LARGEUR) -> Cadre:
    """The frame of a drawing of that width around some communes."""
    gauche, bas, droite, haut = contours.total_bounds
    metres = (droite - gauche) / (unites - 2 * _MARGE)
    blanc = _MARGE * metres
    return Cadre(gauche - blanc, bas - blanc, droite + blanc, haut + blanc, metres, unites)


def simplifier(contours: gpd.GeoDataFrame, cadre: Cadre) -> gpd.GeoDataFrame:
    """The communes with the detail that a drawing can show. They are simplified together: neighbours still meet."""
    import shapely

    simples = shapely.coverage_simplify(contours.geometry.to_numpy(), _FINESSE * cadre.metres)
    return contours.set_geometry(list(simples), crs=contours.crs)


def etiqueter(communes: Sequence[cc.Commune], cadre: Cadre) -> list[Etiquette]:
    """The name and the figure of each commune that can hold them; a number, for a key, on the others."""
    etiquettes: list[Etiquette] = []
    numeros = 0
    for commune in communes:
        complete = _sur_place(commune, [(*couper_nom(commune, x), commune.texte) for x in _PLACES], cadre.metres)
        if complete is None:
            numeros += 1
            lignes = (str(numeros),)
            au_coeur = Etiquette(commune, lignes, *_coeur(commune.geometrie))
            complete = (_sur_place(commune, [lignes], cadre.metres) or au_coeur)._replace(numero=numeros)
        etiquettes.append(complete)
    return etiquettes


def couper_nom(commune: cc.Commune, place: float) -> list[str]:
    """The lines of a name."""
    return couper(commune.nom, place, theme.PETIT).split("\n")


def _taille(lignes: Sequence[str]) -> tuple[float, float]:
    return largeur(lignes, theme.PETIT, gras=True), len(lignes) * _INTERLIGNE


def _coeur(geometrie: Any) -> tuple[float, float]:
    """The point of a commune that is farthest from its boundary."""
    import shapely

    plus_grand = max(getattr(geometrie, "geoms", [geometrie]), key=lambda g: g.area)
    x, y = shapely.maximum_inscribed_circle(plus_grand, tolerance=50).coords[0]
    return float(x), float(y)


def _sur_place(commune: cc.Commune, essais: Sequence[tuple[str, ...]], metres: float) -> Etiquette | None:
    """The first of some texts that its commune holds whole, as near its heart as it fits."""
    import numpy as np
    import shapely

    x, y = _coeur(commune.geometrie)
    shapely.prepare(commune.geometrie)
    pas = np.arange(-_PORTEE, _PORTEE + 0.1, _PAS) * metres
    dx, dy = (a.ravel() for a in np.meshgrid(pas, pas))
    ordre = np.argsort(dx**2 + dy**2, kind="stable")
    xs, ys = x + dx[ordre], y + dy[ordre]
    for lignes in dict.fromkeys(essais):
        demi_l, demi_h = ((cote / 2 + 1) * metres for cote in _taille(lignes))
        tient = shapely.contains(commune.geometrie, shapely.box(xs - demi_l, ys - demi_h, xs + demi_l, ys + demi_h))
        if tient.any():
            i = int(np.argmax(tient))
            return Etiquette(commune, lignes, float(xs[i]), float(ys[i]))
    return None


def dessiner(communes: Sequence[cc.Commune], etiquettes: Sequence[Etiquette], cadre: Cadre) -> Axes:
    """The communes in their class, what is written on them, the outline of the whole."""
    axes = _fond(cadre)
    _peindre(axes, communes)
    for etiquette in etiquettes:
        _ecrire(axes, etiquette, cadre.metres)
    return axes


def dessiner_petite(communes: Sequence[cc.Commune], cadre: Cadre) -> Axes:
    """The communes in their class, without a word; a cross where there is nothing to allocate."""
    axes = _fond(cadre)
    _peindre(axes, communes)
    if croix := [_coeur(c.geometrie) for c in communes if c.etat in cc.SANS_OBJET_ICI]:
        axes.plot(*zip(*croix, strict=True), "x", color=theme.ENCRE, markersize=6, markeredgewidth=1.2, zorder=4)
    return axes


def situer(contours: gpd.GeoDataFrame, code: str) -> Axes:
    """Where a commune is: its shape among the others."""
    cadre = cadrer(contours)
    axes = _fond(cadre)
    ici = contours["code_insee"] == code
    couleurs = ici.map({True: theme.ACCENT, False: theme.GRIS_CLAIR})
    contours.plot(ax=axes, aspect=None, color=couleurs, edgecolor=theme.BLANC, linewidth=2)
    return axes


def _fond(cadre: Cadre) -> Axes:
    """Axes in metres, as wide as the drawing."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(cadre.largeur / 72, cadre.hauteur / 72))
    axes = figure.add_axes((0, 0, 1, 1), autoscale_on=False)
    axes.set(xlim=(cadre.gauche, cadre.droite), ylim=(cadre.bas, cadre.haut))
    axes.axis("off")
    return axes


def _peindre(axes: Axes, communes: Sequence[cc.Commune]) -> None:
    """Each in its class or its sign, then the outline of the territory over them."""
    import geopandas
    from matplotlib import rc_context

    formes = geopandas.GeoDataFrame(
        {"etat": [c.etat for c in communes], "couleur": [c.couleur for c in communes]},
        geometry=[c.geometrie for c in communes],
    )
    for etat, siennes in formes.groupby("etat"):
        with rc_context({"hatch.color": cc.HACHURES.get(str(etat), theme.GRIS)}):
            siennes.plot(ax=axes, aspect=None, color=siennes["couleur"], **_trait(str(etat)))
    # The buffer closes the hairline gaps of simplified boundaries.
    ensemble = formes.geometry.buffer(5, join_style="mitre").union_all().buffer(-5, join_style="mitre")
    geopandas.GeoSeries([ensemble]).boundary.plot(ax=axes, aspect=None, color=theme.ENCRE, linewidth=1.2, zorder=3)


def _trait(etat: str) -> Mapping[str, Any]:
    """Hatching where a commune is masked, dots around where nothing was allocated."""
    if etat == cc.SANS_ATTRIBUTION:
        return {"edgecolor": theme.GRIS_TEXTE, "linewidth": 1.5, "linestyle": (0, (1.2, 2.2)), "zorder": 2}
    hachures = {"hatch": "////"} if etat in cc.HACHURES else {}
    return {"edgecolor": theme.BLANC, "linewidth": 1.5} | hachures


def _ecrire(axes: Axes, e: Etiquette, metres: float) -> None:
    """A label: the name, then the figure in bold; legible over the hatching."""
    from matplotlib.patches import Rectangle

    encre = theme.encre_sur(e.commune.couleur) if e.commune.etat == cc.CLASSE else theme.ENCRE
    gauche, bas, droite, haut = e.boite(metres)
    if e.commune.etat in cc.HACHURES:
        axes.add_patch(Rectangle((gauche, bas), droite - gauche, haut - bas, facecolor=theme.BLANC, zorder=4))
    for rang, ligne in enumerate(e.lignes):
        y = haut - (rang + 0.5) * _INTERLIGNE * metres
        graisse = "bold" if rang == len(e.lignes) - 1 else "normal"
        axes.text(e.x, y, ligne, size=theme.PETIT, color=encre, ha="center", va="center", weight=graisse, zorder=6)
