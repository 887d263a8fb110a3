"""Which target a figure has, the gap, and the households that are missing (D12)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.indicators.cadre import PCT, mettre_en_cadre
from cil_analysis.indicators.cibles import attacher_cibles
from essais import essais
from fabrique import ANNEE, BOURG, CENTRE, EPCI

PAR_DEFAUT: dict[str, Any] = {
    "id": "X", "date_effet": pd.NaT, "date_fin": pd.NaT, "indicateur": "O01", "perimetre_type": "epci",
    "perimetre_code": "*", "acteur_type": "", "acteur_code": "", "modalite": "", "annee": "", "valeur": 25.0,
    "valeur_max": None, "unite": "pct", "sens": "plancher", "tolerance": 0.0, "origine": "loi", "document": "T",
    "version": "1",
}  # fmt: skip


def objectifs(*lignes: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame([PAR_DEFAUT | ligne for ligne in lignes], columns=list(PAR_DEFAUT))
    nombres, dates = ("valeur", "valeur_max", "tolerance"), ("date_effet", "date_fin")
    return table.astype(dict.fromkeys(nombres, "float64") | dict.fromkeys(dates, "datetime64[us]"))


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


@settings(max_examples=essais(150, 50), deadline=None)
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


# --- Intervals, numbers, tolerances, trajectories -------------------------------------------------------------------

INTERVALLE = {"sens": "intervalle", "valeur": 20, "valeur_max": 30}


def seule(cadre: pd.DataFrame, *lignes: dict[str, Any]) -> pd.Series:
    return attacher_cibles(cadre, objectifs(*lignes)).iloc[0]


@pytest.mark.parametrize(
    ("n", "ecart", "manque"), [(15, -5, 5), (20, 0, 0), (25, 0, 0), (30, 0, 0), (34, 4, 4), (0, -20, 20)]
)
def test_un_intervalle(n: int, ecart: float, manque: int) -> None:
    ligne = seule(figure(n, 100), INTERVALLE)
    assert (ligne["ecart"], ligne["menages_manquants"]) == (ecart, manque)
    assert (ligne["cible"], ligne["cible_max"], ligne["sens"]) == (20, 30, "intervalle")
    assert ligne["resultat"] == ("non_atteint" if manque else "atteint")


def test_un_intervalle_ou_ne_tombe_aucun_menage() -> None:
    ligne = seule(figure(1, 3), {"sens": "intervalle", "valeur": 40, "valeur_max": 50})
    assert ligne["resultat"] == "non_atteint" and pd.isna(ligne["menages_manquants"])
    assert ligne["ecart"] == pytest.approx(100 / 3 - 40)


@pytest.mark.parametrize(
    ("sens", "n", "ecart", "resultat", "manque"),
    [("plancher", 23, -2, "atteint", 0), ("plancher", 22, -3, "non_atteint", 1), ("plafond", 27, 2, "atteint", 0),
     ("plafond", 28, 3, "non_atteint", 1), ("plancher", 40, 15, "atteint", 0)],
)  # fmt: skip
def test_la_tolerance_ne_change_que_le_resultat(sens: str, n: int, ecart: float, resultat: str, manque: int) -> None:
    ligne = seule(figure(n, 100), {"sens": sens, "tolerance": 2})
    assert (ligne["ecart"], ligne["resultat"], ligne["menages_manquants"]) == (ecart, resultat, manque)


def en_nombre(n: int, denominateur: float = float("nan"), **cles: object) -> pd.DataFrame:
    ligne = {"perimetre_type": "epci", "perimetre_code": EPCI, "numerateur": n, "denominateur": denominateur}
    return mettre_en_cadre(pd.DataFrame([ligne | cles]), "O01N", ANNEE, "nombre")


def test_un_objectif_en_nombre_suit_l_indicateur_en_menages() -> None:
    nombre = {"unite": "nombre", "valeur": 120, "tolerance": 3}
    for denominateur in (float("nan"), 800):
        ligne = seule(en_nombre(110, denominateur), {"valeur": 25}, nombre)
        assert (ligne["cible"], ligne["ecart"], ligne["menages_manquants"]) == (120, -10, 7)
    assert seule(en_nombre(117), nombre)["resultat"] == "atteint"
    plafond = seule(en_nombre(130), nombre | {"sens": "plafond"})
    assert (plafond["ecart"], plafond["menages_manquants"], plafond["resultat"]) == (10, 7, "non_atteint")
    assert cible(figure(), {"valeur": 25}, nombre) == 25, "both coexist, each with its figure"
    assert pd.isna(seule(en_nombre(110), {"valeur": 25})["cible"]), "a percentage is nothing to a number"
    assert pd.isna(seule(en_nombre(110), nombre | {"indicateur": "O01N"})["cible"])


def test_une_modalite_ne_prend_que_ses_objectifs() -> None:
    dalo = {"modalite": "DALO", "valeur": 12}
    assert cible(figure(modalite="DALO"), {"valeur": 25}, dalo) == 12
    assert cible(figure(), {"valeur": 25}, dalo) == 25
    assert pd.isna(cible(figure(modalite="PDALHPD"), dalo))


def test_commune_par_bailleur() -> None:
    ici = LOCAL | BAILLEUR
    etoiles = {"perimetre_type": "commune", "acteur_type": "bailleur", "acteur_code": "*", "valeur": 25}
    une_commune, un_bailleur = etoiles | {"perimetre_code": BOURG, "valeur": 26}, etoiles | BAILLEUR | {"valeur": 27}
    les_deux = etoiles | ici | {"valeur": 28, "origine": "CIA"}
    assert cible(figure(**ici), etoiles) == 25
    assert cible(figure(**ici), etoiles, une_commune, les_deux, un_bailleur) == 28
    assert cible(figure(**(ici | {"acteur_code": "B2"})), etoiles, une_commune, les_deux, un_bailleur) == 26
    assert cible(figure(**(ici | {"perimetre_code": CENTRE})), etoiles, une_commune, les_deux, un_bailleur) == 27
    assert pd.isna(cible(figure(**LOCAL), etoiles)) and pd.isna(cible(figure(**BAILLEUR), etoiles))
    assert pd.isna(cible(figure(**(ici | {"acteur_code": "NR"})), etoiles))


def test_une_trajectoire_prime_sur_l_objectif_ouvert_du_meme_texte() -> None:
    effet = pd.Timestamp(2019, 1, 1)
    texte = {"origine": "CIA", "document": "CIA", "date_effet": effet}
    ouvert = texte | {"valeur": 25, "date_effet": pd.Timestamp(2020, 1, 1)}
    marches = [texte | {"valeur": 20 + i, "annee": str(2021 + i)} for i in range(2)]
    for ordre in ((ouvert, *marches), (*marches, ouvert)):
        assert [cible(figure(annee=a), *ordre) for a in (2020, 2021, 2022, 2023)] == [25, 20, 21, 25]
    avenant = {"origine": "avenant", "document": "A1", "date_effet": pd.Timestamp(2022, 1, 1), "valeur": 30}
    assert [cible(figure(annee=a), ouvert, *marches, avenant) for a in (2021, 2022)] == [20, 30], "a later text rules"
    loi = {"valeur": 40, "annee": "2022"}
    assert cible(figure(annee=2022), loi, ouvert) == 25, "a local commitment before the law, year or not"


@settings(max_examples=essais(200, 60), deadline=None)
@given(
    st.integers(1, 200).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))),
    st.integers(0, 1000),
    st.integers(1, 1000),
    st.integers(0, 50),
    st.booleans(),
)
def test_un_intervalle_contre_la_force_brute(
    fraction: tuple[int, int], bas: int, largeur: int, tolerance: int, nombre: bool
) -> None:
    """In thousandths, whole numbers only: every count of the public is tried."""
    numerateur, denominateur = fraction
    haut = min(bas + largeur, 1000)
    if bas >= haut:
        return
    if nombre:  # the same bounds, in households
        bas, haut, tolerance = bas // 10, bas // 10 + largeur, tolerance // 10
        tenus = [n for n in range(denominateur + 1) if bas - tolerance <= n <= haut + tolerance]
        facteur = 1
    else:
        tenus = [n for n in range(denominateur + 1)
                 if (bas - tolerance) * denominateur <= 1000 * n <= (haut + tolerance) * denominateur]  # fmt: skip
        facteur = 10
    objectif = {"sens": "intervalle", "unite": "nombre" if nombre else "pct", "valeur": bas / facteur,
                "valeur_max": haut / facteur, "tolerance": tolerance / facteur}  # fmt: skip
    ligne = seule(en_nombre(numerateur) if nombre else figure(numerateur, denominateur), objectif)
    assert (ligne["resultat"] == "atteint") is (numerateur in tenus)
    if tenus:
        assert ligne["menages_manquants"] == min(abs(n - numerateur) for n in tenus)
    elif not nombre:
        assert pd.isna(ligne["menages_manquants"])
