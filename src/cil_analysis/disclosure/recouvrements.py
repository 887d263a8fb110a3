"""Classes of different dimensions that rest on the same codes: what a reader of the code lists may subtract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import permutations

from cil_analysis.indicators.cadre import Condition
from cil_analysis.indicators.dimensions import OUI
from cil_analysis.reference.nomenclatures import Nomenclature

# What tells a public (nomenclatures/publics.csv): its households meet one of these at least.
_CRITERES = ("categories", "statuts_dalo", "logements_actuels")
_LOGEMENT = "logements_actuels"


def inclusions_des_publics(nomenclatures: Mapping[str, Nomenclature]) -> frozenset[tuple[Condition, Condition]]:
    """Pairs (class, class that holds all its rows): the publics within one another, and within the priority ones.

    A public told by a category of L441-1 or a DALO status alone has priority households only.
    """
    criteres = {code: _criteres(public) for code, public in nomenclatures["publics"].rangees.items()}
    prioritaires = {(_public(code), ("prioritaire", OUI)) for code, siens in criteres.items() if not siens[_LOGEMENT]}
    emboites = {
        (_public(dedans), _public(dehors))
        for dedans, dehors in permutations(criteres, 2)
        if all(criteres[dedans][nom] <= criteres[dehors][nom] for nom in _CRITERES)
    }
    return frozenset(prioritaires | emboites)


def morceaux_des_logements(nomenclatures: Mapping[str, Nomenclature]) -> dict[Condition, tuple[str, ...]]:
    """The publics told by the present housing alone, and the statuses of occupation that they overlap, in pieces.

    A piece is named by its codes of ``logements_actuels``: those that are in the same classes.
    """
    classes = {
        _public(code): siens[_LOGEMENT]
        for code, public in nomenclatures["publics"].rangees.items()
        if (siens := _criteres(public))[_LOGEMENT] and not siens["categories"] | siens["statuts_dalo"]
    }
    cites = frozenset[str]().union(*classes.values())
    logements, statuts = nomenclatures["logements_actuels"], nomenclatures["statuts_occupation"].libelles()
    for statut, libelle in statuts.items():
        codes = frozenset(code for code in logements.codes() if logements.groupe(code) == libelle)
        if codes & cites:
            classes["statut_occupation", statut] = codes
    signatures: dict[str, list[Condition]] = defaultdict(list)
    for classe, codes in classes.items():
        for code in codes:
            signatures[code].append(classe)
    morceaux: dict[tuple[Condition, ...], list[str]] = defaultdict(list)
    for code in sorted(signatures):
        morceaux[tuple(signatures[code])].append(code)
    return {
        classe: tuple("|".join(codes) for signature, codes in morceaux.items() if classe in signature)
        for classe in classes
    }


def _public(code: str) -> Condition:
    return f"public_{code}", OUI


def _criteres(public: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {nom: frozenset(public[nom].split("|")) - {""} for nom in _CRITERES}
