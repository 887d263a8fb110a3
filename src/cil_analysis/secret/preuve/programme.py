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

from cil_analysis.secret.relations.cases import Case
from cil_analysis.secret.relations.systeme import Inegalite, Relation

Nombres = NDArray[np.float64]
Rangs = NDArray[np.int64]
# The row, the column and the value of each term.
Matrice = tuple[Rangs, Rangs, Nombres]
# The values of the cases of a block, their reduced costs, and the constant (see ``Extreme``).
_Solution = tuple[Nombres, Nombres, float]
PRECISION = 1e-6
_INFINI = highspy.kHighsInf


class Extreme(NamedTuple):
    """An end of the interval of a case.

    ``point``: values of the cases that reach it, NaN for those that it does not depend on; ``duaux``: by how much the
    end moves per unit that the bounds of each case give way (reduced costs, of a minimisation); ``borne``: the end;
    ``constante``: what inequalities with a constant add to it, whatever the bounds.
    """

    borne: float
    point: Nombres
    duaux: Nombres
    constante: float = 0.0

    @property
    def est_entier(self) -> bool:
        """Whether the values of all the cases are whole numbers, as counts are."""
        return est_entier(self.point)


def est_entier(point: Nombres) -> bool:
    """Whether all the values of a point are whole numbers, those that it does not depend on left aside."""
    return bool(np.nanmax(np.abs(point - np.rint(point)), initial=0.0) < PRECISION)


class Contradiction(Exception):
    """The relations and what is known of the cases cannot hold together."""


class _Contrainte(NamedTuple):
    """Some cases, by rank, times their weights, add up to ``minimum``, exactly or at least."""

    rangs: Sequence[int]
    poids: Sequence[float]
    minimum: float
    exacte: bool

    def ailleurs(self, place: Mapping[int, int]) -> _Contrainte:
        """The same by other ranks."""
        return self._replace(rangs=[place[rang] for rang in self.rangs])

    def tient(self, valeurs: Nombres) -> bool:
        """Whether it holds, its cases all known."""
        ecart = sum(poids * valeurs[rang] for rang, poids in zip(self.rangs, self.poids, strict=True)) - self.minimum
        return bool(ecart >= -PRECISION and not (self.exacte and ecart > PRECISION))


