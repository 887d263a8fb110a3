"""What a reader deduces from a choice of masked rows, and the cuts that it calls for.

A cut is what the duals of the reader's programme say: which cases would have to be masked for an interval to be wider.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

import numpy as np

from cil_analysis.secret.preuve.contraintes import INFINI, PRECISION, Nombres, Rangs, Vrais
from cil_analysis.secret.preuve.encadrement import Encadrement
from cil_analysis.secret.preuve.probleme import Choix, Probleme
from cil_analysis.secret.preuve.programme import SANS_TEMOIN, Extreme, Temoins, vrai_temoin
from cil_analysis.secret.relations.cases import Case, cle_de

# How many points are kept: more cost more to compare than they spare.
_POINTS = 1000


@dataclass(frozen=True)
class Coupe:
    """If ``case`` is masked (``toujours``: it is), the masked cases must weigh ``minimum`` at least."""

    case: Case
    toujours: bool
    poids: Mapping[Case, float]
    minimum: float

    @property
    def interdit(self) -> bool:
        """Whether nothing else that is masked would protect the case: it has to be shown."""
        return not self.toujours and sum(self.poids.values()) < self.minimum - PRECISION


class _Point(NamedTuple):
    """Values of the cases that fit the sums: those of ranks ``rangs``, every other one being true or of no account."""

    rangs: Rangs
    valeurs: Nombres
    est_entier: bool


class Controle:
    """What a reader deduces from a choice of masked rows: the cuts that it calls for.

    Points that the reader's programme has met are kept: those that fit what a later choice shows are proofs ready made.
    A case that a point does not depend on has its true value in it.
    """

    def __init__(self, probleme: Probleme, depart: Temoins = SANS_TEMOIN) -> None:
        p, self._probleme = probleme, probleme
        self._cases, self._lecteur = p.cases, p.lecteur()
        self._comptees = np.zeros(len(self._cases), dtype=bool)
        self._comptees[[self._lecteur.rang[case] for case in p.valeurs]] = True
        self.temoins = depart if len(depart.points) else vrai_temoin(self._lecteur, p.valeurs)
        self._vraies = np.array([p.valeurs.get(case, np.nan) for case in self._cases])
        if len(self.temoins.points):
            self._vraies = self.temoins.points[0].astype(np.float64)
        self._masquables = self._comptees.copy()
        self._masquables[[self._lecteur.rang[case] for case in p.fixes if case in p.valeurs]] = False
        # How far each count may go down, and how wide its interval has to be whatever else is masked.
        self._jeu = self._vraies - self._lecteur.minimums
        self._requis = np.zeros(len(self._cases))
        for case, vraie in zip(self._cases, self._vraies, strict=True):
            if (case in p.valeurs or case in p.restes) and not np.isnan(vraie):
                self._requis[self._lecteur.rang[case]] = p.besoin(case).entre(vraie, vraie)
        self._points: list[_Point] = []
        self._suspectes: set[Case] = set()
        self._encadrement: Encadrement | None = None
        self._bas, self._haut = np.zeros_like(self._vraies), np.zeros_like(self._vraies)
        self._retenir_les_temoins()

    def coupes(self, choix: Choix) -> Iterator[Coupe]:
        """The cuts that a choice calls for, one a case deduced too closely; none when it protects all.

        The cases that were deduced too closely before come first: the others are looked at when they are protected.
        """
        self._connaitre(choix)
        sures = True
        for coupe in self._coupes(self._protegees(choix, self._suspectes), choix):
            sures = False
            yield coupe
        if sures:
            yield from self._coupes_entieres(choix)

    def coupes_simples(self, choix: Choix) -> list[Coupe]:
        """The cuts that a sum calls for by itself: nothing else that it masks lets a case move as far as it has to.

        One masked count of a sum goes up as the others of its side go down, or those of the other side go up, which
        nothing bounds there.
        """
        c, libres = self._lecteur.contraintes, ~self._montrees(choix)
        ici, cotes, requis = libres[c.cases], 2 * c.lignes + (c.poids > 0), self._requis[c.cases]
        # On each side of each sum: how many are masked, and how far they go down together.
        combien = np.bincount(cotes, ici, 2 * len(c))
        jeux = np.bincount(cotes, np.where(ici, self._jeu[c.cases], 0.0), 2 * len(c))
        trop_pres = (jeux[cotes] < requis - PRECISION) | ((combien[cotes] == 1) & (requis > 0))
        fautives = ici & c.exactes[c.lignes] & (combien[cotes ^ 1] == 0) & trop_pres
        return [self._coupe_simple(terme, libres) for terme in np.flatnonzero(fautives)]

    def _coupe_simple(self, terme: np.int64, libres: Vrais) -> Coupe:
        """The cut of one case of a sum, by the place of both among the terms."""
        c, rang = self._lecteur.contraintes, self._lecteur.contraintes.cases[terme]
        somme = c.lignes == c.lignes[terme]
        manque, poids = self._requis[rang] - self._jeu[rang], np.zeros(len(self._cases))
        # A large count, of which nothing lacks, is only not to be given by the sum.
        bornes = (c.poids[somme] == c.poids[terme]) & (manque > 0)
        poids[c.cases[somme]] = np.where(bornes, self._jeu[c.cases[somme]], INFINI)
        poids[rang] = 0.0
        minimum = (manque if manque > 0 else 1.0) - poids[libres & ~self._masquables].sum()
        return self._ecrire(self._cases[rang], poids, float(minimum))

    def _ecrire(self, case: Case, poids: Nombres, minimum: float) -> Coupe:
        """A cut, by the weight of each case: none weighs more than all of them have to."""
        rangs = np.flatnonzero(self._masquables & (poids > PRECISION))
        utiles = {self._cases[rang]: min(float(poids[rang]), minimum) for rang in rangs}
        return Coupe(case, self._toujours(case), utiles, minimum)

    def _protegees(self, choix: Choix, parmi: Set[Case] | None = None) -> list[Case]:
        """The cases that a choice has to protect, some of them or all, in the order of the reader's."""
        siennes = choix.cases | self._probleme.restes
        return sorted(siennes if parmi is None else siennes & parmi, key=self._lecteur.rang.__getitem__)

    def _coupes(self, cases: Iterable[Case], choix: Choix) -> Iterator[Coupe]:
        for case in cases:
            coupe = self._coupe(case, choix)
            if coupe is not None:
                self._suspectes.add(case)
                yield coupe

    def _coupes_entieres(self, choix: Choix) -> Iterator[Coupe]:
        """The same, of all the cases: counts are whole numbers, which may show more than real ones do."""
        p, protegees = self._probleme, self._protegees(choix)
        self._encadrement = encadrement = Encadrement(self._lecteur, p.largeur, besoin=p.besoin)
        for entier in self._entiers(self._montrees(choix)):
            encadrement.retenir(entier)
        encadrement.elargir(protegees)
        fautives, sures = [case for case in protegees if not encadrement.suffit(case)], True
        # Real numbers, which are quicker, have the last word on a small count: no whole ones are farther apart.
        for coupe in self._coupes((c for c in fautives if self._requis[self._lecteur.rang[c]] == p.largeur), choix):
            sures = False
            yield coupe
        for case in fautives if sures else ():
            if not encadrement.protege(case):
                self._suspectes.add(case)
                yield self._coupe(case, choix) or self._un_de_plus(case, choix)
        self.temoins = encadrement.temoins
        self._retenir_les_temoins()

    def _connaitre(self, choix: Choix) -> None:
        """Tell the reader what a choice shows, and start from the true counts and from the points that fit it."""
        montrees, self._encadrement = self._montrees(choix), None
        self._lecteur.fixer(np.where(montrees, self._vraies, np.nan))
        self._bas[:], self._haut[:] = (np.nan_to_num(self._vraies, nan=fin) for fin in (np.inf, -np.inf))
        self._points = self._points[-_POINTS:]
        points = self._convenables(montrees)
        if points:
            self._etendre(*(np.concatenate(parties) for parties in zip(*(point[:2] for point in points), strict=True)))

    def _montrees(self, choix: Choix) -> Vrais:
        """Which cases a choice shows."""
        montrees = self._comptees.copy()
        montrees[[self._lecteur.rang[case] for case in choix.cases]] = False
        return montrees

    def _convenables(self, montrees: Vrais) -> list[_Point]:
        """The known points that fit what is shown."""
        if not self._points:
            return []
        # Of all of them at once: each is short, and there are many.
        fins = np.cumsum([len(point.rangs) for point in self._points])
        genants = np.cumsum(montrees[np.concatenate([point.rangs for point in self._points])])[fins - 1]
        return list(compress(self._points, np.diff(genants, prepend=0) == 0))

    def _etendre(self, rangs: Rangs, valeurs: Nombres) -> None:
        """Make the intervals as wide as points show them."""
        np.minimum.at(self._bas, rangs, valeurs)
        np.maximum.at(self._haut, rangs, valeurs)

    def _retenir(self, valeurs: Nombres, *, est_entier: bool) -> None:
        """Keep a point. The values that it does not depend on are NaN."""
        ailleurs = np.abs(valeurs - self._vraies) >= PRECISION
        rangs = np.flatnonzero(ailleurs | (np.isnan(self._vraies) & ~np.isnan(valeurs)))
        if len(rangs):
            self._points.append(_Point(rangs, valeurs[rangs], est_entier))
            self._etendre(rangs, valeurs[rangs])

    def _retenir_les_temoins(self) -> None:
        for point in self.temoins.points:
            self._retenir(point.astype(np.float64), est_entier=True)

    def _noter(self, extreme: Extreme) -> Extreme:
        self._retenir(extreme.point, est_entier=extreme.est_entier)
        return extreme if self._encadrement is None else self._encadrement.voir(extreme)

    def _entiers(self, montrees: Vrais) -> Iterator[Nombres]:
        """The whole points that fit what is shown, among those met, the true counts first."""
        if not np.isnan(self._vraies).any():  # Or no whole numbers fit the counts with what nothing counts.
            yield self._vraies
            for point in self._convenables(montrees):
                if point.est_entier:
                    entier = self._vraies.copy()
                    entier[point.rangs] = point.valeurs
                    yield entier

    def _est_large(self, case: Case) -> bool:
        """Whether two points met on the way show already that the interval is wide enough."""
        rang = self._lecteur.rang[case]
        return self._probleme.besoin(case).est_acquis(float(self._bas[rang]), float(self._haut[rang]))

    def _coupe(self, case: Case, choix: Choix) -> Coupe | None:
        """The cut of a case that is deduced too closely, its values taken as real numbers."""
        p, lecteur, rang = self._probleme, self._lecteur, self._lecteur.rang[case]
        exacte, besoin = lecteur.exacte(case), p.besoin(case)
        if self._est_large(case) or (exacte is not None and not besoin.entre(exacte, exacte)):
            return None
        if np.isinf(self._bas[rang]):
            self._noter(lecteur.minimum(case))
        # Looked for as far as makes the interval wide enough above the smallest value that is met.
        plafond = np.ceil(self._bas[rang] - PRECISION) + p.largeur
        haut = self._noter(lecteur.maximum(case, plafond))
        if self._est_large(case):
            return None
        # The largest value of a small count is often too near its floor already.
        extremes, bas = [haut], float(lecteur.minimums[rang])
        if besoin.est_tenu(bas, haut.borne):
            extremes.append(self._noter(lecteur.minimum(case)))
            bas = extremes[1].borne
        if besoin.est_tenu(bas, haut.borne):
            return None
        # Weak duality: whatever is masked, the width is at most constant + the weights of the masked cases.
        poids, minimum = np.zeros(len(self._cases)), besoin.entre(bas, haut.borne) + (0.0 if extremes[1:] else bas)
        for extreme in extremes:
            duaux, ajoutee = extreme.prix()
            minimum += ajoutee + float(duaux @ np.where(self._comptees, self._vraies, lecteur.minimums))
            poids += np.where(np.abs(duaux) > PRECISION, np.where(duaux > 0, duaux * self._jeu, INFINI), 0.0)
        coupe = self._ecrire(case, poids, minimum)
        if sum(w for autre, w in coupe.poids.items() if autre in choix.cases) > minimum - PRECISION:
            return self._un_de_plus(case, choix)  # Rounding: the cut would let the choice stand.
        return coupe

    def _toujours(self, case: Case) -> bool:
        return case in self._probleme.secretes or case in self._probleme.restes

    def _un_de_plus(self, case: Case, choix: Choix) -> Coupe:
        """The weakest cut: something that the choice shows, and that the sums link to the case, has to be masked."""
        p = self._probleme
        montrees = (self._cases[rang] for rang in self._lecteur.liees(case))
        autres = sorted(
            (c for c in montrees if c in p.valeurs and c not in choix.cases and c not in p.fixes), key=cle_de
        )
        return Coupe(case, self._toujours(case), dict.fromkeys(autres, 1.0), 1.0)
