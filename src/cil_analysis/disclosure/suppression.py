"""Secondary suppression over all the linked figures of a year, jointly and at the least cost to readers.

The rows to mask are chosen by an integer programme to which cuts are added: whenever a masked case could be deduced too
closely, the duals of the reader's own programme say which cases would have to be masked for it not to be. The
last choice is proved good by the reader's programme, and optimal for the cuts. (Fischetti and Salazar-González, 2001.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import highspy
import numpy as np

from cil_analysis.disclosure.cases import Case
from cil_analysis.disclosure.programme import PRECISION, Contradiction, Nombres, Programme, solveur
from cil_analysis.disclosure.relations import Relation

# After this many rounds the optimum is given up: what is masked stays so, and what is needless is shown in the end.
_TOURS_EXACTS = 25
_TOURS = 500
_INFINI = highspy.kHighsInf


@dataclass(frozen=True)
class Probleme:
    """The figures of a year, and what must not be deduced of them.

    ``lignes``: the cases that each row shows; ``couts``: what masking it costs readers. ``valeurs``: the true count of
    each case. ``secretes``: the cases never shown. ``masquees``: the rows that are masked whatever comes.
    ``fixes``: the cases that everybody knows. ``restes``: differences that would tell of households. ``presentes`` and
    ``denominateurs``: see ``cases.Releve``. ``seuils``: the size from which a case is no secret, ``seuil`` by default.
    ``largeur``: how wide an interval has to be.
    """

    lignes: Sequence[tuple[Case, ...]]
    couts: Sequence[float]
    valeurs: Mapping[Case, float]
    relations: Sequence[Relation]
    secretes: Set[Case]
    masquees: Set[int]
    fixes: Set[Case]
    restes: Set[Case]
    presentes: Set[Case]
    denominateurs: Set[Case]
    seuils: Mapping[Case, int]
    seuil: int
    largeur: int

    def tolere(self, case: Case) -> bool:
        """Whether a case may be deduced as long as it is no small count."""
        return case in self.restes or case in self.denominateurs


@dataclass(frozen=True)
class Choix:
    """The rows masked, and the cases that no row shows any more."""

    lignes: frozenset[int]
    cases: frozenset[Case]


class Indeductible(Exception):
    """No choice of rows protects a case."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.cle)
        self.case = case


def toutes_les_cases(valeurs: Iterable[Case], relations: Iterable[Relation]) -> list[Case]:
    """The cases of a system, those that nothing publishes included, in one order."""
    cases = set(valeurs)
    for relation in relations:
        cases.update((relation.total, *relation.parties))
    return sorted(cases, key=lambda case: case.cle)


def exigence(bas: float, haut: float, seuil: int, largeur: int, *, tolere: bool = False) -> int:
    """How wide the interval of a case has to be, given what it is.

    ``largeur`` while the case may be a small count; 1, hence not exact, once it is known to reach the threshold. One
    that is tolerated, since no figure shows it by itself, may be deduced if it is nothing or reaches the threshold.
    """
    if bas >= seuil - PRECISION:
        return 0 if tolere else 1
    return 0 if tolere and haut <= PRECISION else largeur


def choisir(probleme: Probleme) -> Choix:
    """The cheapest rows to mask such that no masked case is deduced too closely. Raises Indeductible.

    The optimum when it is found in ``_TOURS_EXACTS`` rounds; otherwise a choice near it, of which no row can be shown.
    """
    lecteur = Programme(toutes_les_cases(probleme.valeurs, probleme.relations), probleme.relations, probleme.presentes)
    maitre = _Maitre(probleme)
    for tour in range(_TOURS):
        choix = maitre.resoudre()
        coupes = list(_Controle(probleme, lecteur, choix).coupes())
        if not coupes:
            return choix if tour <= _TOURS_EXACTS else _epurer(probleme, lecteur, choix)
        if tour >= _TOURS_EXACTS:
            maitre.garder(choix)
        for coupe in coupes:
            maitre.couper(coupe)
    raise RuntimeError("The suppression does not converge.")


