"""Which target a figure has, the gap, and the households that are missing (D12)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from objectifs_a_part import tenu

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.grammaire.indicateur import PCT
from essais import essais
from fabrique import ANNEE, BOURG, CENTRE, EPCI, attacher_cibles

PAR_DEFAUT: dict[str, Any] = {
    "id": "X", "date_effet": pd.NaT, "date_fin": pd.NaT, "indicateur": "O01", "perimetre_type": "epci",
    "perimetre_code": "*", "acteur_type": "", "acteur_code": "", "modalite": "", "annee": "", "valeur": 25.0,
    "valeur_max": None, "unite": "pct", "sens": "plancher", "tolerance": 0.0, "origine": "loi", "document": "T",
    "version": "1",
}  # fmt: skip
Objectif = dict[str, Any]


def objectifs(*lignes: Objectif) -> pd.DataFrame:
    table = pd.DataFrame([PAR_DEFAUT | ligne for ligne in lignes], columns=list(PAR_DEFAUT))
    nombres, dates = ("valeur", "valeur_max", "tolerance"), ("date_effet", "date_fin")
    return table.astype(dict.fromkeys(nombres, "float64") | dict.fromkeys(dates, "datetime64[us]"))


def figure(numerateur: float = 3, denominateur: float = 10, annee: int = ANNEE, **colonnes: object) -> pd.DataFrame:
    ligne = {"perimetre_type": "epci", "perimetre_code": EPCI, "numerateur": numerateur, "denominateur": denominateur}
    return mettre_en_cadre(pd.DataFrame([ligne | colonnes]), "O01", annee, PCT)


def en_nombre(n: int, denominateur: float = float("nan"), **cles: object) -> pd.DataFrame:
    ligne = {"perimetre_type": "epci", "perimetre_code": EPCI, "numerateur": n, "denominateur": denominateur}
    return mettre_en_cadre(pd.DataFrame([ligne | cles]), "O01N", ANNEE, "nombre")


def seule(cadre: pd.DataFrame, *lignes: Objectif) -> pd.Series:
    return attacher_cibles(cadre, objectifs(*lignes)).iloc[0]


def cible(cadre: pd.DataFrame, *lignes: Objectif) -> float | None:
    trouvee = seule(cadre, *lignes)["cible"]
    return None if pd.isna(trouvee) else float(trouvee)


# --- Which target ----------------------------------------------------------------------------------------------------


def depuis(debut: int, valeur: float, origine: str = "CIA", **autres: Any) -> Objectif:
    return {"origine": origine, "document": origine, "date_effet": pd.Timestamp(debut, 1, 1), "valeur": valeur} | autres


ICI: Objectif = {"perimetre_type": "commune", "perimetre_code": BOURG}
B1: Objectif = {"acteur_type": "bailleur", "acteur_code": "B1"}
LES_BAILLEURS: Objectif = {"acteur_type": "bailleur", "acteur_code": "*", "valeur": 30}
PARTOUT: Objectif = LES_BAILLEURS | {"perimetre_type": "commune"}
CROISES = (
    PARTOUT | {"valeur": 25}, PARTOUT | ICI | {"valeur": 26}, PARTOUT | B1 | {"valeur": 27},
    PARTOUT | ICI | B1 | {"valeur": 28, "origine": "CIA"},
)  # fmt: skip
VIDE: Objectif = {"valeur": None, "origine": "CIA", "perimetre_code": EPCI}
TRAJECTOIRE = (depuis(2020, 25), depuis(2019, 20, annee="2021"), depuis(2019, 21, annee="2022"))
DALO: Objectif = {"modalite": "DALO", "valeur": 12}
NOMBRE: Objectif = {"unite": "nombre", "valeur": 120, "tolerance": 3}


@pytest.mark.parametrize(
    ("figures", "lignes", "attendue"),
    [
        # An explicit code before the star, of a place, of a landlord, of both.
        (ICI, ({"perimetre_type": "commune"}, ICI | {"valeur": 20}), 20),
        (ICI | {"perimetre_code": CENTRE}, ({"perimetre_type": "commune"}, ICI | {"valeur": 20}), 25),
        (B1, (LES_BAILLEURS, B1 | {"valeur": 35}), 35),
        (ICI | B1, CROISES[:1], 25),
        (ICI | B1, CROISES, 28),
        (ICI | B1 | {"acteur_code": "B2"}, CROISES, 26),
        (ICI | B1 | {"perimetre_code": CENTRE}, CROISES, 27),
        (ICI, CROISES[:1], None),
        (B1, CROISES[:1], None),
        # An unknown landlord has committed itself to nothing.
        (B1, (LES_BAILLEURS,), 30),
        (B1 | {"acteur_code": "NR"}, (LES_BAILLEURS,), None),
        (ICI | B1 | {"acteur_code": "NR"}, CROISES, None),
        # The convention before the law, a code before the origin; the last text between two of the same reach.
        ({}, ({}, {"valeur": 28, "origine": "CIA"}), 28),
        ({}, ({"valeur": 26, "perimetre_code": EPCI}, {"valeur": 28, "origine": "CIA"}), 26),
        ({"annee": 2022}, (depuis(2018, 25), depuis(2021, 30, "avenant")), 30),
        ({"annee": 2020}, (depuis(2018, 25), depuis(2021, 30, "avenant")), 25),
        # « À renseigner » is passed over.
        ({}, (VIDE, {}), 25),
        ({}, (VIDE,), None),
        # The years of a trajectory before the open objective of the text; a later text before both; then the law.
        *(({"annee": a}, TRAJECTOIRE, valeur) for a, valeur in ((2020, 25), (2021, 20), (2022, 21), (2023, 25))),
        ({"annee": 2022}, (*TRAJECTOIRE, depuis(2022, 30, "avenant")), 30),
        ({"annee": 2022}, ({"valeur": 40, "annee": "2022"}, TRAJECTOIRE[0]), 25),
        # Another indicator, place, actor, unit or class.
        ({}, ({"indicateur": "O02"}, {"perimetre_type": "commune"}, {"perimetre_code": "999999999"}, LES_BAILLEURS,
              NOMBRE, DALO), None),
        (B1, ({},), None),
        ({"modalite": "DALO"}, ({}, DALO), 12),
        ({"modalite": "PDALHPD"}, ({}, DALO), None),
        ({}, ({}, DALO, NOMBRE), 25),
    ],
)  # fmt: skip
def test_la_cible_d_un_chiffre(figures: dict[str, Any], lignes: tuple[Objectif, ...], attendue: float | None) -> None:
    for ordre in (lignes, lignes[::-1]):
        assert cible(figure(**figures), *ordre) == attendue


@pytest.mark.parametrize(
    ("effet", "fin", "annee", "trouve"),
    [
        ("2022-01-01", "2022-12-31", 2022, True),
        ("2022-12-31", None, 2022, True),
        ("2023-01-01", None, 2022, False),
        (None, "2022-12-30", 2022, False),
        (None, None, 1999, True),
    ],
)
def test_l_objectif_vaut_au_31_decembre(effet: str | None, fin: str | None, annee: int, trouve: bool) -> None:
    dates = {"date_effet": pd.Timestamp(effet) if effet else pd.NaT, "date_fin": pd.Timestamp(fin) if fin else pd.NaT}
    assert (cible(figure(annee=annee), dates) is not None) is trouve


# --- The gap, the households, the result ------------------------------------------------------------------------------

INTERVALLE: Objectif = {"sens": "intervalle", "valeur": 20, "valeur_max": 30}
PLAFOND: Objectif = {"sens": "plafond", "valeur": 40}


@pytest.mark.parametrize(
    ("n", "objectif", "ecart", "manque"),
    [
        (20, {}, -5, 5), (25, {}, 0, 0), (40, {}, 15, 0),
        (45, PLAFOND, 5, 5), (40, PLAFOND, 0, 0),
        (15, INTERVALLE, -5, 5), (20, INTERVALLE, 0, 0), (25, INTERVALLE, 0, 0), (30, INTERVALLE, 0, 0),
        (34, INTERVALLE, 4, 4), (0, INTERVALLE, -20, 20),
        # A tolerance changes the result alone, and what it would take.
        (23, {"tolerance": 2}, -2, 0), (22, {"tolerance": 2}, -3, 1), (42, PLAFOND | {"tolerance": 2}, 2, 0),
        (43, PLAFOND | {"tolerance": 2}, 3, 1),
    ],
)  # fmt: skip
def test_ecart_menages_et_resultat(n: int, objectif: Objectif, ecart: float, manque: int) -> None:
    ligne = seule(figure(n, 100), objectif)
    assert (ligne["ecart"], ligne["menages_manquants"]) == (ecart, manque)
    assert (ligne["resultat"], ligne["sens"]) == (
        "non_atteint" if manque else "atteint", objectif.get("sens", "plancher")
    )  # fmt: skip
    assert ligne["cible_max"] == 30 if objectif is INTERVALLE else pd.isna(ligne["cible_max"])


def test_un_intervalle_ou_ne_tombe_aucun_menage() -> None:
    ligne = seule(figure(1, 3), INTERVALLE | {"valeur": 40, "valeur_max": 50})
    assert ligne["resultat"] == "non_atteint" and pd.isna(ligne["menages_manquants"])
    assert ligne["ecart"] == pytest.approx(100 / 3 - 40)


def test_un_objectif_en_nombre_suit_l_indicateur_en_menages() -> None:
    for denominateur in (float("nan"), 800):
        ligne = seule(en_nombre(110, denominateur), {}, NOMBRE)
        assert (ligne["cible"], ligne["ecart"], ligne["menages_manquants"]) == (120, -10, 7)
    assert seule(en_nombre(117), NOMBRE)["resultat"] == "atteint"
    assert seule(en_nombre(130), NOMBRE | {"sens": "plafond"})["menages_manquants"] == 7
    assert cible(en_nombre(110), {}) is None, "a percentage is nothing to a number"
    assert cible(en_nombre(110), NOMBRE | {"indicateur": "O01N"}) is None


@pytest.mark.parametrize("statut", ["sans_objet", "non_calculable"])
def test_sans_mesure_le_resultat_est_le_statut(statut: str) -> None:
    ligne = seule(figure(0, 0, statut=statut), {})
    assert ligne["resultat"] == statut and ligne["cible"] == 25
    assert pd.isna(ligne["ecart"]) and pd.isna(ligne["menages_manquants"])
    sans = seule(figure(), VIDE)
    assert sans[["cible", "ecart", "menages_manquants"]].isna().all() and (sans["resultat"], sans["sens"]) == ("", "")


@settings(max_examples=essais(400, 100), deadline=None)
@given(
    st.integers(1, 200).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))),
    st.sampled_from(["plancher", "plafond", "intervalle"]),
    st.tuples(st.integers(0, 1000), st.integers(0, 1000)).filter(lambda b: b[0] != b[1]),
    st.integers(0, 50),
    st.booleans(),
)
def test_d12_contre_la_force_brute(
    fraction: tuple[int, int], sens: str, bornes: tuple[int, int], tolerance: int, nombre: bool
) -> None:
    """In thousandths, whole numbers only: every count of the public is tried."""
    numerateur, denominateur = fraction
    bas, haut = sorted(bornes)
    if nombre:  # the same bounds, in households
        bas, haut, tolerance = bas // 10, haut // 10 + 1, tolerance // 10

    def tient(n: int) -> bool:
        return tenu(Fraction(n) if nombre else Fraction(1000 * n, denominateur), sens, bas, haut, tolerance)

    facteur = 1 if nombre else 10
    objectif = {"sens": sens, "unite": "nombre" if nombre else "pct", "valeur": bas / facteur,
                "valeur_max": haut / facteur if sens == "intervalle" else None,
                "tolerance": tolerance / facteur}  # fmt: skip
    ligne = seule(en_nombre(numerateur) if nombre else figure(numerateur, denominateur), objectif)
    assert (ligne["resultat"] == "atteint") is tient(numerateur)
    tenus = [n for n in range(max(denominateur, 200) + 1 if nombre else denominateur + 1) if tient(n)]
    if tenus:
        assert ligne["menages_manquants"] == min(abs(n - numerateur) for n in tenus)
    else:
        assert pd.isna(ligne["menages_manquants"])
    if sens != "intervalle" and not tolerance:
        favorable = ligne["ecart"] if sens == "plancher" else -ligne["ecart"]
        assert bool(favorable >= 0) is tient(numerateur), "the gap and the result never disagree"
