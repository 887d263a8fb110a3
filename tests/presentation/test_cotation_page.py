"""The words of the cotation: a grid's criteria, and sentences that say only what is published."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from rapports import REFERENCES, lu, phrase, rapport

from cil_analysis.presentation import chapitres_cotation, cotation_essai, cotation_mots
from cil_analysis.presentation import sentences_cotation as phrases
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.reference.cotation import Cotation
from cil_analysis.reference.texte import normaliser
from fabrique import critere, grille
from messages import lisible

SECRET = 3  # under the threshold of the tests' rules


def part(modalite: str, n: int) -> dict[str, Any]:
    return {"modalite": modalite, "numerateur": n, "denominateur": 100}


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"points": 1000}, "+10"),
        ({"points": -550}, "−5,5"),
        ({"points": 25, "par": "mois", "plafond": 3000}, "+0,25 par mois, +30 au plus"),
        ({"points": -100, "par": "annee", "plafond": -400}, "−1 par année, −4 au moins"),
        ({"points": 100, "par": "unite"}, "+1 par unité"),
    ],
)
def test_les_points_en_mots(champs: dict[str, Any], attendu: str) -> None:
    assert lisible(cotation_mots.points_en_mots(critere("C", "age", "renseigne", **champs))) == attendu


@pytest.mark.parametrize(
    ("un", "attendu"),
    [
        (critere("C", "date_depot_demande", "renseigne", type="date"), "Date de dépôt de la demande connue"),
        (critere("C", "date_depot_demande", "au_moins", seuil=36.0, type="date"),
         "Date de dépôt de la demande : 36 mois ou plus"),
        (critere("C", "taille_menage", "au_plus", seuil=2.0, type="entier"),
         "Nombre de personnes à loger : 2 ou moins"),
        (critere("C", "est_mutation", "est", ("oui",), type="oui_non"), "Déjà locataire du parc social : oui"),
        (critere("C", "typologie", "parmi", ("T1", "T2"), type="code"), "Typologie demandée : T1 ou T2"),
        (critere("C", "categories_prioritaires", "contient", ("DALO", "a", "m"), type="codes"),
         "Catégories prioritaires : l’une de "),
    ],
)  # fmt: skip
def test_une_condition_en_mots(un: Any, attendu: str) -> None:
    assert cotation_mots.condition_en_mots(rapport({}), un).startswith(attendu)


def avec_grille(lu: Rapport, *grilles: Any) -> Rapport:
    references = type(REFERENCES)(REFERENCES.projet)
    references.__dict__.update(REFERENCES.__dict__ | {"cotation": Cotation(grilles)})  # What is read is read once.
    return replace(lu, references=references)


def test_la_grille_dit_son_statut_et_qu_elle_est_fictive() -> None:
    lue = avec_grille(rapport({}), grille("G", critere("A", "age", "renseigne"), testeurs=("LMH",)))
    dit = lisible(cotation_mots.constat_de_la_grille(lue))
    assert all(mot in dit for mot in ("« G »", "1 critère", "depuis mars 2022", "Le Mans Métropole Habitat"))
    assert "fictive" in dit
    future = avec_grille(rapport({}), grille("G", critere("A", "age", "renseigne"), debut=date(2023, 5, 1)))
    assert "à partir de mai 2023" in lisible(cotation_mots.constat_de_la_grille(future))
    vraie = avec_grille(rapport({}), grille("G", critere("A", "age", "renseigne"), confiance="C", testeurs=()))
    assert "fictive" not in cotation_mots.constat_de_la_grille(vraie)


def test_sans_grille_la_page_dit_d_ou_viennent_les_scores() -> None:
    assert "ceux que donnent les fichiers" in cotation_mots.constat_de_la_grille(rapport({}))
    importes = rapport({"C00": [part("GRILLE", 0), part("IMPORTE", 100)]})
    avec = avec_grille(importes, grille("G", critere("A", "age", "renseigne")))
    assert "ceux que donnent les fichiers" in cotation_mots.constat_de_la_grille(avec)
    assert cotation_mots.tableau_de_la_grille(avec, None).html == ""


def deciles(**autres: int) -> list[dict[str, Any]]:
    effectifs = {f"D{i}": 10 for i in range(1, 11)} | autres
    total = sum(effectifs.values())
    return [{"modalite": code, "numerateur": n, "denominateur": total} for code, n in effectifs.items()]


def test_le_rang_n_est_dit_que_s_il_est_publie_en_entier() -> None:
    assert lisible(phrases.constat_du_rang(rapport({"C03": deciles()}))).startswith("50,0 % des attributions de 2022")
    masque = rapport({"C03": deciles(D9=SECRET)})
    assert "en partie" in phrases.constat_du_rang(masque)
    assert "10,0" not in phrases.titre_du_rang(rapport({"C03": deciles(D10=SECRET)}))


def test_aucune_phrase_ne_juge_et_rien_ne_manque_quand_il_n_y_a_pas_de_chiffre() -> None:
    vide = rapport({})
    for bloc in (chapitres_cotation.distribution(vide), chapitres_cotation.rangs(vide),
                 chapitres_cotation.ecarts_des_bailleurs(vide), chapitres_cotation.refus(vide),
                 cotation_essai.essai_par_annee(vide), cotation_essai.simulation_par_public(vide)):  # fmt: skip
        assert "<svg" not in bloc.html and re.search("Non calculable|Rien à mesurer", lu(bloc).texte)
    textes = [
        phrases.constat_de_la_cotation(vide), phrases.titre_des_scores(vide), phrases.titre_des_publics(vide),
        phrases.constat_du_rang(vide), phrases.titre_du_rang(vide), phrases.constat_des_ecarts(vide),
        phrases.titre_des_ecarts(vide), phrases.titre_des_loges(vide), phrases.titre_des_attentes(vide),
        phrases.constat_des_refus(vide), cotation_essai.constat_de_l_essai(vide),
        cotation_essai.constat_de_la_simulation(vide),
    ]  # fmt: skip
    for texte in textes:
        assert phrase(texte).strip()
        for mot in ("erreur", "injuste", "anormal", "trop", "faute", "devrait"):
            assert mot not in normaliser(texte).split(), texte


def test_l_essai_marque_le_debut_entre_deux_annees() -> None:
    annees = (2020, 2021, 2022)
    lignes = {code: [part("", 20 + a % 10) | {"annee": a} for a in annees] for code in ("C08H", "C09H")}
    lue = avec_grille(rapport(lignes, annees), grille("G", critere("A", "age", "renseigne"), debut=date(2020, 12, 1)))
    html = lisible(cotation_essai.essai_par_annee(lue).html)
    assert "Début : décembre 2020" in html and "Repère : la cotation commence en décembre 2020" in html
    assert "Bailleurs testeurs" in html and "Autres bailleurs" in html


def test_une_part_de_la_simulation_masquee_ne_fait_pas_le_titre() -> None:
    publics = ("DALO", "PDALHPD", "ASE")
    lue = rapport(
        {
            "C11H": [part(p, n) for p, n in zip(publics, (60, SECRET, 30), strict=True)],
            "C11B": [part(p, n) for p, n in zip(publics, (20, 60, 30), strict=True)],
        }
    )
    html = lisible(cotation_essai.simulation_par_public(lue).html)
    assert "DALO : 60,0 % montent, 20,0 % descendent, le plus grand écart publié" in html
