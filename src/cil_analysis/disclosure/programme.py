"""What a reader can deduce: the smallest and largest value of a masked case, by linear programming (HiGHS).

The unknowns are the cases; the relations hold; what is published is fixed; the rest is any number from zero upwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from cil_analysis.disclosure.cases import Case
from cil_analysis.disclosure.systeme import Relation

Nombres = NDArray[np.float64]
Rangs = NDArray[np.int64]
# The row, the column and the value of each term.
Matrice = tuple[Rangs, Rangs, Nombres]
PRECISION = 1e-6
_INFINI = highspy.kHighsInf


class Extreme(NamedTuple):
    """An end of the interval of a case.

    ``point``: values of the cases that reach it, NaN for those that it does not depend on; ``duaux``: by how much the
    end moves per unit that the bounds of each case give way (reduced costs, of a minimisation); ``borne``: the end.
    """

    borne: float
    point: Nombres
    duaux: Nombres

    @property
    def est_entier(self) -> bool:
        """Whether the values of all the cases are whole numbers, as counts are."""
        return est_entier(self.point)


def est_entier(point: Nombres) -> bool:
    """Whether all the values of a point are whole numbers, those that it does not depend on left aside."""
    return bool(np.nanmax(np.abs(point - np.rint(point)), initial=0.0) < PRECISION)


class Contradiction(Exception):
    """The relations and what is known of the cases cannot hold together."""


class _Bloc:
    """Unknown cases that relations link to each other, and the known ones beside them: a programme of its own.

    Its columns are the unknown ones alone: what is known is the right-hand side of each relation.
    """

    def __init__(
        self, rangs: Rangs, relations: Sequence[tuple[int, Sequence[int]]], bas: Nombres, haut: Nombres
    ) -> None:
        self.rangs = rangs
        place = {int(rang): i for i, rang in enumerate(rangs)}
        self._relations = [(place[t], [place[p] for p in parties]) for t, parties in relations]
        self._bas, self._haut = bas[rangs], haut[rangs]
        self._inconnus = np.flatnonzero(self._bas != self._haut)
        self._place = place

    @cached_property
    def _matrice(self) -> Matrice:
        return _matrice(self._relations)

    @cached_property
    def _reels(self) -> highspy.Highs:
        return self._modele(entier=False)

    @cached_property
    def _entiers(self) -> highspy.Highs:
        return self._modele(entier=True)

    @cached_property
    def _colonnes(self) -> Rangs:
        """The column of each case; -1 for a known one."""
        colonnes = np.full(len(self.rangs), -1)
        colonnes[self._inconnus] = np.arange(len(self._inconnus))
        return colonnes

    def _modele(self, *, entier: bool) -> highspy.Highs:
        lignes, cases, signes = self._matrice
        colonnes = self._colonnes[cases]
        connus, inconnus = colonnes < 0, colonnes >= 0
        n = len(self._relations)
        second = -np.bincount(lignes[connus], signes[connus] * self._bas[cases[connus]], n).astype(np.float64)
        bornes = self._bas[self._inconnus], self._haut[self._inconnus]
        return _modele((lignes[inconnus], colonnes[inconnus], signes[inconnus]), second, *bornes, entier=entier)

    def resoudre(self, rang: int, sens: float, limite: float, *, entier: bool) -> tuple[Nombres, Nombres] | None:
        """The values of the block that make a case smallest (``sens`` 1) or largest (-1), and their reduced costs."""
        if len(self._inconnus) == 1:
            return self._difference(sens)
        modele, i = self._entiers if entier else self._reels, self._place[rang]
        colonne = int(self._colonnes[i])
        modele.changeColCost(colonne, sens)
        if sens < 0:
            modele.changeColBounds(colonne, self._bas[i], min(self._haut[i], limite))
        modele.run()
        statut, solution = modele.getModelStatus(), modele.getSolution()
        modele.changeColCost(colonne, 0.0)
        modele.changeColBounds(colonne, self._bas[i], self._haut[i])
        if statut != highspy.HighsModelStatus.kOptimal:
            return None
        point = self._bas.copy()
        point[self._inconnus] = solution.col_value
        lignes, cases, signes = self._matrice
        couts = signes * np.array(solution.row_dual)[lignes]
        duaux = -np.bincount(cases, couts, len(point)).astype(np.float64)
        duaux[i] += sens
        return point, duaux

    @cached_property
    def exacte(self) -> float | None:
        """The only value of a case that is alone among known ones; None for several cases, or a contradiction."""
        solution = self._difference(1.0) if len(self._inconnus) == 1 else None
        return None if solution is None else float(solution[0][self._inconnus[0]])

    def _difference(self, sens: float) -> tuple[Nombres, Nombres] | None:
        """A case alone among known ones is what the first relation leaves; the others must agree."""
        seul, point, duaux = int(self._inconnus[0]), self._bas.copy(), np.zeros(len(self.rangs))
        restes = []
        for total, parties in self._relations:
            autres = sum(point[i] for i in parties if i != seul)
            restes.append(autres if total == seul else point[total] - autres)
        point[seul] = restes[0]
        if min(restes) < self._bas[seul] - PRECISION or max(restes) - min(restes) > PRECISION:
            return None
        total, parties = self._relations[0]
        duaux[[i for i in parties if i != seul]] = sens if total == seul else -sens
        if total != seul:
            duaux[total] = sens
        return point, duaux


class Programme:
    """The unknowns and relations of a system, and what is known of them.

    Once the known cases are fixed, the others fall into blocks that no relation links: each is solved alone.
    """

    def __init__(self, cases: Sequence[Case], relations: Iterable[Relation], presentes: Iterable[Case] = ()) -> None:
        self.rang: Mapping[Case, int] = {case: i for i, case in enumerate(cases)}
        self._relations = [(self.rang[r.total], [self.rang[p] for p in r.parties]) for r in relations]
        self._minimum = np.zeros(len(cases))
        self._minimum[[self.rang[case] for case in presentes if case in self.rang]] = 1.0
        self._bas, self._haut = self._minimum, np.full(len(cases), _INFINI)
        self._blocs: dict[int, _Bloc] = {}
        self._contredit = False

    def connaitre(self, connues: Mapping[Case, float]) -> None:
        """Fix the cases that are known, and free all the others."""
        self._bas, self._haut = self._minimum.copy(), np.full(len(self.rang), _INFINI)
        for case, valeur in connues.items():
            if case in self.rang:
                self._bas[self.rang[case]] = self._haut[self.rang[case]] = valeur
        self._decouper()

    def _decouper(self) -> None:
        """Find the blocks; a relation whose cases are all known must hold."""
        parent = list(range(len(self.rang)))

        def racine(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        libre = (self._bas != self._haut).tolist()
        self._contredit = False
        premiers = []
        for total, parties in self._relations:
            inconnus = [i for i in (total, *parties) if libre[i]]
            premiers.append(inconnus[0] if inconnus else -1)
            for i in inconnus[1:]:
                parent[racine(i)] = racine(inconnus[0])
            if not inconnus and abs(self._bas[total] - sum(self._bas[i] for i in parties)) > PRECISION:
                self._contredit = True
        par_racine: dict[int, list[tuple[int, Sequence[int]]]] = defaultdict(list)
        for relation, premier in zip(self._relations, premiers, strict=True):
            if premier >= 0:
                par_racine[racine(premier)].append(relation)
        self._blocs = {}
        for relations in par_racine.values():
            rangs = np.array(sorted({i for total, parties in relations for i in (total, *parties)}), dtype=np.int64)
            bloc = _Bloc(rangs, relations, self._bas, self._haut)
            self._blocs.update((int(rang), bloc) for rang in rangs if libre[rang])

    def exacte(self, case: Case) -> float | None:
        """The value of a case that is known, or that one subtraction gives; None where more has to be looked for."""
        rang = self.rang[case]
        if self._contredit:
            return None
        if self._bas[rang] == self._haut[rang]:
            return float(self._bas[rang])
        return self._blocs[rang].exacte if rang in self._blocs else None

    def minimum(self, case: Case, *, entier: bool = False) -> Extreme:
        """The smallest value of a case. Raises Contradiction when nothing fits what is known."""
        return self._extreme(case, 1.0, self._bas[self.rang[case]], entier)

    def maximum(self, case: Case, plafond: float, *, entier: bool = False) -> Extreme:
        """The largest value of a case, looked for up to a ceiling. Raises Contradiction like :meth:`minimum`."""
        return self._extreme(case, -1.0, plafond, entier)

    def _extreme(self, case: Case, sens: float, limite: float, entier: bool) -> Extreme:
        rang, n = self.rang[case], len(self.rang)
        if self._contredit:
            raise Contradiction(case.cle)
        point, duaux = np.full(n, np.nan), np.zeros(n)
        bloc = self._blocs.get(rang)
        if bloc is None:  # Known, or in no relation.
            fixe = self._bas[rang] == self._haut[rang]
            point[rang] = self._bas[rang] if fixe or sens > 0 else limite
            duaux[rang] = sens
            return Extreme(float(point[rang]), point, duaux)
        solution = bloc.resoudre(rang, sens, limite, entier=entier)
        if solution is None:
            raise Contradiction(case.cle)
        point[bloc.rangs], duaux[bloc.rangs] = solution
        return Extreme(float(point[rang]), point, duaux)

    def coherent(self) -> bool:
        """Whether something fits all that is known."""
        modele = _modele(_matrice(self._relations), np.zeros(len(self._relations)), self._bas, self._haut, entier=False)
        modele.run()
        return bool(modele.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _matrice(relations: Sequence[tuple[int, Sequence[int]]]) -> Matrice:
    """« A total less its parts », a row each: the row, the case and the sign of each term."""
    lignes = np.repeat(np.arange(len(relations)), [1 + len(parties) for _, parties in relations])
    cases = np.array([i for total, parties in relations for i in (total, *parties)], dtype=np.int64)
    signes = np.array([v for _, parties in relations for v in (1.0, *[-1.0] * len(parties))])
    return lignes, cases, signes


def _modele(matrice: Matrice, second: Nombres, bas: Nombres, haut: Nombres, *, entier: bool) -> highspy.Highs:
    """The programme of some columns, whose rows equal ``second``."""
    lignes, colonnes, signes = matrice
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(bas), len(second)
    programme.col_cost_ = np.zeros(len(bas))
    programme.col_lower_, programme.col_upper_ = bas, haut
    programme.row_lower_ = programme.row_upper_ = second
    a = programme.a_matrix_
    a.format_ = highspy.MatrixFormat.kRowwise
    a.start_ = np.concatenate([[0], np.cumsum(np.bincount(lignes, minlength=len(second)))])
    a.index_, a.value_ = colonnes, signes
    if entier:
        programme.integrality_ = [highspy.HighsVarType.kInteger] * len(bas)
    modele = solveur()
    if not entier:  # One model, many objectives: the last basis is the best start, from which the primal simplex goes.
        modele.setOptionValue("presolve", "off")
        modele.setOptionValue("simplex_strategy", int(highspy.simplex_constants.SimplexStrategy.kSimplexStrategyPrimal))
    modele.passModel(programme)
    return modele


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
