"""Columns computed from others of the same row. Pure functions over aligned series; missing in, missing out."""

from __future__ import annotations

import pandas as pd

from cil_analysis.grammaire.vocabulaire import JOURS_PAR_MOIS


def unites_de_consommation(personnes_14_ou_plus: pd.Series, enfants_moins_14: pd.Series) -> pd.Series:
    """Consumption units: 1 for the applicant, 0.5 per other person of 14 or more, 0.3 per child under 14.

    Source: domain, §1.3. The co-applicant is one of the other persons. Missing when either count is, or when the
    counts are no household (nobody of 14 or more, a negative count). The weight of a child in shared custody is not
    known: it counts as the extract counts it.

    >>> unites_de_consommation(pd.Series([1, 2, 2, None]), pd.Series([0, 0, 3, 1])).tolist()
    [1.0, 1.5, 2.4, <NA>]
    """
    grands, enfants = personnes_14_ou_plus.astype("Float64"), enfants_moins_14.astype("Float64")
    menage = (grands.ge(1) & enfants.ge(0)).fillna(False).astype(bool)
    unites: pd.Series = ((10 + 5 * (grands - 1) + 3 * enfants) / 10).where(menage)
    return unites


def taille_menage(adultes: pd.Series, enfants: pd.Series) -> pd.Series:
    """Persons to house (D7). Missing when either count is missing or negative.

    >>> taille_menage(pd.Series([1, 2, None]), pd.Series([0, 3, 1])).tolist()
    [1, 5, <NA>]
    """
    grands, petits = adultes.astype("Int64"), enfants.astype("Int64")
    comptes = (grands.ge(0) & petits.ge(0)).fillna(False).astype(bool)
    taille: pd.Series = (grands + petits).where(comptes)
    return taille


def revenu_par_uc(mensuel: pd.Series, uc: pd.Series) -> pd.Series:
    """Yearly income per consumption unit, in euros and cents: monthly household income × 12 ÷ UC (domain, §1.3).

    Missing when either is missing, or when there is not a single consumption unit to divide by.

    >>> revenu_par_uc(pd.Series([1000.0, 0.0, 800.0]), pd.Series([1.8, 1.0, 0.0])).tolist()
    [6666.67, 0.0, <NA>]
    """
    unites = uc.astype("Float64")
    divisible = unites.gt(0).fillna(False).astype(bool)
    revenu: pd.Series = (mensuel.astype("Float64") * 12 / unites.where(divisible)).round(2)
    return revenu


def delai_mois(depot: pd.Series, bail: pd.Series) -> pd.Series:
    """Months from the first filing to the lease: days / 30.4375 (D10). Negative when the filing comes after.

    >>> jours = pd.to_datetime(pd.Series(["2020-01-01", None]))
    >>> delai_mois(jours, pd.to_datetime(pd.Series(["2024-01-01", "2024-01-01"]))).tolist()
    [48.0, <NA>]
    """
    delai: pd.Series = ((bail - depot).dt.days / JOURS_PAR_MOIS).astype("Float64")
    return delai


def annees_revolues(naissance: pd.Series, jour: pd.Series) -> pd.Series:
    """Age in completed years at a day, both datetime64. Who is born on 29 February ages on 1 March of other years.

    >>> annees_revolues(*(pd.to_datetime(pd.Series([j])) for j in ("2000-02-29", "2022-02-28"))).tolist()
    [21]
    """
    pas_encore = (jour.dt.month * 100 + jour.dt.day) < (naissance.dt.month * 100 + naissance.dt.day)
    ages: pd.Series = (jour.dt.year - naissance.dt.year - pas_encore.astype("int64")).astype("Float64").astype("Int64")
    return ages
