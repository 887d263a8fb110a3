"""What a reader can deduce: the smallest and largest value of a masked case, by linear programming (HiGHS).

The unknowns are the cases; the relations hold; what is published is fixed; the rest is any number from zero upwards.

Witnesses are whole counts that fit all of it: two that differ enough prove that a masked case is not deduced. Whoever
is given some checks them against what it knows by itself: they are where a proof starts, never what it trusts. The
search that adds zeros alone takes as they are those of the search before it, of the same figures.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cil_analysis.secret.preuve.bloc import Bloc, Prix, Solution, base, est_entier
from cil_analysis.secret.preuve.contraintes import (
    INFINI,
    PRECISION,
    Nombres,
    Rangs,
    composantes,
    contraindre,
    est_resolu,
    programme_lineaire,
)
from cil_analysis.secret.preuve.determination import Determination, determiner
from cil_analysis.secret.relations.cases import Case, Inegalite, Relation


@dataclass(frozen=True)
class Extreme:
    """An end of the interval of a case.

    ``borne``: the end; ``point``: values of the cases that reach it, NaN for those that it does not depend on.
    ``prix``: by how much the end moves per unit that the bounds of each case give way (reduced costs, of a
    minimisation), and what inequalities with a constant add to it, whatever the bounds.
    """

    borne: float
    point: Nombres
    prix: Callable[[], Prix]

    @cached_property
    def est_entier(self) -> bool:
        """Whether the values of all the cases are whole numbers, as counts are."""
        return est_entier(self.point)


class Contradiction(Exception):
    """The relations and what is known of the cases cannot hold together."""


class Programme:
    """The unknowns of a system, the relations and the inequalities that they meet, and what is known of them.

    Once the known cases are fixed, and those that sums give one after another, the others fall into blocks that nothing
    links: each is solved alone.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        relations: Iterable[Relation],
        presentes: Iterable[Case] = (),
        inegalites: Iterable[Inegalite] = (),
    ) -> None:
        self.rang: Mapping[Case, int] = {case: i for i, case in enumerate(cases)}
        self.contraintes = contraindre(self.rang, relations, inegalites)
        self.minimums = np.zeros(len(cases))
        self.minimums[[self.rang[case] for case in presentes if case in self.rang]] = 1.0
        self._bas, self._haut = self.minimums, np.full(len(cases), INFINI)
        self._base, self._blocs = base(len(cases), len(self.contraintes)), dict[int, Bloc]()
        self._decouper()

    def minorer(self, minimums: Mapping[Case, float]) -> None:
        """Take some counts to be no smaller than this; before what is known is given."""
        for case, minimum in minimums.items():
            if case in self.rang:
                self.minimums[self.rang[case]] = max(self.minimums[self.rang[case]], minimum)

    def connaitre(self, connues: Mapping[Case, float]) -> None:
        """Fix the cases that are known, and free all the others."""
        valeurs = np.full(len(self.rang), np.nan)
        for case, valeur in connues.items():
            if case in self.rang:
                valeurs[self.rang[case]] = valeur
        self.fixer(valeurs)

    def fixer(self, valeurs: Nombres) -> None:
        """The same, by rank; NaN for those that are free."""
        libres = np.isnan(valeurs)
        self._bas, self._haut = np.where(libres, self.minimums, valeurs), np.where(libres, INFINI, valeurs)
        self._decouper()

    def _decouper(self) -> None:
        """Find the blocks; a constraint whose cases are all known must hold."""
        c = self.contraintes
        self._contredit = bool((c.sues(self._bas == self._haut) & c.manquees(c.sommes(self._bas))).any())
        self._inconnues = self._bas != self._haut
        self._determination = self._determiner()
        self._bas, self._haut = self._determination.bas, self._determination.haut
        libres = self._bas != self._haut
        inconnus = libres[c.cases]
        self._etiquettes = composantes(c, libres)
        des_lignes = np.full(len(c), -1)
        des_lignes[c.lignes[inconnus]] = self._etiquettes[c.cases[inconnus]]
        self._lignes = np.argsort(des_lignes, kind="stable")
        self._etiquettes_des_lignes = des_lignes[self._lignes]
        self._lies = np.zeros(len(libres), dtype=bool)
        self._lies[c.cases[inconnus]] = True
        for bloc in self._blocs.values():
            bloc.laisser()
        self._blocs = {}

    def _determiner(self) -> Determination:
        """The bounds that sums give; as they were for the cases that are linked to those that sums contradict."""
        c = self.contraintes
        trouvee = determiner(c, self._bas, self._haut)
        bas, haut = trouvee.bas, trouvee.haut
        sues = bas == haut
        fausses = (bas < self._bas - PRECISION) | (haut > self._haut + PRECISION) | (bas > haut + PRECISION)
        manquees = c.sues(sues) & c.manquees(c.sommes(np.where(sues, bas, 0.0)))
        fausses[c.cases[manquees[c.lignes]]] = True
        if not fausses.any():
            return trouvee
        libres = self._inconnues
        etiquettes = composantes(c, libres)
        intactes = ~(libres & np.isin(etiquettes, etiquettes[fausses & libres]))
        return Determination(np.where(intactes, bas, self._bas), np.where(intactes, haut, self._haut))

    def _bloc(self, rang: int) -> Bloc | None:
        """The block of a case, made when it is first asked for; None for a known case, or one in no constraint."""
        if not self._lies[rang]:
            return None
        etiquette = int(self._etiquettes[rang])
        if etiquette not in self._blocs:
            debut, fin = np.searchsorted(self._etiquettes_des_lignes, [etiquette, etiquette + 1])
            self._blocs[etiquette] = Bloc(self.contraintes, self._lignes[debut:fin], self._bas, self._haut, self._base)
        return self._blocs[etiquette]

    def conviennent(self, points: Nombres) -> Nombres:
        """The points, one a row, that fit all that is known."""
        c, bornes = self.contraintes, (points >= self._bas - PRECISION) & (points <= self._haut + PRECISION)
        possibles = points[bornes.all(axis=1)]
        return possibles[[rang for rang, point in enumerate(possibles) if not c.manquees(c.sommes(point)).any()]]

    def liees(self, *cases: Case) -> Rangs:
        """The ranks of the cases that sums link to unknown ones through unknown ones, those that they give included."""
        c, etiquettes = self.contraintes, composantes(self.contraintes, self._inconnues)
        siens = self._inconnues & np.isin(etiquettes, etiquettes[[self.rang[case] for case in cases]])
        siennes = np.isin(c.lignes, c.lignes[siens[c.cases]])
        return np.unique(c.cases[siennes])

    def par_bloc(self, cases: Iterable[Case]) -> list[Rangs]:
        """The ranks of the unknown cases among some, those of a block together."""
        ensemble: dict[int, list[int]] = defaultdict(list)
        for rang in sorted({self.rang[case] for case in cases}):
            if self._lies[rang]:
                ensemble[int(self._etiquettes[rang])].append(rang)
        return [np.array(rangs, dtype=np.int64) for rangs in ensemble.values()]

    def pousser(self, rangs: Rangs, poids: Nombres, plafonds: Nombres) -> Nombres | None:
        """Whole values that make the weighted sum of cases of one block smallest, each up to its ceiling.

        NaN for the cases of other blocks; None when there are none.
        """
        bloc = self._bloc(int(rangs[0]))
        trouve = None if bloc is None or self._contredit else bloc.pousser(rangs, poids, plafonds)
        if bloc is None or trouve is None:
            return None
        point = np.full(len(self.rang), np.nan)
        point[bloc.rangs] = trouve
        return point

    def exacte(self, case: Case) -> float | None:
        """The value of a case that is known, or that sums give one after another; None where more has to be sought."""
        rang = self.rang[case]
        return None if self._contredit or self._bas[rang] != self._haut[rang] else float(self._bas[rang])

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
        bloc = self._bloc(rang)
        if bloc is None:  # Known, given by sums, or in no relation.
            fin = self._bas[rang] if self._bas[rang] == self._haut[rang] or sens > 0 else limite
            seule = Solution(np.array([fin]), lambda: (np.array([sens]), 0.0))
        rangs = np.array([rang]) if bloc is None else bloc.rangs
        solution = seule if bloc is None else bloc.resoudre(rang, sens, limite, entier=entier)
        if solution is None:
            raise Contradiction(case.cle)
        point, prix_du_bloc = np.full(n, np.nan), solution.prix
        point[rangs] = solution.point

        def prix() -> Prix:
            prix = np.zeros(n)
            prix[rangs], constante = prix_du_bloc()
            return prix, constante + self._determination.remonter(self.contraintes, prix)

        return Extreme(float(point[rang]), point, prix)

    def le_plus_petit(self) -> Nombres | None:
        """Whole values of all the cases that fit what is known, and add up to the least; None when there are none."""
        modele = programme_lineaire(self.contraintes, self._bas, self._haut, entier=True)
        modele.changeColsCost(len(self.rang), np.arange(len(self.rang)), np.ones(len(self.rang)))
        modele.run()
        return np.rint(modele.getSolution().col_value) if est_resolu(modele) else None

    def coherent(self) -> bool:
        """Whether something fits all that is known."""
        modele = programme_lineaire(self.contraintes, self._bas, self._haut, entier=False)
        modele.run()
        return est_resolu(modele)


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
    complets = [np.rint(np.where(np.isnan(point), entier, point)).astype(np.int32) for point in (entier, *points)]
    return Temoins(cases, np.array(complets))


def vrai_temoin(lecteur: Programme, valeurs: Mapping[Case, float]) -> Temoins:
    """The true counts, with whole ones for the cases that nothing counts; none when there are none.

    What the reader knows is then to be given again.
    """
    lecteur.connaitre(valeurs)
    point = lecteur.le_plus_petit()
    return SANS_TEMOIN if point is None else completer(list(lecteur.rang), point, ())
