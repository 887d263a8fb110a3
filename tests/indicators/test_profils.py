"""P01 to P08, over the households housed and over the requests."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from fabrique import attributions, bail, chiffres, demandes, en_qpv, exercice, fraction, ligne

# Code, column, values given (five rows), and the count expected in each class.
CAS: list[tuple[str, str, list[Any], dict[str, int]]] = [
    ("P01", "age", [29, 30, 64, 65, None], {"JEUNE": 1, "MUR": 2, "AINE": 1, "NR": 1}),
    ("P02", "composition_familiale", ["SEUL", "SEUL", "SEUL", "COUPLE", None], {"SEUL": 3, "COUPLE": 1, "NR": 1}),
    ("P03", "taille_menage", [1, 2, 3, 9, None], {"1": 1, "2": 1, "3+": 2, "NR": 1}),
    ("P04", "situation_professionnelle", ["CDI", "RET", "RET", None, None], {"CDI": 1, "RET": 2, "NR": 2}),
    ("P05", "tranche_plafonds", ["INF_PLAI"] * 5, {"INF_PLAI": 5, "SUP_PLS": 0, "NR": 0}),
    ("P06", "nationalite", ["1", "3", "1", "2", None], {"1": 2, "2": 1, "3": 1, "NR": 1}),
    ("P07", "logement_actuel", ["SH", "HLM", "RS", "SQUAT", None],
     {"PARC_SOCIAL": 1, "PARC_PRIVE": 0, "PROPRIETAIRE": 0, "DECOHABITANT": 0, "HEBERGE": 0, "FOYER": 2, "PRECAIRE": 1,
      "AUTRE": 0, "NR": 1}),
    ("P08", "motif_demande", ["01", "13", "09", "06", None],
     {"LOGEMENT": 1, "SANTE": 0, "INADAPTE": 2, "FAMILLE": 0, "EMPLOI": 0, "ENVIRONNEMENT": 0, "AUTRE": 1, "NR": 1}),
]  # fmt: skip
chacun = pytest.mark.parametrize(("code", "colonne", "valeurs", "attendu"), CAS, ids=[cas[0] for cas in CAS])


def _de(table: pd.DataFrame, perimetre: str) -> pd.DataFrame:
    return table[table["perimetre_type"].eq(perimetre)]


@chacun
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
    table = chiffres(code + suffixe, ex)
    ensemble = _de(table, "epci")
    assert dict(zip(ensemble["modalite"], ensemble["numerateur"], strict=True)) == attendu
    assert ensemble["modalite"].tolist() == list(attendu), "in the order of the list"
    assert ensemble["denominateur"].eq(5).all()
    assert ensemble["valeur"].sum() == pytest.approx(100)
    assert table["indicateur"].eq(code + suffixe).all()
    assert set(table["perimetre_type"]) == ({"epci"} if suffixe or code == "P06" else {"epci", "en_qpv", "hors_qpv"})


@chacun
def test_en_qpv_et_hors_qpv(code: str, colonne: str, valeurs: list[Any], attendu: dict[str, int]) -> None:
    """The five households are outside, seven of the first class are in QPV, and one is nobody knows where."""
    premiere = {colonne: next(v for v in valeurs if v is not None)}
    lignes = [bail(1, **{colonne: v}) for v in valeurs]
    table = chiffres(code, exercice(attributions(*lignes, en_qpv(7, **premiere), bail(1, est_en_qpv=None, **premiere))))
    if code == "P06":
        assert set(table["perimetre_type"]) == {"epci"}, "a sensitive variable is told of the whole only"
        return
    dehors, dedans = _de(table, "hors_qpv"), _de(table, "en_qpv")
    assert dict(zip(dehors["modalite"], dehors["numerateur"], strict=True)) == attendu
    assert dehors["denominateur"].eq(5).all() and dedans["denominateur"].eq(7).all()
    assert sorted(dedans["numerateur"]) == [0] * (len(attendu) - 1) + [7]
    assert _de(table, "epci")["denominateur"].eq(13).all()


@chacun
@pytest.mark.parametrize("suffixe", ["", "D"])
def test_une_colonne_absente_n_est_pas_100_pour_cent_de_non_renseignes(
    code: str, colonne: str, valeurs: list[Any], attendu: dict[str, int], suffixe: str
) -> None:
    baux, stock = attributions(bail(12), sans=(colonne,)), demandes(bail(12), sans=(colonne,))
    table = chiffres(code + suffixe, exercice(baux, stock))
    assert _de(table, "epci")["modalite"].tolist() == list(attendu)
    assert table["statut"].eq("non_calculable").all()
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


@pytest.mark.parametrize(("code", "colonne"), [("P06", "nationalite"), ("P07", "logement_actuel")])
def test_une_colonne_que_le_fichier_n_a_pas_du_tout(code: str, colonne: str) -> None:
    """Stored by an older version, whose dictionary did not have the column."""
    table = chiffres(code, exercice(attributions(bail(12)).drop(columns=colonne)))
    assert table["statut"].eq("non_calculable").all()
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


def test_un_age_hors_de_toute_classe_est_non_renseigne() -> None:
    table = chiffres("P03", exercice(attributions(bail(2), bail(1, taille_menage=0))))
    assert fraction(table, modalite="NR") == (1, 3)
    assert ligne(table, modalite="1")["statut"] == "publie"
