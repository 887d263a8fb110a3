"""The rehousing objectives: O01 to O04, and O08 (domain, §1.1; architecture, D9 and D11)."""

from __future__ import annotations

import pandas as pd

from cil_analysis.indicators.cadre import (
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    NON_CALCULABLE,
    PCT,
    QPV,
    SANS_OBJET,
    mettre_en_cadre,
)
from cil_analysis.indicators.denombrement import BAILLEUR, RESERVATAIRE, compter, part, repartir
from cil_analysis.indicators.exercice import Exercice

# The code of the contingent under which a landlord's own, non reserved dwellings are allocated.
HORS_CONTINGENT = "AUCUN"


def _champ(exercice: Exercice, situation: str) -> pd.DataFrame:
    lignes = exercice.objectifs
    lignes = lignes[lignes["situation_qpv"].eq(situation)]
    if exercice.regles.p8_ressources_manquantes == "exclues":
        relogement = lignes["est_relogement_ru"].fillna(False).astype(bool)
        lignes = lignes[lignes["quartile"].ne("NR") | relogement]
    return lignes


def _sans_seuil(cadre: pd.DataFrame, exercice: Exercice) -> pd.DataFrame:
    """Without the year's threshold, or without any income, nothing about quartiles can be computed."""
    if exercice.regles.seuils[0] is None or exercice.objectifs["revenu_uc_annuel_eur"].isna().all():
        cadre["statut"] = NON_CALCULABLE
        cadre[["numerateur", "denominateur", "valeur"]] = float("nan")
    return cadre


def _sans_parc(cadre: pd.DataFrame, exercice: Exercice) -> pd.DataFrame:
    """A commune without social dwellings has nothing to be measured on."""
    sans = [code for code, logements in exercice.parc_social.items() if logements == 0]
    concernees = cadre["perimetre_type"].eq(COMMUNE) & cadre["perimetre_code"].isin(sans) & cadre["denominateur"].eq(0)
    cadre["statut"] = cadre["statut"].mask(concernees, SANS_OBJET)
    return cadre


def premier_quartile_hors_qpv(exercice: Exercice) -> pd.DataFrame:
    """O01: share, among allocations outside QPV, of first-quartile households or of households rehoused by RU."""
    lignes = _champ(exercice, "HORS_QPV")
    public = lignes["quartile"].eq("Q1") | lignes["est_relogement_ru"].fillna(False).astype(bool)
    tables = [part(lignes, exercice, p, public) for p in (EPCI, COMMUNE)]
    tables.append(part(lignes, exercice, EPCI, public, acteur=BAILLEUR))
    cadre = mettre_en_cadre(pd.concat(tables), "O01", exercice.annee, PCT)
    return _sans_parc(_sans_seuil(cadre, exercice), exercice)


def autres_quartiles_en_qpv(exercice: Exercice) -> pd.DataFrame:
    """O02: share, among allocations in QPV, of households above the first quartile."""
    lignes = _champ(exercice, "QPV")
    public = lignes["quartile"].isin(["Q2", "Q3", "Q4", "SUP_Q1"])
    tables = [part(lignes, exercice, p, public) for p in (EPCI, COMMUNE, QPV)]
    cadre = mettre_en_cadre(pd.concat(tables), "O02", exercice.annee, PCT)
    cadre = _sans_seuil(cadre, exercice)
    sans_qpv = cadre["perimetre_type"].eq(COMMUNE) & cadre["denominateur"].eq(0)
    cadre["statut"] = cadre["statut"].mask(sans_qpv, SANS_OBJET)
    return cadre


def quartiles(exercice: Exercice) -> pd.DataFrame:
    """O03: allocations by income quartile, in QPV, outside and together; unknown incomes are a class."""
    presents = set(exercice.objectifs["quartile"])
    modalites = [c for c in exercice.nomenclatures["quartiles"].codes(None) if c in presents or c != "SUP_Q1"]
    comptes = [
        compter(exercice.objectifs, exercice, p, modalite="quartile", modalites=modalites)
        for p in (EPCI, EN_QPV, HORS_QPV)
    ]
    return _sans_seuil(mettre_en_cadre(repartir(pd.concat(comptes)), "O03", exercice.annee, PCT), exercice)


def _sans_priorites(cadre: pd.DataFrame, exercice: Exercice) -> pd.DataFrame:
    """Neither categories nor DALO anywhere: the columns are absent, and a share of 0 % would be false."""
    lignes = exercice.objectifs
    if lignes["categories_prioritaires"].isna().all() and lignes["statut_dalo"].isna().all():
        cadre["statut"] = NON_CALCULABLE
        cadre[["numerateur", "denominateur", "valeur"]] = float("nan")
    return cadre


def prioritaires(exercice: Exercice) -> pd.DataFrame:
    """O04: share of priority households, by réservataire, and by landlord on its non reserved dwellings (D11)."""
    lignes = exercice.objectifs
    propres = lignes[lignes["reservataire"].eq(HORS_CONTINGENT)]
    tables = [
        part(lignes, exercice, EPCI, lignes["est_prioritaire"]),
        part(lignes, exercice, EPCI, lignes["est_prioritaire"], acteur=RESERVATAIRE),
        part(propres, exercice, EPCI, propres["est_prioritaire"], acteur=BAILLEUR),
    ]
    return _sans_priorites(mettre_en_cadre(pd.concat(tables), "O04", exercice.annee, PCT), exercice)


def prioritaires_par_bailleur(exercice: Exercice) -> pd.DataFrame:
    """O08: share of priority households among all the allocations of each landlord, reserved dwellings included."""
    lignes = exercice.objectifs
    table = part(lignes, exercice, EPCI, lignes["est_prioritaire"], acteur=BAILLEUR)
    return _sans_priorites(mettre_en_cadre(table, "O08", exercice.annee, PCT), exercice)
