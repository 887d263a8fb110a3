"""V02 to V05, V06 and its companions, V07: the stock of requests, its pressure, its age, and the delay."""

from __future__ import annotations

import statistics

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.indicators.registry import PAR_CODE, calculer
from fabrique import (
    BOURG,
    CENTRE,
    HAMEAU,
    attributions,
    bail,
    bailleur,
    chiffres,
    commune,
    demandes,
    en_qpv,
    exercice,
    fraction,
    ligne,
)


def test_v02_compte_le_premier_choix() -> None:
    stock = demandes(bail(5), bail(2, commune_insee=BOURG))
    table = chiffres("V02", exercice(attributions(bail(1)), stock))
    assert ligne(table)["valeur"] == 7
    assert [ligne(table, **commune(c))["valeur"] for c in (CENTRE, BOURG, HAMEAU)] == [5, 2, 0]


def test_v02_un_menage_loge_dans_l_annee_et_encore_inscrit_compte() -> None:
    """D13: the same N° unique among the leases does not take the request out of the stock."""
    meme = {"demande_pseudonyme": "a" * 32}
    table = chiffres("V02", exercice(attributions(bail(1, **meme)), demandes(bail(1, **meme), bail(1))))
    assert ligne(table)["valeur"] == 2


def test_v03_rapporte_le_stock_aux_attributions() -> None:
    ex = exercice(attributions(bail(4)), demandes(bail(9), bail(3, commune_insee=BOURG)))
    table = chiffres("V03", ex)
    assert ligne(table)["valeur"] == 3
    assert ligne(table, **commune(CENTRE))["valeur"] == 2.25
    bourg = ligne(table, **commune(BOURG))
    assert (bourg["numerateur"], bourg["denominateur"], bourg["statut"]) == (3, 0, "non_calculable")
    assert pd.isna(bourg["valeur"])
    assert table["unite"].eq("ratio").all()


def test_v04_laisse_de_cote_les_mutations_internes_des_deux_termes() -> None:
    interne, inconnue = {"est_mutation_interne": True}, {"est_mutation_interne": None}
    ex = exercice(
        attributions(bail(4), bail(1, **interne), bail(1, **inconnue), bail(2, commune_insee=BOURG, **interne)),
        demandes(bail(10), bail(2, **interne), bail(3, **inconnue), bail(6, commune_insee=BOURG)),
    )
    table = chiffres("V04", ex)
    assert fraction(table) == (19, 5) and ligne(table)["valeur"] == 3.8
    assert fraction(table, **commune(CENTRE)) == (13, 5), "an unknown situation is no mutation"
    bourg = ligne(table, **commune(BOURG))
    assert (bourg["numerateur"], bourg["denominateur"], bourg["statut"]) == (6, 0, "non_calculable")


@pytest.mark.parametrize("extrait", ["attributions", "demandes"])
def test_v04_sans_la_mutation_interne_n_est_pas_v03(extrait: str) -> None:
    sans = {nom: (("est_mutation_interne",) if nom == extrait else ()) for nom in ("attributions", "demandes")}
    ex = exercice(attributions(bail(4), sans=sans["attributions"]), demandes(bail(9), sans=sans["demandes"]))
    assert chiffres("V04", ex)["statut"].eq("non_calculable").all()
    assert ligne(chiffres("V03", ex))["valeur"] == 2.25


def test_v05_rapporte_les_attributions_a_tout_ce_qui_etait_demande() -> None:
    ex = exercice(attributions(bail(4)), demandes(bail(9), bail(3, commune_insee=BOURG)))
    table = chiffres("V05", ex)
    assert fraction(table) == (4, 16) and ligne(table)["valeur"] == 25
    assert fraction(table, **commune(CENTRE)) == (4, 13)
    assert fraction(table, **commune(BOURG)) == (0, 3) and ligne(table, **commune(BOURG))["valeur"] == 0
    assert ligne(table, **commune(HAMEAU))["statut"] == "non_calculable"
    assert table["unite"].eq("pct").all()


@pytest.mark.parametrize("code", ["V02", "V03", "V04", "V05"])
def test_sans_extrait_des_demandes_le_stock_n_est_pas_nul(code: str) -> None:
    table = calculer(PAR_CODE[code], [exercice(attributions(bail(4)))], pd.DataFrame())
    assert set(table["perimetre_type"]) == {"epci", "commune"}
    assert table["statut"].eq("non_calculable").all()
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("code", "classes"), [("P01D", ["JEUNE", "MUR", "AINE", "NR"]), ("L01T", ["T1", "T2", "T3", "NR"])]
)
def test_sans_extrait_des_demandes_leurs_classes_ne_sont_pas_nulles(code: str, classes: list[str]) -> None:
    table = calculer(PAR_CODE[code], [exercice(attributions(bail(4)))], pd.DataFrame())
    assert table["modalite"].tolist() == classes
    assert table["statut"].eq("non_calculable").all()
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


def test_v06_la_mediane_et_son_effectif() -> None:
    baux = attributions(
        bail(1, delai_mois=2.0, typologie="T1"),
        bail(1, delai_mois=10.0),
        bail(1, delai_mois=40.0),
        bail(1, delai_mois=None),
        bail(1, delai_mois=7.0, commune_insee=BOURG, typologie=None),
    )
    table = chiffres("V06", exercice(baux))
    epci = ligne(table)
    assert (epci["valeur"], epci["denominateur"], epci["unite"]) == (8.5, 4, "mois")
    assert pd.isna(epci["numerateur"]), "a median has no numerator (D17)"
    assert ligne(table, **commune(CENTRE))["valeur"] == 10
    assert ligne(table, **commune(BOURG))["valeur"] == 7
    assert ligne(table, **commune(HAMEAU))["statut"] == "non_calculable"
    assert table.loc[table["modalite"].ne(""), "modalite"].tolist() == ["T1", "T2", "NR"]
    assert ligne(table, modalite="T2")["valeur"] == 25


