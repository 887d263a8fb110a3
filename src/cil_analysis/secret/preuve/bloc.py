"""Unknown cases that constraints link to each other, and the known ones beside them: a linear programme of its own."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from math import ceil
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from cil_analysis.secret.preuve.contraintes import (
    PRECISION,
    Contraintes,
    Nombres,
    Rangs,
    est_resolu,
    programme_lineaire,
)

# How far from the best a whole solution may be, as a share of it, where any good one will do.
_PRESQUE = 1e-4
# Reduced costs of the cases, and a constant (see ``programme.Extreme``).
Prix = tuple[Nombres, float]
# The states of the cases, and of the constraints, where the simplex has stopped. The next blocks start there: what is
# masked changes little from a choice to the next, and so do the best values and their prices.
Base = tuple[NDArray[np.object_], NDArray[np.object_]]


class Solution(NamedTuple):
    """The values of the cases of a block, and what they tell, worked out when it is asked for."""

    point: Nombres
    prix: Callable[[], Prix]


class _But(NamedTuple):
    """What is made smallest: the weighted sum of cases, by their places in a block, each up to its ceiling.

    ``loin``: or nearly, as any good one will do.
    """

    places: Rangs
    poids: Nombres
    plafonds: Nombres
    loin: bool = False

    def vaut(self, point: Nombres) -> float:
        """The sum, to the unit: whole values cannot do better than the best of real ones, rounded."""
        return ceil(float(self.poids @ point[self.places]) - PRECISION)


def base(cases: int, lignes: int) -> Base:
    """Where the simplex starts when nothing was solved yet."""
    etats = highspy.HighsBasisStatus
    return np.full(cases, etats.kLower, dtype=object), np.full(lignes, etats.kBasic, dtype=object)


class Bloc:
    """The cases of ranks ``rangs``, sorted: those of some rows. The columns of its programme are the unknown ones.

    What is known is on the right-hand side of each constraint.
    """

    def __init__(self, contraintes: Contraintes, lignes: Rangs, bas: Nombres, haut: Nombres, base: Base) -> None:
        siennes = contraintes.parmi(lignes)
        self.rangs: Rangs = np.unique(siennes.cases)
        self._contraintes = replace(siennes, cases=np.searchsorted(self.rangs, siennes.cases))
        self._lignes, self._base = lignes, base
        self._bas, self._haut = bas[self.rangs], haut[self.rangs]
        self._inconnus = np.flatnonzero(self._bas != self._haut)
        # The column of each case; -1 for a known one.
        self._colonnes = np.full(len(self.rangs), -1)
        self._colonnes[self._inconnus] = np.arange(len(self._inconnus))
        self._entier: Nombres | None = None

    @cached_property
    def _reels(self) -> highspy.Highs:
        modele, depart = self._modele(entier=False), highspy.HighsBasis()
        cases, lignes = self._base
        depart.col_status, depart.row_status = cases[self.rangs[self._inconnus]].tolist(), lignes[self._lignes].tolist()
        depart.valid = depart.alien = True  # Of another programme: HiGHS makes it one of this.
        modele.setBasis(depart)
        return modele

    def laisser(self) -> None:
        """Leave to the next blocks where the simplex has stopped."""
        arret, (cases, lignes) = self._reels.getBasis(), self._base
        if arret.valid:
            cases[self.rangs[self._inconnus]], lignes[self._lignes] = arret.col_status, arret.row_status

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
        i = np.searchsorted(self.rangs, [rang])
        but = _But(i, np.array([sens]), np.array([limite if sens < 0 else np.inf]))
        solution = self._viser(self._reels, but)

        def prix() -> Prix:
            c, ombres = self._contraintes, np.array(solution.row_dual if solution is not None else [])
            duaux = -np.bincount(c.cases, c.poids * ombres[c.lignes], len(self.rangs)).astype(np.float64)
            duaux[i] += sens
            return duaux, float(ombres @ c.minimum)

        point = None if solution is None else self._point(solution)
        if point is not None and entier:
            point = self._arrondir(point, but)
        return None if point is None else Solution(point, prix)

    def pousser(self, rangs: Rangs, poids: Nombres, plafonds: Nombres) -> Nombres | None:
        """Whole values of the block that make the weighted sum of several cases smallest, or nearly.

        ``plafonds``: no case is looked for beyond. None when there are none.
        """
        but = _But(np.searchsorted(self.rangs, rangs), poids, plafonds, loin=True)
        solution = self._viser(self._reels, but)
        return None if solution is None else self._arrondir(self._point(solution), but)

    def _arrondir(self, point: Nombres, but: _But) -> Nombres | None:
        """Whole values for the same aim, ``point`` being the best ones: most counts that are not are far from it.

        These are held as in whole values that are known; the integer programme, which is long, has the last word.
        """
        if est_entier(point):
            return point
        if self._entier is not None:
            tenues = np.abs(point - np.rint(point)) >= PRECISION
            tenues[but.places] = False
            colonnes, valeurs = self._colonnes[tenues], self._entier[tenues]
            self._reels.changeColsBounds(len(colonnes), colonnes, valeurs, valeurs)
            solution = self._viser(self._reels, but)
            self._reels.changeColsBounds(len(colonnes), colonnes, self._bas[tenues], self._haut[tenues])
            essai = None if solution is None else self._point(solution)
            if essai is not None and est_entier(essai) and (but.loin or but.vaut(essai) <= but.vaut(point)):
                return essai
        solution = self._viser(self._entiers, but)
        self._entier = None if solution is None else np.rint(self._point(solution))
        return self._entier

    def _viser(self, modele: highspy.Highs, but: _But) -> highspy.HighsSolution | None:
        """The best solution of a model; its costs and its bounds are then what they were."""
        n, colonnes = len(but.places), self._colonnes[but.places]
        bas, haut = self._bas[but.places], self._haut[but.places]
        modele.setOptionValue("mip_rel_gap", _PRESQUE if but.loin else 0.0)
        modele.changeColsCost(n, colonnes, but.poids)
        modele.changeColsBounds(n, colonnes, bas, np.minimum(haut, but.plafonds))
        modele.run()
        resolu, solution = est_resolu(modele), modele.getSolution()
        modele.changeColsCost(n, colonnes, np.zeros(n))
        modele.changeColsBounds(n, colonnes, bas, haut)
        return solution if resolu else None

    def _point(self, solution: highspy.HighsSolution) -> Nombres:
        point = self._bas.copy()
        point[self._inconnus] = solution.col_value
        return point


def est_entier(point: Nombres) -> bool:
    """Whether all the values of a point are whole numbers, those that it does not depend on (NaN) left aside."""
    return not (np.abs(point - np.rint(point)) >= PRECISION).any()
