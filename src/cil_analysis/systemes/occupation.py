"""What the OPS survey and the RPLS detail of a year are counted from: a partition of the survey, and two populations.

« rpls »: the dwellings of the public file, whose counts are public. « rpls_securise »: the same rows, for what only the
secured file tells (whether they are let): it is lent under a convention, and its counts are protected as the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.colonnes import donnee
from cil_analysis.systemes.occupation_partition import LOGEMENTS, MENAGES, par_classes, partager

# Dimensions whose classes are columns of the OPS file, and the nomenclatures that say which (column « colonne »).
TABLES = {
    "composition_occupants": "compositions_occupants",
    "age_titulaire": "ages_titulaires",
    "ressources_plus": "ressources_plus",
}
# The dimension of incomes, and that of the lowest: these classes of the first.
MODESTES = ("ressources_plus", "ressources_modestes")
OPS, BAILLEURS, RPLS, SECURISE = "occupation", "occupation_bailleur", "rpls", "rpls_securise"
Lignes = dict[str, pd.DataFrame]


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The populations of the stock and of its occupants. Raises ErreurCIL when a survey contradicts itself."""
    completes = dict(lignes)
    if RPLS in lignes:
        completes[SECURISE] = lignes[RPLS]
    if OPS in lignes:
        completes |= _enquete(lignes[OPS], references, annee)
    return completes


def _enquete(lignes: pd.DataFrame, references: References, annee: int) -> Lignes:
    noms = references.territoire.noms()
    partage = partager(lignes, _quartiers(references, annee), noms, annee)
    tables = {OPS: partage, BAILLEURS: lignes_des_bailleurs(lignes)}
    for dimension, nomenclature in TABLES.items():
        codes = references.nomenclatures[nomenclature]
        liste = codes.table
        recentes = liste["colonne_recents"] if "colonne_recents" in liste else pd.Series("", index=liste.index)
        table = par_classes(
            partage, dimension, dict(zip(liste["code"], codes.colonne("colonne"), strict=True)),
            {code: nom for code, nom in zip(liste["code"], recentes, strict=True) if nom},
            annee, noms,
        )  # fmt: skip
        if table is not None:
            tables[f"{OPS}@{dimension}"] = table
    if f"{OPS}@{MODESTES[0]}" in tables:  # The low incomes are classes of the same table.
        tables[f"{OPS}@{MODESTES[1]}"] = tables[f"{OPS}@{MODESTES[0]}"]
    return tables


def lignes_des_bailleurs(lignes: pd.DataFrame) -> pd.DataFrame:
    """The rows of an OPS file that are limited to a landlord."""
    return lignes[lignes["bailleur"].notna()].reset_index(drop=True)


def _quartiers(references: References, annee: int) -> Mapping[str, Collection[str]]:
    """The QPV of each commune on 31 December."""
    territoire = references.territoire
    liens = territoire.qpv_communes
    en_vigueur = liens[liens["qpv_code"].isin(territoire.qpv(date(annee, 12, 31))["code"])]
    quartiers: defaultdict[str, set[str]] = defaultdict(set)
    for qpv, commune in zip(en_vigueur["qpv_code"], en_vigueur["code_insee"], strict=True):
        quartiers[str(commune)].add(str(qpv))
    return quartiers


def communes_dominees(lignes: Mapping[str, pd.DataFrame], part_pct: float) -> frozenset[str]:
    """The communes where one landlord holds more than ``part_pct`` of the social dwellings.

    ``lignes``: by population, « rpls » and « occupation_bailleur », as they are prepared. The dwellings of the RPLS
    where their landlord is known, those that the OPS gives by landlord elsewhere; nobody can say of the others.
    """
    parts = pd.concat([_parts(_parc_par_bailleur(lignes)), _parts(_enquete_par_bailleur(lignes))])
    premieres = parts[~parts.index.duplicated()]
    return frozenset(str(commune) for commune in premieres.index[premieres.gt(part_pct)])


def _parts(comptes: pd.DataFrame) -> pd.Series:
    """The share of the first landlord in each commune, in %."""
    totaux = comptes.groupby("commune_insee")["n"].sum()
    connus = comptes[comptes["bailleur"].ne("")].groupby("commune_insee")["n"].max()
    parts: pd.Series = (connus / totaux[totaux.gt(0)] * 100).dropna()
    return parts


def _parc_par_bailleur(lignes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    logements = lignes.get(RPLS)
    if logements is None or not donnee(logements, "bailleur"):
        return pd.DataFrame(columns=["commune_insee", "bailleur", "n"])
    cles = [logements["commune_insee"], logements["bailleur"].fillna("")]
    return pd.DataFrame({"n": logements.groupby(cles).size()}).reset_index()


def _enquete_par_bailleur(lignes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rangees = lignes.get(BAILLEURS)
    if rangees is None or rangees.empty:
        return pd.DataFrame(columns=["commune_insee", "bailleur", "n"])
    communes = rangees[~rangees["est_en_qpv"].fillna(False).astype(bool) & rangees["qpv"].isna()]
    poids = communes[LOGEMENTS] if donnee(communes, LOGEMENTS) else communes[MENAGES]
    comptes = communes[["commune_insee", "bailleur"]].assign(n=poids.astype("Float64").fillna(0).astype("float64"))
    return pd.DataFrame({"n": comptes.groupby(["commune_insee", "bailleur"])["n"].sum()}).reset_index()
