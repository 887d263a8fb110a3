"""Volume and distribution of allocations: V01, T01, T02, A01, A02 (domain, §4.2)."""

from __future__ import annotations

import pandas as pd

from cil_analysis.indicators.cadre import COMMUNE, EN_QPV, EPCI, HORS_QPV, NOMBRE, PCT, QPV, mettre_en_cadre
from cil_analysis.indicators.denombrement import BAILLEUR, RESERVATAIRE, compter, repartir
from cil_analysis.indicators.exercice import Exercice


def attributions(exercice: Exercice) -> pd.DataFrame:
    """V01: signed leases of the year."""
    perimetres = (EPCI, COMMUNE, QPV, EN_QPV, HORS_QPV)
    comptes = pd.concat([compter(exercice.attributions, exercice, p) for p in perimetres])
    return mettre_en_cadre(comptes, "V01", exercice.annee, NOMBRE)


def repartition_communes(exercice: Exercice) -> pd.DataFrame:
    """T01: each commune's share of the year's allocations."""
    comptes = compter(exercice.attributions, exercice, COMMUNE)
    comptes["denominateur"] = comptes["numerateur"].sum()
    return mettre_en_cadre(comptes, "T01", exercice.annee, PCT)


def repartition_qpv(exercice: Exercice) -> pd.DataFrame:
    """T02: allocations in QPV, outside, and of unknown situation (D14)."""
    modalites = exercice.nomenclatures["situations_qpv"].codes(None)
    comptes = [
        compter(exercice.attributions, exercice, p, modalite="situation_qpv", modalites=modalites)
        for p in (EPCI, COMMUNE)
    ]
    return mettre_en_cadre(repartir(pd.concat(comptes)), "T02", exercice.annee, PCT)


def _par_acteur(exercice: Exercice, acteur: str, code: str) -> pd.DataFrame:
    comptes = compter(exercice.attributions, exercice, EPCI, acteur=acteur)
    comptes["denominateur"] = comptes["numerateur"].sum()
    return mettre_en_cadre(comptes, code, exercice.annee, PCT)


def par_bailleur(exercice: Exercice) -> pd.DataFrame:
    """A01: each landlord's share of the year's allocations."""
    return _par_acteur(exercice, BAILLEUR, "A01")


def par_reservataire(exercice: Exercice) -> pd.DataFrame:
    """A02: each réservataire's share of the year's allocations."""
    return _par_acteur(exercice, RESERVATAIRE, "A02")
