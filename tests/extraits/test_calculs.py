"""Columns computed from others: by definition, and nothing out of nothing."""

from __future__ import annotations

import doctest
from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.extraits import derivations as calculs

DETERMINISTE = settings(derandomize=True, deadline=None)


def test_exemples_des_docstrings() -> None:
    resultat = doctest.testmod(calculs)
    assert resultat.failed == 0 and resultat.attempted >= 6


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
