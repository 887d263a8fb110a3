"""The page of the method prints what stands behind the figures: accounts, rules, objectives, definitions."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
import yaml
from rapports import rapport

from cil_analysis.presentation import methode
from cil_analysis.project import Projet
from cil_analysis.reference.texte import typographie
from page_lue import Noeud, Tableau, arbre, fautes, tableau_lu
from registres import INDICATEURS


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
    valeurs = yaml.safe_load((exemple.reference / "parameters/seuils_quartiles.yml").read_text(encoding="utf-8"))
    assert list(lue.lignes) == ["2018", "2019", "2020", "2021", "2022"]
    for annee, cellules in lue.lignes.items():
        attendu = [str(valeurs[q]["values"][f"{annee}-01-01"]["value"]) for q in ("q1", "q2", "q3")]
        assert [c.replace("\u202f", "") for c in cellules[:3]] == attendu
        assert "fictive" in cellules[3]


def test_un_seuil_inconnu_est_a_renseigner() -> None:
    page = arbre(methode.seuils(rapport({}, (2022,))).html)
    assert table(page, "Seuils").lignes["2022"][:3] == ["à renseigner"] * 3


BORNES = ("valeur", "valeur_max")


def test_chaque_objectif_en_vigueur_est_imprime(page: Noeud, exemple: Projet) -> None:
    with (exemple.reference / "parameters/objectifs.csv").open(encoding="utf-8", newline="") as flux:
        objectifs = [o for o in csv.DictReader(flux)
                     if (o["date_effet"] or "0") <= "2022-12-31" <= (o["date_fin"] or "9")
                     and o["annee"] in ("", "2022")]  # fmt: skip
    objectifs = [o for o in objectifs if o["id"] not in {x["remplace"] for x in objectifs}]
    corps = next(t for t in page.tous("table", "donnees") if t.un("caption").texte.startswith("Objectifs en vigueur"))
    lignes = [[c.texte for c in ligne.enfants if isinstance(c, Noeud)] for ligne in corps.un("tbody").tous("tr")]
    assert len(lignes) == len(objectifs)
    for ligne, objectif in zip(lignes, objectifs, strict=True):
        v, haut = (f"{int(objectif[nom]):_}".replace("_", "\u202f") if objectif[nom] else "" for nom in BORNES)
        mots = {"plancher": f"au moins {v}", "plafond": f"au plus {v}", "intervalle": f"entre {v} et {haut}"}
        unite = {"pct": "\u202f%", "nombre": "\u00a0ménages"}[objectif["unite"]]
        assert ligne[2] == (mots[objectif["sens"]] + unite if v else "à renseigner")
        assert ligne[0] == objectif["indicateur"]
        lieu = "" if objectif["perimetre_type"] == "epci" else objectif["perimetre_code"]
        assert ("Chaque" in ligne[1]) == ("*" in (lieu, objectif["acteur_code"]))
        document = "Loi" if objectif["origine"] == "loi" else objectif["document"]
        remplace = f"\u202f; remplace {objectif['remplace']}" if objectif["remplace"] else ""
        assert ligne[3].startswith(f"{document}, {objectif['version']}{remplace}, ")
        debut = "/".join(reversed(objectif["date_effet"].split("-")))
        assert (f"{objectif['annee']} seulement" if objectif["annee"] else debut) in ligne[3]
        assert ligne[3].endswith(objectif["page"] or objectif["source"][-5:])


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
    imports = ({"extrait": "attributions", "annee": 2022, "illisibles": {"statut_dalo": 14, "age": 1}},)
    r = replace(vide, publication=replace(vide.publication, imports=imports))
    lue = table(arbre(methode.completude(r).html), "Valeurs manquantes dans les attributions")
    assert {nom: cellules[-1] for nom, cellules in lue.lignes.items()} == {
        "Statut DALO": "7,0", "Âge du demandeur": "s", "Typologie du logement": "0,0",
    }  # fmt: skip
    assert "« Statut DALO »" in methode.completude(r).html.replace("\u00a0", " ")
    assert "comptées comme si elles étaient vides\u202f: «\u00a0Statut DALO\u00a0»" in typographie(r.source("O04"))
    assert "illisible" not in r.source("V01") and "illisible" not in vide.source("O04")


def test_la_classe_de_ce_qui_est_illisible_le_dit() -> None:
    vide = rapport({"P01": [], "P06": [], "T01": []})
    imports = ({"extrait": "attributions", "annee": 2022, "illisibles": {"age": 1}},)
    r = replace(vide, publication=replace(vide.publication, imports=imports))
    assert r.modalites("P01")["NR"] == "Non renseigné ou illisible" and vide.modalites("P01")["NR"] == "Non renseigné"
    assert r.modalites("P06") == vide.modalites("P06"), "it rests on another column"
    imports[0]["illisibles"] = {"est_en_qpv": 1, "qpv": 1}
    assert r.modalites("P01") == vide.modalites("P01"), "only where it is told is not known"
    assert (r.perimetres["NR"], vide.perimetres["NR"]) == (
        "Quartier non renseigné ou illisible", "Quartier non renseigné",
    )  # fmt: skip


def test_une_methode_sans_donnees_reste_lisible() -> None:
    r = rapport({"Q01": [], "Q01D": []} | {i.code: [] for i in INDICATEURS})
    for bloc in (methode.compte_des_lignes(r), methode.completude(r), methode.regles(r), methode.objectifs(r),
                 methode.definitions(r), methode.secret(r)):  # fmt: skip
        assert not fautes(arbre(bloc.html), lambda faute, bloc: "La Gazette des communes" in bloc)
