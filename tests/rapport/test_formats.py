from __future__ import annotations

import doctest
import math

import pandas as pd
import pytest

from cil_analysis.rapport.mots import formats
from cil_analysis.rapport.mots.formats import evolution, points, valeur
from cil_analysis.typographie import accorder, nombre
from messages import lisible


def test_exemples_des_docstrings() -> None:
    assert doctest.testmod(formats).failed == 0


@pytest.mark.parametrize("absent", [None, math.nan, pd.NA, math.inf])
def test_ce_qui_manque_est_un_tiret(absent: float | None) -> None:
    assert [f(absent) for f in (nombre, points)] == ["–"] * 2
    assert all(valeur(absent, unite) == "–" for unite in ("nombre", "pct", "ratio", "mois"))


def test_les_moities_s_arrondissent_comme_dans_un_tableur() -> None:
    assert [nombre(x) for x in (0.5, 1.5, 2.5, -2.5)] == ["1", "2", "3", "−3"]
    assert nombre(12.349999999999998, 1) == "12,4"


def test_pas_de_zero_negatif() -> None:
    assert nombre(-0.4) == "0"
    assert points(-0.04) == "0,0\u00a0point"


@pytest.mark.parametrize(
    ("x", "attendu"),
    [(1.2, "+1,2 point"), (1.94, "+1,9 point"), (1.95, "+2,0 points"), (-3, "−3,0 points"), (-1.5, "−1,5 point")],
)
def test_points_s_accorde_avec_ce_qui_est_ecrit(x: float, attendu: str) -> None:
    assert points(x) == attendu.replace(" ", "\u00a0")


@pytest.mark.parametrize(("n", "attendu"), [(0, "0 ménage"), (1, "1 ménage"), (1.9, "1,9 ménage"), (2, "2 ménages")])
def test_le_pluriel_commence_a_deux(n: float, attendu: str) -> None:
    assert accorder(n, "ménage", "ménages") == attendu.replace(" ", "\u00a0")


EVOLUTIONS = [
    ("nombre", 1000, 1032, "en hausse de 3,2 %"), ("nombre", 1000, 991, "stable"),
    ("nombre", 100, 0, "en baisse de 100,0 %"), ("nombre", 0, 50, ""), ("nombre", 31, 14, "en baisse de 17"),
    ("nombre", 0, 5, "en hausse de 5"), ("nombre", 5, 5, "stable"), ("nombre", None, 5, ""), ("nombre", 5, None, ""),
    ("pct", 20.0, 18.2, "en baisse de 1,8 point"), ("pct", 20.0, 20.4, "sans changement net"),
    ("pct", 0.0, 1.0, "en hausse de 1,0 point"), ("pct", 18.25, 20.0, "en hausse de 1,7 point"),
    # What a reader finds between the two as they are printed: 12,0 and 12,5.
    ("mois", 12.04, 12.46, "en hausse de 0,5 mois"), ("mois", 12.04, 12.0, "stable"),
    ("ratio", 4.56, 4.44, "en baisse de 0,2"), ("points", 31.0, 33.0, "en hausse de 2,0 points"),
]  # fmt: skip


def test_une_evolution_est_celle_de_ce_qui_est_ecrit() -> None:
    for unite, avant, apres, attendu in EVOLUTIONS:
        assert lisible(evolution(avant, apres, unite)) == attendu, (unite, avant, apres)
