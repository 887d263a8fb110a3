"""Les mots des lignes d’une table de référence : ce qu’un tableau, une figure ou une phrase en dit, ligne à ligne."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT
from cil_analysis.rapport.mots.formats import date_en_mots, echapper
from cil_analysis.rapport.mots.lignes import Cellule, marquer
from cil_analysis.rapport.tableaux import FICTIF
from cil_analysis.typographie import accorder, minuscule, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


def libelles(rapport: Rapport, codes: pd.Series, liste: str) -> pd.Series:
    """Les libellés de codes, comme dans une phrase : « en cours » ; il n’y en a pas là où le code manque."""
    return minuscules(codes.map(rapport.references.nomenclatures[liste].libelles()).astype("str"))


def minuscules(mots: pd.Series) -> pd.Series:
    """Des mots comme ils commencent au milieu d’une phrase."""
    return mots.map(minuscule, na_action="ignore").astype("str")


def dates(jours: pd.Series) -> pd.Series:
    """« 1er juin 2022 », rien là où il n’y a pas de jour."""
    return pd.Series(["" if pd.isna(jour) else date_en_mots(jour) for jour in jours], jours.index, "str")


def periodes(debuts: pd.Series, fins: pd.Series) -> pd.Series:
    """Des années en mots : « 2018-2023 », « 2022 », « depuis 2020 », « jusqu’en 2021 », ou rien."""
    return pd.Series([_periode(*x) for x in zip(debuts, fins, strict=True)], debuts.index, "str")


def _periode(debut: Any, fin: Any) -> str:
    if pd.isna(fin):
        return "" if pd.isna(debut) else f"depuis {debut:.0f}"
    if pd.isna(debut):
        return f"jusqu’en {fin:.0f}"
    return f"{debut:.0f}" if debut == fin else f"{debut:.0f}-{fin:.0f}"


def suites(etats: pd.Series, jours: pd.Series, faites: pd.Series, en_retard: pd.Series) -> pd.Series:
    """Où en est ce qui était à faire : « ✗ en retard (en cours) », « ✓ faite le 1er octobre 2022 ».

    ``etats`` : en mots ; ``jours`` : depuis quand, là où il faut le dire.
    """
    quand = ("" if pd.isna(jour) else f" le {date_en_mots(jour)}" for jour in jours)
    lues = zip(etats.fillna(""), quand, faites, en_retard, strict=True)
    return pd.Series([_suite(*une) for une in lues], etats.index, "object")


def _suite(etat: str, quand: str, est_faite: bool, est_tard: bool) -> str | Cellule:
    if not (est_tard or est_faite):
        return etat + quand
    mot, suite = ("en retard", f" ({etat})" if etat else "") if est_tard else (etat, quand)
    marque = marquer(typographie(mot), NON_ATTEINT if est_tard else ATTEINT)
    return Cellule(Markup(marque + echapper(typographie(suite))), "texte")


def si_fictif(table: pd.DataFrame, mots: str) -> pd.Series:
    """Des mots à la suite de ce qui nomme une ligne inventée, rien à la suite des autres."""
    return table["confiance"].map({FICTIF: mots}).fillna("").astype("str")


def fictifs(table: pd.DataFrame, un: str = "fictive", plusieurs: str = "fictives", tous: str = "") -> str:
    """Ce qui suit le compte de lignes dont il y a d’inventées : « (fictives) », « (dont 2 fictives) ».

    tous : ce qui se dit quand elles le sont toutes, même d’une seule, sous un intitulé qui est au pluriel.
    """
    inventees = int(table["confiance"].eq(FICTIF).sum())
    if 0 < inventees < len(table):
        return f" (dont {accorder(inventees, un, plusieurs)})"
    return f" ({tous or (un if inventees == 1 else plusieurs)})" if inventees else ""
