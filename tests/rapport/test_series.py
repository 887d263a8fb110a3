"""Series over the years: breaks marked, constant perimeter, gap to the EPCI."""

from __future__ import annotations

from typing import Any

from rapports import rapport, serie
from tables_publiees import avec_objectif, table

from cil_analysis.rapport import annees
from cil_analysis.rapport.cartes.cartographie import ecarts_a_l_ensemble
from cil_analysis.rapport.rapport import Rapport
from messages import lisible

ANNEES = (2021, 2022, 2023, 2024, 2025)


def part(**effectifs: tuple[float, float]) -> Any:
    """O01 by year (« a2021 »), for the EPCI."""
    lignes = [{"annee": int(a[1:]), "numerateur": n, "denominateur": d} for a, (n, d) in effectifs.items()]
    return table("pct", avec_objectif(lignes), "O01")


SERIE = part(a2021=(200, 1000), a2022=(240, 1000), a2023=(260, 1000), a2024=(290, 1000), a2025=(310, 1000))


def publier(**tables: list[dict[str, Any]]) -> Rapport:
    return rapport(tables, ANNEES)


def test_la_note_dit_les_ruptures_des_annees_du_bilan() -> None:
    constante = serie({2023: 900}, perimetre_type="epci_constant")
    r = publier(V01=[*serie(dict.fromkeys(ANNEES, 1000)), *constante])
    note = annees.note([r["V01"].par("annee")])
    assert "en 2023, Fatines rejoint l’intercommunalité (19 → 20 communes)" in lisible(note)
    assert "À périmètre constant : les 19 communes de 2021." in lisible(note)
    assert "zonage" not in note  # V01 counts every lease, wherever it is.


def test_l_ecart_a_l_ensemble_ne_compare_que_des_chiffres_publies() -> None:
    commune = {"perimetre_type": "commune"}
    lignes = [
        {"numerateur": 300, "denominateur": 1000},
        commune | {"perimetre_code": "A", "numerateur": 350, "denominateur": 1000},
        commune | {"perimetre_code": "B", "numerateur": 2, "denominateur": 90},
        commune | {"perimetre_code": "C", "numerateur": 254, "denominateur": 1000},
    ]
    r = rapport({"O01": lignes}, (2022,))
    colonne = ecarts_a_l_ensemble(r["O01"].par("commune"))
    assert {c: x.texte for c, x in colonne.items()} == {"A": "+5,0", "B": "s", "C": "−4,6"}
    masque = rapport({"O01": [lignes[0] | {"numerateur": 2}, *lignes[1:]]}, (2022,))
    colonne = ecarts_a_l_ensemble(masque["O01"].par("commune"))
    assert {c: x.texte for c, x in colonne.items()} == {"A": "–", "B": "s", "C": "–"}
