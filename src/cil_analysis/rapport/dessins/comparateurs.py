"""The figures of other territories on a drawing of ours: a dotted line for each, which the legend names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import Entree
from cil_analysis.rapport.dessins.paliers import Paliers, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# One after the other, in widths of the line: dots, dots and dashes, dots two by two. As many as ``TERRITOIRES``.
_POINTILLES = ((1.0, 1.6), (1.0, 1.6, 4.0, 1.6), (1.0, 1.0, 1.0, 3.2))


def en_legende(series: Series) -> list[Entree]:
    """What each line is: « France : 15,0 % en 2022 », its last figure."""
    return [
        Entree(f"{nom}\u202f: {lus[max(lus)].dit} en {max(lus)}", {"linewidth": 3, **_style(rang)})
        for rang, (nom, lus) in enumerate(series.items())
    ]


def hauteurs(series: Series) -> list[float]:
    """Every figure, for the axis to reach them."""
    return [x.valeur for lus in series.values() for x in lus.values()]


def marches(series: Series, annees: Sequence[str], bornes: tuple[float, float]) -> list[list[list[Point]]]:
    """Each as a stair, one level a year, broken where it has none; years stand at 0, 1, 2."""
    rangs = {annee: float(rang) for rang, annee in enumerate(annees)}
    return [
        Paliers({rangs[a]: (x.valeur,) for a, x in lus.items()}, "").traits(list(rangs.values()), *bornes)
        for lus in series.values()
    ]


def lignes(series: Series, places: Mapping[str, float]) -> list[list[list[Point]]]:
    """Each as one line through its years; ``places``: where each year stands."""
    return [[[(x, lus[annee].valeur) for annee, x in places.items() if annee in lus]] for lus in series.values()]


def tracer(axes: Axes, series: Iterable[Iterable[Sequence[Point]]]) -> None:
    """The dotted lines, edged in white where they cross a dark column; a single year is a dot."""
    for rang, traits in enumerate(series):
        for trait in traits:
            x, y = zip(*trait, strict=True)
            axes.plot(x, y, color=theme.BLANC, linewidth=5, clip_on=False)
            axes.plot(x, y, linewidth=3, clip_on=False, marker="o" if len(trait) == 1 else "", **_style(rang))


def _style(rang: int) -> dict[str, Any]:
    return {"color": theme.GRIS_TEXTE, "linestyle": (0, _POINTILLES[rang])}
