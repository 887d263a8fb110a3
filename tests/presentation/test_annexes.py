"""The annexes: what is published of each commune, in one table."""

from __future__ import annotations

from typing import Any

from rapports import EPCI, lignes_de, lu, phrase, rapport
from tables_publiees import avec_objectif

from cil_analysis.presentation import annexes
from messages import lisible

A, B = "72003", "72181"


def commune(code: str, numerateur: int, **plus: Any) -> dict[str, Any]:
    return {"perimetre_type": "commune", "perimetre_code": code, "numerateur": numerateur} | plus


O01 = avec_objectif([
    commune(A, 30, denominateur=100), commune(A, 20, denominateur=100, annee=2021), commune(B, 2, denominateur=100),
    {"perimetre_code": EPCI, "numerateur": 240, "denominateur": 1000},
])  # fmt: skip
V01 = [
    commune(A, 120, annee=2021), commune(A, 150), commune(B, 3), {"numerateur": 1000, "perimetre_code": EPCI},
]  # fmt: skip


def test_une_commune_a_ses_chiffres_de_deux_ans_son_objectif_et_l_epci() -> None:
    r = rapport({"V01": V01, "O01": O01})
    sections = {s.attributs["id"]: s for s in lu(annexes.annexes_par_commune(r)).tous("section")}
    assert list(sections) == [f"commune-{code}" for code in r.communes]
    assert lignes_de(sections[f"commune-{A}"]) == {
        "V01": ["120", "150", "–", "1 000"],
        "O01": ["20,0 %", "30,0 %", "au moins 25 % atteint +5,0 points", "24,0 %"],
    }
    assert lignes_de(sections[f"commune-{B}"]) == {"V01": ["–", "s", "–", "1 000"], "O01": ["–", "s", "s", "24,0 %"]}
    legendes = [lisible(sections[f"commune-{code}"].un("caption").texte) for code in (A, B)]
    assert legendes[0].endswith("150 attributions en 2022, 1 objectif atteint sur 1 publié")
    assert legendes[1].endswith(": chiffres de 2022")


def test_le_constat_compte_les_communes_publiees_les_deux_annees() -> None:
    seule = phrase(annexes.constat_des_communes(rapport({"V01": [*V01, commune(B, 3, annee=2021)]})))
    assert "la seule commune" in seule and "augmentent" in seule
    volumes = {A: (50, 60), B: (50, 40), "72008": (50, 40), "72095": (70, 70)}
    lignes = [commune(c, n, annee=2021 + i) for c, deux in volumes.items() for i, n in enumerate(deux)]
    dit = phrase(annexes.constat_des_communes(rapport({"V01": lignes})))
    for mots in ("4 communes", "augmentent dans 1", "baissent dans 2", "ne changent pas dans 1"):
        assert mots in dit
    premiere = rapport({"V01": [ligne for ligne in lignes if ligne["annee"] == 2022]})
    assert "commune" in annexes.constat_des_communes(premiere) and "augment" not in annexes.constat_des_communes(
        premiere
    )
