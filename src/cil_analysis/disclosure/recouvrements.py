"""Classes of different dimensions that rest on the same codes or numbers: what a reader of their lists may subtract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import permutations
from math import inf

from cil_analysis.indicators.cadre import Condition
from cil_analysis.indicators.dimensions import DIMENSIONS, OUI, SOURCES_DES_PUBLICS, TERRITOIRE, Dimension
from cil_analysis.reference.nomenclatures import Nomenclature

Nomenclatures = Mapping[str, Nomenclature]
# The codes that each class holds.
Classes = dict[Condition, frozenset[str]]
# What tells a public (nomenclatures/publics.csv): its households meet one of these at least.
_CRITERES = tuple(SOURCES_DES_PUBLICS)
_LOGEMENT = "logements_actuels"


def inclusions_des_publics(nomenclatures: Nomenclatures) -> frozenset[tuple[Condition, Condition]]:
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


def morceaux_des_classes(nomenclatures: Nomenclatures) -> dict[Condition, tuple[str, ...]]:
    """The classes that overlap one of another dimension of the same column or number, cut into what they share.

    A public told by one column alone is such a class. A piece is named by its source and its codes, those that are in
    the same classes: « logement_actuel:SD|SQUAT ».
    """
    publics = _publics_d_une_colonne(nomenclatures)
    sources: dict[tuple[bool, str], list[Dimension]] = defaultdict(list)
    for dimension in DIMENSIONS.values():
        if (dimension.liste or dimension.bornes) and not dimension.comme and dimension.decrit != TERRITOIRE:
            sources[dimension.forme == "nombre", dimension.expression].append(dimension)
    morceaux: dict[Condition, tuple[str, ...]] = {}
    for (_, source), dimensions in sources.items():
        classes = dict(publics[source])
        if len(dimensions) + len(classes) > 1:
            for dimension in dimensions:
                classes |= _codes_des_classes(dimension, dimensions, nomenclatures)
            morceaux |= _decouper(source, classes)
    return morceaux


def _publics_d_une_colonne(nomenclatures: Nomenclatures) -> Mapping[str, Classes]:
    """By column, the codes of each public that it tells alone."""
    publics: dict[str, Classes] = defaultdict(dict)
    for code, public in nomenclatures["publics"].rangees.items():
        siens = {champ: codes for champ, codes in _criteres(public).items() if codes}
        colonnes = {colonne for champ in siens for colonne in SOURCES_DES_PUBLICS[champ]}
        if len(siens) == len(colonnes) == 1:
            publics[colonnes.pop()][_public(code)] = next(iter(siens.values()))
    return publics


def _codes_des_classes(dimension: Dimension, voisines: Iterable[Dimension], nomenclatures: Nomenclatures) -> Classes:
    """The codes of each class; of numbers, those where a class of this dimension or of its neighbours begins."""
    nom = dimension.nom
    if dimension.forme == "nombre":
        bornes = {d.nom: nomenclatures[d.bornes].bornes for d in voisines}
        debuts = sorted(
            {
                debut
                for siennes in bornes.values()
                for _, bas, haut in siennes
                for debut in (bas, haut + 1)
                if debut < inf
            }
        )
        return {(nom, c): frozenset(f"{d:g}" for d in debuts if bas <= d <= haut) for c, bas, haut in bornes[nom]}
    liste = nomenclatures[dimension.liste]
    if dimension.forme == "colonne":
        return {(nom, code): frozenset([code]) for code in liste.codes()}
    codes = nomenclatures[dimension.codes]
    return {
        (nom, classe): frozenset(code for code in codes.codes() if codes.groupe(code) == libelle)
        for classe, libelle in liste.libelles().items()
    }


def _decouper(source: str, classes: Classes) -> dict[Condition, tuple[str, ...]]:
    signatures: dict[str, list[Condition]] = defaultdict(list)
    for classe, codes in classes.items():
        if any(classe[0] != autre[0] and codes & siens for autre, siens in classes.items()):
            for code in codes:
                signatures[code].append(classe)
    morceaux: dict[tuple[Condition, ...], list[str]] = defaultdict(list)
    for code in sorted(signatures):
        morceaux[tuple(signatures[code])].append(code)
    return {
        classe: tuple(f"{source}:{'|'.join(codes)}" for signature, codes in morceaux.items() if classe in signature)
        for classe in dict.fromkeys(classe for signature in morceaux for classe in signature)
    }


def _public(code: str) -> Condition:
    return f"public_{code}", OUI


def _criteres(public: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {nom: frozenset(public[nom].split("|")) - {""} for nom in _CRITERES}
