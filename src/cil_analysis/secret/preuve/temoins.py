"""Whole counts that fit all that is published: two that differ enough prove that a masked case is not deduced.

Whoever is given some checks them against what it knows by itself: they are where a proof starts, never what it trusts.
The search that adds zeros alone takes as they are those of the search before it, of the same figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cil_analysis.secret.preuve.contraintes import Nombres
from cil_analysis.secret.preuve.programme import Programme
from cil_analysis.secret.relations.cases import Case


@dataclass(frozen=True)
class Temoins:
    """``points``: one a row, with the count of each of ``cases``."""

    cases: Sequence[Case] = ()
    points: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int32))

    def pour(self, lecteur: Programme) -> Nombres:
        """Those that fit all that a reader knows, in the order of its cases."""
        communes = [(rang, lecteur.rang[case]) for rang, case in enumerate(self.cases) if case in lecteur.rang]
        points = np.full((len(self.points), len(lecteur.rang)), np.nan)
        if communes:
            ici, la = np.array(communes).T
            points[:, la] = self.points[:, ici]
        return lecteur.conviennent(points)


SANS_TEMOIN = Temoins()


def completer(cases: Sequence[Case], entier: Nombres, points: Iterable[Nombres]) -> Temoins:
    """The witnesses that points make: what a point does not depend on (NaN) is as in ``entier``, which comes first."""
    complets = [entier, *(np.where(np.isnan(point), entier, point) for point in points)]
    return Temoins(cases, np.rint(complets).astype(np.int32))


def vrai_temoin(lecteur: Programme, valeurs: Mapping[Case, float]) -> Temoins:
    """The true counts, with whole ones for the cases that nothing counts; none when there are none.

    What the reader knows is then to be given again.
    """
    lecteur.connaitre(valeurs)
    point = lecteur.le_plus_petit()
    return SANS_TEMOIN if point is None else completer(list(lecteur.rang), point, ())
