"""The figures of other territories on a drawing of ours: a dotted line for each, named at its right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import LARGEUR, couper, unites_verticales
from cil_analysis.rapport.dessins.paliers import Paliers, Point
from cil_analysis.rapport.dessins.placement import ecarter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PLACE = 120.0  # of a name, at the right
_POINTILLES = (0, (1, 1.6))


def nommer(series: Series) -> dict[str, str]:
    """What is written at the right of each: its last figure, then its name."""
    return {nom: f"{lus[max(lus)].dit}\n{couper(nom, _PLACE, theme.PETIT)}" for nom, lus in series.items()}


def hauteurs(series: Series) -> list[float]:
    """Every figure, for the axis to reach them."""
    return [x.valeur for lus in series.values() for x in lus.values()]


def marches(series: Series, annees: Sequence[str], bornes: tuple[float, float]) -> dict[str, list[list[Point]]]:
    """Each as a stair, one level a year, broken where it has none; years stand at 0, 1, 2."""
    rangs = {annee: float(rang) for rang, annee in enumerate(annees)}
    return {
        nom: Paliers({rangs[a]: (x.valeur,) for a, x in lus.items()}, "").traits(list(rangs.values()), *bornes)
        for nom, lus in series.items()
    }


def tracer(axes: Axes, traits: Iterable[Sequence[Point]]) -> None:
    """A dotted line, edged in white where it crosses a dark column."""
    for trait in traits:
        axes.plot(*zip(*trait, strict=True), color=theme.BLANC, linewidth=5, clip_on=False)
        axes.plot(*zip(*trait, strict=True), color=theme.GRIS_TEXTE, linewidth=3, linestyle=_POINTILLES, clip_on=False)


def ecrire_a_droite(axes: Axes, mots: Mapping[str, float]) -> None:
    """Words at the right of the axes, each beside its level and moved apart where they would touch."""
    unite = unites_verticales(axes, 1)
    places = {texte: (texte.count("\n") + 1) * theme.PETIT * 1.15 + 6 for texte in mots}
    milieux = ecarter({texte: -y / unite for texte, y in mots.items()}, places, -LARGEUR, LARGEUR)
    for texte, milieu in milieux.items():
        axes.annotate(
            texte, (axes.get_xlim()[1], -milieu * unite), xytext=(6, 0), textcoords="offset points", va="center",
            fontsize=theme.PETIT, linespacing=1.15, annotation_clip=False,
        )  # fmt: skip
