"""V01, T01, T02, A01, A02: how many, where, by whom."""

from __future__ import annotations

import pandas as pd
import pytest
from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    EPCI,
    HAMEAU,
    attributions,
    bail,
    bailleur,
    commune,
    en_qpv,
    exercice,
    fraction,
    ligne,
    reservataire,
)

from cil_analysis.indicators import volume


def test_v01_compte_chaque_perimetre() -> None:
    baux = attributions(bail(4), bail(3, commune_insee=BOURG), en_qpv(2), bail(1, est_en_qpv=None))
    table = volume.attributions(exercice(baux))
    assert ligne(table)["valeur"] == 10
    assert ligne(table, **commune(CENTRE))["valeur"] == 7
    assert ligne(table, **commune(BOURG))["valeur"] == 3
    assert ligne(table, perimetre_type="qpv", perimetre_code="QP1")["valeur"] == 2
    assert ligne(table, perimetre_type="en_qpv", perimetre_code=EPCI)["valeur"] == 2
    assert ligne(table, perimetre_type="hors_qpv")["valeur"] == 7, "an unknown situation is not outside (D14)"


def test_une_commune_sans_attribution_a_un_vrai_zero() -> None:
    table = volume.attributions(exercice(attributions(bail(2))))
    for code in (BOURG, HAMEAU):
        assert ligne(table, **commune(code))["valeur"] == 0
        assert ligne(table, **commune(code))["statut"] == "publie"


def test_les_quartiers_sont_ceux_de_la_generation_de_l_annee() -> None:
    avant = volume.attributions(exercice(attributions(en_qpv()), annee=2023))
    apres = volume.attributions(exercice(attributions(en_qpv(qpv="QN1")), annee=2024))
    assert avant.loc[avant["perimetre_type"].eq("qpv"), "perimetre_code"].tolist() == ["QP1"]
    assert apres.loc[apres["perimetre_type"].eq("qpv"), "perimetre_code"].tolist() == ["QN1"]


def test_sans_colonne_qpv_les_comptes_par_situation_ne_sont_pas_des_zeros() -> None:
    ex = exercice(attributions(bail(12), sans=("est_en_qpv", "qpv")))
    v01 = volume.attributions(ex)
    for perimetre in ("qpv", "en_qpv", "hors_qpv"):
        rangee = ligne(v01, perimetre_type=perimetre)
        assert rangee["statut"] == "non_calculable"
        assert pd.isna(rangee["valeur"]) and pd.isna(rangee["numerateur"])
    assert ligne(v01)["valeur"] == 12
    assert volume.repartition_qpv(ex)["statut"].eq("non_calculable").all()


def test_t01_les_parts_se_rapportent_a_l_epci() -> None:
    table = volume.repartition_communes(exercice(attributions(bail(3), bail(1, commune_insee=BOURG))))
    assert ligne(table, **commune(CENTRE))["valeur"] == 75
    assert fraction(table, **commune(BOURG)) == (1, 4)
    assert ligne(table, **commune(HAMEAU))["valeur"] == 0
    assert table["valeur"].sum() == pytest.approx(100)


def test_t01_compte_au_denominateur_une_commune_partie_dans_l_annee() -> None:
    """A lease signed while the commune was a member counts (P9), though the commune has no row on 31 December."""
    table = volume.repartition_communes(exercice(attributions(bail(3), bail(1, commune_insee="99999"))))
    assert fraction(table, **commune(CENTRE)) == (3, 4)


def test_t02_l_inconnu_est_une_classe() -> None:
    table = volume.repartition_qpv(exercice(attributions(bail(5), en_qpv(3), bail(2, est_en_qpv=None))))
    assert [fraction(table, modalite=m) for m in ("QPV", "HORS_QPV", "INCONNU")] == [(3, 10), (5, 10), (2, 10)]
    vide = table[table["perimetre_code"].eq(BOURG)]
    assert vide["statut"].eq("non_calculable").all() and vide["denominateur"].eq(0).all()


def test_a01_et_a02_les_sans_nom_sont_nr() -> None:
    baux = attributions(
        bail(5), bail(3, bailleur="B2", reservataire="COLTER"), bail(2, bailleur=None, reservataire=None)
    )
    a01, a02 = volume.par_bailleur(exercice(baux)), volume.par_reservataire(exercice(baux))
    assert a01["acteur_code"].tolist() == ["B1", "B2", "NR"], "B3 made no allocation"
    assert [fraction(a01, **bailleur(c)) for c in ("B1", "B2", "NR")] == [(5, 10), (3, 10), (2, 10)]
    assert [fraction(a02, **reservataire(c)) for c in ("COLTER", "AUCUN", "NR")] == [(3, 10), (5, 10), (2, 10)]
    assert a01["perimetre_code"].eq(EPCI).all() and a01["annee"].eq(ANNEE).all()


def test_a02_sans_la_colonne_n_est_pas_calculable() -> None:
    table = volume.par_reservataire(exercice(attributions(bail(12), sans=("reservataire",))))
    assert table["statut"].eq("non_calculable").all()
    assert table["valeur"].isna().all()
