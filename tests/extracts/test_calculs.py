"""Columns computed from others: by definition, and nothing out of nothing."""

from __future__ import annotations

import doctest
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.extracts import calculs

DETERMINISTE = settings(derandomize=True, deadline=None)


def test_exemples_des_docstrings() -> None:
    resultat = doctest.testmod(calculs)
    assert resultat.failed == 0 and resultat.attempted >= 6


@given(st.lists(st.tuples(st.none() | st.integers(-1, 12), st.none() | st.integers(-1, 12)), min_size=1, max_size=20))
@DETERMINISTE
def test_unites_de_consommation_une_personne_apres_l_autre(menages: list[tuple[int | None, int | None]]) -> None:
    def compter(grands: int | None, enfants: int | None) -> float | None:
        if grands is None or enfants is None or grands < 1 or enfants < 0:
            return None
        unites = 0.0
        for rang in range(grands):
            unites += 1 if rang == 0 else 0.5
        for _ in range(enfants):
            unites += 0.3
        return unites

    grands, enfants = (pd.Series(colonne, dtype="Int64") for colonne in zip(*menages, strict=True))
    lues = calculs.unites_de_consommation(grands, enfants)
    assert lues.dtype == "Float64"
    for lu, menage in zip(lues, menages, strict=True):
        attendu = compter(*menage)
        assert pd.isna(lu) if attendu is None else lu == pytest.approx(attendu)


@given(st.integers(0, 10_000_00), st.integers(10, 80))
@DETERMINISTE
def test_revenu_par_uc_au_centime(centimes: int, dixiemes: int) -> None:
    revenu = calculs.revenu_par_uc(pd.Series([centimes / 100]), pd.Series([dixiemes / 10]))
    assert revenu[0] == pytest.approx(centimes * 12 / (10 * dixiemes), abs=0.00501)
    assert round(revenu[0], 2) == revenu[0]


def test_delai() -> None:
    depot = pd.to_datetime(pd.Series([date(2020, 1, 1), date(2022, 2, 1), None]))
    bail = pd.to_datetime(pd.Series([date(2022, 1, 1), date(2022, 1, 1), date(2022, 1, 1)]))
    delai = calculs.delai_mois(depot, bail)
    assert delai.dtype == "Float64"
    assert delai[0] == pytest.approx(731 / 30.4375) and delai[1] == pytest.approx(-31 / 30.4375) and pd.isna(delai[2])


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
    colonnes = [pd.to_datetime(pd.Series([valeur])) for valeur in (naissance, jour)]
    assert calculs.annees_revolues(*colonnes).tolist() == [attendu]
