"""The annexes: what is published of each commune, in one table."""

from __future__ import annotations

from typing import Any

from rapports import EPCI, rapport
from tables_publiees import avec_objectif

from cil_analysis.presentation import annexes
from page_lue import arbre, fautes, tableau_lu

A, B = "72003", "72181"


def plat(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def commune(code: str, numerateur: int, **plus: Any) -> dict[str, Any]:
    return {"perimetre_type": "commune", "perimetre_code": code, "numerateur": numerateur} | plus


def lues(tables: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    page = arbre(annexes.annexes_par_commune(rapport(tables)).html)
    assert not fautes(page)
    return {s.attributs["id"].removeprefix("commune-"): tableau_lu(s.un("table")) for s in page.tous("section")}


O01 = avec_objectif([
    commune(A, 30, denominateur=100), commune(A, 20, denominateur=100, annee=2021), commune(B, 2, denominateur=100),
    {"perimetre_code": EPCI, "numerateur": 240, "denominateur": 1000},
])  # fmt: skip
V01 = [
    commune(A, 120, annee=2021), commune(A, 150), commune(B, 3), {"numerateur": 1000, "perimetre_code": EPCI},
]  # fmt: skip


def test_une_commune_a_ses_chiffres_de_deux_ans_son_objectif_et_l_epci() -> None:
    lu = lues({"V01": V01, "O01": O01})[A]
    assert lu.entetes[1:3] == ["2021", "2022"] and lu.entetes[3] == "Objectif" and lu.entetes[4].endswith("2022")
    assert [plat(x) for x in lu.lignes["V01"]] == ["120", "150", "–", "1 000"]
    assert [plat(x) for x in lu.lignes["O01"]] == ["20,0 %", "30,0 %", "au moins 25 % atteint +5,0 points", "24,0 %"]
    assert plat(lu.legende).endswith("150 attributions en 2022, 1 objectif atteint sur 1 publié")


def test_une_commune_masquee_ne_dit_ni_chiffre_ni_resultat() -> None:
    lu = lues({"V01": V01, "O01": O01})[B]
    assert lu.lignes["V01"] == ["–", "s", "–", "1\u202f000"]
    assert [plat(x) for x in lu.lignes["O01"]] == ["–", "s", "s", "24,0 %"]
    assert plat(lu.legende).endswith(": chiffres de 2022")


def test_chaque_commune_membre_a_son_annexe_dans_l_ordre() -> None:
    r = rapport({"V01": V01})
    assert list(lues({"V01": V01})) == list(r.communes)


def test_le_constat_compte_les_communes_publiees_les_deux_annees() -> None:
    seule = rapport({"V01": [*V01, commune(B, 3, annee=2021)]})
    assert plat(annexes.constat_des_communes(seule)) == (
        "Dans la seule commune dont les attributions sont publiées en 2021 et 2022, elles augmentent."
    )
    volumes = {A: (50, 60), B: (50, 40), "72008": (50, 40), "72095": (70, 70)}
    lignes = [commune(c, n, annee=2021 + i) for c, deux in volumes.items() for i, n in enumerate(deux)]
    assert plat(annexes.constat_des_communes(rapport({"V01": lignes}))) == (
        "Parmi les 4 communes dont les attributions sont publiées en 2021 et 2022, elles augmentent dans 1, baissent "
        "dans 2 et ne changent pas dans 1."
    )
    premiere = rapport({"V01": [ligne for ligne in lignes if ligne["annee"] == 2022]})
    assert annexes.constat_des_communes(premiere).startswith("Chaque commune")