def _epurer(probleme: Probleme, lecteur: Programme, choix: Choix) -> Choix:
    """Show again, the dearest first, each row that protects nothing."""
    secondaires = sorted(choix.lignes - set(probleme.masquees), key=lambda i: (-probleme.couts[i], i))
    for ligne in secondaires:
        essai = _choix(probleme, choix.lignes - {ligne})
        if probleme.secretes <= essai.cases and not any(True for _ in _Controle(probleme, lecteur, essai).coupes()):
            choix = essai
    return choix


def _choix(probleme: Probleme, lignes: frozenset[int]) -> Choix:
    """The rows masked, and the cases that no other row shows."""
    montrees = {case for i, cases in enumerate(probleme.lignes) if i not in lignes for case in cases}
    cachees = frozenset(probleme.valeurs) - montrees - frozenset(probleme.fixes)
    return Choix(lignes, cachees)


@dataclass(frozen=True)
class _Coupe:
    """If ``case`` is masked (``toujours``: it is), the masked cases must weigh ``minimum`` at least."""

    case: Case
    toujours: bool
    poids: Mapping[Case, float]
    minimum: float


class _Maitre:
    """The integer programme: one binary a row, one a case that is shown by no row."""

    def __init__(self, probleme: Probleme) -> None:
        self._probleme = probleme
        self._modele = solveur()
        self._lignes = [self._binaire(cout, i in probleme.masquees) for i, cout in enumerate(probleme.couts)]
        self._dans: dict[Case, list[int]] = defaultdict(list)
        for i, cases in enumerate(probleme.lignes):
            for case in dict.fromkeys(cases):
                if case in probleme.valeurs:
                    self._dans[case].append(self._lignes[i])
        self._cases = {case: self._case(case) for case in sorted(self._dans, key=lambda case: case.cle)}

    def _binaire(self, cout: float, force: bool, interdit: bool = False) -> int:
        self._modele.addVar(1.0 if force else 0.0, 0.0 if interdit else 1.0)
        rang = self._modele.getNumCol() - 1
        self._modele.changeColCost(rang, cout)
        self._modele.changeColIntegrality(rang, highspy.HighsVarType.kInteger)
        return int(rang)

    def _case(self, case: Case) -> int:
        """A case is masked if, and only if, all its rows are."""
        connue = case in self._probleme.fixes
        rang = self._binaire(0.0, case in self._probleme.secretes and not connue, connue)
        if not connue:
            lignes = self._dans[case]
            for ligne in lignes:
                self._contrainte({ligne: 1.0, rang: -1.0}, 0.0, _INFINI)
            self._contrainte({**dict.fromkeys(lignes, 1.0), rang: -1.0}, -_INFINI, len(lignes) - 1.0)
        return rang

    def _contrainte(self, termes: Mapping[int, float], minimum: float, maximum: float) -> None:
        rangs = np.array(list(termes), dtype=np.int32)
        self._modele.addRow(minimum, maximum, len(termes), rangs, np.array(list(termes.values())))

    def couper(self, coupe: _Coupe) -> None:
        termes = {self._cases[case]: poids for case, poids in coupe.poids.items()}
        minimum = coupe.minimum
        if not coupe.toujours:
            rang = self._cases[coupe.case]
            termes[rang] = termes.get(rang, 0.0) - minimum
            minimum = 0.0
        if coupe.toujours and sum(coupe.poids.values()) < minimum - PRECISION:
            raise Indeductible(coupe.case)
        self._contrainte(termes, minimum, _INFINI)

    def resoudre(self) -> Choix:
        self._modele.run()
        if self._modele.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Indeductible(min(self._probleme.secretes, key=lambda case: case.cle))
        valeurs = self._modele.getSolution().col_value
        return _choix(self._probleme, frozenset(i for i, rang in enumerate(self._lignes) if valeurs[rang] > 0.5))

    def garder(self, choix: Choix) -> None:
        """Mask these rows from now on."""
        for i in choix.lignes:
            self._modele.changeColBounds(self._lignes[i], 1.0, 1.0)


