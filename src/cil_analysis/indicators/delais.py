"""Delay between the first filing and the lease: V06 (domain, §4.2; architecture, D10)."""

from __future__ import annotations

import pandas as pd

from cil_analysis.indicators.cadre import COMMUNE, EPCI, MOIS, NON_RENSEIGNE, mettre_en_cadre
from cil_analysis.indicators.denombrement import mediane
from cil_analysis.indicators.exercice import Exercice


def delai_median(exercice: Exercice) -> pd.DataFrame:
    """V06: median delay in months with one decimal (D10), by commune, and by type of dwelling for the EPCI."""
    typologies = [*exercice.nomenclatures["typologies"].codes(None), NON_RENSEIGNE]
    presentes = set(exercice.attributions["typologie"].fillna(NON_RENSEIGNE))
    tables = [mediane(exercice.attributions, exercice, p, "delai_mois") for p in (EPCI, COMMUNE)]
    tables.append(
        mediane(
            exercice.attributions,
            exercice,
            EPCI,
            "delai_mois",
            modalite="typologie",
            modalites=[code for code in typologies if code in presentes],
        )
    )
    table = pd.concat(tables)
    table["valeur"] = table["valeur"].round(1)
    return mettre_en_cadre(table, "V06", exercice.annee, MOIS)
