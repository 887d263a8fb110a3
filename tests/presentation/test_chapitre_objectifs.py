"""The chapter of objectives: how many are met, each followed, publics, rehousings, what other rules would change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from carnets import section
from rapports import EPCI, PROJET, REFERENCES, lignes_de, lu, phrase, rapport
from tables_publiees import REGLES, avec_objectif

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.disclosure.published import publier
from cil_analysis.presentation import objectifs, sensibilite, synthese
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.rapport import Rapport
from messages import lisible
from registres import PAR_CODE

RELOGES = ("bilan_annuel.qmd", "relogements-ru")


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


def test_la_synthese_detaille_par_indicateur() -> None:
    r = publies(
        O07=[tenus(40, 60, annee=2021), tenus(42, 65), tenus(20, 25, modalite="O01"), tenus(22, 40, modalite="O04")]
    )
    lignes = lignes_de(lu(synthese.objectifs_tenus(r)))
    assert [(nom[:3], cellules) for nom, cellules in lignes.items()] == [
        ("O01", ["20", "25", "80,0 %"]), ("O04", ["22", "40", "55,0 %"]), ("Ens", ["42", "65", "64,6 %"]),
    ]  # fmt: skip


def test_le_suivi_a_une_ligne_par_objectif_et_masque_ce_qui_l_est() -> None:
    commune = {"perimetre_type": "commune"}
    codes = list(REFERENCES.territoire.membres(rapport({}, (2022,)).jour)["code_insee"])[:2]
    lignes = avec_objectif([
        {"numerateur": 240, "denominateur": 1000, "menages_manquants": 10},
        commune | {"perimetre_code": codes[0], "numerateur": 300, "denominateur": 1000, "menages_manquants": 0},
        commune | {"perimetre_code": codes[1], "numerateur": 2, "denominateur": 50, "menages_manquants": 11},
    ])  # fmt: skip
    r = publies(O01=lignes, V01=[{"numerateur": 1000}])
    montrees = [
        [lisible(cellule.texte) for cellule in ligne.tous("td")]
        for ligne in lu(synthese.suivi_des_objectifs(r)).un("tbody").tous("tr")
    ]
    assert [c[0] for c in montrees] == [lisible(o.portee) for o in synthese.suivre_objectifs(r).suivis]
    (epci,) = [c for c in montrees if c[0] == PROJET.epci_nom_court]
    assert epci[1:] == ["au moins 25 %", "24,0 %", "−1,0 point", "10", "non atteint"]


REGLES_TENUES = avec_objectif([{"numerateur": 260, "denominateur": 1000, "menages_manquants": 0}])


def avec_choix(**choix: tuple[float, float]) -> Rapport:
    """O01 met with 26 %, and other choices: « P3_hors_mutations » stands for « P3=hors_mutations »."""
    lignes = [
        {"modalite": nom.replace("_", "=", 1), "numerateur": n, "denominateur": d} for nom, (n, d) in choix.items()
    ]
    return publies(O01=REGLES_TENUES, O01S=lignes)


def test_un_choix_qui_change_le_resultat_est_nomme() -> None:
    r = avec_choix(P3_hors_mutations=(216, 900), P8_exclues=(260, 980), P7_inferieur=(260, 1000))
    dit = constat(r)
    assert "(au moins 25 %) est atteint" in dit and "ne le serait plus avec P3" in dit and "24,0 %" in dit
    assert "P8" not in dit and "P7" not in dit
    page = lu(sensibilite.sensibilite(r, "O01"))
    lignes = lignes_de(page)
    assert next(iter(lignes.items())) == ("Règles en vigueur", ["260", "1 000", "26,0 %", "–"])
    assert [c[-1] for nom, c in lignes.items() if nom.startswith(("P3", "P8"))] == ["−2,0", "+0,5"]
    assert len(lignes) == 3 and "1 autre choix ne changerait rien : P7" in lisible(page.texte)


def constat(r: Rapport) -> str:
    lue = sensibilite.lire_sensibilite(r, "O01")
    assert lue is not None
    return phrase(sensibilite.constat_de_sensibilite(lue))


def test_un_choix_masque_n_est_ni_montre_ni_compte() -> None:
    r = avec_choix(P3_hors_mutations=(2, 900), P8_exclues=(260, 980))
    assert constat(r).endswith("avec le seul autre choix publié.")
    (masquee,) = [c for nom, c in lignes_de(lu(sensibilite.sensibilite(r, "O01"))).items() if nom.startswith("P3")]
    assert masquee == ["s"] * 4


def test_un_objectif_manque_peut_l_etre_avec_tous_les_choix() -> None:
    manque = avec_objectif([{"numerateur": 200, "denominateur": 1000, "menages_manquants": 50}])
    choix = [{"modalite": m, "numerateur": n, "denominateur": 1000}
             for m, n in (("P3=hors_mutations", 210), ("P7=inferieur", 190))]  # fmt: skip
    dit = constat(publies(O01=manque, O01S=choix))
    assert "n’est pas atteint" in dit and dit.endswith("aucun des 2 autres choix publiés.")
    assert sensibilite.sensibilite(rapport({"O01": REGLES_TENUES}, (2022,)), "O01").html == "", "no table of choices"


def test_les_publics_avec_leur_nombre_et_leur_part_dans_chaque_zone() -> None:
    lignes = [
        {"perimetre_type": lieu, "modalite": m, "numerateur": n, "denominateur": d}
        for lieu, d, effectifs in (("epci", 1000, (50, 120)), ("en_qpv", 400, (2, 40)), ("hors_qpv", 600, (48, 80)))
        for m, n in zip(("DALO", "HEBERGES"), effectifs, strict=True)
    ]
    (html,) = section("bilan_annuel.qmd", "publics-suivis", publies(O05=lignes))
    page = lu(Bloc(html))
    assert "Un ménage peut relever de plusieurs publics" in lisible(page.texte)
    assert "HEBERGES" not in page.texte and "12,0 % des attributions, le public suivi" in lisible(page.texte)
    chiffres = [cellules for cellules in lignes_de(page.un("details")).values() if set(cellules) != {"–"}]
    assert sorted(chiffres) == [
        ["120", "1 000", "12,0 %", "13,3 %", "10,0 %"],
        ["50", "1 000", "5,0 %", "s", "s"],
    ]


def test_les_relogements_et_ou() -> None:
    lignes = [
        {"numerateur": 59, "denominateur": 1000},
        {"perimetre_type": "en_qpv", "numerateur": 35, "denominateur": 400},
        {"perimetre_type": "hors_qpv", "numerateur": 24, "denominateur": 600},
        {"perimetre_type": "commune", "perimetre_code": "72181", "numerateur": 59, "denominateur": 900},
    ]
    constat, zones, communes = (lu(Bloc(html)) for html in section(*RELOGES, publies(O06=lignes)))
    dit = lisible(constat.texte)
    assert dit.startswith("59 attributions") and "5,9 %" in dit and "35 se situent en quartier prioritaire" in dit
    assert lignes_de(zones)["En quartier prioritaire"] == ["35", "400", "8,8 %"]
    assert lignes_de(communes.un("details"))["Le Mans"] == ["59", "900", "6,6 %"]
    masque = section(*RELOGES, publies(O06=[{"numerateur": 2, "denominateur": 1000}]))[0]
    assert "masqué" in masque and not re.search(r"\d", lisible(lu(Bloc(masque)).texte).replace("2022", ""))
    assert section(*RELOGES, rapport({"O06": []}))[0] == "", "nothing to say"


@pytest.mark.parametrize("cibles", [(25.0, 25.0), (25.0, 30.0)])
def test_un_objectif_commun_a_tous_est_une_ligne_du_dessin(cibles: tuple[float, float]) -> None:
    """Contingents that follow the same target; two targets are in the data table of each year alone."""
    lignes = avec_objectif([
        {"annee": annee, "acteur_type": "reservataire", "acteur_code": code, "numerateur": 300, "denominateur": 1000,
         "cible": cible, "menages_manquants": 0}
        for annee in (2021, 2022)
        for code, cible in zip(("COLTER", "COLACT"), cibles, strict=True)
    ])  # fmt: skip
    dessin = lu(objectifs.evolution_des_objectifs(publies(O04=lignes))).un("svg")
    commun = cibles[0] == cibles[1]
    assert ("objectif" in [t.texte for t in dessin.tous("text")]) == commun
    assert ("Objectif de chacun : au moins 25 %." in lisible(dessin.un("desc").texte)) == commun
