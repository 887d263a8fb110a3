"""The rehousing objectives: O01 to O04, and O08 (domain, §1.1; architecture, D9 and D11)."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from cil_analysis.indicators.cadre import (
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    NON_RENSEIGNE,
    PCT,
    QPV,
    SANS_OBJET,
    mettre_en_cadre,
    sans_mesure,
)
from cil_analysis.indicators.denombrement import BAILLEUR, RESERVATAIRE, compter, part, repartir
from cil_analysis.indicators.exercice import Exercice

# The code of the contingent under which a landlord's own, non reserved dwellings are allocated.
HORS_CONTINGENT = "AUCUN"


def _champ(exercice: Exercice, situation: str, comptes_malgre_tout: pd.Series | None = None) -> pd.DataFrame:
    """The allocations of a situation; under P8 « exclues », those of unknown income only where they count anyway."""
    lignes = exercice.objectifs
    garde = lignes["situation_qpv"].eq(situation)
    if exercice.regles.p8_ressources_manquantes == "exclues":
        connus = lignes["quartile"].ne(NON_RENSEIGNE)
        garde &= connus if comptes_malgre_tout is None else connus | comptes_malgre_tout
    return lignes[garde]


def _sans_revenus(cadre: pd.DataFrame, exercice: Exercice) -> pd.DataFrame:
    """Without the year's threshold, or without any income, nothing about quartiles can be computed."""
    inconnus = exercice.regles.seuils[0] is None or exercice.objectifs["revenu_uc_annuel_eur"].isna().all()
    return sans_mesure(cadre) if inconnus else cadre


def _sans_situation(cadre: pd.DataFrame, exercice: Exercice) -> pd.DataFrame:
    """Without any known QPV situation, nothing is in QPV nor outside (D14)."""
    perimetres = cadre["indicateur"].ne("O03") | cadre["perimetre_type"].isin([EN_QPV, HORS_QPV])
    return sans_mesure(cadre, perimetres) if exercice.objectifs["est_en_qpv"].isna().all() else cadre


def _sans_objet(cadre: pd.DataFrame, communes: Collection[str]) -> pd.DataFrame:
    """Communes that have nothing to be measured on, unless an allocation says otherwise."""
    table = cadre.copy()
    concernees = table["perimetre_type"].eq(COMMUNE) & table["perimetre_code"].isin(communes)
    table["statut"] = table["statut"].mask(concernees & table["denominateur"].eq(0), SANS_OBJET)
    return table


def _communes_sans_parc(exercice: Exercice) -> list[str]:
    """Communes without social dwellings; an unknown stock is not none."""
    return [code for code, logements in exercice.parc_social.items() if logements == 0]


def premier_quartile_hors_qpv(exercice: Exercice) -> pd.DataFrame:
    """O01: share, among allocations outside QPV, of first-quartile households or of households rehoused by RU."""
    lignes = _champ(exercice, "HORS_QPV", exercice.objectifs["est_relogement_ru"].fillna(False).astype(bool))
    public = lignes["quartile"].eq("Q1") | lignes["est_relogement_ru"].fillna(False).astype(bool)
    tables = [part(lignes, exercice, p, public) for p in (EPCI, COMMUNE)]
    tables += [part(lignes, exercice, EPCI, public, acteur=acteur) for acteur in (BAILLEUR, RESERVATAIRE)]
    cadre = mettre_en_cadre(pd.concat(tables), "O01", exercice.annee, PCT)
    cadre = _sans_objet(cadre, _communes_sans_parc(exercice))
    return _sans_situation(_sans_revenus(cadre, exercice), exercice)


def autres_quartiles_en_qpv(exercice: Exercice) -> pd.DataFrame:
    """O02: share, among allocations in QPV, of households above the first quartile."""
    lignes = _champ(exercice, "QPV")
    public = lignes["quartile"].isin(["Q2", "Q3", "Q4", "SUP_Q1"])
    tables = [part(lignes, exercice, p, public) for p in (EPCI, COMMUNE, QPV)]
    tables += [part(lignes, exercice, EPCI, public, acteur=acteur) for acteur in (BAILLEUR, RESERVATAIRE)]
    cadre = mettre_en_cadre(pd.concat(tables), "O02", exercice.annee, PCT)
    cadre = _sans_objet(cadre, set(exercice.communes) - exercice.communes_avec_qpv)
    return _sans_situation(_sans_revenus(cadre, exercice), exercice)


def quartiles(exercice: Exercice) -> pd.DataFrame:
    """O03: allocations by income quartile, in QPV, outside and together; unknown incomes are a class.

    Where only the first threshold is known, the three other quartiles are one class, « SUP_Q1 ».
    """
    modalites = [code for code in exercice.nomenclatures["quartiles"].codes(None) if code != "SUP_Q1"]
    if None in exercice.regles.seuils:
        modalites = ["Q1", "SUP_Q1", NON_RENSEIGNE]
    comptes = [
        compter(exercice.objectifs, exercice, p, modalite="quartile", modalites=modalites)
        for p in (EPCI, EN_QPV, HORS_QPV)
    ]
    cadre = mettre_en_cadre(repartir(pd.concat(comptes)), "O03", exercice.annee, PCT)
    return _sans_situation(_sans_revenus(cadre, exercice), exercice)


def _sans_priorites(cadre: pd.DataFrame, exercice: Exercice) -> pd.DataFrame:
    """Neither categories nor DALO anywhere: the columns are absent, and a share of 0 % would be false."""
    lignes = exercice.objectifs
    absentes = lignes["categories_prioritaires"].isna().all() and lignes["statut_dalo"].isna().all()
    return sans_mesure(cadre) if absentes else cadre


def prioritaires(exercice: Exercice) -> pd.DataFrame:
    """O04: share of priority households, by commune, réservataire, and landlord on its non reserved dwellings (D11)."""
    lignes = exercice.objectifs
    propres = lignes[lignes["reservataire"].eq(HORS_CONTINGENT)]
    tables = [part(lignes, exercice, p, lignes["est_prioritaire"]) for p in (EPCI, COMMUNE)]
    tables.append(part(lignes, exercice, EPCI, lignes["est_prioritaire"], acteur=RESERVATAIRE))
    tables.append(part(propres, exercice, EPCI, propres["est_prioritaire"], acteur=BAILLEUR))
    cadre = mettre_en_cadre(pd.concat(tables), "O04", exercice.annee, PCT)
    cadre = _sans_objet(cadre, _communes_sans_parc(exercice))
    if lignes["reservataire"].isna().all():
        cadre = sans_mesure(cadre, cadre["acteur_type"].ne(""))
    return _sans_priorites(cadre, exercice)


def prioritaires_par_bailleur(exercice: Exercice) -> pd.DataFrame:
    """O08: share of priority households among all the allocations of each landlord, reserved dwellings included."""
    lignes = exercice.objectifs
    table = part(lignes, exercice, EPCI, lignes["est_prioritaire"], acteur=BAILLEUR)
    return _sans_priorites(mettre_en_cadre(table, "O08", exercice.annee, PCT), exercice)
