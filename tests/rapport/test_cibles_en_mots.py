"""What is said of a figure beside its target: one that misses it is not written as if it reached it."""

from __future__ import annotations

from typing import Any

import pytest

from cil_analysis.rapport.mots import cibles

VIDE = float("nan")


def ligne(valeur: float, resultat: str, cible: float = 25.0, cible_max: float = VIDE, unite: str = "pct") -> Any:
    return {"valeur": valeur, "unite": unite, "resultat": resultat, "cible": cible, "cible_max": cible_max}


@pytest.mark.parametrize(
    ("de", "dit"),
    [
        (ligne(24.961, "non_atteint"), "24,96"),
        (ligne(24.996, "non_atteint"), "24,996"),
        (ligne(40.04, "non_atteint", 40.0), "40,04"),
        (ligne(32.46, "non_atteint", 20.0, 32.5), "32,46"),
        (ligne(24.9, "non_atteint"), "24,9"),
        (ligne(25.04, "atteint"), "25,0"),
        (ligne(24.961, "", VIDE), "25,0"),
    ],
)
def test_un_chiffre_qui_manque_sa_cible_ne_s_ecrit_pas_comme_elle(de: Any, dit: str) -> None:
    assert cibles.valeur_de(de) == f"{dit}\u202f%"


def test_un_nombre_de_menages_n_a_pas_de_decimales() -> None:
    assert cibles.valeur_de(ligne(119, "non_atteint", 120, unite="nombre")) == "119"
