"""The classes that gather, or cut, those of another dimension: what a reader may add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from math import inf

from cil_analysis.grammaire.dimensions import CONNU, DIMENSIONS, Dimension
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Condition
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.secret.relations.structure import Regroupement

# Pairs of classes of two dimensions that share rows.
Partages = Set[tuple[Condition, Condition]]


def regroupements_declares(
    nomenclatures: Mapping[str, Nomenclature],
    parametres: Mapping[str, float | None],
    dimensions: Mapping[str, Dimension] = DIMENSIONS,
) -> Iterator[Regroupement]:
    """Those that dimensions say: every class of others, or what a number is from a threshold on.

    ``parametres``: the thresholds that a rule sets, by name; None where it is not known.
    """
    for nom, dimension in dimensions.items():
        for autre, liste in dimension.partage:
            connues = tuple(code for code in nomenclatures[liste].codes() if code != NON_RENSEIGNE)
            yield Regroupement((nom, CONNU), autre, connues)
        debuts = [d for d in (seuil.valeur(parametres) for seuil in dimension.seuils) if d is not None]
        if not debuts or len(debuts) < len(dimension.seuils):
            continue
        bornes = nomenclatures[dimensions[dimension.coupe].bornes].bornes
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
