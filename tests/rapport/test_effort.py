"""What it would take, against every way of giving the remaining allocations."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from objectifs_a_part import tenu
from test_cibles import INTERVALLE, en_nombre, figure, objectifs

from cil_analysis.comptage.cadre import CLES
from cil_analysis.rapport.effort import efforts, faisables
from cil_analysis.reference.objectifs import Bornes
from essais import essais
from messages import lisible


def seul(cadre: pd.DataFrame, attributions: int, attendues: int, *lignes: dict[str, Any]) -> str | None:
    cle = tuple(cadre.loc[len(cadre) - 1, CLES])
    trouve = efforts(cadre, objectifs(*lignes), attributions, attendues).get(cle)
    return trouve and lisible(trouve)


NOMBRE = {"unite": "nombre", "valeur": 120}
AU_PLUS = {"sens": "plafond", "valeur": 40}


@pytest.mark.parametrize(
    ("cadre", "attributions", "attendues", "objectif", "voulu"),
    [
        # 200 of 790 outside QPV, 790 of 1000 leases: 158 of the 200 to come. 25 % of 948 is 237.
        (figure(200, 790), 1000, 1200, {}, "37 des 158"),
        (figure(300, 790), 1000, 1200, {}, "0 des 158"),
        (figure(390, 1000), 1000, 1100, AU_PLUS, "au plus 50 des 100"),  # 440 of 1100
        (figure(200, 1000), 1000, 1250, INTERVALLE, "50 à 175 des 250"),  # 250 to 375 of 1250
        (figure(158, 790), 1000, 1001, INTERVALLE, "1 sur 1"),  # 0.79 is one to come; 159 to 237 of 791
        # Out of reach.
        (figure(50, 1000), 1000, 1100, {}, "hors d’atteinte"),
        (figure(60, 1000), 1000, 1100, AU_PLUS | {"valeur": 5}, "hors d’atteinte"),
        (figure(90, 1000), 1000, 1100, INTERVALLE | {"valeur": 5, "valeur_max": 7}, "hors d’atteinte"),
        # A number takes the allocations of its share; of how many, nobody knows without it.
        (pd.concat([figure(110, 400), en_nombre(110)], ignore_index=True), 1000, 1200, NOMBRE, "10 des 80"),
        (en_nombre(110), 1000, 1200, NOMBRE, None),
        # Nothing is left, or nothing is published.
        (figure(200, 790), 1000, 1000, {}, None),
        (figure(200, 790), 1000, 900, {}, None),
        (figure(200, 790), 0, 100, {}, None),
        *((figure(200, 790, statut=statut), 1000, 1200, {}, None)
          for statut in ("secret", "non_calculable", "sans_objet")),
    ],
)  # fmt: skip
def test_ce_qu_il_faudrait(
    cadre: pd.DataFrame, attributions: int, attendues: int, objectif: dict[str, Any], voulu: str | None
) -> None:
    assert seul(cadre, attributions, attendues, objectif) == voulu
    assert seul(cadre, attributions, attendues) is None, "no objective"


@settings(max_examples=essais(400, 100), deadline=None)
@given(
    st.integers(1, 60).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))),
    st.integers(0, 60),
    st.sampled_from(["plancher", "plafond", "intervalle"]),
    st.tuples(st.integers(0, 1000), st.integers(0, 1000)).filter(lambda b: b[0] != b[1]),
    st.integers(0, 40),
    st.booleans(),
)
def test_contre_la_force_brute(
    fraction: tuple[int, int], reste: int, sens: str, bornes: tuple[int, int], tolerance: int, nombre: bool
) -> None:
    """Give 0, 1, 2… of the remaining allocations to the public, and look which ways hold, in whole numbers."""
    compte, ensemble = fraction
    bas, haut = sorted(bornes)
    total = ensemble + reste
    if nombre:
        bas, haut, tolerance = bas // 10, haut // 10 + 1, tolerance // 10

    def tient(x: int) -> bool:
        n = compte + x
        return tenu(Fraction(n) if nombre else Fraction(1000 * n, total), sens, bas, haut, tolerance)

    facteur = 1 if nombre else 10
    objectif = {"sens": sens, "unite": "nombre" if nombre else "pct", "valeur": bas / facteur,
                "valeur_max": haut / facteur, "tolerance": tolerance / facteur}  # fmt: skip
    voies = [x for x in range(reste + 1) if tient(x)]
    assert list(faisables(Bornes.de(objectif), compte, ensemble, reste)) == voies