class _Bloc:
    """Unknown cases that constraints link to each other, and the known ones beside them: a programme of its own.

    Its columns are the unknown ones alone: what is known is on the right-hand side of each constraint.
    """

    def __init__(self, rangs: Rangs, contraintes: Sequence[_Contrainte], bas: Nombres, haut: Nombres) -> None:
        self.rangs = rangs
        place = {int(rang): i for i, rang in enumerate(rangs)}
        self._contraintes = [contrainte.ailleurs(place) for contrainte in contraintes]
        self._bas, self._haut = bas[rangs], haut[rangs]
        self._inconnus = np.flatnonzero(self._bas != self._haut)
        self._place = place
        # A case alone among known ones is what an equality leaves.
        self._seule = len(self._inconnus) == 1 and all(c.exacte for c in self._contraintes)

    @cached_property
    def _matrice(self) -> Matrice:
        return _matrice(self._contraintes)

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
        n = len(self._contraintes)
        connu = np.bincount(lignes[connus], signes[connus] * self._bas[cases[connus]], n).astype(np.float64)
        bas, haut = _seconds_membres(self._contraintes)
        bornes = self._bas[self._inconnus], self._haut[self._inconnus]
        matrice = lignes[inconnus], colonnes[inconnus], signes[inconnus]
        return _modele(matrice, (bas - connu, haut - connu), bornes, entier=entier)

    def resoudre(self, rang: int, sens: float, limite: float, *, entier: bool) -> _Solution | None:
        """The values of the block that make a case smallest (``sens`` 1) or largest (-1), and what they tell."""
        if self._seule:
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
        ombres = np.array(solution.row_dual)
        duaux = -np.bincount(cases, signes * ombres[lignes], len(point)).astype(np.float64)
        duaux[i] += sens
        return point, duaux, float(ombres @ _seconds_membres(self._contraintes)[0])

    def pousser(self, rangs: Rangs, poids: Nombres, plafonds: Nombres, *, entier: bool = False) -> Nombres | None:
        """Whole values of the block that make the weighted sum of several cases smallest, or nearly.

        ``plafonds``: no case is looked for beyond. None when there are none.
        """
        modele = self._entiers if entier else self._reels
        places = np.array([self._place[int(rang)] for rang in rangs])
        n, colonnes, bas, haut = len(rangs), self._colonnes[places], self._bas[places], self._haut[places]
        modele.changeColsCost(n, colonnes, poids)
        modele.changeColsBounds(n, colonnes, bas, np.minimum(haut, plafonds))
        modele.run()
        statut, solution = modele.getModelStatus(), modele.getSolution()
        modele.changeColsCost(n, colonnes, np.zeros(n))
        modele.changeColsBounds(n, colonnes, bas, haut)
        if statut != highspy.HighsModelStatus.kOptimal:
            return None
        point = self._bas.copy()
        point[self._inconnus] = solution.col_value
        return point if entier or est_entier(point) else self.pousser(rangs, poids, plafonds, entier=True)

    @cached_property
    def exacte(self) -> float | None:
        """The only value of a case that is alone among known ones; None for several cases, or a contradiction."""
        solution = self._difference(1.0) if self._seule else None
        return None if solution is None else float(solution[0][self._inconnus[0]])

    def _difference(self, sens: float) -> _Solution | None:
        """A case alone among known ones is what the first constraint leaves; the others must agree."""
        seul, point, duaux = int(self._inconnus[0]), self._bas.copy(), np.zeros(len(self.rangs))
        point[seul] = 0.0
        valeurs = []
        for c in self._contraintes:
            poids = dict(zip(c.rangs, c.poids, strict=True))
            autres = sum(w * point[i] for i, w in poids.items() if i != seul)
            valeurs.append((c.minimum - autres) / poids[seul])
        point[seul] = valeurs[0]
        if min(valeurs) < self._bas[seul] - PRECISION or max(valeurs) - min(valeurs) > PRECISION:
            return None
        premiere = dict(zip(self._contraintes[0].rangs, self._contraintes[0].poids, strict=True))
        for i, w in premiere.items():
            if i != seul:
                duaux[i] = -sens * w / premiere[seul]
        return point, duaux, 0.0


