"""What the OPS survey and the RPLS detail of a year are counted from: a partition of the survey, and two populations.

« rpls »: the dwellings of the public file, whose counts are public. « rpls_securise »: the same rows, for what only the
secured file tells (whether they are let): it is lent under a convention, and its counts are protected as the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from cil_analysis.grammaire.dimensions import DIMENSIONS
from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.colonnes import Lignes, donnee
from cil_analysis.systemes.occupation_partition import LOGEMENTS, MENAGES, par_classes, partager

# Dimensions whose classes are columns of the OPS file, which their nomenclatures say.
EN_COLONNES = ("composition_occupants", "age_titulaire", "ressources_plus")
OPS, BAILLEURS, RPLS, SECURISE = "occupation", "occupation_bailleur", "rpls", "rpls_securise"


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The populations of the stock and of its occupants. Raises ErreurCIL when a survey contradicts itself."""
    completes = dict(lignes)
    if RPLS in lignes:
        completes[SECURISE] = lignes[RPLS]
    if OPS in lignes:
        completes |= _enquete(lignes[OPS], references, annee)
    return completes


def _enquete(lignes: pd.DataFrame, references: References, annee: int) -> Lignes:
    """The partition, the rows that are limited to a landlord, and the tables of the classes."""
    noms = references.territoire.noms()

    def ou(commune: str) -> str:
        return f"Enquête OPS {annee}, {noms.get(commune, commune)}"

    partage = partager(lignes, _quartiers(references, annee), ou)
    tables = {OPS: partage, BAILLEURS: lignes[lignes["bailleur"].notna()].reset_index(drop=True)}
    for dimension in EN_COLONNES:
        codes = references.nomenclatures[DIMENSIONS[dimension].liste]
        colonnes = dict(zip(codes.table["code"], codes.colonne("colonne"), strict=True))
        recentes = {code: nom for code, rangee in codes.rangees.items() if (nom := rangee.get("colonne_recents"))}
        if (table := par_classes(partage, dimension, colonnes, recentes, ou)) is not None:
            tables[f"{OPS}@{dimension}"] = table
    return tables


def _quartiers(references: References, annee: int) -> Mapping[str, frozenset[str]]:
    """The QPV of each commune on 31 December."""
    liens = references.territoire.qpv_communes
    liens = liens[liens["qpv_code"].isin(references.territoire.qpv(date(annee, 12, 31))["code"])]
    return {str(commune): frozenset(siens) for commune, siens in liens.groupby("code_insee")["qpv_code"]}


def communes_dominees(lignes: Mapping[str, pd.DataFrame], part_pct: float) -> frozenset[str]:
    """The communes where one landlord holds more than ``part_pct`` of the social dwellings.

    ``lignes``: by population, « rpls » and « occupation_bailleur », as they are prepared. The dwellings of the RPLS
    where their landlord is known, those that the OPS gives by landlord elsewhere; nobody can say of the others.
    """
    parts = pd.concat([_parts(logements) for logements in _par_bailleur(lignes)] or [pd.Series(dtype="float64")])
    premieres = parts[~parts.index.duplicated()]
    return frozenset(str(commune) for commune in premieres.index[premieres.gt(part_pct)])


def _par_bailleur(lignes: Mapping[str, pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Rows that each stand for ``n`` dwellings of a landlord in a commune: those of the RPLS, then of the survey."""
    logements, rangees = lignes.get(RPLS), lignes.get(BAILLEURS)
    if logements is not None and donnee(logements, "bailleur"):
        yield logements[["commune_insee"]].assign(bailleur=logements["bailleur"].fillna(""), n=1)
    if rangees is not None and not rangees.empty:
        communes = rangees[~rangees["est_en_qpv"].fillna(False).astype(bool) & rangees["qpv"].isna()]
        poids = communes[LOGEMENTS] if donnee(communes, LOGEMENTS) else communes[MENAGES]
        yield communes[["commune_insee", "bailleur"]].assign(n=poids.astype("Float64").fillna(0).astype("float64"))


def _parts(logements: pd.DataFrame) -> pd.Series:
    """The share of the first landlord in each commune, in %."""
    comptes = logements.groupby(["commune_insee", "bailleur"])["n"].sum().unstack()
    totaux, premiers = comptes.sum(axis=1), comptes.drop(columns="", errors="ignore").max(axis=1)
    return (premiers / totaux[totaux.gt(0)] * 100).dropna()
