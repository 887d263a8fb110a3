"""What figures by year are read against: their objective, a dashed stair; other territories, a dotted line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import isnan, nan
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import Entree, borde

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.comparateurs import Series

_TIRETS = (4.0, 2.7)  # in widths of the line
# One after the other, in widths of the line: dots, dots and dashes, dots two by two. As many as ``TERRITOIRES``.
_POINTILLES = ((1.0, 1.6), (1.0, 1.6, 4.0, 1.6), (1.0, 1.0, 1.0, 3.2))
Point = tuple[float, float]


class Paliers(NamedTuple):
    """``niveaux``: by step, the target, or both bounds of an interval; ``mots``: the latest one, « au moins 25 % »."""

    niveaux: Mapping[float, tuple[float, ...]]
    mots: str = ""

    @property
    def valeurs(self) -> list[float]:
        """Every level, for the axis to reach them."""
        return [y for niveaux in self.niveaux.values() for y in niveaux]

    def traits(self, pas: Sequence[float], gauche: float, droite: float) -> list[list[Point]]:
        """The stairs, one a bound, NaN where a step has none; ``pas``: where the steps stand, between both ends."""
        limites = [gauche, *((a + b) / 2 for a, b in pairwise(pas)), droite]
        marches = list(zip(pas, pairwise(limites), strict=True))
        return [
            [(x, (*self.niveaux.get(p, ()), nan, nan)[rang]) for p, bords in marches for x in bords]
            for rang in range(max(map(len, self.niveaux.values()), default=0))
        ]


# --- Objectives ------------------------------------------------------------------------------------------------------


def objectif(par_pas: Mapping[float, Iterable[Chiffre]]) -> Paliers:
    """The targets that the published figures of each step share; none when two of a step differ."""
    niveaux, mots = dict[float, tuple[float, ...]](), ""
    for pas, chiffres in par_pas.items():
        suivis = [c for c in chiffres if c.est_publie and not isnan(c.ligne["cible"])]
        if len({c.objectif for c in suivis}) > 1:
            return Paliers({})
        for c in suivis[:1]:
            niveaux[pas] = tuple(float(x) for x in (c.ligne["cible"], c.ligne["cible_max"]) if not isnan(x))
            mots = c.objectif
    return Paliers(niveaux, mots)


def phrase(chiffres: Iterable[Chiffre]) -> str:
    """What the text alternative of a drawing says of its stairs: « Objectif : au moins 25 %. », or nothing."""
    par_pas: dict[str, list[Chiffre]] = {}
    for c in chiffres:
        par_pas.setdefault(c.cle[-1], []).append(c)
    lus = objectif({float(rang): siens for rang, siens in enumerate(par_pas.values())})
    return f"Objectif : {lus.mots}." if lus.mots else ""


def legende(lus: Paliers, autres: Series) -> list[Entree]:
    """What each line is: « objectif : au moins 25 % », the latest one; « France : 15,0 % en 2022 », its last figure."""
    trait = {"color": theme.ENCRE, "linewidth": 2, "linestyle": (0, _TIRETS)}
    entrees = [Entree(f"objectif\u202f: {lus.mots}", trait)] if lus.mots else []
    return entrees + [
        Entree(f"{nom}\u202f: {siens['dit'][max(siens.index)]} en {max(siens.index)}", {"linewidth": 3, **_style(rang)})
        for rang, (nom, siens) in enumerate(autres.items())
    ]


def hauteurs(lus: Paliers, autres: Series) -> list[float]:
    """Every level and every figure, for the axis to reach them."""
    return [*lus.valeurs, *(float(y) for siens in autres.values() for y in siens["valeur"])]


def tracer(axes: Axes, traits: Iterable[Sequence[Point]]) -> None:
    """Draw the stairs of an objective."""
    for trait in traits:
        axes.plot(*zip(*trait, strict=True), linestyle=(0, _TIRETS), **borde(2))


# --- Other territories -----------------------------------------------------------------------------------------------


def marches(series: Series, annees: Sequence[str], bornes: tuple[float, float]) -> list[list[list[Point]]]:
    """Each as a stair, one level a year, broken where it has none; years stand at 0, 1, 2."""
    rangs = {annee: float(rang) for rang, annee in enumerate(annees)}
    return [
        Paliers({rangs[str(a)]: (float(y),) for a, y in lus["valeur"].items()}).traits(list(rangs.values()), *bornes)
        for lus in series.values()
    ]


def lignes(series: Series, places: Mapping[str, float]) -> list[list[list[Point]]]:
    """Each as one line through its years; ``places``: where each year stands."""
    return [
        [[(x, float(lus["valeur"][annee])) for annee, x in places.items() if annee in lus.index]]
        for lus in series.values()
    ]


def pointiller(axes: Axes, series: Iterable[Iterable[Sequence[Point]]]) -> None:
    """The dotted lines, edged in white where they cross a dark column; a single year is a dot."""
    for rang, traits in enumerate(series):
        for trait in traits:
            x, y = zip(*trait, strict=True)
            axes.plot(x, y, color=theme.BLANC, linewidth=5, clip_on=False)
            axes.plot(x, y, linewidth=3, clip_on=False, marker="o" if len(trait) == 1 else "", **_style(rang))


def _style(rang: int) -> dict[str, Any]:
    return {"color": theme.GRIS_TEXTE, "linestyle": (0, _POINTILLES[rang])}