class Programme:
    """The unknowns of a system, the relations and the inequalities that they meet, and what is known of them.

    Once the known cases are fixed, the others fall into blocks that nothing links: each is solved alone.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        relations: Iterable[Relation],
        presentes: Iterable[Case] = (),
        inegalites: Iterable[Inegalite] = (),
    ) -> None:
        self.rang: Mapping[Case, int] = {case: i for i, case in enumerate(cases)}
        self._contraintes = [
            _Contrainte([self.rang[c] for c in (r.total, *r.parties)], [1.0, *[-1.0] * len(r.parties)], 0.0, True)
            for r in relations
        ] + [
            _Contrainte([self.rang[c] for c, _ in i.termes], [float(w) for _, w in i.termes], float(i.minimum), False)
            for i in inegalites
        ]
        self._minimum = np.zeros(len(cases))
        self._minimum[[self.rang[case] for case in presentes if case in self.rang]] = 1.0
        self._bas, self._haut = self._minimum, np.full(len(cases), _INFINI)
        self._blocs: dict[int, _Bloc] = {}
        self._contredit = False

    def minorer(self, minimums: Mapping[Case, float]) -> None:
        """Take some counts to be no smaller than this; before what is known is given."""
        for case, minimum in minimums.items():
            if case in self.rang:
                self._minimum[self.rang[case]] = max(self._minimum[self.rang[case]], minimum)

    def connaitre(self, connues: Mapping[Case, float]) -> None:
        """Fix the cases that are known, and free all the others."""
        self._bas, self._haut = self._minimum.copy(), np.full(len(self.rang), _INFINI)
        for case, valeur in connues.items():
            if case in self.rang:
                self._bas[self.rang[case]] = self._haut[self.rang[case]] = valeur
        self._decouper()

    def _decouper(self) -> None:
        """Find the blocks; a constraint whose cases are all known must hold."""
        parent = list(range(len(self.rang)))

        def racine(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        libre = (self._bas != self._haut).tolist()
        self._contredit = False
        premiers = []
        for contrainte in self._contraintes:
            inconnus = [i for i in contrainte.rangs if libre[i]]
            premiers.append(inconnus[0] if inconnus else -1)
            for i in inconnus[1:]:
                parent[racine(i)] = racine(inconnus[0])
            if not inconnus and not contrainte.tient(self._bas):
                self._contredit = True
        par_racine: dict[int, list[_Contrainte]] = defaultdict(list)
        for contrainte, premier in zip(self._contraintes, premiers, strict=True):
            if premier >= 0:
                par_racine[racine(premier)].append(contrainte)
        self._blocs = {}
        for contraintes in par_racine.values():
            rangs = np.array(sorted({i for c in contraintes for i in c.rangs}), dtype=np.int64)
            bloc = _Bloc(rangs, contraintes, self._bas, self._haut)
            self._blocs.update((int(rang), bloc) for rang in rangs if libre[rang])

    def voisines(self, case: Case) -> frozenset[int]:
        """The ranks of the cases of a block, those that a change of one may reach."""
        bloc = self._blocs.get(self.rang[case])
        return frozenset() if bloc is None else frozenset(bloc.rangs.tolist())

    def par_bloc(self, cases: Iterable[Case]) -> list[Rangs]:
        """The ranks of the unknown cases among some, those of a block together."""
        ensemble: dict[int, list[int]] = defaultdict(list)
        for rang in sorted({self.rang[case] for case in cases} & self._blocs.keys()):
            ensemble[id(self._blocs[rang])].append(rang)
        return [np.array(rangs, dtype=np.int64) for rangs in ensemble.values()]

    def pousser(self, rangs: Rangs, poids: Nombres, plafonds: Nombres) -> Nombres | None:
        """Whole values that make the weighted sum of cases of one block smallest, each up to its ceiling.

        NaN for the cases of other blocks; None when there are none.
        """
        bloc = self._blocs[int(rangs[0])]
        trouve = None if self._contredit else bloc.pousser(rangs, poids, plafonds)
        if trouve is None:
            return None
        point = np.full(len(self.rang), np.nan)
        point[bloc.rangs] = trouve
        return point

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
        point[bloc.rangs], duaux[bloc.rangs], constante = solution
        return Extreme(float(point[rang]), point, duaux, constante)

    def coherent(self) -> bool:
        """Whether something fits all that is known."""
        seconds = _seconds_membres(self._contraintes)
        modele = _modele(_matrice(self._contraintes), seconds, (self._bas, self._haut), entier=False)
        modele.run()
        return bool(modele.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _matrice(contraintes: Sequence[_Contrainte]) -> Matrice:
    """A row for each constraint: the row, the case and the weight of each term."""
    lignes = np.repeat(np.arange(len(contraintes)), [len(c.rangs) for c in contraintes])
    cases = np.array([i for c in contraintes for i in c.rangs], dtype=np.int64)
    poids = np.array([w for c in contraintes for w in c.poids])
    return lignes, cases, poids


def _seconds_membres(contraintes: Sequence[_Contrainte]) -> tuple[Nombres, Nombres]:
    """What each constraint adds up to, at least and at most."""
    bas = np.array([c.minimum for c in contraintes])
    return bas, np.where(np.array([c.exacte for c in contraintes], dtype=bool), bas, _INFINI)


def _modele(
    matrice: Matrice, seconds: tuple[Nombres, Nombres], bornes: tuple[Nombres, Nombres], *, entier: bool
) -> highspy.Highs:
    """The programme of some columns, whose rows and columns lie within bounds."""
    lignes, colonnes, signes = matrice
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(bornes[0]), len(seconds[0])
    programme.col_cost_ = np.zeros(len(bornes[0]))
    programme.col_lower_, programme.col_upper_ = bornes
    programme.row_lower_, programme.row_upper_ = seconds
    a = programme.a_matrix_
    a.format_ = highspy.MatrixFormat.kRowwise
    a.start_ = np.concatenate([[0], np.cumsum(np.bincount(lignes, minlength=len(seconds[0])))])
    a.index_, a.value_ = colonnes, signes
    if entier:
        programme.integrality_ = [highspy.HighsVarType.kInteger] * len(bornes[0])
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
