"""Targets beside figures: which objective applies to each row, the gap, and the households that are missing.

The objectives are rows of data/reference/parameters/objectifs.csv. The most particular one wins: an explicit code
before « * », a local commitment before the law; one whose value is « à renseigner » is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.indicators.cadre import ATTEINT, CLES, NON_ATTEINT, PUBLIE

PLANCHER, PLAFOND = "plancher", "plafond"
_LOI = "loi"


def attacher_cibles(cadre: pd.DataFrame, objectifs: pd.DataFrame) -> pd.DataFrame:
    """Give each row its target in force on 31 December of its year, and compute gap, missing households and result.

    ``ecart``: points above (+) or below (-) the target. ``menages_manquants`` (D12): the smallest number of the year's
    allocations that would have had to go to the public (or, for a ceiling, to others) for the objective to hold.
    """
    table = cadre.copy()
    utiles = objectifs[objectifs["valeur"].notna() & objectifs["unite"].eq("pct")]
    for position, ligne in zip(table.index, table[CLES].astype("str").to_dict("records"), strict=True):
        cible = _cible({str(cle): str(code) for cle, code in ligne.items()}, utiles)
        if not cible.empty:
            table.loc[position, "cible"] = cible["valeur"].iloc[0]
            table.loc[position, "sens"] = cible["sens"].iloc[0]
    a_cible = table["cible"].notna()
    mesure = a_cible & table["statut"].eq(PUBLIE)
    table["resultat"] = table["resultat"].mask(a_cible & ~mesure, table["statut"])
    # Compared as counts: numerateur × 100 against cible × denominateur, so that no division decides.
    exact = (table["numerateur"] * 100 - table["cible"] * table["denominateur"]).round(6)
    plafond = table["sens"].eq(PLAFOND)
    tenu = exact.ge(0) & ~plafond | exact.le(0) & plafond
    table["resultat"] = table["resultat"].mask(mesure & tenu, ATTEINT).mask(mesure & ~tenu, NON_ATTEINT)
    table.loc[mesure, "ecart"] = (table["valeur"] - table["cible"])[mesure]
    manque = np.ceil((exact.abs() / 100).round(6)).where(~tenu, 0.0)
    table.loc[mesure, "menages_manquants"] = manque[mesure]
    return table


def _cible(cles: Mapping[str, str], objectifs: pd.DataFrame) -> pd.DataFrame:
    """The objective of a figure: one row, or none. A share by category has none."""
    jour = pd.Timestamp(date(int(cles["annee"]), 12, 31))
    if cles["modalite"] != "":
        return objectifs.iloc[:0]
    choix = objectifs[
        objectifs["indicateur"].eq(cles["indicateur"])
        & objectifs["perimetre_type"].eq(cles["perimetre_type"])
        & objectifs["perimetre_code"].isin([cles["perimetre_code"], "*"])
        & objectifs["acteur_type"].eq(cles["acteur_type"])
        & objectifs["acteur_code"].isin([cles["acteur_code"], "*"])
        & (objectifs["date_effet"].isna() | objectifs["date_effet"].le(jour))
        & (objectifs["date_fin"].isna() | objectifs["date_fin"].ge(jour))
    ]
    rang = (
        choix["perimetre_code"].eq("*").astype(int)
        + choix["acteur_code"].eq("*").astype(int)
        + choix["origine"].eq(_LOI).astype(int) * 0.5
    )
    return choix.loc[rang.sort_values(kind="stable").index[:1]]
