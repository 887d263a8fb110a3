"""Sixty communes, no QPV, no document, five landlords: the same notebook, with the internal engine, once."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import openpyxl
import pytest

import epci_invente as ei
import page_lue
from cil_analysis.commandes import main
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.seuils import SeuilsDeLAnnee, reporter_seuils
from messages import sans_projet

if TYPE_CHECKING:
    from playwright.sync_api import Page

RACINE = Path(__file__).resolve().parents[3]
ANNEE = 2024
DU_MODELE = re.compile(r"\bMans\b|72181|Sarthe|247200132", re.IGNORECASE)


class Produit(NamedTuple):
    """The project, the leases as they were written, and what the first import said."""

    dossier: Path
    baux: list[dict[str, str]]
    premier_import: str

    @property
    def rapports(self) -> Path:
        return self.dossier / "reports" / str(ANNEE)


def cil(*arguments: object) -> None:
    assert main([str(argument) for argument in arguments]) == 0, arguments


@pytest.fixture(scope="session")
def produit(fichiers: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Produit:
    """Made, imported, filled in with thresholds and landlords, imported again and rendered, as an analyst does."""
    travail = tmp_path_factory.mktemp("autre")
    dossier = travail / "val"
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(travail / "cles"))
        retouche.delenv("CIL_PROJET", raising=False)
        cil("--projet", RACINE, "nouveau", dossier, "--epci", ei.SIREN, "--contours", fichiers["gpkg"],
            "--communes", fichiers["2023"], fichiers["2024"])  # fmt: skip
        extraits = ei.ecrire_extraits(dossier / "data" / "raw", ANNEE)
        dit = io.StringIO()
        with contextlib.redirect_stderr(dit):
            assert main(["--projet", str(dossier), "importer", str(extraits[0]), "--annee", str(ANNEE)]) == 1
        cil("--projet", dossier, "importer", extraits[1], "--annee", ANNEE)
        reference = dossier / "data" / "reference"
        lus = SeuilsDeLAnnee(ANNEE, (9_000, 13_000, 18_000), "essai", "L")
        reporter_seuils(reference, [lus], [ei.SIREN])
        with (reference / "nomenclatures" / "bailleurs.csv").open("a", encoding="utf-8") as flux:
            flux.writelines(f"B{rang},{nom},,,,,essai,L,\n" for rang, nom in enumerate(ei.BAILLEURS, start=1))
        cil("--projet", dossier, "importer", extraits[0], "--annee", ANNEE)
        cil("--projet", dossier, "bilan", "--annee", ANNEE, "--moteur", "interne", "--sans-pdf")
    with extraits[0].open(encoding="utf-8", newline="") as flux:
        baux = list(csv.DictReader(flux, delimiter=";"))
    return Produit(dossier, baux, dit.getvalue().replace("\xa0", " ").replace("\u202f", " "))


@pytest.fixture(scope="module")
def indicateurs(produit: Produit) -> list[dict[str, str]]:
    return page_lue.contrat(produit.rapports / "indicateurs.csv")


def test_sans_bailleur_connu_l_import_dit_quoi_faire(produit: Produit) -> None:
    assert "« Bailleur » : 1 500 cellules illisibles sur 1 500 remplies" in produit.premier_import
    assert all(f"« {bailleur} »" in produit.premier_import for bailleur in ei.BAILLEURS)
    assert "bailleurs.csv" in produit.premier_import and "cil libelles" in sans_projet(produit.premier_import)


def test_rien_ne_vient_du_territoire_modele(produit: Produit, fichiers: dict[str, Path]) -> None:
    ecrits = [c for c in produit.dossier.rglob("*") if c.suffix in (".html", ".csv", ".json", ".yml", ".geojson")]
    restes = {c.name: m[0] for c in ecrits if (m := DU_MODELE.search(c.read_text("utf-8")))}
    assert len(ecrits) > 40 and not restes
    classeur = openpyxl.load_workbook(produit.rapports / "bilan.xlsx", read_only=True)
    cellules = [str(v) for feuille in classeur for ligne in feuille.iter_rows(values_only=True) for v in ligne if v]
    assert len(cellules) > 1_000 and not [c for c in cellules if DU_MODELE.search(c)]
    page = (produit.rapports / "bilan.html").read_text("utf-8")
    assert ouvrir_projet(produit.dossier).carnets == produit.dossier / "notebooks"
    assert ei.NOM in page and f"Contours\u202f: {fichiers['gpkg'].name}." in page


def test_les_attributions_de_chaque_commune_sont_celles_des_extraits(
    produit: Produit, indicateurs: list[dict[str, str]]
) -> None:
    attendues = Counter(bail["Commune"] for bail in produit.baux)
    lues = {
        ligne["perimetre_code"]: ligne
        for ligne in indicateurs
        if (ligne["indicateur"], ligne["annee"], ligne["perimetre_type"]) == ("V01", str(ANNEE), "commune")
    }
    assert set(lues) == set(ei.MEMBRES)
    publiees = {code: int(ligne["numerateur"]) for code, ligne in lues.items() if ligne["statut"] == "publie"}
    assert len(publiees) > 30
    assert publiees == {code: attendues[code] for code in publiees}
    bailleurs = {
        ligne["acteur_code"]: int(ligne["numerateur"])
        for ligne in indicateurs
        if (ligne["indicateur"], ligne["perimetre_type"], ligne["statut"]) == ("A01", "epci", "publie")
    }
    par_nom = Counter(bail["Bailleur"] for bail in produit.baux)
    assert bailleurs == {f"B{rang}": par_nom[nom] for rang, nom in enumerate(ei.BAILLEURS, start=1)}


def test_chaque_commune_est_sur_la_carte_et_dans_le_tableau(produit: Produit) -> None:
    page = page_lue.arbre((produit.rapports / "bilan.html").read_text("utf-8"))
    noms = {ei.nom(code) for code in ei.MEMBRES}
    figures = page_lue.figures(page)
    for identifiant in ("t01-commune", "v03-commune", "carte-o01-commune", "carte-o04-commune"):
        figure = figures[identifiant]
        entetes = {cellule.texte.strip() for cellule in figure.tous("th")}
        assert noms <= entetes, identifiant
        if "carte" in identifiant:
            textes = [texte.texte.strip() for texte in figure.un("svg").tous("text")]
            cle = figure.un("ul", "cle").tous("li")
            assert all(nom in "".join((*textes, *(li.texte for li in cle))) for nom in noms)
            assert [li.un("b").texte for li in cle] == [str(rang) for rang in range(1, len(cle) + 1)]
            assert {str(rang) for rang in range(1, len(cle) + 1)} <= set(textes)  # on the map and in its key


def test_la_page_tient_dans_l_ecran_sans_reseau_et_aucun_numero_n_en_recouvre_un_autre(
    produit: Produit, page_hors_ligne: Page
) -> None:
    page = page_hors_ligne
    page.goto((produit.rapports / "bilan.html").as_uri())
    for largeur in (1280, 360):
        page.set_viewport_size({"width": largeur, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == largeur
        boites = page.locator("#fig-carte-o01-commune svg.graphique text").evaluate_all(
            "textes => textes.map(t => { const b = t.getBoundingClientRect(); "
            "return [b.left, b.top, b.right, b.bottom] })"
        )
        assert len(boites) >= 60  # 99901 has left
        for a, b in combinations(boites, 2):  # two lines of one name may touch: a pixel is no overlap
            assert a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 3 or b[3] <= a[1] + 3, (a, b)
