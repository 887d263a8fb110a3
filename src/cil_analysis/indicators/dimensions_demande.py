"""The classes that the requests as a file of their own is counted by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cil_analysis.indicators.cadre import NON_RENSEIGNE
from cil_analysis.indicators.classement import Classement, Contexte, Dimension, dans_les_bornes, oui_non
from cil_analysis.reference.nomenclatures import Nomenclature

# When a request was filed; the year itself, or before.
ANNEE, AVANT = "ANNEE", "AVANT"
_MOIS_PAR_AN = 12


def _date(lignes: pd.DataFrame, nom: str) -> pd.Series:
    if nom not in lignes:
        return pd.Series(pd.NaT, index=lignes.index, dtype="datetime64[us]")
    colonne: pd.Series = lignes[nom]
    return colonne


def _depot(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    annees = _date(lignes, "date_depot_demande").dt.year
    codes = np.select([annees.eq(contexte.annee), annees.lt(contexte.annee)], [ANNEE, AVANT], NON_RENSEIGNE)
    return pd.Series(codes, index=lignes.index, dtype="str")


def _mois(colonne: str) -> Classement:
    """The month of a date of the year, « 01 » to « 12 »; « NR » for another date or none."""

    def classer(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
        jours = _date(lignes, colonne)
        mois: pd.Series = jours.dt.strftime("%m").where(jours.dt.year.eq(contexte.annee)).astype("str")
        return mois.fillna(NON_RENSEIGNE)

    return classer


def _renouvelee(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    dans_l_annee: pd.Series = _date(lignes, "date_renouvellement").dt.year.eq(contexte.annee)
    return dans_l_annee


def _delai_en_annees(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """Completed years from the filing to the lease, in the classes of anciennetes.csv."""
    if "delai_mois" not in lignes:
        return pd.Series(NON_RENSEIGNE, index=lignes.index, dtype="str")
    annees = lignes["delai_mois"].astype("float64") // _MOIS_PAR_AN
    return dans_les_bornes(annees, contexte.nomenclatures["anciennetes"])


def _anormal(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """Whether a request has waited as long as the delay said abnormally long, in completed months on 31 December."""
    depot = _date(lignes, "date_depot_demande")
    # On 31 December the day of the filing has come in every month.
    return _atteint((contexte.annee - depot.dt.year) * _MOIS_PAR_AN + _MOIS_PAR_AN - depot.dt.month, contexte)


def _anormal_au_bail(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
    """The same of a household housed, on the day of its lease."""
    if "delai_mois" not in lignes:
        return pd.Series(False, index=lignes.index)
    return _atteint(lignes["delai_mois"].astype("float64"), contexte)


def _atteint(mois: pd.Series, contexte: Contexte) -> pd.Series:
    seuil = contexte.regles.delai_anormal_mois
    return mois.ge(float("inf") if seuil is None else seuil)


def classes_anormales(anciennetes: Nomenclature, mois: float | None) -> tuple[frozenset[str], str]:
    """The classes of anciennetes.csv that are wholly of the abnormal delay, and the one that it cuts, or nothing."""
    entieres, coupee = set(), ""
    for code, bas, haut in anciennetes.table[["code", "minimum", "maximum"]].itertuples(index=False):
        if mois is None:
            continue
        if float(bas or 0) * _MOIS_PAR_AN >= mois:
            entieres.add(str(code))
        elif not haut or (float(haut) + 1) * _MOIS_PAR_AN > mois:
            coupee = str(code)
    return frozenset(entieres), coupee


def classe_de_l_annee(anciennetes: Nomenclature) -> str:
    """The class of the requests filed in the year, and of them alone; nothing when no class is."""
    seules = anciennetes.table.loc[anciennetes.table["minimum"].eq("0") & anciennetes.table["maximum"].eq("0"), "code"]
    return str(seules.iloc[0]) if len(seules) else ""


_DEPOT, _RENOUVELLEMENT = ("date_depot_demande",), ("date_renouvellement",)
DIMENSIONS: Mapping[str, Dimension] = {
    "depot": Dimension(_depot, _DEPOT),
    "mois_depot": Dimension(_mois("date_depot_demande"), _DEPOT),
    "mois_sortie": Dimension(_mois("date_radiation"), ("date_radiation",)),
    "renouvelee": Dimension(oui_non(_renouvelee), _RENOUVELLEMENT),
    "mois_renouvellement": Dimension(_mois("date_renouvellement"), _RENOUVELLEMENT),
    "delai_en_annees": Dimension(_delai_en_annees, ("delai_mois",)),
    "delai_anormal": Dimension(oui_non(_anormal), _DEPOT),
    "delai_anormal_au_bail": Dimension(oui_non(_anormal_au_bail), ("delai_mois",)),
}
# What counts are restricted to so that no row lacks its class: « non renseigné » is no row of their tables.
COMPLETES = frozenset({"mois_depot", "mois_sortie", "mois_renouvellement", "delai_en_annees"})
