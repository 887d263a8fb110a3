"""What links the counts of the file of requests: filings and ages, exits and radiations, abnormal delays and ages."""

from __future__ import annotations

from collections.abc import Iterator, Set

from cil_analysis.disclosure.cases import Case
from cil_analysis.disclosure.structure import Structure
from cil_analysis.indicators.cadre import NON_RENSEIGNE
from cil_analysis.indicators.dimensions import NON, OUI
from cil_analysis.indicators.termes import SORTIES, source_de

# The dimension of an abnormal delay, and that of the classes of the same wait.
_ANORMALES = {"delai_anormal": "anciennete", "delai_anormal_au_bail": "delai_en_annees"}
# A total, its parts, and those of them that no table shows and that tell of households.
Lien = tuple[Case, list[Case], set[Case]]


def liens(connues: Set[Case], structure: Structure) -> Iterator[Lien]:
    """The sums of the cases that a reader may know of."""
    for case in sorted(connues, key=lambda c: c.cle):
        yield from _sorties(case, connues)
        yield from _depots(case, connues, structure)
        yield from _delais_anormaux(case, connues, structure)


def _sorties(case: Case, connues: Set[Case]) -> Iterator[Lien]:
    """Radiations are those that hold and those that were cancelled."""
    if case.population != SORTIES:
        return
    radiees = Case(source_de(SORTIES), case.conditions).avec(("radiation", OUI))
    if radiees in connues:
        annulees = radiees.avec(("sortie", NON))
        yield radiees, [case, annulees], {annulees}


def _depots(case: Case, connues: Set[Case], structure: Structure) -> Iterator[Lien]:
    """The requests filed in the year are those of less than a year; those without a date have no age."""
    if case.classe("depot") is None or "demandes" not in case.population.split("+"):
        return
    base = Case("demandes", case.conditions).sans("depot")
    for depot, age in (("ANNEE", structure.classe_de_l_annee), (NON_RENSEIGNE, NON_RENSEIGNE)):
        agees = base.avec(("anciennete", age))
        if age and agees in connues:
            yield base.avec(("depot", depot)), [agees], set()


def _delais_anormaux(case: Case, connues: Set[Case], structure: Structure) -> Iterator[Lien]:
    """Those who have waited so long are of the classes beyond, and a part of the class that the delay cuts."""
    entieres, coupee = structure.classes_anormales
    for anormal, axe in _ANORMALES.items():
        base = case.sans(anormal)
        classes = [base.avec((axe, classe)) for classe in sorted(entieres)]
        partagee = base.avec((axe, coupee))
        if case.classe(anormal) != OUI or not (connues & {*classes, partagee}):
            continue
        if not coupee:
            yield case, classes, set()
            continue
        dedans, dehors = partagee.avec((anormal, OUI)), partagee.avec((anormal, NON))
        yield case, [*classes, dedans], {dedans}
        yield partagee, [dedans, dehors], {dedans, dehors}
