"""The objective of figures that follow one another: a dashed stair, one level a step, two of an interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import Entree

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TIRETS = (4.0, 2.7)  # in widths of the line
Point = tuple[float, float]


class Paliers(NamedTuple):
    """``niveaux``: by step, the target, or both bounds of an interval; ``mots``: the latest one, « au moins 25 % »."""

    niveaux: Mapping[float, tuple[float, ...]]
    mots: str

    @property
    def valeurs(self) -> list[float]:
        """Every level, for the axis to reach them."""
        return [y for niveaux in self.niveaux.values() for y in niveaux]

    def traits(self, pas: Sequence[float], gauche: float, droite: float) -> list[list[Point]]:
        """The stairs, broken where a step has no target; ``pas``: where the steps stand, between both ends."""
        limites = [gauche, *((a + b) / 2 for a, b in pairwise(pas)), droite]
        marches = list(zip(pas, pairwise(limites), strict=True))
        traits = []
        for rang in (0, 1):
            for existe, suite in groupby(marches, key=lambda m: len(self.niveaux.get(m[0], ())) > rang):
                if existe:
                    traits.append([(x, self.niveaux[p][rang]) for p, bords in suite for x in bords])
        return traits


def lire(par_pas: Mapping[float, Iterable[Chiffre]]) -> Paliers | None:
    """The targets that the published figures of each step share; None when two of a step differ, or none has one."""
    niveaux, mots = dict[float, tuple[float, ...]](), ""
    for pas, chiffres in par_pas.items():
        suivis = [c for c in chiffres if c.est_publie and not isnan(c.ligne["cible"])]
        if len({c.objectif for c in suivis}) > 1:
            return None
        for c in suivis[:1]:
            niveaux[pas] = tuple(float(x) for x in (c.ligne["cible"], c.ligne["cible_max"]) if not isnan(x))
            mots = c.objectif
    return Paliers(niveaux, mots) if niveaux else None


def en_legende(lus: Paliers | None) -> list[Entree]:
    """What the stairs are: « objectif : au moins 25 % », the latest one."""
    trait = {"color": theme.ENCRE, "linewidth": 2, "linestyle": (0, _TIRETS)}
    return [Entree(f"objectif\u202f: {lus.mots}", trait)] if lus else []


def tracer(axes: Axes, traits: Iterable[Sequence[Point]]) -> None:
    """Draw the stairs, edged in white where they cross a dark column."""
    for trait in traits:
        for couleur, largeur in ((theme.BLANC, 5), (theme.ENCRE, 2)):
            tirets = (0, tuple(2 * x / largeur for x in _TIRETS))
            axes.plot(*zip(*trait, strict=True), color=couleur, linewidth=largeur, linestyle=tirets, clip_on=False)


def phrase(chiffres: Iterable[Chiffre]) -> str:
    """What the text alternative of a drawing says of its stairs: « Objectif : au moins 25 %. », or nothing."""
    par_pas = dict[str, list[Chiffre]]()
    for c in chiffres:
        par_pas.setdefault(c.cle[-1], []).append(c)
    lus = lire({float(rang): siens for rang, siens in enumerate(par_pas.values())})
    return f"Objectif : {lus.mots}." if lus else ""
