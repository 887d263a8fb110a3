"""Data quality: the share of rows that lack each column, Q01 (domain, §4.2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from cil_analysis.indicators.cadre import EPCI, NON_CALCULABLE, PCT, mettre_en_cadre
from cil_analysis.indicators.exercice import Exercice


def _manquants(exercice: Exercice, code: str, extrait: str) -> pd.DataFrame:
    lignes = exercice.attributions if extrait == "attributions" else exercice.demandes
    colonnes = [] if lignes is None else [nom for nom in exercice.colonnes[extrait] if nom in lignes]
    comptes = pd.DataFrame(
        {
            "modalite": pd.Series(colonnes, dtype="str"),
            "numerateur": [0 if lignes is None else int(lignes[nom].isna().sum()) for nom in colonnes],
        }
    )
    comptes["denominateur"] = 0 if lignes is None else len(lignes)
    comptes["perimetre_type"], comptes["perimetre_code"] = EPCI, exercice.epci
    cadre = mettre_en_cadre(comptes, code, exercice.annee, PCT)
    # A column without a single value was not in the file: that is no share of missing values.
    absente = cadre["numerateur"].eq(cadre["denominateur"])
    cadre["statut"] = cadre["statut"].mask(absente, NON_CALCULABLE)
    cadre.loc[absente, ["numerateur", "denominateur", "valeur"]] = float("nan")
    return cadre


def manquants(code: str, extrait: str) -> Callable[[Exercice], pd.DataFrame]:
    """The share of missing values of each stored column of an extract; ``modalite`` is the canonical column."""
    return partial(_manquants, code=code, extrait=extrait)
