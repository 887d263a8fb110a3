"""Columns computed from others: by definition, and nothing out of nothing."""

from __future__ import annotations

import doctest
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.extraits import derivations as calculs
from cil_analysis.lecture_yaml import lire_du_logiciel

DETERMINISTE = settings(derandomize=True, deadline=None)


def calculer(nom: str, jour: date | None = None, **lues: list[Any]) -> list[Any]:
    """What the rule that reads these columns gives; a missing value is None."""
    [expression] = [
        r["par"]
        for r in lire_du_logiciel("extraits/derivations.yml")["regles"]
        if r["donne"] == nom and {*r["de"]} == {*lues}
    ]
    table = pd.DataFrame({colonne: pd.array(valeurs) for colonne, valeurs in lues.items()})
    with duckdb.connect() as base:
        valeurs = calculs.calculer(base, expression, table.assign(jour=pd.Timestamp(jour or "2022-12-31")))
    return [None if pd.isna(valeur) else valeur for valeur in valeurs]


def test_exemples_des_docstrings() -> None:
    resultat = doctest.testmod(calculs)
    assert resultat.failed == 0 and resultat.attempted >= 2


def jours(*textes: str | None) -> list[Any]:
    return list(pd.to_datetime(pd.Series(textes)))


@pytest.mark.parametrize(
    ("nom", "lues", "attendu"),
    [
        # 1 for the applicant, 0.5 per other person of 14 or more, 0.3 per child; nobody of 14 or more is no household.
        ("nb_uc", {"nb_14_ans_ou_plus": [1, 2, 2, None, 0, 1], "nb_moins_de_14_ans": [0, 0, 3, 1, 2, -1]},
         [1.0, 1.5, 2.4, None, None, None]),
        ("taille_menage", {"nb_adultes": [1, 2, None, -1], "nb_enfants": [0, 3, 1, 2]}, [1, 5, None, None]),
        ("taille_menage", {"nb_14_ans_ou_plus": [1, 2], "nb_moins_de_14_ans": [None, 3]}, [None, 5]),
        ("revenu_uc_annuel_eur", {"revenu_mensuel_eur": [1000.0, 0.0, 800.0, None], "nb_uc": [1.8, 1.0, 0.0, 1.0]},
         [6666.67, 0.0, None, None]),
        # Half a cent goes to the even one.
        ("revenu_uc_annuel_eur", {"revenu_mensuel_eur": [1644.91, 744.31], "nb_uc": [1.6, 4.8]}, [12336.82, 1860.78]),
        ("revenu_uc_annuel_eur", {"revenu_uc_mensuel_eur": [100.5, None]}, [1206.0, None]),
        ("delai_mois", {"date_depot_demande": jours("2020-01-01", None),
                        "date_signature_bail": jours("2024-01-01", "2024-01-01")}, [48.0, None]),
        ("age", {"date_naissance": jours("2000-12-31", "2001-01-01", None)}, [22, 21, None]),
        ("decision", {"date_refus_commission": jours("2022-03-01", None)}, ["NON_ATTRIBUTION", None]),
        ("est_mutation_interne", {"type_mutation": ["INTERNE", "EXTERNE", "NON", None]}, [True, False, False, None]),
        ("est_mutation", {"type_mutation": ["INTERNE", "EXTERNE", "NON", None]}, [True, True, False, None]),
        ("est_mutation_interne", {"est_mutation": [True, False, None]}, [None, False, None]),
    ],
)  # fmt: skip
def test_chaque_regle_donne_ce_qui_se_deduit(nom: str, lues: dict[str, list[Any]], attendu: list[Any]) -> None:
    assert calculer(nom, **lues) == attendu


@given(st.dates(date(1905, 1, 1), date(2010, 12, 31)), st.dates(date(2011, 1, 1), date(2030, 12, 31)))
@DETERMINISTE
def test_age_en_annees_revolues(naissance: date, jour: date) -> None:
    """By definition: the greatest n such that the n-th birthday has come (29 February: the 1st of March)."""

    def anniversaire(n: int) -> date:
        try:
            return naissance.replace(year=naissance.year + n)
        except ValueError:
            return date(naissance.year + n, 3, 1)

    attendu = max(n for n in range(126) if anniversaire(n) <= jour)
    assert calculer("age", jour, date_naissance=[pd.Timestamp(naissance)]) == [attendu]


def test_qui_est_ne_un_29_fevrier_a_un_an_de_plus_le_1er_mars() -> None:
    assert calculer("age", date(2022, 2, 28), date_naissance=jours("2000-02-29")) == [21]
    assert calculer("age", date(2022, 3, 1), date_naissance=jours("2000-02-29")) == [22]
