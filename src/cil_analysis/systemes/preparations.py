"""What each system adds to the rows of a year before they are counted, and to what protects their figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes import cotation, flux, gouvernance, occupation, parcours, priorites, rattachement
from cil_analysis.systemes.colonnes import Lignes

# Each receives the rows by population, and returns them completed: new columns, new populations.
PREPARATIONS: tuple[Callable[[Lignes, References, int], Lignes], ...] = (
    flux.preparer,
    parcours.preparer,
    occupation.preparer,
    cotation.preparer,
    gouvernance.preparer,
    priorites.preparer,
    rattachement.preparer,
)
# Those that change what a column of the leases says: they are due under other rules of counting as well.
DES_COLONNES = (priorites.preparer,)
# What proposals have of the requests and the leases of their households, of which aggregated tables name none.
DES_MENAGES = ("revenu_du_menage_eur", cotation.SCORE, "rang_score")


class SansVentilation(NamedTuple):
    """Dwellings whose class in a dimension is not known: all those of the pair, or a part of them (``en_partie``)."""

    dimension: str
    bailleur: str
    reservataire: str
    en_partie: bool


class Bailleurs(NamedTuple):
    """What prepared rows tell of landlords, for the protection of figures.

    ``dominees``: the communes of a survey where one landlord holds nearly all, and what its tenants are would be told
    of it (domain, §8.1); none without a survey or a rule. ``sans_ventilation``: the dwellings that are not broken down:
    what a breakdown leaves out is theirs. ``conventions``: the landlords and réservataires for whom dwellings are
    reserved (a rate and a base), as the report says to readers; None where nobody tells.
    """

    dominees: frozenset[str] = frozenset()
    sans_ventilation: frozenset[SansVentilation] = frozenset()
    conventions: frozenset[tuple[str, str]] | None = None


AUCUN_BAILLEUR = Bailleurs()
# The populations that tell of landlords.
DES_BAILLEURS = (occupation.OPS, occupation.RPLS, flux.FLUX)


def preparer_les_bailleurs(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The rows of ``DES_BAILLEURS``, completed by what :func:`bailleurs` reads. Raises as flux does."""
    return occupation.des_bailleurs(flux.preparer(lignes, references, annee))


def bailleurs(lignes: Mapping[str, pd.DataFrame], part_pct: float | None) -> Bailleurs:
    """What prepared rows tell of landlords; ``part_pct``: the share above which one holds nearly all, if it is set."""
    sans_ventilation = frozenset(SansVentilation(*muet) for muet in flux.sans_ventilation(lignes))
    siens = Bailleurs(sans_ventilation=sans_ventilation, conventions=flux.conventions(lignes))
    if part_pct is None or occupation.OPS not in lignes:
        return siens
    return siens._replace(dominees=occupation.communes_dominees(lignes, part_pct))


def regroupements(
    references: References, jour: date
) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...], tuple[str, ...]]]:
    """The classes that gather those of another dimension: (dimension, class), the other, its classes, those in part."""
    for groupe in (*cotation.regroupements(references, jour), *priorites.regroupements(references, jour)):
        yield *groupe, ()
    yield from cotation.trimestres(references, jour)


def inclusions(references: References, jour: date) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Pairs (class, class that holds all its rows) that rules of priority say."""
    yield from priorites.inclusions(references, jour)


def partages(
    lignes: Mapping[str, pd.DataFrame], references: References
) -> frozenset[tuple[tuple[str, str], tuple[str, str]]]:
    """Pairs of classes of two dimensions that cut the same number, where prepared rows are of both."""
    return cotation.partages(lignes, references)
