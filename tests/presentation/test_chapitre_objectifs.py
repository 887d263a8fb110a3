"""The chapter of objectives: how many are met, each followed, publics, rehousings, what other rules would change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from rapports import EPCI, PROJET, REFERENCES, rapport
from tables_publiees import REGLES, avec_objectif

from cil_analysis.disclosure.published import publier
from cil_analysis.indicators.cadre import mettre_en_cadre
from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.presentation import objectifs, publics, sensibilite, synthese
from cil_analysis.presentation.rapport import Rapport
from page_lue import arbre, tableau_lu


def plat(texte: str) -> str:
    return re.sub("[\u202f\u00a0]", " ", texte)


def publies(**tables: list[dict[str, Any]]) -> Rapport:
    """A report whose tables are those of the registry's indicators."""
    r = rapport({}, (2021, 2022))
    faites = {}
    for code, lignes in tables.items():
        indicateur = PAR_CODE[code]
        chiffres = pd.DataFrame(
            [{"annee": 2022, "perimetre_type": "epci", "perimetre_code": EPCI, "modalite": ""} | x for x in lignes]
        )
        cadre = mettre_en_cadre(chiffres, code, None, indicateur.unite)
        faites[code] = publier(indicateur, cadre, {2021: REGLES, 2022: REGLES})
    publication = replace(r.publication, tables={**r.publication.tables, **faites})
    return Rapport(PROJET, REFERENCES, publication)


def tenus(n: int, d: int, **plus: Any) -> dict[str, Any]:
    return {"numerateur": n, "denominateur": d} | plus


@pytest.mark.parametrize(
    ("n", "d", "attendu"),
    [
        (42, 65, "42 des 65 objectifs dont le résultat est publié sont tenus (64,6 %)."),
        (20, 20, "Les 20 objectifs dont le résultat est publié sont tous tenus."),
    ],
)
def test_combien_d_objectifs_sont_tenus(n: int, d: int, attendu: str) -> None:
    r = publies(O07=[tenus(n, d)])
    assert plat(synthese.constat_des_objectifs(r)) == attendu
    lu = tableau_lu(arbre(synthese.objectifs_tenus(r).html).un("table"))
    assert plat(lu.lignes["Ensemble"][0]) == str(n)


def test_la_synthese_compare_a_l_annee_precedente_et_detaille_par_indicateur() -> None:
    r = publies(
        O07=[tenus(40, 60, annee=2021), tenus(42, 65), tenus(20, 25, modalite="O01"), tenus(22, 40, modalite="O04")]
    )
    assert plat(synthese.constat_des_objectifs(r)).endswith("(64,6 %), contre 40 sur 60 en 2021.")
    lignes = tableau_lu(arbre(synthese.objectifs_tenus(r).html).un("table")).lignes
    assert {nom[:3]: [plat(x) for x in cellules] for nom, cellules in lignes.items()} == {
        "O01": ["20", "25", "80,0 %"], "O04": ["22", "40", "55,0 %"], "Ens": ["42", "65", "64,6 %"],
    }  # fmt: skip
    assert list(lignes)[-1] == "Ensemble"


def test_sans_resultat_publie_la_synthese_le_dit() -> None:
    r = rapport({}, (2022,))
    assert synthese.constat_des_objectifs(r) == "Aucun résultat d’objectif n’est publié pour 2022."
    assert synthese.objectifs_tenus(r).html == ""


def test_le_suivi_a_une_ligne_par_objectif_et_masque_ce_qui_l_est() -> None:
    commune = {"perimetre_type": "commune"}
    codes = list(REFERENCES.territoire.membres(rapport({}, (2022,)).jour)["code_insee"])[:2]
    lignes = avec_objectif([
        {"numerateur": 240, "denominateur": 1000, "menages_manquants": 10},
        commune | {"perimetre_code": codes[0], "numerateur": 300, "denominateur": 1000, "menages_manquants": 0},
        commune | {"perimetre_code": codes[1], "numerateur": 2, "denominateur": 50, "menages_manquants": 11},
    ])  # fmt: skip
    r = publies(O01=lignes, V01=[{"numerateur": 1000}])
    lu = tableau_lu(arbre(synthese.suivi_des_objectifs(r).html).un("table"))
    attendus = list(synthese.suivre_objectifs(r).suivis)
    assert attendus and [c[0] for c in arbre_des_lignes(r)] == [o.portee for o in attendus]
    assert lu.entetes[0] == "Indicateur"
    (epci,) = [c for c in arbre_des_lignes(r) if c[0] == PROJET.epci_nom_court]
    assert [plat(x) for x in epci[1:]] == ["au moins 25 %", "24,0 %", "−1,0 point", "10", "non atteint"]


def arbre_des_lignes(r: Rapport) -> list[list[str]]:
    table = arbre(synthese.suivi_des_objectifs(r).html).un("tbody")
    return [[cellule.texte for cellule in ligne.tous("td")] for ligne in table.tous("tr")]


REGLES_TENUES = avec_objectif([{"numerateur": 260, "denominateur": 1000, "menages_manquants": 0}])


def avec_choix(**choix: tuple[float, float]) -> Rapport:
    """O01 met with 26 %, and other choices: « P3_hors_mutations » stands for « P3=hors_mutations »."""
    lignes = [
        {"modalite": nom.replace("_", "=", 1), "numerateur": n, "denominateur": d} for nom, (n, d) in choix.items()
    ]
    return publies(O01=REGLES_TENUES, O01S=lignes)


