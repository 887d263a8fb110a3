"""What every map drawn by matplotlib is made of: communes in their class or sign, the outline of the territory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path


def centre(geometrie: Any) -> tuple[float, float]:
    """The point of a commune that is farthest from its boundary."""
    import shapely

    plus_grand = max(getattr(geometrie, "geoms", [geometrie]), key=lambda g: g.area)
    x, y = shapely.maximum_inscribed_circle(plus_grand, tolerance=0.5).coords[0]
    return float(x), float(y)


def chemin(geometrie: Any) -> Path:
    """The outline of a polygon or multipolygon, holes included."""
    from matplotlib.path import Path

    polygones = getattr(geometrie, "geoms", [geometrie])
    anneaux = [anneau for p in polygones for anneau in (p.exterior, *p.interiors)]
    return Path.make_compound_path(*(Path(list(a.coords), closed=True) for a in anneaux))


def style_de(etat: str, couleur: str) -> dict[str, Any]:
    """How a commune is painted: its class, hatching where it is masked, dots around where nothing was allocated."""
    style: dict[str, Any] = {"facecolor": couleur, "edgecolor": theme.BLANC, "linewidth": 1.5, "clip_on": False}
    if etat in cc.HACHURES:
        style |= {"hatch": "////", "hatchcolor": cc.HACHURES[etat]}
    if etat == cc.SANS_ATTRIBUTION:
        style |= {"edgecolor": theme.GRIS_TEXTE, "linestyle": (0, (1.2, 2.2)), "zorder": 2}
    return style


def dessiner(axe: Axes, commune: cc.CommuneCarte) -> None:
    """A commune."""
    from matplotlib.patches import PathPatch

    axe.add_patch(PathPatch(chemin(commune.geometrie), **style_de(commune.etat, commune.couleur)))


def ensemble(communes: Sequence[cc.CommuneCarte]) -> Any:
    """The territory in one piece; the buffer closes the hairline gaps of simplified boundaries."""
    import shapely

    larges = [c.geometrie.buffer(0.3, join_style="mitre") for c in communes]
    return shapely.union_all(larges).buffer(-0.3, join_style="mitre")


def fond_de_carte(communes: Sequence[cc.CommuneCarte], largeur: float, hauteur: float) -> tuple[Figure, Axes]:
    """A drawing of that size, in CSS pixels from its top left corner, with the communes and their outline on it."""
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(largeur / 72, hauteur / 72))
    axe = figure.add_axes((0, 0, 1, 1))
    axe.set(xlim=(0, largeur), ylim=(hauteur, 0))
    axe.axis("off")
    for commune in communes:
        dessiner(axe, commune)
    contour_exterieur(axe, communes)
    return figure, axe


def contour_exterieur(axe: Axes, communes: Sequence[cc.CommuneCarte]) -> None:
    """The outline of the territory, over its communes."""
    from matplotlib.patches import PathPatch

    if communes:
        trait = {"facecolor": "none", "edgecolor": theme.ENCRE, "linewidth": 1.2}
        axe.add_patch(PathPatch(chemin(ensemble(communes)), **trait, zorder=3, clip_on=False))
