"""V01: how many leases, and where."""

from __future__ import annotations

import pandas as pd

from fabrique import (
    BOURG,
    CENTRE,
    EPCI,
    HAMEAU,
    attributions,
    bail,
    chiffres,
    commune,
    en_qpv,
    exercice,
    ligne,
)


def test_v01_compte_chaque_perimetre() -> None:
    baux = attributions(bail(4), bail(3, commune_insee=BOURG), en_qpv(2), bail(1, est_en_qpv=None))
    table = chiffres("V01", exercice(baux))
    assert ligne(table)["valeur"] == 10
    assert ligne(table, **commune(CENTRE))["valeur"] == 7
    assert ligne(table, **commune(BOURG))["valeur"] == 3
    assert ligne(table, perimetre_type="qpv", perimetre_code="QP1")["valeur"] == 2
    assert ligne(table, perimetre_type="en_qpv", perimetre_code=EPCI)["valeur"] == 2
    assert ligne(table, perimetre_type="hors_qpv")["valeur"] == 7, "an unknown situation is not outside (D14)"


def test_une_commune_sans_attribution_a_un_vrai_zero() -> None:
    table = chiffres("V01", exercice(attributions(bail(2))))
    for code in (BOURG, HAMEAU):
        assert ligne(table, **commune(code))["valeur"] == 0
        assert ligne(table, **commune(code))["statut"] == "publie"


def test_les_quartiers_sont_ceux_de_la_generation_de_l_annee() -> None:
    avant = chiffres("V01", exercice(attributions(en_qpv()), annee=2023))
    apres = chiffres("V01", exercice(attributions(en_qpv(qpv="QN1")), annee=2024))
    assert avant.loc[avant["perimetre_type"].eq("qpv"), "perimetre_code"].tolist() == ["QP1"]
    assert apres.loc[apres["perimetre_type"].eq("qpv"), "perimetre_code"].tolist() == ["QN1"]


def test_sans_colonne_qpv_les_comptes_par_situation_ne_sont_pas_des_zeros() -> None:
    ex = exercice(attributions(bail(12), sans=("est_en_qpv", "qpv")))
    v01 = chiffres("V01", ex)
    for perimetre in ("qpv", "en_qpv", "hors_qpv"):
        rangee = ligne(v01, perimetre_type=perimetre)
        assert rangee["statut"] == "non_calculable"
        assert pd.isna(rangee["valeur"]) and pd.isna(rangee["numerateur"])
    assert ligne(v01)["valeur"] == 12
    assert chiffres("T02", ex)["statut"].eq("non_calculable").all()