@dataclass
class _Controle:
    """What a reader deduces from a choice: the cuts that it calls for."""

    probleme: Probleme
    lecteur: Programme
    choix: Choix
    _bas: Nombres = field(init=False)
    _haut: Nombres = field(init=False)

    def coupes(self) -> Iterator[_Coupe]:
        """The cuts that the choice calls for, one a case deduced too closely; none when it protects all."""
        p = self.probleme
        self.lecteur.connaitre({case: v for case, v in p.valeurs.items() if case not in self.choix.cases})
        n = len(self.lecteur.rang)
        self._bas, self._haut = np.full(n, np.inf), np.full(n, -np.inf)
        protegees = sorted(self.choix.cases | frozenset(p.restes), key=lambda case: case.cle)
        trouvees = 0
        for case in protegees:
            coupe = self._coupe(case)
            if coupe is not None:
                trouvees += 1
                yield coupe
        if not trouvees:
            yield from filter(None, map(self._coupe_entiere, protegees))

    def _manque(self, case: Case, bas: float, haut: float) -> int:
        p = self.probleme
        seuil = p.seuils.get(case, p.seuil)
        besoin = exigence(bas, haut, seuil, p.largeur, tolere=p.tolere(case))
        return besoin if haut - bas < besoin - PRECISION else 0

    def _coupe(self, case: Case) -> _Coupe | None:
        """The cut of a case that is deduced too closely, its values taken as real numbers."""
        p, i = self.probleme, self.lecteur.rang[case]
        if self._haut[i] - self._bas[i] >= p.largeur - PRECISION:
            return None  # Two points met on the way show it already.
        bas = self.lecteur.minimum(case)
        self._retenir(bas.point)
        haut = self.lecteur.maximum(case, bas.borne + p.largeur)
        self._retenir(haut.point)
        besoin = self._manque(case, bas.borne, haut.borne)
        if not besoin:
            return None
        # Weak duality: whatever is masked, the width is at most constant + the weights of the masked cases.
        poids: dict[Case, float] = defaultdict(float)
        constante = 0.0
        for extreme in (bas, haut):
            for autre, valeur in p.valeurs.items():
                dual = extreme.duaux[self.lecteur.rang[autre]]
                constante -= dual * valeur
                if autre not in p.fixes and abs(dual) > PRECISION:
                    poids[autre] += dual * valeur if dual > 0 else _INFINI
        minimum = besoin - constante
        utiles = {autre: min(w, minimum) for autre, w in sorted(poids.items(), key=lambda x: x[0].cle) if w > PRECISION}
        return _Coupe(case, case in p.secretes or case in p.restes, utiles, minimum)

    def _retenir(self, point: Nombres) -> None:
        np.minimum(self._bas, point, out=self._bas)
        np.maximum(self._haut, point, out=self._haut)

    def _coupe_entiere(self, case: Case) -> _Coupe | None:
        """Counts are whole numbers: where real ones alone make the interval wide, more has to be masked."""
        p = self.probleme
        bas = self.lecteur.minimum(case)
        haut = self.lecteur.maximum(case, bas.borne + p.largeur)
        if all(np.abs(e.point - np.rint(e.point)).max() < PRECISION for e in (bas, haut)):
            return None
        petit = self.lecteur.minimum(case, entier=True)
        grand = self.lecteur.maximum(case, petit.borne + p.largeur, entier=True)
        if not self._manque(case, petit.borne, grand.borne):
            return None
        autres = [c for c in p.valeurs if c not in self.choix.cases and c not in p.fixes]
        toujours = case in p.secretes or case in p.restes
        return _Coupe(case, toujours, dict.fromkeys(sorted(autres, key=lambda c: c.cle), 1.0), 1.0)


__all__ = ["Choix", "Contradiction", "Indeductible", "Probleme", "choisir", "exigence", "toutes_les_cases"]
