"""Sentences agree with the figures, and neither quote nor imply what is masked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from rapports import phrase, rapport, serie
from tables_publiees import avec_objectif

from cil_analysis.presentation import sentences, sentences_attributions, sentences_demande
from cil_analysis.presentation.chapitres import constat
from cil_analysis.presentation.rapport import Rapport
from messages import lisible


def objectif(n: float, d: float, **plus: Any) -> Rapport:
    manque = max(0, -(-25 * d // 100) - n)
    return rapport({"O01": avec_objectif([{"numerateur": n, "denominateur": d, "menages_manquants": manque} | plus])})


@pytest.mark.parametrize(
    ("calcul", "avant", "apres", "attendu"),
    [
        (sentences.evolution, 1000, 1032, "en hausse de 3,2 %"),
        (sentences.evolution, 1000, 900, "en baisse de 10,0 %"),
        (sentences.evolution, 1000, 1009, "stable"),
        (sentences.evolution, 1000, 991, "stable"),
        (sentences.evolution, 10, 0, "en baisse de 100,0 %"),
        (sentences.evolution, 0, 5, ""),
        (sentences.evolution, None, 5, ""),
        (sentences.evolution, 5, None, ""),
        (sentences.evolution_points, 20.0, 23.8, "en hausse de 3,8 points"),
        (sentences.evolution_points, 20.0, 18.2, "en baisse de 1,8 point"),
        (sentences.evolution_points, 20.0, 22.0, "en hausse de 2 points"),
        (sentences.evolution_points, 20.0, 20.4, "stable"),
        (sentences.evolution_points, 0.0, 1.0, "en hausse de 1 point"),
        (sentences.evolution_points, None, 1.0, ""),
    ],
)
def test_une_evolution_en_mots(calcul: Any, avant: float | None, apres: float | None, attendu: str) -> None:
    assert lisible(calcul(avant, apres)) == attendu


@pytest.mark.parametrize(
    ("stock", "attributions", "attendu"),
    [
        (0, None, "0 demande est active."),
        (60, 30, "60 demandes sont actives : 2,0 demandes pour une attribution de l’année."),
        (57, 30, "57 demandes sont actives : 1,9 demande pour une attribution de l’année."),
        (1999, 1000, "1 999 demandes sont actives : 2,0 demandes pour une attribution de l’année."),
    ],
)
def test_la_demande_s_accorde(stock: int, attributions: int | None, attendu: str) -> None:
    tension = [] if attributions is None else [{"numerateur": stock, "denominateur": attributions}]
    r = rapport({"V02": serie({2022: stock}), "V03": tension}, (2022,))
    assert phrase(sentences_demande.constat_demande(r)).endswith(attendu)


@pytest.mark.parametrize(
    ("dire", "tables", "pourquoi"),
    [
        (sentences_demande.constat_demande, {"V02": serie({2022: 3})}, "masquées"),
        (sentences_demande.constat_demande, {}, "ne sont pas disponibles"),
    ],
)
def test_ce_qui_est_masque_n_est_pas_dit_absent_ni_l_inverse(dire: Any, tables: Any, pourquoi: str) -> None:
    dit = phrase(dire(rapport(tables, (2022,))))
    assert pourquoi in dit and not re.search(r"\d", dit.replace("31 décembre 2022", "").replace("2022", ""))


# --- Series ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valeurs", "attendu"),
    [
        ({2018: 1000, 2022: 1100}, "Les attributions ont augmenté de 10,0 % depuis 2018"),
        ({2018: 1000, 2022: 900}, "Les attributions ont baissé de 10,0 % depuis 2018"),
        ({2018: 1000, 2022: 1005}, "Les attributions sont stables entre 2018 et 2022"),
        ({2022: 1005}, "Les attributions en 2022"),
        ({2018: 0, 2022: 1005}, "Les attributions en 2022"),
        ({2018: 1000, 2021: 1100, 2022: 2}, "Les attributions en 2022"),  # This year is masked: no « depuis ».
        ({2018: 2, 2019: 1000, 2022: 1100}, "Les attributions ont augmenté de 10,0 % depuis 2019"),
    ],
)
def test_le_titre_d_une_serie(valeurs: dict[int, float], attendu: str) -> None:
    r = rapport({"V01": serie(valeurs)}, tuple(valeurs))
    assert phrase(sentences.titre_evolution(r, "V01", "Les attributions")) == attendu


# --- What is compared -----------------------------------------------------------------------------------------------


def test_la_premiere_commune_est_celle_qui_est_publiee() -> None:
    codes = list(rapport({}).communes)[:3]
    lignes = [{"perimetre_type": "commune", "perimetre_code": c, "numerateur": n, "denominateur": 1000}
              for c, n in zip(codes, (998, 600, 3), strict=True)]  # fmt: skip
    r = rapport({"T01": lignes, "T02": [{"modalite": "QPV", "numerateur": 281, "denominateur": 1000}]})
    dit = phrase(sentences_attributions.constat_communes(r))
    assert dit.startswith(f"{r.communes[codes[1]]} accueille 60,0 %") and "28,1 %" in dit
    assert r.communes[codes[0]] not in dit
    assert sentences_attributions.constat_communes(rapport({})) == "" == constat("").html
