"""The page of the governance in the publication of the example: its figures are those of the file beside it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cil_analysis.project import Projet
from page_lue import Noeud, arbre, fautes, tableau_lu


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / "2022"


@pytest.fixture(scope="module")
def page(dossier: Path) -> Noeud:
    return arbre((dossier / "gouvernance.html").read_text("utf-8"))


@pytest.fixture(scope="module")
def chiffres(dossier: Path) -> dict[tuple[str, str, str], str]:
    """(Indicator, year, class) → value, in the contract file."""
    with (dossier / "indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        lignes = [ligne for ligne in csv.DictReader(flux) if ligne["indicateur"].startswith("G")]
    assert {ligne["statut"] for ligne in lignes} == {"publie"}, "nothing of it is a secret, and all of it is filled in"
    return {(ligne["indicateur"], ligne["annee"], ligne["modalite"]): ligne["valeur"] for ligne in lignes}


def test_la_verification_annuelle_est_celle_du_fichier(page: Noeud, chiffres: dict[tuple[str, str, str], str]) -> None:
    section = next(n for n in page.tous("section") if n.attributs.get("id") == "seances")
    lu = tableau_lu(section.un("table"))
    assert {an: c[0] for an, c in lu.lignes.items()} == {
        str(an): chiffres["G01", str(an), ""] for an in range(2018, 2023)
    }
    assert {c[-1] for c in lu.lignes.values()} == {"atteint"}


def test_chaque_section_s_ouvre_par_un_constat(page: Noeud) -> None:
    sections = {n.attributs["id"]: n for n in page.tous("section") if "level2" in n.attributs.get("class", "")}
    assert list(sections) == ["essentiel", "frise", "documents", "seances", "composition", "decisions", "actions"]
    for nom, section in sections.items():
        constats = [p for p in section.tous("p") if p.attributs.get("class") == "constat"]
        assert constats and constats[0].texte.endswith("."), nom


def test_la_page_dit_qu_elle_est_fictive_et_n_a_rien_d_un_brouillon(page: Noeud) -> None:
    bandeau = page.un("p", "bandeau").texte
    assert (
        "Données fictives." in bandeau
        and "Seuls sont réels" in bandeau
        and "les actes cités avec leur source" in bandeau
    )
    assert not fautes(page)


@pytest.mark.parametrize(
    ("table", "colonne", "mention"),
    [
        ("decisions", "intitule", "décision fictive"),
        ("membres", "organisation", "siège fictif"),
        ("actions", "intitule", "action fictive"),
    ],
)
def test_chaque_ligne_inventee_dit_qu_elle_l_est_et_aucune_autre(
    exemple: Projet, page: Noeud, table: str, colonne: str, mention: str
) -> None:
    with (exemple.reference / "governance" / f"{table}.csv").open(encoding="utf-8", newline="") as flux:
        lues = list(csv.DictReader(flux))
    inventees = {x[colonne].lower() for x in lues if x["confiance"] == "FICTIF"}
    section = next(n for n in page.tous("section") if n.attributs.get("id") == table)
    premieres = [tr.un("th").texte for t in section.tous("table") for tr in t.un("tbody").tous("tr")]
    marquees = [t for t in premieres if t.endswith(f" ({mention})")]
    assert {t.removesuffix(f" ({mention})").rpartition("\u202f: ")[2].lower() for t in marquees} <= inventees
    assert len(premieres) - len(marquees) == sum(x["confiance"] != "FICTIF" for x in lues)
    assert marquees


def test_l_extrait_du_bilan_dit_aussi_ce_qui_est_fictif(dossier: Path) -> None:
    bilan = arbre((dossier / "bilan.html").read_text("utf-8"))
    cadre = next(n for n in bilan.tous("section") if n.attributs.get("id") == "cadre")
    seances, composition, decisions = (li.texte for li in cadre.un("ul", "a-retenir").tous("li"))
    assert "fictive" in seances and "fictif" in composition and "(décision fictive" in decisions


def test_l_exemple_ne_decrit_que_des_organisations_inventees(exemple: Projet) -> None:
    with (exemple.reference / "governance" / "membres.csv").open(encoding="utf-8", newline="") as flux:
        membres = list(csv.DictReader(flux))
    assert len(membres) > 14 and {m["confiance"] for m in membres} == {"FICTIF"}
    assert all("Exemple" in m["organisation"] or "Bailleur" in m["organisation"] for m in membres)
