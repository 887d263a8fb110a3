"""What tells two published figures apart: a gap wider than two of its standard errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.rapport.mots.gabarits import Indisponible

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre

_ERREURS_TYPES = 2.0


@dataclass(frozen=True)
class Ecart:
    """Two published figures beside each other: ``un`` and ``autre``, or ``haut`` and ``bas``."""

    un: Chiffre
    autre: Chiffre

    @property
    def nom(self) -> str:
        """The class that both are of."""
        return self.un.nom

    @property
    def points(self) -> float:
        """How much the first exceeds the second, below zero where it does not."""
        return self.un.valeur - self.autre.valeur

    @property
    def haut(self) -> Chiffre:
        """The greater of the two."""
        return self.un if self.points >= 0 else self.autre

    @property
    def bas(self) -> Chiffre:
        """The smaller."""
        return self.autre if self.points >= 0 else self.un


def est_net(un: Chiffre, autre: Chiffre) -> bool:
    """Whether two shares differ by more than chance would make them; never of other figures, whose error is unknown."""
    try:
        variances = [_variance(c) for c in (un, autre)]
    except Indisponible:
        return False
    return abs(un.valeur - autre.valeur) > _ERREURS_TYPES * sqrt(sum(variances))


def _variance(c: Chiffre) -> float:
    """The square of the standard error of a share, in points. Raises Indisponible of a figure that has none."""
    part, effectif = c.valeur, c.denominateur
    if c.ligne["unite"] != PCT or c.terme != "valeur" or not effectif:
        raise Indisponible(f"{c!r}: no standard error")
    return max(part * (100 - part), 0.0) / effectif


def plus_grand(paires: Iterable[tuple[Chiffre, Chiffre]]) -> Ecart:
    """The widest gap among pairs, of either sign. Raises Indisponible when none is wide enough to be one."""
    nets = [Ecart(un, autre) for un, autre in paires if est_net(un, autre)]
    if not nets:
        raise Indisponible("no gap beyond two standard errors")
    return max(nets, key=lambda e: abs(e.points))
