"""The sums that link the cases of a year: what a reader may subtract.

Every relation says « a total is the sum of its parts »: margins of a table, communes of the EPCI, QPV and outside,
actors, classes, a share and what it leaves, and figures of other tables that rest on the same rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace

from cil_analysis.disclosure.cases import Case, Releve
from cil_analysis.indicators.cadre import COMMUNE, NON_RENSEIGNE, QPV, Indicateur

RESTE = "reste"
# What is left over in these dimensions says nothing of a household: a dwelling outside the objectives' field, a
# situation, an income or a delay that the file does not give.
_NEUTRES = frozenset({"champ", "zone", "delai", "revenu"})


@dataclass(frozen=True)
class Structure:
    """What everybody knows of a territory in a year, whatever is published.

    ``liens``: the pairs (QPV, commune) that touch. ``communes_en_qpv``: the communes with a QPV; None when nobody says.
    ``communes_sans_parc``: those without social dwellings. ``membres``: those that a table lists whatever they have;
    None when nobody says. ``revenus_exclus``: see :func:`cases.relever`. ``mutations_exclues``: rule P3 leaves them out
    of the objectives.
    """

    liens: frozenset[tuple[str, str]] = frozenset()
    communes_en_qpv: frozenset[str] | None = None
    communes_sans_parc: frozenset[str] = frozenset()
    membres: frozenset[str] | None = None
    revenus_exclus: bool = False
    mutations_exclues: bool = False

    def vide(self, case: Case) -> bool:
        """A count that is zero by nature, as every reader knows."""
        commune = case.classe(COMMUNE)
        if commune is None or case.population != "attributions":
            return False
        hors_qpv = self.communes_en_qpv is not None and commune not in self.communes_en_qpv
        return commune in self.communes_sans_parc or (hors_qpv and case.classe("zone") == "QPV")

    def sans(self, communes: Set[str]) -> Structure:
        """The same, without what is said of some communes and the figures belie."""
        en_qpv = self.communes_en_qpv
        return replace(
            self,
            communes_en_qpv=None if en_qpv is None else en_qpv | communes,
            communes_sans_parc=self.communes_sans_parc - communes,
        )

    def presentes(self, releve: Releve) -> set[Case]:
        """Counts of which a reader knows that they are not zero: a commune that left is listed for what it has."""
        parties = {
            case
            for case, dimension in releve.axes
            if dimension == COMMUNE and self.membres is not None and case.classe(COMMUNE) not in self.membres
            if len(case.conditions) == 1 and case.population == "attributions"
        }
        return releve.presentes | parties


@dataclass(frozen=True)
class Relation:
    """``total`` is the sum of ``parties``."""

    total: Case
    parties: tuple[Case, ...]


@dataclass
class Systeme:
    """The relations of a year.

    ``restes``: what is left over by a difference and would tell of households. ``nulles``: counts that are zero, since
    a table that would list them does not.
    """

    relations: list[Relation] = field(default_factory=list)
    restes: set[Case] = field(default_factory=set)
    nulles: set[Case] = field(default_factory=set)


def relier(releve: Releve, cases: Iterable[Case], indicateurs: Iterable[Indicateur], structure: Structure) -> Systeme:
    """Every relation between cases that a reader may know of, in one order."""
    connues = set(cases)
    systeme = Systeme()
    for indicateur in indicateurs:
        _reunir(systeme, indicateur, connues)
    croisees = _croiser(systeme, connues, structure)
    _sommes(systeme, releve, connues, croisees, _NEUTRES - ({"champ"} if structure.mutations_exclues else set()))
    systeme.relations.sort(key=lambda r: (r.total.cle, tuple(p.cle for p in r.parties)))
    return systeme


def _sommes(systeme: Systeme, releve: Releve, connues: set[Case], croisees: set[Case], neutres: frozenset[str]) -> None:
    """A case is the sum of its classes in each dimension, those that no table shows included."""
    listees: dict[tuple[str, str], set[str]] = defaultdict(set)
    noeuds = connues | croisees
    for case, dimension in releve.axes:
        if case in connues:
            noeuds.add(case.sans(dimension))
            listees[case.population, dimension].add(case.classe(dimension) or "")
    while True:
        parties = _parties(noeuds)
        muettes: dict[tuple[Case, str], set[Case]] = {}
        for (total, dimension), cases in parties.items():
            classes = listees[total.population, dimension] - {case.classe(dimension) for case in cases}
            muettes[total, dimension] = {total.avec((dimension, classe)) for classe in classes}
            if classes == {NON_RENSEIGNE} and cases & connues:  # Not listed beside the others: there is none.
                systeme.nulles |= muettes[total, dimension]
        nouvelles = set[Case]().union(*muettes.values()) - noeuds
        if not nouvelles:
            break
        noeuds |= nouvelles
    for (total, dimension), cases in parties.items():
        if not listees[total.population, dimension]:
            _ajouter(systeme, total, cases, dimension, neutres)
            continue
        _ajouter(systeme, total, cases, None)
        caches = cases - connues
        if caches and cases & connues and total in connues and dimension not in neutres:
            reste = total.avec((dimension, RESTE))
            systeme.restes.add(reste)
            _ajouter(systeme, reste, caches, None)


def _parties(noeuds: Iterable[Case]) -> dict[tuple[Case, str], set[Case]]:
    """The classes of each case in each dimension. Pairs of a QPV and a commune are summed apart."""
    cases = set(noeuds)
    parties: dict[tuple[Case, str], set[Case]] = defaultdict(set)
    for case in cases:
        croisee = case.classe(QPV) is not None and case.classe(COMMUNE) is not None
        for dimension, _ in case.conditions:
            if case.sans(dimension) in cases and not (croisee and dimension in (QPV, COMMUNE)):
                parties[case.sans(dimension), dimension].add(case)
    return parties


def _ajouter(
    systeme: Systeme, total: Case, parties: Iterable[Case], reste: str | None, neutres: frozenset[str] = _NEUTRES
) -> None:
    termes = sorted(parties, key=lambda case: case.cle)
    if reste is not None:
        case = total.avec((reste, RESTE))
        termes.append(case)
        if reste not in neutres:
            systeme.restes.add(case)
    systeme.relations.append(Relation(total, tuple(termes)))


def _reunir(systeme: Systeme, indicateur: Indicateur, connues: set[Case]) -> None:
    """A numerator that is a union of classes, and a denominator of known incomes, which is one too (P8)."""
    reunion, compte = indicateur.compte.reunion, indicateur.compte
    if reunion is None:
        return
    for case in sorted((c for c in connues if frozenset(compte.champ) <= c.conditions), key=lambda c: c.cle):
        base = case.sans("revenu").sans(indicateur.code)
        if case.classe(indicateur.code) is not None:
            valeurs: Iterable[str] = reunion.valeurs
        elif case.classe("revenu") is not None:
            valeurs = _classes_connues(connues, reunion.dimension)
        else:
            continue
        classes = [base.avec((reunion.dimension, valeur)) for valeur in valeurs]
        presentes = [classe for classe in classes if classe in connues]
        if presentes:
            _ajouter(systeme, case, presentes, None if reunion.complete else reunion.dimension)


def _classes_connues(connues: Iterable[Case], dimension: str) -> list[str]:
    """The classes of a dimension, but for the missing one."""
    classes = {case.classe(dimension) for case in connues} - {None, NON_RENSEIGNE}
    return sorted(str(classe) for classe in classes)


def _croiser(systeme: Systeme, connues: set[Case], structure: Structure) -> set[Case]:
    """QPV straddle communes: the allocations of a QPV are those of its communes, and the other way round.

    Returns the cases of each pair that touches.
    """
    croisees: set[Case] = set()
    quartiers: dict[Case, dict[str, Case]] = defaultdict(dict)
    communes: dict[Case, dict[str, Case]] = defaultdict(dict)
    for case in connues:
        if case.classe("zone") != "QPV":
            continue
        for dimension, table in ((QPV, quartiers), (COMMUNE, communes)):
            classe = case.classe(dimension)
            if classe is not None:
                table[case.sans(dimension)][classe] = case
    for ensemble in quartiers.keys() & communes.keys():
        paires = {
            (qpv, commune)
            for qpv in quartiers[ensemble]
            for commune in communes[ensemble]
            if qpv == NON_RENSEIGNE or (qpv, commune) in structure.liens
        }
        for rang, cases in ((0, quartiers[ensemble]), (1, communes[ensemble])):
            for classe, case in cases.items():
                siennes = [ensemble.avec((QPV, p[0]), (COMMUNE, p[1])) for p in paires if p[rang] == classe]
                if siennes:
                    croisees.update(siennes)
                    _ajouter(systeme, case, siennes, None)
    return croisees
