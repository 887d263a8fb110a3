"""Targets beside figures: which objective applies to each row, the gap, and the households that are missing.

The objectives are rows of data/reference/parameters/objectifs.csv. The most particular one wins: an explicit code
before « * », then a local commitment before the law, then the latest. One whose value is « à renseigner » is passed
over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cil_analysis.indicators.cadre import (
    ATTEINT,
    CLES,
    EPCI,
    NON_ATTEINT,
    NON_RENSEIGNE,
    PCT,
    PUBLIE,
    cadre_vide,
    mettre_en_cadre,
)

PLANCHER, PLAFOND = "plancher", "plafond"
_LOI = "loi"


def attacher_cibles(cadre: pd.DataFrame, objectifs: pd.DataFrame) -> pd.DataFrame:
    """Give each row its target in force on 31 December of its year, and compute gap, missing households and result.

    ``ecart``: points above (+) or below (-) the target. ``menages_manquants`` (D12): the smallest number of the year's
    allocations that would have had to go to the public (or, for a ceiling, to others) for the objective to hold.
    """
    table = cadre.copy()
    utiles = objectifs[objectifs["valeur"].notna() & objectifs["unite"].eq("pct")].to_dict("records")
    lignes = table[CLES].astype("str").to_dict("records")
    cibles = [_cible(ligne, utiles) for ligne in lignes]  # type: ignore[arg-type]  # keys are column names
    table["cible"] = [float("nan") if c is None else float(c["valeur"]) for c in cibles]
    table["sens"] = ["" if c is None else str(c["sens"]) for c in cibles]
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


def _cible(cles: Mapping[str, str], objectifs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The objective of a figure, or None. A share by category has none."""
    jour = pd.Timestamp(date(int(cles["annee"]), 12, 31))
    if cles["modalite"] != "":
        return None
    choix = [
        o
        for o in objectifs
        if all(o[cle] == cles[cle] for cle in ("indicateur", "perimetre_type", "acteur_type"))
        and all(o[cle] in (cles[cle], "*") for cle in ("perimetre_code", "acteur_code"))
        and NON_RENSEIGNE not in (cles["acteur_code"], cles["perimetre_code"])  # Nobody has committed to anything.
        and not o["date_effet"] > jour
        and not o["date_fin"] < jour
    ]
    return max(choix, key=_precision, default=None)


def _precision(objectif: Mapping[str, Any]) -> tuple[int, bool, pd.Timestamp]:
    """How particular an objective is; between equals the latest text rules, as an avenant does."""
    nommes = sum(objectif[cle] != "*" for cle in ("perimetre_code", "acteur_code"))
    effet = objectif["date_effet"]
    return nommes, objectif["origine"] != _LOI, pd.Timestamp.min if pd.isna(effet) else effet


def bilan_des_objectifs(cadres: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """O07: how many objectives are met, among those that have a result; in all, then by indicator (modalite)."""
    suivis = pd.concat(cadres, ignore_index=True) if cadres else cadre_vide()
    suivis = suivis[suivis["resultat"].isin([ATTEINT, NON_ATTEINT])]
    if suivis.empty:
        return cadre_vide()
    tenus = suivis["resultat"].eq(ATTEINT)
    epci = suivis.loc[suivis["perimetre_type"].eq(EPCI), "perimetre_code"]
    comptes = [
        tenus.groupby([suivis["annee"], modalite.rename("modalite")], sort=True).agg(["sum", "count"]).reset_index()
        for modalite in (pd.Series("", index=suivis.index, dtype="str"), suivis["indicateur"])
    ]
    table = pd.concat(comptes, ignore_index=True).rename(columns={"sum": "numerateur", "count": "denominateur"})
    table["perimetre_type"], table["perimetre_code"] = EPCI, epci.iloc[0] if len(epci) else ""
    annees = [mettre_en_cadre(t, "O07", int(str(annee)), PCT) for annee, t in table.groupby("annee")]
    return pd.concat(annees, ignore_index=True)
