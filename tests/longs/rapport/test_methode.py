"""The page of the method prints what stands behind the figures: accounts, rules, objectives, definitions."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
from carnets import section
from rapports import rapport
from tables_publiees import avec_objectif

from cil_analysis.projet import Projet
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.typographie import typographie
from messages import lisible
from page_lue import Noeud, Tableau, arbre, fautes, tableau_lu
from registres import INDICATEURS


def carnet(r: Rapport, *ancres: str) -> Noeud:
    """Sections of the notebook, of a made-up report."""
    return arbre("".join(html for ancre in ancres for html in section("methode.qmd", ancre, r)))


@pytest.fixture(scope="module")
def page(exemple: Projet) -> Noeud:
    return arbre((exemple.rapports / "2022" / "methode.html").read_text(encoding="utf-8"))


def table(page: Noeud, legende: str) -> Tableau:
    return next(t for t in map(tableau_lu, page.tous("table", "donnees")) if t.legende.startswith(legende))


def test_chaque_ligne_lue_est_comptee_et_chaque_regle_est_dite(page: Noeud) -> None:
    regles = table(page, "Règles de comptage").lignes
    assert list(regles) == [f"P{n}" for n in range(1, 11)] and all(map(all, regles.values()))
    lue = table(page, "Compte des lignes")
    # Four extracts of five years; two bilans of the flux, three surveys of occupants, and a file of the stock.
    assert len(lue.lignes) == 20 + 2 + 3 + 1
    for cellules in lue.lignes.values():
        lues, *parts = (int(c.replace("\u202f", "")) for c in cellules)
        assert lues == sum(parts)


def test_les_seuils_de_chaque_annee_et_leur_source(page: Noeud, exemple: Projet) -> None:
    lue = table(page, "Seuils de ressources")
    with (exemple.reference / "parameters" / "seuils_quartiles.csv").open(encoding="utf-8", newline="") as flux:
        valeurs = {ligne["annee"]: ligne for ligne in csv.DictReader(flux)}
    assert list(lue.lignes) == ["2018", "2019", "2020", "2021", "2022"]
    for annee, cellules in lue.lignes.items():
        attendu = [valeurs[annee][q] for q in ("q1", "q2", "q3")]
        assert [c.replace("\u202f", "") for c in cellules[:3]] == attendu
        assert "fictive" in cellules[3]


def test_sans_objectif_enregistre_la_section_le_dit() -> None:
    r = rapport({}, (2022,))
    references = References(r.projet)
    references.__dict__["objectifs"] = r.references.objectifs.iloc[:0]
    assert "Aucun n’est enregistré au 31 décembre 2022" in lisible(
        carnet(replace(r, references=references), "cibles").texte
    )


def test_un_seuil_inconnu_est_a_renseigner() -> None:
    assert table(carnet(rapport({}, (2022,)), "regles"), "Seuils").lignes["2022"][:3] == ["à renseigner"] * 3


BORNES = ("valeur", "valeur_max")


def test_chaque_objectif_en_vigueur_est_imprime(page: Noeud, exemple: Projet) -> None:
    with (exemple.reference / "parameters/objectifs.csv").open(encoding="utf-8", newline="") as flux:
        objectifs = [o for o in csv.DictReader(flux)
                     if (o["date_effet"] or "0") <= "2022-12-31" <= (o["date_fin"] or "9")
                     and o["annee"] in ("", "2022")]  # fmt: skip
    objectifs = [o for o in objectifs if o["id"] not in {x["remplace"] for x in objectifs}]
    corps = [t for t in page.tous("table", "donnees") if t.un("caption").texte.startswith("Objectifs en vigueur")]
    rangs = [ligne for t in corps for ligne in t.un("tbody").tous("tr")]
    lignes = [[c.texte for c in ligne.enfants if isinstance(c, Noeud)] for ligne in rangs]
    objectifs.sort(key=lambda o: o["confiance"] == "FICTIF")  # Those that are made up are apart, and say so.
    assert len(lignes) == len(objectifs)
    for ligne, objectif in zip(lignes, objectifs, strict=True):
        v, haut = (f"{int(objectif[nom]):_}".replace("_", "\u202f") if objectif[nom] else "" for nom in BORNES)
        mots = {"plancher": f"au moins {v}", "plafond": f"au plus {v}", "intervalle": f"entre {v} et {haut}"}
        unite = {"pct": "\u202f%", "nombre": "\u00a0ménages"}[objectif["unite"]]
        assert ligne[2] == (mots[objectif["sens"]] + unite if v else "à renseigner")
        assert ligne[0] == objectif["indicateur"] + (" (fictif)" if objectif["confiance"] == "FICTIF" else "")
        lieu = "" if objectif["perimetre_type"] == "epci" else objectif["perimetre_code"]
        assert ("Chaque" in ligne[1]) == ("*" in (lieu, objectif["acteur_code"]))
        assert ligne[3].startswith("Loi" if objectif["origine"] == "loi" else f"{objectif['document']}, ")
        assert all(objectif[nom].casefold() in ligne[3].casefold() for nom in ("version", "page", "remplace"))
        debut = "/".join(reversed(objectif["date_effet"].split("-")))
        assert (f"{objectif['annee']} seulement" if objectif["annee"] else debut) in ligne[3]


def test_chaque_indicateur_publie_est_defini(page: Noeud, exemple: Projet) -> None:
    with (exemple.rapports / "2022/indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        publies = {ligne["indicateur"] for ligne in csv.DictReader(flux)}
    lues = [nom.partition("\u00a0")[0] for nom in table(page, "Définition").lignes]
    assert lues == [i.code for i in INDICATEURS if i.code in publies]
    assert {"O01S", "O04N", "O07", "T03R", "R02M"} <= publies


def test_le_secret_dit_ses_seuils_son_compte_et_son_origine(page: Noeud, exemple: Projet) -> None:
    note = page.un("div", "note-methode").texte
    with (exemple.rapports / "2022/indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        masques = sum(ligne["statut"] == "secret" for ligne in csv.DictReader(flux))
    assert f"{masques:,}".replace(",", "\u202f") + "\u00a0chiffres sont masqués" in note
    assert "de 1 à 4" in note and "10\u00a0ménages" in note
    assert "responsable des données" in note and "soustraction" in note


def test_la_completude_est_dite_par_annee(page: Noeud) -> None:
    lue = table(page, "Valeurs manquantes dans les attributions")
    assert [re.sub(r"\W+", "", e) for e in lue.entetes[1:]] == [
        "2018", "2019", "2020", "2021", "2022", "dontillisibles2022",
    ]  # fmt: skip
    assert not any("100,0" in cellules for cellules in lue.lignes.values()), "an absent column is no missing value"


def test_l_illisible_est_dit_a_part_du_manquant() -> None:
    """In the table of Q01 where its share is published, under it, and in the source of a figure that rests on it."""
    lignes = [{"annee": 2022, "modalite": nom, "numerateur": n, "denominateur": 200} for nom, n in
              (("statut_dalo", 60), ("age", 2), ("typologie", 0))]  # fmt: skip
    vide = rapport({"Q01": lignes})
    comptes = dict.fromkeys(("lues", "conservees", "rejetees", "doublons", "hors_perimetre", "ignorees"), 200)
    illisibles = {"statut_dalo": 14, "age": None}
    imports = ({"extrait": "attributions", "annee": 2022, "importe_le": "2023-02-01T10:00:00", "comptes": comptes,
                "illisibles": illisibles},)  # fmt: skip
    r = replace(vide, publication=replace(vide.publication, imports=imports))
    fichiers = carnet(r, "fichiers")
    lue = table(fichiers, "Valeurs manquantes dans les attributions")
    assert {nom: lisible(cellules[-1]) for nom, cellules in lue.lignes.items()} == {
        "Statut DALO": "7,0 %", "Âge du demandeur": "s", "Typologie du logement": "0,0 %",
    }  # fmt: skip
    assert "n’ont pu être lues : « Statut DALO », « Âge du demandeur »" in lisible(fichiers.texte)
    assert "comptées comme si elles étaient vides\u202f: «\u00a0Statut DALO\u00a0»" in typographie(r.source("O04"))
    assert "illisible" not in r.source("V01") and "illisible" not in vide.source("O04")


def test_la_classe_de_ce_qui_est_illisible_le_dit() -> None:
    vide = rapport({"P01": [], "P06": [], "T01": []})

    def avec(**illisibles: int) -> Rapport:
        imports = ({"extrait": "attributions", "annee": 2022, "illisibles": illisibles},)
        return replace(vide, publication=replace(vide.publication, imports=imports))

    r = avec(age=1)
    assert r.modalites("P01")["NR"] == "Non renseigné ou illisible" and vide.modalites("P01")["NR"] == "Non renseigné"
    assert r.modalites("P06") == vide.modalites("P06"), "it rests on another column"
    r = avec(est_en_qpv=1, qpv=1)
    assert r.modalites("P01") == vide.modalites("P01"), "only where it is told is not known"
    assert (r.perimetres["NR"], vide.perimetres["NR"]) == (
        "Quartier non renseigné ou illisible", "Quartier non renseigné",
    )  # fmt: skip


def test_une_methode_sans_donnees_reste_lisible() -> None:
    r = rapport({"Q01": [], "Q01D": []} | {i.code: [] for i in INDICATEURS})
    ancres = ("fichiers", "secret", "regles", "cibles", "sensibilite", "definitions")
    assert not fautes(carnet(r, *ancres), lambda faute, bloc: "La Gazette des communes" in bloc)
    assert "Aucune ligne n’a été reçue" in carnet(r, "fichiers").texte


def test_une_version_interne_dit_que_rien_n_est_masque() -> None:
    vide = rapport({})
    interne = replace(vide, publication=replace(vide.publication, interne=True))
    assert lisible(carnet(interne, "secret").texte).count("le secret statistique n’est pas appliqué") == 1
    assert "soustraction" not in carnet(interne, "secret").texte


# --- What other rules would change ----------------------------------------------------------------------------------


def avec_choix(numerateur: int, **choix: tuple[float, float]) -> Noeud:
    """O01 with other choices: « P3_hors_mutations » stands for « P3=hors_mutations »."""
    autres = [
        {"modalite": nom.replace("_", "=", 1), "numerateur": n, "denominateur": d} for nom, (n, d) in choix.items()
    ]
    o01 = avec_objectif([{"numerateur": numerateur, "denominateur": 1000, "menages_manquants": 0}])
    return carnet(rapport({"O01": o01, "O01S": autres}), "sensibilite")


def test_un_choix_qui_change_le_resultat_est_nomme() -> None:
    lue = avec_choix(260, P3_hors_mutations=(216, 900), P8_exclues=(260, 980), P7_inferieur=(260, 1000))
    dit = lisible(lue.tous("p")[0].texte)
    assert "(au moins 25 %) est atteint ; il ne le serait plus avec P3" in dit and "24,0 %" in dit
    assert "P8" not in dit and "P7" not in dit
    lignes = {nom[:2]: [lisible(c) for c in cellules] for nom, cellules in tableau_lu(lue.un("table")).lignes.items()}
    assert lignes == {
        "Rè": ["260", "1 000", "26,0 %", "–"],
        "P3": ["216", "900", "24,0 %", "−2,0 points"],
        "P8": ["260", "980", "26,5 %", "+0,5 point"],
    }
    assert "1 autre choix ne changerait rien : P7" in lisible(lue.texte)


def test_un_choix_masque_n_est_ni_montre_ni_compte() -> None:
    lue = avec_choix(260, P3_hors_mutations=(2, 900), P8_exclues=(260, 980))
    assert lisible(lue.tous("p")[0].texte).endswith("il le serait aussi avec le seul autre choix publié.")
    (masque,) = [c for nom, c in tableau_lu(lue.un("table")).lignes.items() if nom.startswith("P3")]
    assert masque == ["s"] * 4


def test_un_objectif_manque_peut_l_etre_avec_tous_les_choix() -> None:
    lue = avec_choix(200, P3_hors_mutations=(210, 1000), P7_inferieur=(190, 1000))
    assert lisible(lue.tous("p")[0].texte).endswith("il ne le serait avec aucun des 2 autres choix publiés.")
    assert "n’est pas atteint" in lue.tous("p")[0].texte
    assert avec_choix(260).texte == "", "no other choice"
