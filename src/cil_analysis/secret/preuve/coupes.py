"""What a reader deduces from a choice of masked rows, and the cuts that it calls for.

A cut is what the duals of the reader's programme say: which cases would have to be masked for an interval to be wider.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cil_analysis.secret.preuve.contraintes import PRECISION, Nombres, Rangs, Vrais
from cil_analysis.secret.preuve.encadrement import Encadrement
from cil_analysis.secret.preuve.modele import INFINI
from cil_analysis.secret.preuve.probleme import Choix, Probleme, toutes_les_cases
from cil_analysis.secret.preuve.programme import Extreme, Programme
from cil_analysis.secret.preuve.temoins import Temoins, completer, vrai_temoin
from cil_analysis.secret.relations.cases import Case

# How many points are kept: more cost more to compare than they spare. Whole ones, the dearest to find, stay longer.
_POINTS, _ENTIERS = 500, 1000


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

    def __init__(self, probleme: Probleme) -> None:
        p, self._probleme = probleme, probleme
        self._cases = toutes_les_cases(p.valeurs, p.relations)
        self._lecteur = Programme(self._cases, p.relations, p.presentes, p.inegalites)
        self._entier = Programme(self._cases, p.relations, p.presentes, p.inegalites)
        self._comptees = np.zeros(len(self._cases), dtype=bool)
        self._comptees[[self._lecteur.rang[case] for case in p.valeurs]] = True
        self.temoins = vrai_temoin(self._entier, p.valeurs)
        self._vraies = np.array([p.valeurs.get(case, np.nan) for case in self._cases])
        if len(self.temoins.points):
            self._vraies = self.temoins.points[0].astype(np.float64)
        self._points: list[_Point] = []
        self._suspectes: set[Case] = set()
        self._bas, self._haut = np.empty_like(self._vraies), np.empty_like(self._vraies)

    def coupes(self, choix: Choix) -> Iterator[Coupe]:
        """The cuts that a choice calls for, one a case deduced too closely; none when it protects all.

        The cases that were deduced too closely before come first: the others are looked at when they are protected.
        """
        self._connaitre(choix)
        sures = True
        for coupe in self._coupes([case for case in self._protegees(choix) if case in self._suspectes], choix):
            sures = False
            yield coupe
        if sures:
            yield from self._coupes_entieres(choix)

    def coupes_de(self, cases: Set[Case], choix: Choix) -> list[Coupe]:
        """The cuts that a choice calls for to protect some of its cases, their values taken as real numbers."""
        self._connaitre(choix)
        return list(self._coupes([case for case in self._protegees(choix) if case in cases], choix))

    def _protegees(self, choix: Choix) -> list[Case]:
        """The cases that a choice has to protect."""
        return sorted(choix.cases | frozenset(self._probleme.restes), key=self._lecteur.rang.__getitem__)

    def _coupes(self, cases: Iterable[Case], choix: Choix) -> Iterator[Coupe]:
        for case in cases:
            coupe = self._coupe(case, choix)
            if coupe is not None:
                self._suspectes.add(case)
                yield coupe

    def _coupes_entieres(self, choix: Choix) -> Iterator[Coupe]:
        """The same, of all the cases: counts are whole numbers, which may show more than real ones do."""
        montrees = self._montrees(choix)
        self._entier.fixer(np.where(montrees, self._vraies, np.nan))
        encadrement = Encadrement(self._entier, self._probleme.largeur, self._temoins(montrees), self._probleme.besoin)
        protegees = self._protegees(choix)
        encadrement.elargir(protegees)
        for case in protegees:
            if not encadrement.protege(case):
                self._suspectes.add(case)
                yield self._coupe(case, choix) or self._un_de_plus(case, choix)
        self.temoins = encadrement.temoins
        for point in self.temoins.points:
            self._retenir(point.astype(np.float64), est_entier=True)

    def _connaitre(self, choix: Choix) -> None:
        """Tell the reader what a choice shows, and start from the true counts and from the points that fit it."""
        montrees = self._montrees(choix)
        self._lecteur.fixer(np.where(montrees, self._vraies, np.nan))
        self._bas[:], self._haut[:] = (np.nan_to_num(self._vraies, nan=fin) for fin in (np.inf, -np.inf))
        anciens = [point for point in self._points[:-_POINTS] if point.est_entier]
        self._points = anciens[-_ENTIERS:] + self._points[-_POINTS:]
        for point in self._convenables(montrees):
            self._etendre(point)

    def _montrees(self, choix: Choix) -> Vrais:
        """Which cases a choice shows."""
        montrees = self._comptees.copy()
        montrees[[self._lecteur.rang[case] for case in choix.cases]] = False
        return montrees

    def _convenables(self, montrees: Vrais) -> list[_Point]:
        """The known points that fit what is shown."""
        return [point for point in self._points if not montrees[point.rangs].any()]

    def _etendre(self, point: _Point) -> None:
        """Make the intervals as wide as a point shows them."""
        rangs, valeurs = point.rangs, point.valeurs
        self._bas[rangs] = np.minimum(self._bas[rangs], valeurs)
        self._haut[rangs] = np.maximum(self._haut[rangs], valeurs)

    def _retenir(self, valeurs: Nombres, *, est_entier: bool) -> None:
        """Keep a point. The values that it does not depend on are NaN."""
        ailleurs = np.abs(valeurs - self._vraies) >= PRECISION
        rangs = np.flatnonzero(ailleurs | (np.isnan(self._vraies) & ~np.isnan(valeurs)))
        if len(rangs):
            self._points.append(_Point(rangs, valeurs[rangs], est_entier))
            self._etendre(self._points[-1])

    def _noter(self, extreme: Extreme) -> Extreme:
        self._retenir(extreme.point, est_entier=extreme.est_entier)
        return extreme

    def _temoins(self, montrees: Vrais) -> Temoins:
        """Whole points that fit what is shown, among those met: those that make an interval wider."""
        if np.isnan(self._vraies).any():  # No whole numbers fit the counts with what nothing counts.
            return Temoins()
        bas, haut, points = self._vraies.copy(), self._vraies.copy(), list[Nombres]()
        for point in self._convenables(montrees):
            rangs, valeurs = point.rangs, point.valeurs
            etroites = haut[rangs] - bas[rangs] < self._probleme.largeur
            if point.est_entier and ((valeurs < bas[rangs]) | (valeurs > haut[rangs]))[etroites].any():
                bas[rangs], haut[rangs] = np.minimum(bas[rangs], valeurs), np.maximum(haut[rangs], valeurs)
                points.append(self._vraies.copy())
                points[-1][rangs] = valeurs
        return completer(self._cases, self._vraies, points)

    def _est_large(self, case: Case) -> bool:
        """Whether two points met on the way show already that the interval is wide enough."""
        rang = self._lecteur.rang[case]
        return self._probleme.besoin(case).est_acquis(float(self._bas[rang]), float(self._haut[rang]))

    def _coupe(self, case: Case, choix: Choix) -> Coupe | None:
        """The cut of a case that is deduced too closely, its values taken as real numbers."""
        p, lecteur = self._probleme, self._lecteur
        exacte = lecteur.exacte(case)
        if self._est_large(case) or (exacte is not None and not p.besoin(case).entre(exacte, exacte)):
            return None
        if np.isinf(self._bas[lecteur.rang[case]]):
            self._noter(lecteur.minimum(case))
        # Looked for as far as makes the interval wide enough above the smallest value that is met.
        plafond = np.ceil(self._bas[lecteur.rang[case]] - PRECISION) + p.largeur
        haut = self._noter(lecteur.maximum(case, plafond))
        if self._est_large(case):
            return None
        bas = self._noter(lecteur.minimum(case))
        besoin = p.besoin(case).entre(bas.borne, haut.borne)
        if haut.borne - bas.borne >= besoin - PRECISION:
            return None
        # Weak duality: whatever is masked, the width is at most constant + the weights of the masked cases.
        poids: dict[Case, float] = defaultdict(float)
        constante = 0.0
        for extreme in (bas, haut):
            duaux, ajoutee = extreme.prix()
            constante -= ajoutee
            for rang in np.flatnonzero(duaux):
                autre, dual = self._cases[rang], float(duaux[rang])
                plus_bas = 1.0 if autre in p.presentes else 0.0
                valeur = p.valeurs.get(autre, plus_bas)
                constante -= dual * valeur
                if autre in p.valeurs and autre not in p.fixes and abs(dual) > PRECISION:
                    poids[autre] += dual * (valeur - plus_bas) if dual > 0 else INFINI
        minimum = besoin - constante
        utiles = {autre: min(w, minimum) for autre, w in sorted(poids.items(), key=lambda x: x[0].cle) if w > PRECISION}
        if sum(w for autre, w in utiles.items() if autre in choix.cases) > minimum - PRECISION:
            return self._un_de_plus(case, choix)  # Rounding: the cut would let the choice stand.
        return Coupe(case, self._toujours(case), utiles, minimum)

    def _toujours(self, case: Case) -> bool:
        return case in self._probleme.secretes or case in self._probleme.restes

    def _un_de_plus(self, case: Case, choix: Choix) -> Coupe:
        """The weakest cut: something that the choice shows, and that the sums link to the case, has to be masked."""
        p = self._probleme
        montrees = (self._cases[rang] for rang in self._lecteur.liees(case))
        autres = sorted(
            (c for c in montrees if c in p.valeurs and c not in choix.cases and c not in p.fixes), key=lambda c: c.cle
        )
        return Coupe(case, self._toujours(case), dict.fromkeys(autres, 1.0), 1.0)
