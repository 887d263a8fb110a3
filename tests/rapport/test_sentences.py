"""Sentences agree with the figures, and neither quote nor imply what is masked."""

from __future__ import annotations

from typing import Any

import pytest

from cil_analysis.rapport.mots import phrases as sentences
from messages import lisible


@pytest.mark.parametrize(
    ("calcul", "avant", "apres", "attendu"),
    [
        (sentences.evolution, 1000, 1032, "en hausse de 3,2 %"),
        (sentences.evolution, 1000, 900, "en baisse de 10,0 %"),
        (sentences.evolution, 1000, 1009, "stable"),
        (sentences.evolution, 1000, 991, "stable"),
        (sentences.evolution, 10, 0, "en baisse de 100,0 %"),
        (sentences.evolution, 0, 5, ""),
        (sentences.evolution, None, 5, ""),
        (sentences.evolution, 5, None, ""),
        (sentences.evolution_points, 20.0, 23.8, "en hausse de 3,8 points"),
        (sentences.evolution_points, 20.0, 18.2, "en baisse de 1,8 point"),
        (sentences.evolution_points, 20.0, 22.0, "en hausse de 2 points"),
        (sentences.evolution_points, 20.0, 20.4, "stable"),
        (sentences.evolution_points, 0.0, 1.0, "en hausse de 1 point"),
        (sentences.evolution_points, None, 1.0, ""),
    ],
)
def test_une_evolution_en_mots(calcul: Any, avant: float | None, apres: float | None, attendu: str) -> None:
    assert lisible(calcul(avant, apres)) == attendu
