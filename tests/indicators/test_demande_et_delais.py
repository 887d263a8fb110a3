"""V02, V03 and V06: the stock of requests, its pressure, and the delay."""

from __future__ import annotations

import statistics

import pandas as pd
import pytest
from fabrique import BOURG, CENTRE, HAMEAU, attributions, bail, commune, demandes, exercice, fraction, ligne
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.indicators import delais, demande
from cil_analysis.indicators.registry import PAR_CODE, calculer


def test_v02_compte_le_premier_choix() -> None:
    stock = demandes(bail(5), bail(2, commune_insee=BOURG))
    table = demande.stock(exercice(attributions(bail(1)), stock))
    assert ligne(table)["valeur"] == 7
    assert [ligne(table, **commune(c))["valeur"] for c in (CENTRE, BOURG, HAMEAU)] == [5, 2, 0]


def test_v02_un_menage_loge_dans_l_annee_et_encore_inscrit_compte() -> None:
    """D13: the same N° unique among the leases does not take the request out of the stock."""
    meme = {"demande_pseudonyme": "a" * 32}
    table = demande.stock(exercice(attributions(bail(1, **meme)), demandes(bail(1, **meme), bail(1))))
    assert ligne(table)["valeur"] == 2


def test_v03_rapporte_le_stock_aux_attributions() -> None:
    ex = exercice(attributions(bail(4)), demandes(bail(9), bail(3, commune_insee=BOURG)))
    table = demande.tension(ex)
    assert ligne(table)["valeur"] == 3
    assert ligne(table, **commune(CENTRE))["valeur"] == 2.25
    bourg = ligne(table, **commune(BOURG))
    assert (bourg["numerateur"], bourg["denominateur"], bourg["statut"]) == (3, 0, "non_calculable")
    assert pd.isna(bourg["valeur"])
    assert table["unite"].eq("ratio").all()


@pytest.mark.parametrize("code", ["V02", "V03"])
def test_sans_extrait_des_demandes_le_stock_n_est_pas_nul(code: str) -> None:
    table = calculer(PAR_CODE[code], [exercice(attributions(bail(4)))], pd.DataFrame())
    assert set(table["perimetre_type"]) == {"epci", "commune"}
    assert table["statut"].eq("non_calculable").all()
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


@pytest.mark.parametrize("code", ["P01D", "P05D"])
def test_sans_extrait_des_demandes_il_n_y_a_pas_de_ligne(code: str) -> None:
    table = calculer(PAR_CODE[code], [exercice(attributions(bail(4)))], pd.DataFrame())
    assert table.empty


def test_v06_la_mediane_et_son_effectif() -> None:
    baux = attributions(
        bail(1, delai_mois=2.0, typologie="T1"),
        bail(1, delai_mois=10.0),
        bail(1, delai_mois=40.0),
        bail(1, delai_mois=None),
        bail(1, delai_mois=7.0, commune_insee=BOURG, typologie=None),
    )
    table = delais.delai_median(exercice(baux))
    epci = ligne(table)
    assert (epci["valeur"], epci["denominateur"], epci["unite"]) == (8.5, 4, "mois")
    assert pd.isna(epci["numerateur"]), "a median has no numerator (D17)"
    assert ligne(table, **commune(CENTRE))["valeur"] == 10
    assert ligne(table, **commune(BOURG))["valeur"] == 7
    assert ligne(table, **commune(HAMEAU))["statut"] == "non_calculable"
    assert table.loc[table["modalite"].ne(""), "modalite"].tolist() == ["T1", "T2", "NR"]
    assert ligne(table, modalite="T2")["valeur"] == 25


def test_v06_sans_date_de_depot_n_est_pas_calculable() -> None:
    table = delais.delai_median(exercice(attributions(bail(12), sans=("date_depot_demande", "delai_mois"))))
    assert table["statut"].eq("non_calculable").all() and table["valeur"].isna().all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=25))
def test_v06_egale_la_mediane_de_la_bibliotheque_standard(jours: list[int]) -> None:
    baux = attributions(*(bail(1, delai_mois=j / 30.4375) for j in jours))
    table = delais.delai_median(exercice(baux))
    assert ligne(table)["valeur"] == pytest.approx(statistics.median(j / 30.4375 for j in jours), abs=0.0501)
    assert fraction(table)[1] == len(jours)
