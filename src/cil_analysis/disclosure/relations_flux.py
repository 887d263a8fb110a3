"""What links the dwellings of the gestion en flux to each other, and to the leases of the bilan.

Each pair of counts is a total and its part; what is left over tells of households too, and is protected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from cil_analysis.disclosure.cases import Case
from cil_analysis.disclosure.structure import Structure
from cil_analysis.indicators.cadre import BAILLEUR, COMMUNE, NON_RENSEIGNE, RESERVATAIRE
from cil_analysis.indicators.dimensions import DIMENSIONS, OUI

PROPOSES, ATTRIBUES = "flux:nb_proposes", "flux:nb_attribues"
_BAUX, _SOUSTRAITS = "attributions", "flux:nb_soustraits"
_HORS = ("flux", "hors")
_MUTATIONS = (("mutation_INTERNE", OUI), ("motif_soustraction", "MUTATION"))
# The breakdowns that leave out the dwellings of who does not give them, and those that list them as « non renseigné ».
_PARTIELLES = ("zone", "commune_flux")
_COMPLETES = ("typologie", "financement", "periode_construction")
# Linked here and not class by class: each holds the one before it.
CUMULS = tuple(nom for nom in DIMENSIONS if nom.startswith("cumul_"))
# A total, its parts, and which of them are left over.
Lien = tuple[Case, tuple[Case, ...], frozenset[Case]]


def liens_du_flux(connues: Collection[Case], structure: Structure) -> Iterator[Lien]:
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
            # What is not known of the flux is of who breaks nothing down, and is known of its leases.
            if Case(_BAUX, lieux) in connues and not any(case.classe(nom) == NON_RENSEIGNE for nom in _COMPLETES):
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
    yield from _sans_ventilation(connues, structure)


def _sans_ventilation(connues: Collection[Case], structure: Structure) -> Iterator[Lien]:
    """What a breakdown leaves out, or lists as « non renseigné », is the dwellings of those that do not give it.

    The page says that they are not in it, and the totals say who that is: their own counts then tell the rest. Under a
    constant perimeter (P9), it leaves out those of the communes that moved too.
    """
    classes: dict[tuple[Case, str], list[Case]] = defaultdict(list)
    for case in connues:
        if case.population in (PROPOSES, ATTRIBUES) and case.classe(BAILLEUR) is None:
            for nom in (*_PARTIELLES, *_COMPLETES):
                if case.classe(nom) is not None:
                    classes[case.sans(nom), nom].append(case)
    for (total, nom), siennes in sorted(classes.items(), key=lambda e: (e[0][0].cle, e[0][1])):
        muets = _muets(total, nom, structure)
        if nom in _COMPLETES:
            inconnue = total.avec((nom, NON_RENSEIGNE))
            if muets and inconnue in connues:
                yield inconnue, muets, frozenset()
        elif total in connues:
            listees = {case.classe(nom) for case in siennes}
            restes = frozenset[Case]()
            if nom == "commune_flux" and not (structure.membres or set()) <= listees:
                restes = frozenset({total.avec((nom, "autres"))})
            yield total, (*siennes, *muets, *restes), restes


def _muets(total: Case, nom: str, structure: Structure) -> tuple[Case, ...]:
    """The dwellings of a total that are not broken down, by landlord and réservataire."""
    reservataire, cases = total.classe(RESERVATAIRE), set()
    for muet in structure.sans_ventilation:
        if muet.dimension == nom and reservataire in (None, muet.reservataire):
            siens = total.avec((BAILLEUR, muet.bailleur), (RESERVATAIRE, muet.reservataire))
            cases.add(siens.avec((nom, NON_RENSEIGNE)) if muet.en_partie else siens)
    return tuple(sorted(cases, key=lambda case: case.cle))


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
