"""The bilan to each réservataire, on the example: page and workbook show the figures of indicateurs.csv."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest

from cil_analysis.project import Projet
from page_lue import arbre, tableau_lu

ANNEE = "2022"
RESERVATAIRES = ("PPRIOR", "PFONCT", "COLTER", "COLACT", "AUTRES")


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / ANNEE


@pytest.fixture(scope="module")
def chiffres(dossier: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """The published rows of the flux in the year, by indicator, perimeter type, actor and category."""
    with (dossier / "indicateurs.csv").open(encoding="utf-8", newline="") as lu:
        return {
            (x["indicateur"], x["perimetre_type"], x["perimetre_code"], x["acteur_code"], x["modalite"]): x
            for x in csv.DictReader(lu)
            if x["annee"] == ANNEE and x["indicateur"].startswith("F")
        }


def ecrit(x: dict[str, str], colonne: str) -> str:
    """A figure as a French page writes it, spaces left out."""
    if x["statut"] == "secret":
        return "s"
    if colonne == "valeur" and x["unite"] == "pct":
        return f"{float(x[colonne]) + 1e-9:.1f}".replace(".", ",") + "%"
    return str(int(float(x[colonne])))


def net(texte: str) -> str:
    return re.sub(r"[\u202f\u00a0 ]", "", texte)


def test_une_page_et_un_classeur_par_reservataire(dossier: Path) -> None:
    assert {c.name for c in (dossier / "reservataires").iterdir()} == {
        f"{code}.{suffixe}" for code in RESERVATAIRES for suffixe in ("html", "xlsx")
    }


@pytest.mark.parametrize("code", RESERVATAIRES)
def test_les_chiffres_sont_ceux_du_bilan(
    dossier: Path, exemple: Projet, chiffres: dict[tuple[str, ...], dict[str, str]], code: str
) -> None:
    page = arbre((dossier / "reservataires" / f"{code}.html").read_text(encoding="utf-8"))
    tables = [tableau_lu(t) for t in page.tous("table", "donnees")]
    par_bailleur = next(t for t in tables if "Ensemble" in t.lignes)
    epci = exemple.epci_siren
    for bailleur, nom in enumerate(("Alpha", "Bêta", "Gamma", "Delta", "Epsilon"), start=1):
        cellules = [net(c) for c in par_bailleur.lignes[f"Bailleur {nom}"]]
        cle = ("epci", epci, f"B{bailleur}", code)
        f03, f04, f05 = (chiffres[indicateur, *cle] for indicateur in ("F03", "F04", "F05"))
        f06 = chiffres.get(("F06", *cle), f03)
        assert cellules[:5] == [
            ecrit(f03, "denominateur"),
            # What F03 masks for what it sets beside it, F06 may publish.
            ecrit(f06 if ecrit(f03, "numerateur") == "s" else f03, "numerateur"),
            ecrit(f03, "valeur"),
            ecrit(f04, "valeur"),
            ecrit(f05, "valeur"),
        ], (code, nom)
    ensemble = [net(c) for c in par_bailleur.lignes["Ensemble"]]
    f03 = chiffres["F03", "epci", epci, code, ""]
    assert ensemble[:3] == [ecrit(f03, c) for c in ("denominateur", "numerateur", "valeur")]
    texte = page.texte
    assert "28\u00a0février 2023" in texte, "the due date"
    assert "R441-5" in texte and "Données fictives" in texte


@pytest.mark.parametrize("code", RESERVATAIRES)
def test_le_classeur_dit_la_meme_chose_que_la_page(dossier: Path, code: str) -> None:
    page = arbre((dossier / "reservataires" / f"{code}.html").read_text(encoding="utf-8"))
    tables = [tableau_lu(t) for t in page.tous("table", "donnees")]
    par_bailleur = next(t for t in tables if "Ensemble" in t.lignes)
    classeur = openpyxl.load_workbook(dossier / "reservataires" / f"{code}.xlsx")
    assert classeur.sheetnames == ["Couverture", "Par bailleur", "Par ventilation", "Par trimestre"]
    feuille = classeur["Par bailleur"]
    [tableau] = feuille.tables.values()
    lignes = [[c.value for c in rangee] for rangee in feuille[tableau.ref]]
    assert all(valeur is not None for ligne in lignes for valeur in ligne), "no cell of a table is empty"
    for nom, *valeurs in lignes[1:]:
        page_dit = [net(c).removesuffix("%").replace(",", ".") for c in par_bailleur.lignes[nom]]
        assert [v if isinstance(v, str) else float(v) for v in valeurs] == [
            x if x in ("s", "–", "nd") else float(x) for x in page_dit
        ], (code, nom)
    couverture = " ".join(str(c.value) for ligne in classeur["Couverture"] for c in ligne if c.value)
    assert "28\u00a0février 2023" in couverture and "Données fictives" in couverture
    assert all(classeur[nom].tables for nom in classeur.sheetnames[1:])


def test_la_page_du_flux_dit_ce_que_le_bilan_publie(
    dossier: Path, exemple: Projet, chiffres: dict[tuple[str, ...], dict[str, str]]
) -> None:
    page = arbre((dossier / "gestion-en-flux.html").read_text(encoding="utf-8"))
    texte = net(page.texte)
    epci = exemple.epci_siren
    f03 = chiffres["F03", "epci", epci, "", ""]
    attribues, proposes = ecrit(f03, "numerateur"), ecrit(f03, "denominateur")
    phrase = f"{attribues}logementsontétéattribuésen2022autitreduflux,sur{proposes}logementsproposés"
    assert phrase in texte
    assert "BailleurDeltaréserve24,0%desonfluxpourlescollectivités,au-delàduplafondde20%" in texte
    assert "avantle28février2023" in texte
    assert "l’annéeestcomplète" in texte
    index = (dossier / "index.html").read_text(encoding="utf-8")
    assert 'href="gestion-en-flux.html"' in index and 'href="reservataires/COLTER.xlsx"' in index