def test_un_choix_qui_change_le_resultat_est_nomme() -> None:
    r = avec_choix(P3_hors_mutations=(216, 900), P8_exclues=(260, 980), P7_inferieur=(260, 1000))
    lue = sensibilite.lire_sensibilite(r, "O01")
    assert lue is not None
    assert plat(sensibilite.constat_de_sensibilite(lue)) == (
        "Avec les règles en vigueur, l’objectif (au moins 25 %) est atteint ; il ne le serait plus avec P3 – hors "
        "mutations internes (24,0 %)."
    )
    page = arbre(sensibilite.sensibilite(r, "O01").html)
    lignes = {nom: [plat(x) for x in c] for nom, c in tableau_lu(page.un("table")).lignes.items()}
    assert next(iter(lignes)) == "Règles en vigueur"
    assert lignes["Règles en vigueur"] == ["260", "1 000", "26,0 %", "–"]
    assert [c[-1] for nom, c in lignes.items() if nom.startswith(("P3", "P8"))] == ["−2,0", "+0,5"]
    assert not [nom for nom in lignes if nom.startswith("P7")]
    assert "1 autre choix ne changerait rien : P7 – strictement inférieur au seuil." in plat(page.texte)


def test_un_choix_masque_n_est_ni_montre_ni_compte() -> None:
    r = avec_choix(P3_hors_mutations=(2, 900), P8_exclues=(260, 980))
    lue = sensibilite.lire_sensibilite(r, "O01")
    assert lue is not None
    assert plat(sensibilite.constat_de_sensibilite(lue)).endswith("il le serait aussi avec le seul autre choix publié.")
    lignes = tableau_lu(arbre(sensibilite.sensibilite(r, "O01").html).un("table")).lignes
    (masquee,) = [c for nom, c in lignes.items() if nom.startswith("P3")]
    assert masquee == ["s"] * 4


def test_un_objectif_manque_peut_l_etre_avec_tous_les_choix() -> None:
    manque = avec_objectif([{"numerateur": 200, "denominateur": 1000, "menages_manquants": 50}])
    choix = [
        {"modalite": m, "numerateur": n, "denominateur": 1000}
        for m, n in (("P3=hors_mutations", 210), ("P7=inferieur", 190))
    ]
    lue = sensibilite.lire_sensibilite(publies(O01=manque, O01S=choix), "O01")
    assert lue is not None
    phrase = plat(sensibilite.constat_de_sensibilite(lue))
    assert phrase.endswith("n’est pas atteint ; il ne le serait avec aucun des 2 autres choix publiés.")


def test_sans_table_de_sensibilite_rien_n_est_dit() -> None:
    assert sensibilite.sensibilite(rapport({"O01": REGLES_TENUES}, (2022,)), "O01").html == ""


def test_les_publics_avec_leur_nombre_et_leur_part_dans_chaque_zone() -> None:
    lignes = [
        {"perimetre_type": lieu, "modalite": m, "numerateur": n, "denominateur": d}
        for lieu, d, effectifs in (("epci", 1000, (50, 120)), ("en_qpv", 400, (2, 40)), ("hors_qpv", 600, (48, 80)))
        for m, n in zip(("DALO", "HEBERGES"), effectifs, strict=True)
    ]
    page = arbre(publics.publics(publies(O05=lignes)).html)
    assert publics.PLUSIEURS in plat(page.texte).replace(" : ", " : ")
    lignes_lues = {nom: [plat(x) for x in c] for nom, c in tableau_lu(page.un("details").un("table")).lignes.items()}
    assert sorted(lignes_lues.values()) == [
        ["120", "1 000", "12,0", "13,3", "10,0"],
        ["50", "1 000", "5,0", "s", "s"],
    ]


def test_les_relogements_et_ou() -> None:
    lignes = [
        {"numerateur": 59, "denominateur": 1000},
        {"perimetre_type": "en_qpv", "numerateur": 35, "denominateur": 400},
        {"perimetre_type": "hors_qpv", "numerateur": 24, "denominateur": 600},
        {"perimetre_type": "commune", "perimetre_code": "72181", "numerateur": 59, "denominateur": 900},
    ]
    r = publies(O06=lignes)
    assert plat(publics.constat_des_relogements(r)) == (
        "59 attributions relogent un ménage du renouvellement urbain, soit 5,9 % du total ; 35 se situent en quartier "
        "prioritaire."
    )
    zones, communes = (tableau_lu(t) for t in arbre(publics.relogements(r).html).un("details").tous("table"))
    assert [plat(x) for x in zones.lignes["En quartier prioritaire"]] == ["35", "400", "8,8"]
    assert [plat(x) for x in communes.lignes["Le Mans"]] == ["59", "900", "6,6"]


def test_un_nombre_de_relogements_masque_n_est_pas_cite() -> None:
    phrase = publics.constat_des_relogements(publies(O06=[{"numerateur": 2, "denominateur": 1000}]))
    assert phrase == "Le nombre de relogements de 2022 est masqué par le secret statistique."


@pytest.mark.parametrize("cibles", [(25.0, 25.0), (25.0, 30.0)])
def test_un_objectif_commun_a_tous_est_une_ligne_du_dessin(cibles: tuple[float, float]) -> None:
    """Contingents that follow the same target; two targets are in the data table of each year alone."""
    lignes = avec_objectif([
        {"annee": annee, "acteur_type": "reservataire", "acteur_code": code, "numerateur": 300, "denominateur": 1000,
         "cible": cible, "menages_manquants": 0}
        for annee in (2021, 2022)
        for code, cible in zip(("COLTER", "COLACT"), cibles, strict=True)
    ])  # fmt: skip
    dessin = arbre(objectifs.evolution_des_objectifs(publies(O04=lignes)).html).un("svg")
    commun = cibles[0] == cibles[1]
    assert ("objectif" in [t.texte for t in dessin.tous("text")]) == commun
    assert ("Objectif de chacun : au moins 25 %." in plat(dessin.un("desc").texte)) == commun
