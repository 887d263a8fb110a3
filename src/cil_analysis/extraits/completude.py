"""How well the columns of an extract are filled, over the years and by landlord, and what its anomalies are.

Shares are those of the kept rows that have a value, in per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cil_analysis.extraits.anomalies import COLONNES
from cil_analysis.extraits.schemas import PSEUDONYME
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE, LISTES_LUES

SANS_BAILLEUR = ""
"""The landlord of a row that names none, or one that is not known."""


def par_annee(journaux: Mapping[int, Mapping[str, Any]]) -> pd.DataFrame:
    """One row is one stored column, one column is one year: the share of rows with a value.

    ``journaux``: the journal of each year. Missing: no row was kept, or the column was in no file and nothing gave it.
    """
    annees = {annee: parts_remplies(journal) for annee, journal in sorted(journaux.items())}
    noms = list(dict.fromkeys(nom for annee in sorted(annees, reverse=True) for nom in annees[annee]))
    return pd.DataFrame(annees, index=pd.Index(noms, name="colonne"), dtype="float64")


def parts_remplies(journal: Mapping[str, Any]) -> dict[str, float]:
    """The share of rows with a value, by column; NaN where there is no row, or where no file has the column."""
    lignes, reconnues = journal["comptes"]["conservees"], {*journal["colonnes"]["reconnues"]}
    if "numero_unique" in reconnues:
        reconnues.add(PSEUDONYME)
    return {
        nom: 100 * (1 - manquants / lignes) if lignes and (manquants < lignes or nom in reconnues) else float("nan")
        for nom, manquants in journal["manquants"].items()
    }


def evolution(parts: pd.DataFrame) -> pd.Series:
    """Points gained or lost by each column from the last but one year of :func:`par_annee` to the last.

    A column that was or is in no file counts as empty. Missing when there is one year, or the column is in neither.
    """
    if parts.shape[1] < 2:
        return pd.Series(float("nan"), index=parts.index)
    avant, apres = parts.iloc[:, -2], parts.iloc[:, -1]
    ecart: pd.Series = apres.fillna(0) - avant.fillna(0)
    return ecart.mask(avant.isna() & apres.isna())


def par_bailleur(donnees: pd.DataFrame, bailleur: str | None = None) -> pd.DataFrame:
    """One row is one stored column, one column is one landlord: the share of its rows with a value.

    ``bailleur``: that one alone. The rows without a known landlord come last, under SANS_BAILLEUR. Empty when the
    extract has no landlord.
    """
    if "bailleur" not in donnees or donnees.empty:
        return pd.DataFrame()
    codes = donnees["bailleur"].fillna(SANS_BAILLEUR)
    a_part = ["bailleur", LISTES_DU_MENAGE, LISTES_LUES]  # A household that is on no list lacks nothing.
    parts = donnees.drop(columns=a_part, errors="ignore").notna().groupby(codes).mean().mul(100).T
    ordre = [code for code in (*sorted(set(parts.columns) - {SANS_BAILLEUR}), SANS_BAILLEUR) if code in parts]
    return parts[[code for code in ordre if bailleur is None or code == bailleur]].rename_axis(index="colonne")


def compter_anomalies(anomalies: pd.DataFrame) -> pd.DataFrame:
    """One row is one column, rule and effect (colonne, regle, effet), with its ``nombre`` of anomalies."""
    groupes = anomalies.groupby(["colonne", "regle", "effet"], sort=True)
    return groupes.size().rename("nombre").reset_index()


def repartir(anomalies: pd.DataFrame, bailleur: str | None = None) -> dict[str, pd.DataFrame]:
    """The anomalies of each landlord that has some, by code; those without one under SANS_BAILLEUR, last.

    ``bailleur``: that one alone. Each row belongs to exactly one landlord, that of its line; the order is kept.
    """
    par_code = {str(code): lignes[COLONNES] for code, lignes in anomalies.groupby("bailleur")}
    ordre = [*sorted(set(par_code) - {SANS_BAILLEUR}), *({SANS_BAILLEUR} & set(par_code))]
    return {code: par_code[code].reset_index(drop=True) for code in ordre if bailleur is None or code == bailleur}
