"""Classes of different dimensions that gather, cut or overlap one another: what a reader may add up or subtract."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from functools import lru_cache
from itertools import permutations
from math import ceil, inf

import duckdb

from cil_analysis.bases import ouvrir_une_base
from cil_analysis.grammaire.dimensions import (
    CONNU,
    CONTENANTS_DES_PUBLICS,
    DIMENSIONS,
    OUI,
    SOURCES_DES_PUBLICS,
    TERRITOIRE,
    Dimension,
    Nomenclatures,
    Regroupement,
)
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Condition

# The codes that each class holds.
Classes = dict[Condition, frozenset[str]]
# How far beyond the last bound of its column a condition may be told: « age >= 90 ».
_AU_DELA = 1000
# Pairs of classes of two dimensions that share rows.
Partages = Set[tuple[Condition, Condition]]


def inclusions_des_publics(nomenclatures: Nomenclatures) -> frozenset[tuple[Condition, Condition]]:
    """Pairs (class, class that holds all its rows): the publics within one another, and within the priority ones.

    A public is within what the definitions say when no other column tells it: by a category of L441-1 or a DALO status
    alone, it has priority households only.
    """
    criteres = {_public(code): _criteres(public) for code, public in nomenclatures["publics"].rangees.items()}
    lues = {nom: {*DIMENSIONS[nom].colonnes, *DIMENSIONS[nom].aussi} for nom, _ in CONTENANTS_DES_PUBLICS}
    dits = {
        (public, dehors)
        for public, siens in criteres.items()
        for dehors in CONTENANTS_DES_PUBLICS
        if _colonnes(siens) <= lues[dehors[0]]
    }
    emboites = {
        (dedans, dehors)
        for dedans, dehors in permutations(criteres, 2)
        if all(criteres[dedans][nom] <= criteres[dehors][nom] for nom in SOURCES_DES_PUBLICS)
    }
    return frozenset(dits | emboites)


def morceaux_des_classes(nomenclatures: Nomenclatures) -> dict[Condition, tuple[str, ...]]:
    """The classes that overlap one of another dimension of the same column or number, cut into what they share.

    A public told by one column alone is such a class, and what a condition on it accepts. A piece is named by its
    source and its codes, those that are in the same classes: « logement_actuel:SD|SQUAT ».
    """
    publics = _publics_d_une_colonne(nomenclatures)
    rangees: dict[tuple[bool, str], list[Dimension]] = defaultdict(list)
    conditions: dict[str, list[Dimension]] = defaultdict(list)
    for dimension in DIMENSIONS.values():
        if dimension.comme or dimension.decrit == TERRITOIRE:
            continue
        if dimension.forme in ("colonne", "nombre", "code") and (dimension.liste or dimension.bornes):
            rangees[dimension.forme == "nombre", dimension.expression].append(dimension)
        elif dimension.forme == OUI and len(dimension.colonnes) == 1:
            conditions[dimension.colonnes[0]].append(dimension)
    morceaux: dict[Condition, tuple[str, ...]] = {}
    for (est_un_nombre, source), siennes in rangees.items():
        autres = conditions[source]
        if len(siennes) + len(publics[source]) + len(autres) > 1:
            classer = _par_nombres if est_un_nombre else _par_codes
            morceaux |= _decouper(source, publics[source] | classer(siennes, autres, nomenclatures))
    return morceaux


def _publics_d_une_colonne(nomenclatures: Nomenclatures) -> defaultdict[str, Classes]:
    """By column, the codes of each public that it tells alone."""
    publics: defaultdict[str, Classes] = defaultdict(dict)
    for code, public in nomenclatures["publics"].rangees.items():
        siens = {champ: codes for champ, codes in _criteres(public).items() if codes}
        if len(siens) == len(colonnes := _colonnes(siens)) == 1:
            publics[colonnes.pop()][_public(code)] = next(iter(siens.values()))
    return publics


def _par_codes(
    dimensions: Iterable[Dimension], conditions: Iterable[Dimension], nomenclatures: Nomenclatures
) -> Classes:
    """The codes of each class, and of each condition."""
    classes: Classes = {}
    for dimension in dimensions:
        liste = nomenclatures[dimension.liste]
        if dimension.forme == "colonne":
            classes |= {(dimension.nom, code): frozenset([code]) for code in liste.codes()}
            continue
        codes = nomenclatures[dimension.codes]
        classes |= {
            (dimension.nom, classe): frozenset(code for code in codes.codes() if codes.groupe(code) == libelle)
            for classe, libelle in liste.libelles().items()
        }
    tous = frozenset[str]().union(*classes.values())
    acceptes = {(c.nom, OUI): _acceptees(c, tous) for c in conditions}
    return classes | {classe: frozenset(map(str, codes)) for classe, codes in acceptes.items() if codes}


def _par_nombres(
    dimensions: Iterable[Dimension], conditions: Iterable[Dimension], nomenclatures: Nomenclatures
) -> Classes:
    """The intervals of each class, and of each condition on whole numbers, named by where they begin."""
    bornes = [(d.nom, *borne) for d in dimensions for borne in nomenclatures[d.bornes].bornes]
    debuts = {debut for _, _, bas, haut in bornes for debut in (bas, haut + 1) if debut < inf}
    finis = [int(debut) for debut in debuts if debut > -inf] or [0]
    entiers = range(min(finis) - 1, max(finis) + _AU_DELA)
    acceptes = {c.nom: nombres for c in conditions if (nombres := _acceptees(c, entiers))}
    for nombres in acceptes.values():
        debuts |= {n for n in entiers[1:] if (n in nombres) != (n - 1 in nombres)}
    classes = {(nom, code): frozenset(f"{d:g}" for d in debuts if bas <= d <= haut) for nom, code, bas, haut in bornes}
    return classes | {
        (nom, OUI): frozenset(f"{d:g}" for d in debuts if ceil(max(d, entiers[0])) in nombres)
        for nom, nombres in acceptes.items()
    }


def _acceptees(condition: Dimension, valeurs: Collection[str | int]) -> frozenset[str | int] | None:
    """The values that a « oui » of one column accepts; None where it reads something else, or accepts no value too."""
    [colonne] = condition.colonnes
    return _valeurs_acceptees(condition.expression, colonne, frozenset(valeurs))


@lru_cache  # The same in each year of a project, and in each of its EPCI.
def _valeurs_acceptees(expression: str, colonne: str, valeurs: frozenset[str | int]) -> frozenset[str | int] | None:
    toutes = f'(SELECT unnest(?) AS "{colonne}")'
    with ouvrir_une_base() as base:
        try:
            lues = base.execute(f'SELECT "{colonne}" FROM {toutes} WHERE {expression}', [[*valeurs, None]])
        except duckdb.Error:
            return None
        dites = {valeur for (valeur,) in lues.fetchall()}
    return None if None in dites else frozenset(dites)


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
    """What tells a public (nomenclatures/publics.csv): its households meet one of these at least."""
    return {nom: frozenset(public[nom].split("|")) - {""} for nom in SOURCES_DES_PUBLICS}


def _colonnes(criteres: Mapping[str, frozenset[str]]) -> set[str]:
    """The stored columns that criteria are read in."""
    return {colonne for nom, codes in criteres.items() if codes for colonne in SOURCES_DES_PUBLICS[nom]}


def regroupements_declares(
    nomenclatures: Nomenclatures, parametres: Mapping[str, float | None]
) -> Iterator[Regroupement]:
    """Those that dimensions say: every class of others, or what a number is from a threshold on.

    ``parametres``: the thresholds that a rule sets, by name; None where it is not known.
    """
    for nom, dimension in DIMENSIONS.items():
        for autre, liste in dimension.partage:
            connues = tuple(code for code in nomenclatures[liste].codes() if code != NON_RENSEIGNE)
            yield Regroupement((nom, CONNU), autre, connues)
        debuts = [d for d in (seuil.valeur(parametres) for seuil in dimension.seuils) if d is not None]
        if not debuts or len(debuts) < len(dimension.seuils):
            continue
        bornes = nomenclatures[DIMENSIONS[dimension.coupe].bornes].bornes
        for seuil, debut, fin in zip(dimension.seuils, debuts, [*debuts[1:], inf], strict=True):
            yield Regroupement((nom, seuil.classe), dimension.coupe, *_entre(bornes, debut, fin))
        yield Regroupement((nom, NON_RENSEIGNE), dimension.coupe, (NON_RENSEIGNE,))


def _entre(
    bornes: Iterable[tuple[str, float, float]], debut: float, fin: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The classes that are wholly between two thresholds, and those that are in part. A class ends with a whole."""
    entieres, coupees = [], []
    for code, bas, haut in bornes:
        if debut <= max(bas, 0) and haut + 1 <= fin:
            entieres.append(code)
        elif debut < haut + 1 and bas < fin:
            coupees.append(code)
    return tuple(entieres), tuple(coupees)


def regroupements_partages(regroupements: Iterable[Regroupement], partages: Partages) -> Iterator[Regroupement]:
    """What gathers classes gathers those of another dimension that share rows with these alone, and parts of others."""
    autres: dict[tuple[str, Condition], set[str]] = defaultdict(set)
    for classe, (dimension, code) in partages:
        autres[dimension, classe].add(code)
    for groupe in regroupements:
        siennes: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for (dimension, (nom, code)), codes in sorted(autres.items()):
            if dimension == groupe.dimension and not codes.isdisjoint(groupe.classes):
                siennes[nom][not codes.issubset(groupe.classes)].append(code)
        for nom, (entieres, coupees) in siennes.items():
            yield Regroupement(groupe.classe, nom, tuple(entieres), tuple(coupees))


def morceaux_partages(partages: Partages) -> dict[Condition, tuple[str, ...]]:
    """The classes of the two dimensions, cut into what they share."""
    morceaux: dict[Condition, list[str]] = defaultdict(list)
    for une, autre in sorted(partages):
        for classe in (une, autre):
            morceaux[classe].append(f"{une[0]}:{une[1]}|{autre[1]}")
    return {classe: tuple(siens) for classe, siens in morceaux.items()}