def test_v06_sans_date_de_depot_n_est_pas_calculable() -> None:
    table = chiffres("V06", exercice(attributions(bail(12), sans=("date_depot_demande", "delai_mois"))))
    assert table["statut"].eq("non_calculable").all() and table["valeur"].isna().all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=25))
def test_v06_egale_la_mediane_de_la_bibliotheque_standard(jours: list[int]) -> None:
    baux = attributions(*(bail(1, delai_mois=j / 30.4375) for j in jours))
    table = chiffres("V06", exercice(baux))
    assert ligne(table)["valeur"] == pytest.approx(statistics.median(j / 30.4375 for j in jours), abs=0.0501)
    assert fraction(table)[1] == len(jours)


def test_v06_par_situation_et_par_bailleur() -> None:
    """The zone and the landlord of the leases whose delay is known."""
    baux = attributions(
        bail(1, delai_mois=2.0), bail(1, delai_mois=4.0, bailleur="B2"), en_qpv(1, delai_mois=30.0, bailleur="B2"),
        en_qpv(1, delai_mois=None), bail(1, delai_mois=9.0, est_en_qpv=None, bailleur=None),
    )  # fmt: skip
    table = chiffres("V06", exercice(baux))
    assert [(ligne(table, perimetre_type=z)["valeur"], fraction(table, perimetre_type=z)[1])
            for z in ("en_qpv", "hors_qpv")] == [(30, 1), (3, 2)]  # fmt: skip
    assert [ligne(table, **bailleur(b))["valeur"] for b in ("B1", "B2", "NR")] == [2, 17, 9]
    assert [fraction(table, **bailleur(b))[1] for b in ("B1", "B2", "NR")] == [1, 2, 1]


def test_v06m_et_les_quartiles_des_delais() -> None:
    """1, 2, 4 and 8 months, and one that nobody knows: a mean of 15/4, quarters a quarter of the way between two."""
    baux = attributions(*(bail(1, delai_mois=d) for d in (8.0, 1.0, 4.0, 2.0)), bail(1, delai_mois=None))
    ex = exercice(baux)
    for code, attendu in (("V06M", 3.75), ("V06P25", 1.75), ("V06P75", 5.0)):
        place = ligne(chiffres(code, ex))
        assert place["valeur"] == pytest.approx(attendu, abs=0.0501) and place["valeur"] == round(place["valeur"], 1)
        assert place["denominateur"] == 4 and pd.isna(place["numerateur"])
        assert place["unite"] == "mois"
    assert len(chiffres("V06M", ex)) == 1


def test_v06_quartiles_par_typologie_presente() -> None:
    baux = attributions(
        *(bail(1, delai_mois=float(d), typologie="T1") for d in (0, 10, 20, 30, 40)),
        bail(1, delai_mois=7.0, typologie=None), bail(1, delai_mois=None, typologie="T3"),
    )  # fmt: skip
    ex = exercice(baux)
    for code, attendu in (("V06P25", 10), ("V06P75", 30)):
        table = chiffres(code, ex)
        assert table.loc[table["modalite"].ne(""), "modalite"].tolist() == ["T1", "T3", "NR"], "no lease of T2"
        assert ligne(table, modalite="T1")["valeur"] == attendu and ligne(table, modalite="NR")["valeur"] == 7
        assert ligne(table, modalite="T3")["statut"] == "non_calculable"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=2, max_size=25))
def test_v06_quartiles_et_moyenne_de_la_bibliotheque_standard(jours: list[int]) -> None:
    mois = [j / 30.4375 for j in jours]
    ex = exercice(attributions(*(bail(1, delai_mois=m) for m in mois)))
    bas, _, haut = statistics.quantiles(mois, n=4, method="inclusive")
    for code, attendu in (("V06P25", bas), ("V06P75", haut), ("V06M", statistics.fmean(mois))):
        assert ligne(chiffres(code, ex))["valeur"] == pytest.approx(attendu, abs=0.0501)


def test_v07_l_anciennete_en_annees_revolues_au_31_decembre() -> None:
    """A request filed on 31 December of the year before is one year old, one filed the day after is not yet."""
    depots = {
        "2022-12-31": "MOINS_1", "2022-01-01": "MOINS_1", "2021-12-31": "A_1", "2021-01-01": "A_1",
        "2020-02-29": "A_2", "2019-12-31": "A_3", "2018-06-15": "A_4", "2017-12-31": "A_5_9", "2013-01-01": "A_5_9",
        "2012-12-31": "A_10_PLUS", "1995-03-01": "A_10_PLUS",
    }  # fmt: skip
    rangees = [bail(1, date_depot_demande=pd.Timestamp(jour)) for jour in depots]
    stock = demandes(*rangees, bail(2, date_depot_demande=None))
    table = chiffres("V07", exercice(attributions(bail(1)), stock))
    attendus = {classe: list(depots.values()).count(classe) for classe in dict.fromkeys(depots.values())} | {"NR": 2}
    assert {m: fraction(table, modalite=m) for m in attendus} == {m: (n, 13) for m, n in attendus.items()}
    assert table["modalite"].tolist() == ["MOINS_1", "A_1", "A_2", "A_3", "A_4", "A_5_9", "A_10_PLUS", "NR"]


def test_v07_sans_date_de_depot_n_est_pas_calculable() -> None:
    table = chiffres("V07", exercice(attributions(bail(1)), demandes(bail(12), sans=("date_depot_demande",))))
    assert table["statut"].eq("non_calculable").all() and table["valeur"].isna().all()
