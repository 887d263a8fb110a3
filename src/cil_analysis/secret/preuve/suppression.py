"""Secondary suppression over all the linked figures of a year, jointly and at the least cost to readers.

The rows to mask are chosen by an integer programme to which cuts are added, as long as a masked case may be deduced too
closely. The last choice is proved good by the reader's own programme, and optimal for the cuts. (Fischetti and
Salazar-González, 2001.)

Zeros are shown where they hide nothing: whoever sees that takes « s » for « at least 1 », which no sum says. Where that
would leave too few values, as nearly as many « s » as there are households to share say that each hides one, zeros of
the same sum are masked as well: « s » may then be one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import replace
from itertools import islice

import highspy
import numpy as np

from cil_analysis.secret.preuve.contraintes import INFINI, PRECISION, est_resolu, solveur
from cil_analysis.secret.preuve.coupes import Controle, Coupe
from cil_analysis.secret.preuve.probleme import Choix, Indeductible, Probleme
from cil_analysis.secret.preuve.programme import SANS_TEMOIN, Temoins
from cil_analysis.secret.relations.cases import Case, Relation, cle_de

# After this many nodes of the integer programme, and ten a round, what is masked is kept and the search goes straight
# to a choice that holds: rounds are quick then. Another search chooses among what that one masks, and their cuts serve
# the next one, which chooses freely again. Where the best choice is by some share dearer than what any has to cost, it
# is taken after that share of ``_NOEUDS_EN_TOUT``. A count, not a clock: the same inputs give the same choice on every
# machine.
_NOEUDS, _NOEUDS_EN_TOUT = 400, 20_000
_TOURS = 5000
# How many cuts a round takes: one masked total often answers for hundreds of cases, each of which takes a programme.
_COUPES = 50


def choisir(probleme: Probleme, depart: Temoins = SANS_TEMOIN) -> Choix:
    """The cheapest rows to mask such that no masked case is deduced too closely. Raises Indeductible.

    The optimum as long as it is found within ``_NOEUDS``; otherwise a choice near it. ``depart``: witnesses of the same
    figures with other rows masked, which spare looking for them again.
    """
    controle, maitre, trouve, borne = Controle(probleme, depart), _Maitre(probleme), None, 0.0
    while trouve is None or (probleme.cout(trouve) - borne) * _NOEUDS_EN_TOUT > borne * maitre.noeuds:
        choix, borne = _chercher(maitre, controle), maitre.borne
        if not maitre.lacher():
            trouve = choix or trouve
            break
        if choix is not None:  # Much of what was kept on the way protects nothing any more.
            maitre.limiter(choix.lignes)
            trouve = min(filter(None, (trouve, choix, _chercher(maitre, controle))), key=probleme.cout)
            maitre.lacher()
            maitre.limiter(None)
    if trouve is None:
        raise Indeductible(min(probleme.rangees, key=cle_de))
    return trouve


def _chercher(maitre: _Maitre, controle: Controle) -> Choix | None:
    """The cheapest choice that holds, or one near it after ``_NOEUDS``; None when what is kept allows none."""
    limite = maitre.noeuds + _NOEUDS
    for _ in range(_TOURS):
        choix = _sans_evidence(maitre, controle)
        if choix is None:
            break
        coupes = list(islice(controle.coupes(choix), _COUPES))
        if not coupes:
            return replace(choix, temoins=controle.temoins)
        if maitre.noeuds > limite:
            maitre.garder(choix, {coupe.case for coupe in coupes if coupe.interdit})
        for coupe in coupes:
            maitre.couper(coupe)
    return None


def _sans_evidence(maitre: _Maitre, controle: Controle) -> Choix | None:
    """The cheapest choice that the cuts allow, and that no sum denounces by itself; None when there is none."""
    while (choix := maitre.resoudre()) is not None and (coupes := controle.coupes_simples(choix)):
        for coupe in coupes:
            maitre.couper(coupe)
    return choix


class _Maitre:
    """The integer programme: one binary a row, one a case that is shown by no row, of those that cuts name.

    Masking another row costs and protects nothing.
    """

    def __init__(self, probleme: Probleme) -> None:
        self._probleme = probleme
        self._modele = solveur()
        # ``borne``: what the last choice costs of those that nothing was kept for, and every choice at least.
        self.noeuds, self.borne = 0, 0.0
        secretes = probleme.secretes & probleme.rangees.keys()
        self._forcees = frozenset(probleme.masquees).union(*(probleme.rangees[case] for case in secretes))
        self._lignes, self._cases, self._gardees = dict[int, int](), dict[Case, int](), set[int]()

    def _binaire(self, cout: float) -> int:
        self._modele.addVar(0.0, 1.0)
        rang = self._modele.getNumCol() - 1
        self._modele.changeColCost(rang, cout)
        self._modele.changeColIntegrality(rang, highspy.HighsVarType.kInteger)
        return int(rang)

    def _ligne(self, i: int) -> int:
        if i not in self._lignes:
            self._lignes[i] = self._binaire(self._probleme.couts[i])
        return self._lignes[i]

    def _case(self, case: Case) -> int:
        """A case is masked if, and only if, all its rows are: that of a single row is this row."""
        if case not in self._cases:
            lignes = [self._ligne(i) for i in sorted(self._probleme.rangees[case] - self._forcees)]
            rang = self._cases[case] = lignes[0] if len(lignes) == 1 else self._binaire(0.0)
            for ligne in lignes if rang not in lignes else ():
                self._contrainte({ligne: 1.0, rang: -1.0}, 0.0, INFINI)
            if rang not in lignes:
                self._contrainte({**dict.fromkeys(lignes, 1.0), rang: -1.0}, -INFINI, len(lignes) - 1.0)
        return self._cases[case]

    def _contrainte(self, termes: Mapping[int, float], minimum: float, maximum: float) -> None:
        rangs = np.array(list(termes), dtype=np.int32)
        self._modele.addRow(minimum, maximum, len(termes), rangs, np.array(list(termes.values())))

    def couper(self, coupe: Coupe) -> None:
        termes, minimum = defaultdict[int, float](float), coupe.minimum
        for case, poids in coupe.poids.items():
            termes[self._case(case)] += poids
        if not coupe.toujours:
            termes[self._case(coupe.case)] -= minimum
            minimum = 0.0
        if coupe.toujours and sum(coupe.poids.values()) < minimum - PRECISION:
            raise Indeductible(coupe.case)
        self._contrainte(termes, minimum, INFINI)

    def resoudre(self) -> Choix | None:
        """The cheapest choice that the cuts allow; None when they allow none."""
        self._modele.run()
        self.noeuds += 10 + max(0, int(self._modele.getInfo().mip_node_count))
        if not est_resolu(self._modele):
            return None
        valeurs = self._modele.getSolution().col_value
        choisies = frozenset(i for i, rang in self._lignes.items() if valeurs[rang] > 0.5)
        choix = self._probleme.choix(choisies | self._forcees)
        if not self._gardees:
            self.borne = self._probleme.cout(choix)
        return choix

    def garder(self, choix: Choix, interdites: Set[Case]) -> None:
        """Mask these rows from now on, but for those of cases that may not be masked."""
        for i in choix.lignes - self._forcees:
            if not interdites.isdisjoint(self._probleme.lignes[i]):
                continue
            self._modele.changeColBounds(self._lignes[i], 1.0, 1.0)
            self._gardees.add(i)

    def limiter(self, lignes: Set[int] | None) -> None:
        """Mask only these of the rows that cuts name already; any of them where it is None. No row may be kept."""
        for i, rang in self._lignes.items():
            self._modele.changeColBounds(rang, 0.0, float(lignes is None or i in lignes))

    def lacher(self) -> bool:
        """Choose again freely among the rows that were kept; whether there were any."""
        for i in self._gardees:
            self._modele.changeColBounds(self._lignes[i], 0.0, 1.0)
        laches, self._gardees = bool(self._gardees), set()
        return laches


def choisir_avec_des_zeros(probleme: Probleme) -> Choix:
    """A choice, and zeros beside what it masks. Raises Indeductible like ``choisir``."""
    choix = choisir(probleme)
    zeros = _zeros(probleme, choix)
    if not zeros:
        return choix
    try:
        return choisir(replace(probleme, masquees=probleme.masquees | choix.lignes | zeros), choix.temoins)
    except Indeductible:  # What readers have may tell one of them: it is no reason to publish nothing.
        return choix


def _zeros(probleme: Probleme, choix: Choix) -> Set[int]:
    """The rows of zeros to mask with small counts."""
    masquees = set(choix.cases)
    serrees = [r for r in probleme.relations if r.total in probleme.valeurs and probleme.valeurs.keys() >= {*r.parties}]
    croisees: dict[Case, list[Relation]] = {}
    for relation in serrees:
        for case in relation.parties:
            croisees.setdefault(case, []).append(relation)
    # An empty place is told by all that is counted there, and tells it: neither may be masked alone.
    touts = {relation.total for relation in probleme.relations}
    for relation in serrees:
        manquent = _zeros_qui_manquent(probleme, relation, masquees)
        if manquent > 0:
            possibles = [
                case
                for case in relation.parties
                if case not in masquees
                and case not in touts
                and _est_un_zero(probleme, case)
                and all(probleme.valeurs[r.total] for r in croisees[case])
            ]
            # A sum that has no small count would have to be broken for it.
            possibles.sort(key=lambda case: (sum(masquees.isdisjoint(r.parties) for r in croisees[case]), cle_de(case)))
            masquees.update(possibles[:manquent])
    return {i for case in masquees - choix.cases for i in probleme.rangees[case]}


def _zeros_qui_manquent(probleme: Probleme, relation: Relation, masquees: Set[Case]) -> int:
    """How many zeros of a sum whose total is shown are to be masked for « at least 1 » to leave the width."""
    siens = [probleme.valeurs[case] for case in relation.parties if case in masquees]
    presents = sum(valeur > 0 for valeur in siens)
    if relation.total in masquees or not presents:
        return 0
    return int(probleme.largeur - (sum(siens) - presents)) - (len(siens) - presents)


def _est_un_zero(probleme: Probleme, case: Case) -> bool:
    """Whether a case is a zero that some rows show first, which nobody knows otherwise."""
    lignes = probleme.rangees.get(case, set())
    return bool(lignes) and probleme.valeurs[case] == 0 and all(probleme.lignes[i][0] == case for i in lignes)
