"""The opening: title block, key figures, documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rapports import lu, rapport, serie
from tables_publiees import avec_objectif

from cil_analysis.presentation import ouverture
from cil_analysis.presentation.rapport import Rapport
from page_lue import Noeud, arbre

PREMIER_QUARTILE = "Premier quartile hors quartier prioritaire"


def cartes(r: Rapport) -> dict[str, Noeud]:
    return {carte.un("h3").texte: carte for carte in lu(ouverture.chiffres_cles(r)).tous("article", "carte")}


def complet(**tables: list[dict[str, Any]]) -> Rapport:
    return rapport({"O01": [], "O02": [], "O04": []} | tables)


@pytest.mark.parametrize(("n", "attendu"), [(250, "atteint"), (240, "non atteint")])
def test_une_carte_d_objectif_dit_son_resultat_par_un_mot_et_mene_a_sa_section(n: int, attendu: str) -> None:
    """Its figure and evolution: test_pages_lues.py."""
    carte = cartes(complet(O01=avec_objectif([{"numerateur": n, "denominateur": 1000}])))[PREMIER_QUARTILE]
    objectif = carte.un("p", "objectif")
    assert objectif.un("span", "resultat").texte == attendu and "au moins 25\u202f%" in objectif.texte
    assert carte.un("a").attributs["href"].startswith("#")


def test_une_carte_masquee_ne_donne_ni_chiffre_ni_tendance() -> None:
    carte = cartes(complet(O01=avec_objectif([{"annee": 2020, "numerateur": 250, "denominateur": 1000},
                                              {"annee": 2021, "numerateur": 250, "denominateur": 1000},
                                              {"annee": 2022, "numerateur": 3, "denominateur": 1000}])))  # fmt: skip
    masquee = carte[PREMIER_QUARTILE]
    assert masquee.un("p", "valeur").texte == "s"
    assert not masquee.tous("p", "evolution") and not masquee.tous("p", "objectif")
    assert "secret statistique" in masquee.un("desc").texte


@pytest.mark.parametrize(("n", "attendue"), [(3, True), (250, False)])
def test_les_signes_des_cartes_ont_leur_legende(n: int, attendue: bool) -> None:
    page = arbre(ouverture.chiffres_cles(complet(
        V01=serie({2022: 1000}), V06=[{"denominateur": 1000, "valeur": 12.0}],
        T02=[{"modalite": "QPV", "numerateur": 250, "denominateur": 1000}],
        O01=avec_objectif([{"numerateur": n, "denominateur": 1000}]),
        O02=avec_objectif([{"numerateur": 250, "denominateur": 1000}]),
        O04=avec_objectif([{"numerateur": 250, "denominateur": 1000}]),
    )).html)  # fmt: skip
    assert bool([p for p in page.tous("p", "note") if "masqué par le secret statistique" in p.texte]) is attendue


def test_sans_donnees_les_cartes_disent_nd_et_celles_des_demandes_sont_absentes() -> None:
    vues = cartes(complet())
    assert {carte.un("p", "valeur").texte for carte in vues.values()} == {"nd"}
    assert not [titre for titre in vues if titre.startswith("Demandes")]


@pytest.mark.parametrize(
    ("effectifs", "attendu"),
    [
        ((50, 10, 10), "1\u00a0réservataire sur 3 à\u00a0l’objectif"),
        ((10, 10), "Aucun réservataire sur 2 à\u00a0l’objectif"),
        ((50, 50), "2\u00a0réservataires sur 2 à\u00a0l’objectif"),
        ((50, 2), "1\u00a0réservataire sur 1 publié à\u00a0l’objectif"),
        ((50, 10, 2), "1\u00a0réservataire sur 2 publiés à\u00a0l’objectif"),
    ],
)
def test_les_reservataires_s_accordent(effectifs: tuple[int, ...], attendu: str) -> None:
    lignes = [{"acteur_type": "reservataire", "acteur_code": f"R{i}", "numerateur": n, "denominateur": 100}
              for i, n in enumerate(effectifs)]  # fmt: skip
    carte = cartes(complet(O04=avec_objectif(lignes)))["Attributions à des ménages prioritaires"]
    assert carte.un("p", "objectif").texte == attendu


@pytest.mark.parametrize("interne", [False, True])
def test_l_entete_dit_annee_periode_et_statut_comme_les_sources(interne: bool) -> None:
    r = rapport({}, (2018, 2022))
    r = replace(r, publication=replace(r.publication, interne=interne))
    page = lu(ouverture.entete(r, "Bilan"))
    bandeau = page.un("p", "bandeau").texte
    assert page.un("h1").texte == "Bilan 2022" and "2018-2022" in page.texte and "fictives" not in page.texte
    assert ("Version interne" in bandeau) == ("Version interne" in r.source("V01")) == interne
    assert ("Version publiée" in bandeau) == ("effectifs de 1 à 4 ménages" in bandeau) == (not interne)


def test_ce_qu_il_faut_retenir_mene_aux_chapitres_qui_disent_quelque_chose() -> None:
    page = arbre(ouverture.a_retenir({
        "demande": ("La demande.", "12 demandes."), "evolution": ("L’évolution.", ""), "x": ("<b>", "1 < 2"),
    }).html)  # fmt: skip
    assert page.un("h3").texte == "À retenir"
    lignes = page.tous("li")
    assert [ligne.un("a").attributs["href"] for ligne in lignes] == ["#demande", "#x"]
    assert [ligne.texte for ligne in lignes] == ["La demande. 12 demandes.", "<b> 1 < 2"]
    assert ouverture.a_retenir({"demande": ("La demande.", "")}).html == ""
