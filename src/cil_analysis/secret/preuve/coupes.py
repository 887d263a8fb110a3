"""What a reader deduces from a choice of masked rows, and the cuts that it calls for.

A cut is what the duals of the reader's programme say: which cases would have to be masked for an interval to be wider.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cil_analysis.secret.preuve.contraintes import PRECISION, Nombres, Rangs
from cil_analysis.secret.preuve.encadrement import rencontrer
from cil_analysis.secret.preuve.modele import INFINI
from cil_analysis.secret.preuve.probleme import Choix, Probleme, exigence
from cil_analysis.secret.preuve.programme import Extreme, Programme
from cil_analysis.secret.preuve.temoins import Temoins, completer, vrai_temoin
from cil_analysis.secret.relations.cases import Case

# How many points are kept: more cost more to compare than they spare. Whole ones, the dearest to find, stay longer.
_POINTS, _ENTIERS = 1000, 2000


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

    def __init__(self, probleme: Probleme, lecteur: Programme) -> None:
        self._probleme, self._lecteur = probleme, lecteur
        self._cases = list(lecteur.rang)
        n = len(self._cases)
        self._vraies = np.full(n, np.nan)
        for case, valeur in probleme.valeurs.items():
            self._vraies[lecteur.rang[case]] = valeur
        self._points: list[_Point] = []
        self._suspectes: set[Case] = set()
        self._bas, self._haut = np.empty(n), np.empty(n)
        self._bas_entier, self._haut_entier = np.empty(n), np.empty(n)

    def coupes(self, choix: Choix) -> Iterator[Coupe]:
        """The cuts that a choice calls for, one a case deduced too closely; none when it protects all.

        The cases that were deduced too closely before come first: the others are looked at when they are protected.
        """
        self._connaitre(choix)
        protegees = sorted(choix.cases | frozenset(self._probleme.restes), key=self._lecteur.rang.__getitem__)
        suspectes = [case for case in protegees if case in self._suspectes]
        for groupe in (suspectes, [case for case in protegees if case not in self._suspectes]):
            if groupe is not suspectes:
                self._elargir(protegees)
            sure = True
            for coupe in self._coupes(groupe, choix):
                sure = False
                yield coupe
            if not sure:
                return
        yield from filter(None, (self._coupe_entiere(case, choix) for case in protegees))

    def coupes_de(self, cases: Set[Case], choix: Choix) -> list[Coupe]:
        """The cuts that a choice calls for to protect some of its cases, their values taken as real numbers."""
        self._connaitre(choix)
        protegees = choix.cases | frozenset(self._probleme.restes)
        return list(self._coupes(sorted(cases & protegees, key=self._lecteur.rang.__getitem__), choix))

    def _coupes(self, cases: Sequence[Case], choix: Choix) -> Iterator[Coupe]:
        for case in cases:
            coupe = self._coupe(case, choix)
            if coupe is not None:
                self._suspectes.add(case)
                yield coupe

    def _elargir(self, cases: Iterable[Case]) -> None:
        """Meet whole values that make most intervals wide enough: few are then sought alone."""
        exacte = self._lecteur.exacte
        cherchees = [case for case in cases if not self._large(case, entier=True) and exacte(case) is None]

        def suffit(rang: int) -> bool:
            return bool(self._haut_entier[rang] - self._bas_entier[rang] >= self._probleme.largeur)

        def retenir(point: Nombres) -> None:
            self._retenir(point, est_entier=True)

        rencontrer(self._lecteur, cherchees, self._bas_entier, self._probleme.largeur, suffit, retenir)

    def _connaitre(self, choix: Choix) -> None:
        """Tell the reader what a choice shows, and start from the true counts and from the points that fit it."""
        connues = {case: v for case, v in self._probleme.valeurs.items() if case not in choix.cases}
        self._lecteur.connaitre(connues)
        for borne in (self._bas, self._bas_entier):
            borne[:] = np.nan_to_num(self._vraies, nan=np.inf)
        for borne in (self._haut, self._haut_entier):
            borne[:] = np.nan_to_num(self._vraies, nan=-np.inf)
        anciens = [point for point in self._points[:-_POINTS] if point.est_entier]
        self._points = anciens[-_ENTIERS:] + self._points[-_POINTS:]
        convenables = self._convenables(connues)
        self._etendre(convenables)
        self._etendre([point for point in convenables if point.est_entier], entier=True)

    def _convenables(self, connues: Iterable[Case]) -> list[_Point]:
        """The known points that fit what is shown."""
        montrees = np.zeros(len(self._cases), dtype=bool)
        montrees[[self._lecteur.rang[case] for case in connues]] = True
        return [point for point in self._points if not montrees[point.rangs].any()]

    def _etendre(self, points: Sequence[_Point], *, entier: bool = False) -> None:
        """Make the intervals as wide as some points show them."""
        if not points:
            return
        bas, haut = self._bornes(entier)
        rangs, valeurs = (np.concatenate([point[i] for point in points]) for i in (0, 1))
        np.minimum.at(bas, rangs, valeurs)
        np.maximum.at(haut, rangs, valeurs)

    def _retenir(self, valeurs: Nombres, *, est_entier: bool) -> None:
        """Keep a point. The values that it does not depend on are NaN."""
        fausses = np.abs(valeurs - self._vraies) >= PRECISION
        rangs = np.flatnonzero(fausses | (np.isnan(self._vraies) & ~np.isnan(valeurs)))
        point = _Point(rangs, valeurs[rangs], est_entier)
        self._points.append(point)
        for entier in (False, True)[: 1 + est_entier]:
            self._etendre([point], entier=entier)

    def _noter(self, extreme: Extreme) -> None:
        self._retenir(extreme.point, est_entier=extreme.est_entier)

    def temoins(self, choix: Choix) -> Temoins:
        """Whole points that fit what a choice shows, among those met: those that make an interval wider."""
        vrai = vrai_temoin(self._lecteur, self._probleme.valeurs)
        if not len(vrai.points):
            return vrai
        connues = [case for case in self._probleme.valeurs if case not in choix.cases]
        entier = vrai.points[0].astype(np.float64)
        bas, haut, points = entier.copy(), entier.copy(), list[Nombres]()
        for point in self._convenables(connues):
            rangs, valeurs = point.rangs, point.valeurs
            etroites = haut[rangs] - bas[rangs] < self._probleme.largeur
            if point.est_entier and ((valeurs < bas[rangs]) | (valeurs > haut[rangs]))[etroites].any():
                bas[rangs], haut[rangs] = np.minimum(bas[rangs], valeurs), np.maximum(haut[rangs], valeurs)
                points.append(entier.copy())
                points[-1][rangs] = valeurs
        return completer(self._cases, entier, points)

    def _exigence(self, case: Case, bas: float, haut: float) -> int:
        p = self._probleme
        return exigence(bas, haut, p.seuils.get(case, p.seuil), p.largeur, tolere=p.tolere(case))

    def _manque(self, case: Case, bas: float, haut: float) -> int:
        besoin = self._exigence(case, bas, haut)
        return besoin if haut - bas < besoin - PRECISION else 0

    def _large(self, case: Case, *, entier: bool = False) -> bool:
        """Whether two points met on the way show already that the interval is wide enough."""
        i, bas, haut = self._lecteur.rang[case], *self._bornes(entier)
        return bool(haut[i] - bas[i] >= self._probleme.largeur - PRECISION)

    def _bornes(self, entier: bool) -> tuple[Nombres, Nombres]:
        return (self._bas_entier, self._haut_entier) if entier else (self._bas, self._haut)

    def _le_plus_haut(self, case: Case, *, entier: bool, connu: bool) -> Extreme:
        """The largest value, looked for as far as makes the interval wide enough above the smallest one that is met.

        ``connu``: whether the smallest one is met by whole numbers.
        """
        i, (bas, _) = self._lecteur.rang[case], self._bornes(connu)
        if np.isinf(bas[i]):
            self._noter(self._lecteur.minimum(case, entier=connu))
        haut = self._lecteur.maximum(case, np.ceil(bas[i] - PRECISION) + self._probleme.largeur, entier=entier)
        self._noter(haut)
        return haut

    def _coupe(self, case: Case, choix: Choix) -> Coupe | None:
        """The cut of a case that is deduced too closely, its values taken as real numbers."""
        p = self._probleme
        exacte = None if self._large(case) else self._lecteur.exacte(case)
        if self._large(case) or (exacte is not None and not self._manque(case, exacte, exacte)):
            return None
        haut = self._le_plus_haut(case, entier=False, connu=False)
        if self._large(case):
            return None
        bas = self._lecteur.minimum(case)
        self._noter(bas)
        besoin = self._manque(case, bas.borne, haut.borne)
        if not besoin:
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
        p, voisines = self._probleme, self._lecteur.voisines(case)
        montrees = (self._cases[rang] for rang in voisines)
        autres = sorted(
            (c for c in montrees if c in p.valeurs and c not in choix.cases and c not in p.fixes), key=lambda c: c.cle
        )
        return Coupe(case, self._toujours(case), dict.fromkeys(autres, 1.0), 1.0)

    def _coupe_entiere(self, case: Case, choix: Choix) -> Coupe | None:
        """Counts are whole numbers: where real ones alone make the interval wide, more has to be masked."""
        exacte = self._lecteur.exacte(case)
        if exacte is not None and exacte == round(exacte) and not self._manque(case, exacte, exacte):
            return None
        for entier in (False, True):  # Ends of real intervals are whole numbers more often than not.
            if self._large(case, entier=True):
                return None
            grand = self._le_plus_haut(case, entier=entier, connu=True)
            if self._large(case, entier=True):
                return None
            petit = self._lecteur.minimum(case, entier=entier)
            self._noter(petit)
            # What whole numbers ask for is no more than what the real ones, which go farther, do.
            bas, haut = (borne[self._lecteur.rang[case]] for borne in self._bornes(entier=True))
            if haut - bas >= self._exigence(case, petit.borne, grand.borne) - PRECISION:
                return None
            if petit.est_entier and grand.est_entier:
                break
        if not self._manque(case, petit.borne, grand.borne):
            return None
        return self._un_de_plus(case, choix)
