"""A reader who knows some rows: a landlord sits in the CIL, and may subtract its own leases from what is published."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.grammaire.dimensions import MANQUE
from cil_analysis.grammaire.populations import lignes_de
from cil_analysis.secret.preuve.audit import Deduction, Lecture
from cil_analysis.secret.preuve.encadrement import Encadrement
from cil_analysis.secret.relations.cases import Case, cle_de

_LIBRES = ("public", MANQUE)


def deduites_par(lecture: Lecture, exercice: Exercice, acteur: tuple[str, str]) -> Iterator[Deduction]:
    """What an actor deduces too closely of the rows of the others in masked counts, once its own are subtracted.

    ``acteur``: the dimension that says whose the rows are, and its class. Nothing, or what reaches the threshold, is
    no secret of the others.
    """
    programme = lecture.programme()
    nommees = lecture.savoir.keys() | lecture.masquees.keys()
    dimensions = exercice.registre.dimensions
    comptables = [case for case in nommees if _comptable(case, acteur, dimensions)]
    siennes = {case: _compter(exercice, case.avec(acteur)) for case in comptables}
    programme.minorer({case: n for case, n in siennes.items() if n and case in programme.rang})
    connues = {case: n for case, n in siennes.items() if acteur in case.conditions}
    programme.connaitre({**connues, **lecture.savoir})
    encadrement = Encadrement(programme, lecture.regles.largeur)
    for case in sorted(lecture.masquees.keys() - lecture.savoir.keys() - connues.keys(), key=cle_de):
        if case.classe(acteur[0]) is None and case not in siennes:
            continue
        bas, haut = (borne - siennes.get(case, 0.0) for borne in encadrement.de(case))
        besoin = lecture.besoin(case)._replace(tolere=True).entre(bas, haut)
        deduite = Deduction(lecture.annee, case, tuple(sorted(lecture.masquees[case])), bas, haut, besoin)
        if not deduite.protegee:
            yield deduite


def _comptable(case: Case, acteur: tuple[str, str], dimensions: Container[str]) -> bool:
    """Whether a count is one of rows that name their actor, by dimensions that rows are classed by."""
    if not lignes_de(case.population).logement:
        return False
    return case.classe(acteur[0]) in (None, acteur[1]) and all(
        (nom in dimensions or nom.partition("_")[0] in _LIBRES) and classe != "reste" for nom, classe in case.conditions
    )


def _compter(exercice: Exercice, case: Case) -> float:
    return exercice.seul.compter(case).get((0,), 0.0)


def acteurs(cases: Iterable[Case], dimension: str) -> list[str]:
    """The actors that the figures of a year name."""
    return sorted({str(case.classe(dimension)) for case in cases} - {"None", "NR"})
