"""P01 to P05, over the households housed and over the requests."""

from __future__ import annotations

from typing import Any

import pytest
from fabrique import attributions, bail, demandes, exercice, fraction, ligne

from cil_analysis.indicators.registry import PAR_CODE

# Code, column, values given (five rows), and the count expected in each class.
CAS: list[tuple[str, str, list[Any], dict[str, int]]] = [
    ("P01", "age", [29, 30, 64, 65, None], {"JEUNE": 1, "MUR": 2, "AINE": 1, "NR": 1}),
    ("P02", "composition_familiale", ["SEUL", "SEUL", "SEUL", "COUPLE", None], {"SEUL": 3, "COUPLE": 1, "NR": 1}),
    ("P03", "taille_menage", [1, 2, 3, 9, None], {"1": 1, "2": 1, "3+": 2, "NR": 1}),
    ("P04", "situation_professionnelle", ["CDI", "RET", "RET", None, None], {"CDI": 1, "RET": 2, "NR": 2}),
    ("P05", "tranche_plafonds", ["INF_PLAI"] * 5, {"INF_PLAI": 5, "SUP_PLS": 0, "NR": 0}),
]


@pytest.mark.parametrize(("code", "colonne", "valeurs", "attendu"), CAS)
@pytest.mark.parametrize("suffixe", ["", "D"])
def test_chaque_classe_et_les_non_renseignes(
    code: str, colonne: str, valeurs: list[Any], attendu: dict[str, int], suffixe: str
) -> None:
    lignes = [bail(1, **{colonne: v}) for v in valeurs]
    autres = bail(1, **{colonne: next(v for v in valeurs if v is not None)})
    ex = (
        exercice(attributions(autres), demandes(*lignes))
        if suffixe
        else exercice(attributions(*lignes), demandes(autres))
    )
    table = PAR_CODE[code + suffixe].calcul(ex)
    assert dict(zip(table["modalite"], table["numerateur"], strict=True)) == attendu
    assert table["denominateur"].eq(5).all()
    assert table["valeur"].sum() == pytest.approx(100)
    assert table["indicateur"].eq(code + suffixe).all()


@pytest.mark.parametrize(("code", "colonne", "valeurs", "attendu"), CAS)
@pytest.mark.parametrize("suffixe", ["", "D"])
def test_une_colonne_absente_n_est_pas_100_pour_cent_de_non_renseignes(
    code: str, colonne: str, valeurs: list[Any], attendu: dict[str, int], suffixe: str
) -> None:
    baux, stock = attributions(bail(12), sans=(colonne,)), demandes(bail(12), sans=(colonne,))
    table = PAR_CODE[code + suffixe].calcul(exercice(baux, stock))
    assert table["modalite"].tolist() == list(attendu)
    assert table["statut"].eq("non_calculable").all()
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


def test_un_age_hors_de_toute_classe_est_non_renseigne() -> None:
    table = PAR_CODE["P03"].calcul(exercice(attributions(bail(2), bail(1, taille_menage=0))))
    assert fraction(table, modalite="NR") == (1, 3)
    assert ligne(table, modalite="1")["statut"] == "publie"
