"""The share of cells that could not be read, beside that of the missing ones: few rows are few households."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cil_analysis.rapport.methode import _illisible
from cil_analysis.secret.regles import ReglesSecret


@pytest.mark.parametrize(
    ("manquantes", "illisibles", "dit"),
    [
        (12, 3, "s"),  # Three that could not be read.
        (12, 9, "s"),  # Three that are empty.
        (12, 0, "0,0\xa0%"),
        (12, 12, "8,0\xa0%"),
        (12, 6, "4,0\xa0%"),
    ],
)
def test_peu_de_cellules_illisibles_ne_se_disent_pas(manquantes: int, illisibles: int, dit: str) -> None:
    chiffre: Any = SimpleNamespace(est_publie=True, numerateur=manquantes, denominateur=150)
    obtenu = _illisible(chiffre, illisibles, ReglesSecret(seuil_effectif=5, denominateur_minimal=10))
    assert str(obtenu).replace("\u202f", "\xa0") == dit
    tout = _illisible(chiffre, illisibles, ReglesSecret(seuil_effectif=5, denominateur_minimal=10, actif=False))
    assert tout != "s", "an internal version masks nothing"
    masque: Any = SimpleNamespace(est_publie=False, numerateur=None, denominateur=None)
    assert _illisible(masque, illisibles, ReglesSecret(seuil_effectif=5, denominateur_minimal=10)) is masque
