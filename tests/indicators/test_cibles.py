"""Which target a figure has, the gap, and the households that are missing (D12)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from fabrique import ANNEE, BOURG, CENTRE, EPCI
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.indicators.cadre import PCT, mettre_en_cadre
from cil_analysis.indicators.cibles import attacher_cibles

PAR_DEFAUT: dict[str, Any] = {
    "id": "X", "date_effet": pd.NaT, "date_fin": pd.NaT, "indicateur": "O01", "perimetre_type": "epci",
    "perimetre_code": "*", "acteur_type": "", "acteur_code": "", "valeur": 25.0, "unite": "pct", "sens": "plancher",
    "origine": "loi",
}  # fmt: skip


def objectifs(*lignes: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame([PAR_DEFAUT | ligne for ligne in lignes])
    return table.astype({"valeur": "float64", "date_effet": "datetime64[us]", "date_fin": "datetime64[us]"})


def figure(numerateur: float = 3, denominateur: float = 10, annee: int = ANNEE, **colonnes: object) -> pd.DataFrame:
    ligne = {"perimetre_type": "epci", "perimetre_code": EPCI, "numerateur": numerateur, "denominateur": denominateur}
    return mettre_en_cadre(pd.DataFrame([ligne | colonnes]), "O01", annee, PCT)


def cible(cadre: pd.DataFrame, *lignes: dict[str, Any]) -> float:
    return float(attacher_cibles(cadre, objectifs(*lignes))["cible"].iloc[0])


LOCAL = {"perimetre_type": "commune", "perimetre_code": BOURG}
BAILLEUR = {"acteur_type": "bailleur", "acteur_code": "B1"}


def test_un_code_explicite_prime_sur_l_etoile() -> None:
    tous, un = {"perimetre_type": "commune", "valeur": 25}, LOCAL | {"valeur": 20}
    for ordre in ((tous, un), (un, tous)):
        assert cible(figure(**LOCAL), *ordre) == 20
        assert cible(figure(perimetre_type="commune", perimetre_code=CENTRE), *ordre) == 25
    acteur = {"acteur_type": "bailleur", "acteur_code": "*", "valeur": 30}, BAILLEUR | {"valeur": 35}
    assert cible(figure(**BAILLEUR), *acteur) == 35


def test_un_acteur_inconnu_n_a_pris_aucun_engagement() -> None:
    tous = {"acteur_type": "bailleur", "acteur_code": "*", "valeur": 30}
    assert cible(figure(**BAILLEUR), tous) == 30
    assert pd.isna(cible(figure(acteur_type="bailleur", acteur_code="NR"), tous))


def test_la_convention_prime_sur_la_loi_et_l_explicite_sur_l_origine() -> None:
    loi, cia = {"valeur": 25}, {"valeur": 28, "origine": "CIA"}
    for ordre in ((loi, cia), (cia, loi)):
        assert cible(figure(), *ordre) == 28
    assert cible(figure(), {"valeur": 26, "perimetre_code": EPCI}, cia) == 26


def test_entre_deux_textes_de_meme_portee_le_dernier_en_date_prime() -> None:
    convention = {"valeur": 25, "origine": "CIA", "date_effet": pd.Timestamp(2018, 1, 1)}
    avenant = {"valeur": 30, "origine": "avenant", "date_effet": pd.Timestamp(2021, 1, 1)}
    for ordre in ((convention, avenant), (avenant, convention)):
        assert cible(figure(annee=2022), *ordre) == 30
        assert cible(figure(annee=2020), *ordre) == 25


def test_une_valeur_a_renseigner_est_passee() -> None:
    vide = {"valeur": None, "origine": "CIA", "perimetre_code": EPCI}
    assert cible(figure(), vide, {"valeur": 25}) == 25
    sans = attacher_cibles(figure(), objectifs(vide)).iloc[0]
    assert sans[["cible", "ecart", "menages_manquants"]].isna().all()
    assert sans["resultat"] == "" and sans["sens"] == ""


@pytest.mark.parametrize(
    ("effet", "fin", "annee", "trouve"),
    [
        ("2022-01-01", "2022-12-31", 2022, True),
        ("2022-12-31", None, 2022, True),
        ("2023-01-01", None, 2022, False),
        (None, "2022-12-30", 2022, False),
        ("2018-01-01", "2023-12-31", 2024, False),
        (None, None, 1999, True),
    ],
)
def test_l_objectif_vaut_au_31_decembre(effet: str | None, fin: str | None, annee: int, trouve: bool) -> None:
    dates = {"date_effet": pd.Timestamp(effet) if effet else pd.NaT, "date_fin": pd.Timestamp(fin) if fin else pd.NaT}
    assert (not pd.isna(cible(figure(annee=annee), dates))) is trouve


def test_un_objectif_d_un_autre_indicateur_perimetre_acteur_ou_unite_ne_s_applique_pas() -> None:
    autres = (
        {"indicateur": "O02"}, {"perimetre_type": "commune"}, {"perimetre_code": "999999999"},
        {"acteur_type": "bailleur", "acteur_code": "*"}, {"unite": "nombre"},
    )  # fmt: skip
    assert pd.isna(cible(figure(), *autres))
    assert pd.isna(cible(figure(**BAILLEUR), {}))
    assert pd.isna(cible(figure(modalite="Q1"), {})), "a class of a distribution has no target"


def test_ecart_menages_et_resultat() -> None:
    manque = attacher_cibles(figure(20, 100), objectifs({"valeur": 25})).iloc[0]
    assert (manque["ecart"], manque["menages_manquants"], manque["resultat"]) == (-5, 5, "non_atteint")
    juste = attacher_cibles(figure(25, 100), objectifs({"valeur": 25})).iloc[0]
    assert (juste["ecart"], juste["menages_manquants"], juste["resultat"]) == (0, 0, "atteint")


def test_un_plafond_se_lit_dans_l_autre_sens() -> None:
    plafond = {"valeur": 40, "sens": "plafond"}
    depasse = attacher_cibles(figure(45, 100), objectifs(plafond)).iloc[0]
    assert (depasse["ecart"], depasse["menages_manquants"], depasse["resultat"]) == (5, 5, "non_atteint")
    assert attacher_cibles(figure(40, 100), objectifs(plafond))["resultat"].iloc[0] == "atteint"


@pytest.mark.parametrize("statut", ["sans_objet", "non_calculable"])
def test_sans_mesure_le_resultat_est_le_statut(statut: str) -> None:
    ligne = attacher_cibles(figure(0, 0, statut=statut), objectifs({})).iloc[0]
    assert ligne["resultat"] == statut and ligne["cible"] == 25
    assert pd.isna(ligne["ecart"]) and pd.isna(ligne["menages_manquants"])


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 400).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))),
    st.integers(0, 10_000),
    st.sampled_from(["plancher", "plafond"]),
)
def test_d12_le_plus_petit_nombre_de_menages(fraction: tuple[int, int], centiemes: int, sens: str) -> None:
    """Against brute force in whole numbers: try 0, 1, 2… households until the objective holds."""
    numerateur, denominateur = fraction

    def tenu(n: int) -> bool:
        gauche, droite = n * 10_000, centiemes * denominateur
        return gauche >= droite if sens == "plancher" else gauche <= droite

    pas = 1 if sens == "plancher" else -1
    attendu = next(k for k in range(denominateur + 1) if tenu(numerateur + pas * k))
    ligne = attacher_cibles(
        figure(numerateur, denominateur), objectifs({"valeur": centiemes / 100, "sens": sens})
    ).iloc[0]
    assert ligne["menages_manquants"] == attendu
    assert ligne["resultat"] == ("atteint" if attendu == 0 else "non_atteint")
    favorable = ligne["ecart"] if sens == "plancher" else -ligne["ecart"]
    assert bool(favorable >= 0) is (attendu == 0), "the gap in points and the result never disagree"
