"""Unknown cases that constraints link to each other, and the known ones beside them: a linear programme of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import highspy
import numpy as np

from cil_analysis.secret.preuve.contraintes import PRECISION, Contraintes, Nombres, Rangs
from cil_analysis.secret.preuve.modele import est_resolu, programme_lineaire, viser

# Reduced costs of the cases, and a constant (see ``programme.Extreme``).
Prix = tuple[Nombres, float]


class Solution(NamedTuple):
    """The values of the cases of a block, and what they tell, worked out when it is asked for."""

    point: Nombres
    prix: Callable[[], Prix]


class Bloc:
    """The cases of ranks ``rangs``, sorted. The columns of its programme are the unknown ones alone.

    What is known is on the right-hand side of each constraint.
    """

    def __init__(self, contraintes: Contraintes, bas: Nombres, haut: Nombres) -> None:
        self.rangs: Rangs = np.unique(contraintes.cases)
        self._contraintes = contraintes.ailleurs(self.rangs)
        self._bas, self._haut = bas[self.rangs], haut[self.rangs]
        self._inconnus = np.flatnonzero(self._bas != self._haut)
        # The column of each case; -1 for a known one.
        self._colonnes = np.full(len(self.rangs), -1)
        self._colonnes[self._inconnus] = np.arange(len(self._inconnus))

    @cached_property
    def _reels(self) -> highspy.Highs:
        return self._modele(entier=False)

    @cached_property
    def _entiers(self) -> highspy.Highs:
        return self._modele(entier=True)

    def _modele(self, *, entier: bool) -> highspy.Highs:
        c = self._contraintes
        inconnus = self._colonnes[c.cases] >= 0
        reduites = replace(
            c,
            lignes=c.lignes[inconnus],
            cases=self._colonnes[c.cases[inconnus]],
            poids=c.poids[inconnus],
            minimum=c.minimum - c.sommes(self._bas, ~inconnus),
        )
        return programme_lineaire(reduites, self._bas[self._inconnus], self._haut[self._inconnus], entier=entier)

    def resoudre(self, rang: int, sens: float, limite: float, *, entier: bool) -> Solution | None:
        """The values of the block that make a case smallest (``sens`` 1) or largest (-1), looked for up to a limit."""
        modele, i = self._entiers if entier else self._reels, int(np.searchsorted(self.rangs, rang))
        colonne = int(self._colonnes[i])
        modele.changeColCost(colonne, sens)
        if sens < 0:
            modele.changeColBounds(colonne, self._bas[i], min(self._haut[i], limite))
        modele.run()
        resolu, solution = est_resolu(modele), modele.getSolution()
        modele.changeColCost(colonne, 0.0)
        modele.changeColBounds(colonne, self._bas[i], self._haut[i])

        def prix() -> Prix:
            c, ombres = self._contraintes, np.array(solution.row_dual)
            duaux = -np.bincount(c.cases, c.poids * ombres[c.lignes], len(self.rangs)).astype(np.float64)
            duaux[i] += sens
            return duaux, float(ombres @ c.minimum)

        return Solution(self._point(solution), prix) if resolu else None

    def pousser(self, rangs: Rangs, poids: Nombres, plafonds: Nombres, *, entier: bool = False) -> Nombres | None:
        """Whole values of the block that make the weighted sum of several cases smallest, or nearly.

        ``plafonds``: no case is looked for beyond. None when there are none.
        """
        modele = self._entiers if entier else self._reels
        places = np.searchsorted(self.rangs, rangs)
        n, colonnes, bas, haut = len(rangs), self._colonnes[places], self._bas[places], self._haut[places]
        viser(modele, loin=True)
        modele.changeColsCost(n, colonnes, poids)
        modele.changeColsBounds(n, colonnes, bas, np.minimum(haut, plafonds))
        modele.run()
        resolu, solution = est_resolu(modele), modele.getSolution()
        viser(modele, loin=False)
        modele.changeColsCost(n, colonnes, np.zeros(n))
        modele.changeColsBounds(n, colonnes, bas, haut)
        if not resolu:
            return None
        point = self._point(solution)
        return point if entier or est_entier(point) else self.pousser(rangs, poids, plafonds, entier=True)

    def _point(self, solution: highspy.HighsSolution) -> Nombres:
        point = self._bas.copy()
        point[self._inconnus] = solution.col_value
        return point


def est_entier(point: Nombres) -> bool:
    """Whether all the values of a point are whole numbers, those that it does not depend on (NaN) left aside."""
    return not (np.abs(point - np.rint(point)) >= PRECISION).any()
