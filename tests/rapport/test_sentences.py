"""Sentences agree with the figures, and neither quote nor imply what is masked."""

from __future__ import annotations

import pytest

from cil_analysis.rapport.mots.formats import evolution
from messages import lisible


@pytest.mark.parametrize(
    ("unite", "avant", "apres", "attendu"),
    [
        ("nombre", 1000, 1032, "en hausse de 3,2 %"),
        ("nombre", 1000, 900, "en baisse de 10,0 %"),
        ("nombre", 1000, 1009, "stable"),
        ("nombre", 1000, 991, "stable"),
        ("nombre", 10, 0, "en baisse de 100,0 %"),
        ("nombre", 0, 5, ""),
        ("nombre", None, 5, ""),
        ("nombre", 5, None, ""),
        ("pct", 20.0, 23.8, "en hausse de 3,8 points"),
        ("pct", 20.0, 18.2, "en baisse de 1,8 point"),
        ("pct", 20.0, 22.0, "en hausse de 2 points"),
        ("pct", 20.0, 20.4, "stable"),
        ("pct", 0.0, 1.0, "en hausse de 1 point"),
        ("pct", None, 1.0, ""),
        ("mois", 12.04, 12.46, "en hausse de 0,5 mois"),
        ("mois", 12.04, 12.0, "stable"),
    ],
)
def test_une_evolution_en_mots(unite: str, avant: float | None, apres: float | None, attendu: str) -> None:
    assert lisible(evolution(avant, apres, unite)) == attendu
