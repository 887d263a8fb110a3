"""What one page alone has to say of the example: what is made up, who dominates, what a réservataire is handed."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest

from cil_analysis.projet import Projet
from cil_analysis.secret.comptage import Comptes
from page_lue import Noeud, arbre, contrat, tableau_lu


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / "2022"


@pytest.fixture(scope="module")
def gouvernance(dossier: Path) -> Noeud:
    return arbre((dossier / "gouvernance.html").read_text("utf-8"))


@pytest.mark.parametrize(("table", "colonne"), [("decisions", "intitule"), ("membres", "organisation"),
                                                ("actions", "intitule")])  # fmt: skip
def test_chaque_ligne_inventee_dit_qu_elle_l_est_et_aucune_autre(
    exemple: Projet, gouvernance: Noeud, table: str, colonne: str
) -> None:
    with (exemple.reference / "governance" / f"{table}.csv").open(encoding="utf-8", newline="") as flux:
        lues = list(csv.DictReader(flux))
    inventees = {x[colonne].lower() for x in lues if x["confiance"] == "FICTIF"}
    section = next(n for n in gouvernance.tous("section") if n.attributs.get("id") == table)
    premieres = [tr.un("th").texte for t in section.tous("table") for tr in t.un("tbody").tous("tr")]
    marquees = [t.rpartition(" (")[0] for t in premieres if re.search(r" \(\w+ ficti(?:f|ve)\)$", t)]
    assert marquees and {t.rpartition("\u202f: ")[2].lower() for t in marquees} <= inventees
    assert len(premieres) - len(marquees) == sum(x["confiance"] != "FICTIF" for x in lues)


def test_l_exemple_ne_decrit_que_des_organisations_inventees(exemple: Projet) -> None:
    membres = contrat(exemple.reference / "governance" / "membres.csv")
    assert len(membres) > 14 and {m["confiance"] for m in membres} == {"FICTIF"}
    assert all("Exemple" in m["organisation"] or "Bailleur" in m["organisation"] for m in membres)


def test_rien_n_est_publie_d_une_commune_ou_un_bailleur_predomine(comptes: Comptes, dossier: Path) -> None:
    dominees = comptes.structures[2022].communes_dominees
    assert len(dominees) >= 2, "the example has such communes"
    siennes = [x for x in contrat(dossier / "indicateurs.csv") if x["perimetre_code"] in dominees]
    enquete = [x for x in siennes if x["indicateur"] in ("S04", "S08", "S09", "S10", "S10R") and x["annee"] == "2022"]
    assert len(enquete) == 5 * len(dominees)
    assert {(x["statut"], x["numerateur"], x["denominateur"], x["valeur"]) for x in enquete} == {("secret", "", "", "")}
    assert {x["statut"] for x in siennes if x["indicateur"] == "S01"} == {"publie"}, "the stock is public"


@pytest.mark.parametrize("code", ["PPRIOR", "PFONCT", "COLTER", "COLACT", "AUTRES"])
def test_le_classeur_d_un_reservataire_dit_la_meme_chose_que_sa_page(dossier: Path, code: str) -> None:
    page = arbre((dossier / "reservataires" / f"{code}.html").read_text(encoding="utf-8"))
    par_bailleur = next(t for t in map(tableau_lu, page.tous("table", "donnees")) if "Ensemble" in t.lignes)
    classeur = openpyxl.load_workbook(dossier / "reservataires" / f"{code}.xlsx")
    assert all(classeur[nom].tables for nom in classeur.sheetnames[1:])
    feuille = classeur["Par bailleur"]
    [tableau] = feuille.tables.values()
    lignes = [[c.value for c in rangee] for rangee in feuille[tableau.ref]]
    assert {str(nom) for nom, *_ in lignes[1:]} == set(par_bailleur.lignes)
    for nom, *valeurs in lignes[1:]:
        montres = [re.sub(r"[\u202f\u00a0 %]", "", c).replace(",", ".") for c in par_bailleur.lignes[str(nom)]]
        # A number there, rounded here.
        lus = [x if x in ("s", "–", "nd") else pytest.approx(float(x), abs=0.05) for x in montres]
        assert list(valeurs) == lus, (code, nom)
    couverture = " ".join(str(c.value) for ligne in classeur["Couverture"] for c in ligne if c.value)
    for echeance in ("28\u00a0février 2023", "Données fictives"):
        assert echeance in couverture and echeance in page.texte
