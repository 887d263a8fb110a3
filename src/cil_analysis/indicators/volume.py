"""Volume and distribution of allocations: V01, T01, T02, A01, A02 (domain, §4.2)."""

from __future__ import annotations

import pandas as pd

from cil_analysis.indicators.cadre import (
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    NOMBRE,
    PCT,
    QPV,
    mettre_en_cadre,
    sans_mesure,
)
from cil_analysis.indicators.denombrement import BAILLEUR, RESERVATAIRE, compter, repartir
from cil_analysis.indicators.exercice import Exercice


def attributions(exercice: Exercice) -> pd.DataFrame:
    """V01: signed leases of the year."""
    perimetres = (EPCI, COMMUNE, QPV, EN_QPV, HORS_QPV)
    comptes = pd.concat([compter(exercice.attributions, exercice, p) for p in perimetres])
    cadre = mettre_en_cadre(comptes, "V01", exercice.annee, NOMBRE)
    if exercice.attributions["est_en_qpv"].isna().all():
        cadre = sans_mesure(cadre, cadre["perimetre_type"].isin([QPV, EN_QPV, HORS_QPV]))
    return cadre


def repartition_communes(exercice: Exercice) -> pd.DataFrame:
    """T01: each commune's share of the year's allocations."""
    comptes = compter(exercice.attributions, exercice, COMMUNE)
    comptes["denominateur"] = len(exercice.attributions)
    return mettre_en_cadre(comptes, "T01", exercice.annee, PCT)


def repartition_qpv(exercice: Exercice) -> pd.DataFrame:
    """T02: allocations in QPV, outside, and of unknown situation (D14); by commune the share in QPV alone.

    The unknown situations of a commune are a handful: published, they would have to be masked, and many objectives of
    communes with them, since their denominators give them back.
    """
    modalites = exercice.nomenclatures["situations_qpv"].codes(None)
    ensemble, communes = (
        repartir(compter(exercice.attributions, exercice, p, modalite="situation_qpv", modalites=modalites))
        for p in (EPCI, COMMUNE)
    )
    comptes = pd.concat([ensemble, communes[communes["modalite"].eq("QPV")]])
    cadre = mettre_en_cadre(comptes, "T02", exercice.annee, PCT)
    return sans_mesure(cadre) if exercice.attributions["est_en_qpv"].isna().all() else cadre


def _par_acteur(exercice: Exercice, acteur: str, code: str) -> pd.DataFrame:
    comptes = compter(exercice.attributions, exercice, EPCI, acteur=acteur)
    comptes["denominateur"] = len(exercice.attributions)
    cadre = mettre_en_cadre(comptes, code, exercice.annee, PCT)
    return sans_mesure(cadre) if exercice.attributions[acteur].isna().all() else cadre


def par_bailleur(exercice: Exercice) -> pd.DataFrame:
    """A01: each landlord's share of the year's allocations."""
    return _par_acteur(exercice, BAILLEUR, "A01")


def par_reservataire(exercice: Exercice) -> pd.DataFrame:
    """A02: each réservataire's share of the year's allocations."""
    return _par_acteur(exercice, RESERVATAIRE, "A02")
