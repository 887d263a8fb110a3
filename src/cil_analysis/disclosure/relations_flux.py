"""What links the dwellings of the gestion en flux to each other, and to the leases of the bilan.

Each pair of counts is a total and its part; what is left over tells of households too, and is protected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from cil_analysis.disclosure.cases import Case
from cil_analysis.indicators.cadre import BAILLEUR, COMMUNE, NON_RENSEIGNE
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.dimensions_flux import TRIMESTRES
from cil_analysis.indicators.flux import ATTRIBUES, PROPOSES

_BAUX, _SOUSTRAITS = "attributions", "flux:nb_soustraits"
_HORS = ("flux", "hors")
_MUTATIONS = (("mutation_INTERNE", OUI), ("motif_soustraction", "MUTATION"))
# The breakdowns that leave out the dwellings of who does not give them, and those that list them as « non renseigné ».
_PARTIELLES = ("zone", "commune_flux")
_COMPLETES = ("typologie", "financement", "periode_construction")
# Linked here and not class by class: each holds the one before it.
CUMULS = tuple(f"cumul_{code}" for code in TRIMESTRES)
# A total, its parts, and which of them are left over.
Lien = tuple[Case, tuple[Case, ...], frozenset[Case]]


def liens_du_flux(connues: Collection[Case]) -> Iterator[Lien]:
    """The sums between known cases: proposed and allocated dwellings, allocated ones and leases, quarter after quarter.

    A landlord's transfers are deducted from its flux: where the two counts are equal, one tells the other. A sum that
    the counts belie, since a landlord counts otherwise, is dropped with the others (``dementis``).
    """
    for case in sorted(connues, key=lambda c: c.cle):
        if case.population == PROPOSES:
            attribues = Case(ATTRIBUES, case.conditions)
            if attribues in connues:
                yield _partager(case, attribues)
        if case.population == ATTRIBUES and not any(nom == "convention" for nom, _ in case.conditions):
            lieux = frozenset((COMMUNE if nom == "commune_flux" else nom, classe) for nom, classe in case.conditions)
            if Case(_BAUX, lieux) in connues:
                yield _partager(Case(_BAUX, lieux), case)
            yield from _relogements(case, Case(_BAUX, lieux), connues)
        if case.population == _SOUSTRAITS and case.classe("motif_soustraction") == "MUTATION":
            mutations = Case(_BAUX, case.conditions - {_MUTATIONS[1]} | {_MUTATIONS[0]})
            if mutations in connues:
                yield mutations, (case,), frozenset()
        if case.population == _SOUSTRAITS and case.classe("motif_soustraction") is None:
            mutations = Case(_BAUX, case.conditions | {_MUTATIONS[0]})
            if mutations in connues:  # What is deducted besides transfers is rehousings.
                autres = case.avec(("motif_soustraction", "autres"))
                yield case, (mutations, autres), frozenset({autres})
        if case.population == _BAUX:
            yield from _cumuler(case, connues)
    yield from _sans_ventilation(connues)


def _sans_ventilation(connues: Collection[Case]) -> Iterator[Lien]:
    """A landlord that breaks nothing down is what a breakdown leaves out: its own counts then tell the rest of them.

    The page says that who gives no breakdown is not in it, and the totals say who that is. Each landlord is supposed to
    be the only one, and nobody to be; the counts belie all but the true one (``dementis``).
    """
    flux = sorted((c for c in connues if c.population in (PROPOSES, ATTRIBUES)), key=lambda c: c.cle)
    bailleurs = sorted({str(c.classe(BAILLEUR)) for c in flux if c.classe(BAILLEUR) is not None})
    classes: dict[tuple[Case, str], list[Case]] = defaultdict(list)
    for case in flux:
        for nom in _PARTIELLES:
            if case.classe(nom) is not None and case.classe(BAILLEUR) is None:
                classes[case.sans(nom), nom].append(case)
    manques = [(total, siennes) for (total, _), siennes in classes.items() if total in connues]
    for total, siennes in manques:
        yield total, tuple(siennes), frozenset()
    for case in flux:
        for nom in _COMPLETES:
            if case.classe(nom) == NON_RENSEIGNE and case.classe(BAILLEUR) is None:
                manques.append((case, []))
    for total, siennes in manques:
        ensemble = total
        for nom in _COMPLETES if not siennes else ():
            ensemble = ensemble.sans(nom)
        for bailleur in bailleurs:
            sienne = ensemble.avec((BAILLEUR, bailleur))
            if sienne in connues:
                yield total, (*siennes, sienne), frozenset()


def _relogements(attribues: Case, baux: Case, connues: Collection[Case]) -> Iterator[Lien]:
    """The leases of a landlord that are neither of its flux nor its transfers are rehousings.

    Not of a commune: who gives no breakdown has leases there, and no dwelling of the flux.
    """
    mutations = Case(baux.population, baux.conditions | {_MUTATIONS[0]})
    if {baux, mutations}.issubset(connues) and all(nom == BAILLEUR for nom, _ in attribues.conditions):
        autres = baux.avec(("flux", "autres"))
        yield baux, (attribues, mutations, autres), frozenset({autres})


def _partager(total: Case, partie: Case) -> Lien:
    reste = total.avec(_HORS)
    return total, (partie, reste), frozenset({reste})


def _cumuler(case: Case, connues: Collection[Case]) -> Iterator[Lien]:
    """The leases signed by the end of a quarter are among those signed by the next one; by the last, they are all."""
    for cumul, suivant in zip(CUMULS, (*CUMULS[1:], None), strict=True):
        if case.classe(cumul) != OUI:
            continue
        total = case.sans(cumul) if suivant is None else case.sans(cumul).avec((suivant, OUI))
        if total not in connues:
            continue
        if suivant is None:
            yield total, (case,), frozenset()
        else:
            reste = total.avec((cumul, "apres"))
            yield total, (case, reste), frozenset({reste})
