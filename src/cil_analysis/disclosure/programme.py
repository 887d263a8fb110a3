"""What a reader can deduce: the smallest and largest value of a masked case, by linear programming (HiGHS).

The unknowns are the cases; the relations hold; what is published is fixed; the rest is any number from zero upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from cil_analysis.disclosure.cases import Case
from cil_analysis.disclosure.relations import Relation

Nombres = NDArray[np.float64]
PRECISION = 1e-6
_INFINI = highspy.kHighsInf


class Extreme(NamedTuple):
    """An end of the interval of a case.

    ``point``: values of all the cases that reach it; ``duaux``: by how much the end moves per unit that the bounds of
    each case give way (reduced costs, of a minimisation); ``borne``: the end.
    """

    borne: float
    point: Nombres
    duaux: Nombres

    @property
    def est_entier(self) -> bool:
        """Whether the values of all the cases are whole numbers, as counts are."""
        return est_entier(self.point)


def est_entier(point: Nombres) -> bool:
    """Whether all the values of a point are whole numbers."""
    return bool(np.abs(point - np.rint(point)).max() < PRECISION)


class Contradiction(Exception):
    """The relations and what is known of the cases cannot hold together."""


class Programme:
    """The unknowns and relations of a system, and what is known of them."""

    def __init__(self, cases: Sequence[Case], relations: Iterable[Relation], presentes: Iterable[Case] = ()) -> None:
        self.rang: Mapping[Case, int] = {case: i for i, case in enumerate(cases)}
        self._relations = [(self.rang[r.total], [self.rang[p] for p in r.parties]) for r in relations]
        self._minimum = np.zeros(len(cases))
        self._minimum[[self.rang[case] for case in presentes if case in self.rang]] = 1.0
        self._lineaire = self._modele(entier=False)
        self._entier: highspy.Highs | None = None
        self._bas, self._haut = self._minimum, np.full(len(cases), _INFINI)

    def _modele(self, *, entier: bool) -> highspy.Highs:
        n = len(self.rang)
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = n, len(self._relations)
        programme.col_cost_ = np.zeros(n)
        programme.col_lower_, programme.col_upper_ = self._minimum, np.full(n, _INFINI)
        programme.row_lower_ = programme.row_upper_ = np.zeros(len(self._relations))
        matrice = programme.a_matrix_
        matrice.format_ = highspy.MatrixFormat.kRowwise
        matrice.start_ = np.cumsum([0, *(1 + len(parties) for _, parties in self._relations)])
        matrice.index_ = np.array([i for total, parties in self._relations for i in (total, *parties)])
        matrice.value_ = np.array([v for _, parties in self._relations for v in (1.0, *[-1.0] * len(parties))])
        if entier:
            programme.integrality_ = [highspy.HighsVarType.kInteger] * n
        modele = solveur()
        if not entier:  # One model, many objectives: the last basis is the best start.
            modele.setOptionValue("presolve", "off")
        modele.passModel(programme)
        return modele

    def connaitre(self, connues: Mapping[Case, float]) -> None:
        """Fix the cases that are known, and free all the others."""
        self._bas, self._haut = self._minimum.copy(), np.full(len(self.rang), _INFINI)
        for case, valeur in connues.items():
            if case in self.rang:
                self._bas[self.rang[case]] = self._haut[self.rang[case]] = valeur
        self._borner(self._lineaire)
        if self._entier is not None:
            self._borner(self._entier)

    def _borner(self, modele: highspy.Highs) -> None:
        modele.changeColsBounds(len(self.rang), np.arange(len(self.rang), dtype=np.int32), self._bas, self._haut)

    def minimum(self, case: Case, *, entier: bool = False) -> Extreme:
        """The smallest value of a case. Raises Contradiction when nothing fits what is known."""
        return self._extreme(case, 1.0, self._bas[self.rang[case]], entier)

    def maximum(self, case: Case, plafond: float, *, entier: bool = False) -> Extreme:
        """The largest value of a case, looked for up to a ceiling. Raises Contradiction like :meth:`minimum`."""
        return self._extreme(case, -1.0, plafond, entier)

    def _extreme(self, case: Case, sens: float, limite: float, entier: bool) -> Extreme:
        if entier and self._entier is None:
            self._entier = self._modele(entier=True)
            self._borner(self._entier)
        modele = self._entier if entier and self._entier is not None else self._lineaire
        i = self.rang[case]
        modele.changeColCost(i, sens)
        if sens < 0:
            modele.changeColBounds(i, self._bas[i], min(self._haut[i], limite))
        modele.run()
        statut, solution = modele.getModelStatus(), modele.getSolution()
        point, duaux = np.array(solution.col_value), np.array(solution.col_dual)
        modele.changeColCost(i, 0.0)
        modele.changeColBounds(i, self._bas[i], self._haut[i])
        if statut != highspy.HighsModelStatus.kOptimal:
            raise Contradiction(case.cle)
        return Extreme(float(point[i]), point, duaux)

    def coherent(self) -> bool:
        """Whether something fits all that is known."""
        self._lineaire.run()
        return bool(self._lineaire.getModelStatus() == highspy.HighsModelStatus.kOptimal)


class _Silencieux(highspy.Highs):
    """HiGHS without callbacks: setting them, which its own constructor does, prints a banner on standard output."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


def solveur() -> highspy.Highs:
    """A silent HiGHS on one thread: the same inputs give the same answer."""
    modele = _Silencieux()
    for option, valeur in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        modele.setOptionValue(option, valeur)
    return modele
