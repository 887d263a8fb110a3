"""What pages beside the bilan alone have: a table that adds up, late decisions, a map, sheets that print."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Ouvrir = Callable[..., Page]


def test_la_demande_se_boucle_et_ne_montre_que_ce_qui_est_publie(ouvrir_page: Ouvrir, bilan: Path) -> None:
    """Stock at the start, entries, exits, gap, stock at the end; the matrix of wishes masks as the figures do."""
    with (bilan.parent / "indicateurs.csv").open(encoding="utf-8-sig", newline="") as flux:
        publies = [ligne for ligne in csv.DictReader(flux) if ligne["annee"] == "2022"]
    page = ouvrir_page("demande.html")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    lignes = page.locator("#fig-lignes-v02-annee table tbody tr").all()
    avant, apres = (ligne.locator("td").all_inner_texts() for ligne in lignes[-2:])
    debut, entrees, sorties, ecart, fin = (
        int(t.replace("\u202f", "").replace("\u2212", "-").replace("+", "")) for t in (avant[-1], *apres)
    )
    assert debut + entrees - sorties + ecart == fin
    ensemble = {x["indicateur"]: x["valeur"] for x in publies if x["perimetre_type"] == "epci" and not x["modalite"]}
    assert [entrees, sorties, fin] == [int(float(ensemble[code])) for code in ("D01", "D02", "V02")]

    matrice = [x for x in publies if x["indicateur"] == "D07"]
    textes = page.locator("#fig-d07r-commune tbody td:nth-child(n+5)").all_inner_texts()
    assert textes.count("s") == sum(x["statut"] == "secret" for x in matrice) > 0
    montres = {x["numerateur"] for x in matrice if x["statut"] == "publie" and x["numerateur"]}
    assert {t.replace("\u202f", "") for t in textes} - {"s", "–", "nd"} == {str(int(float(n))) for n in montres}


def test_une_decision_en_retard_se_voit_sans_couleur(ouvrir_page: Ouvrir) -> None:
    """A word behind a shape, in the example that has some."""
    retard = ouvrir_page("gouvernance.html").locator("#decisions .resultat.non-atteint").first
    assert "retard" in retard.inner_text()
    assert retard.evaluate("e => getComputedStyle(e, '::before').content").strip('" ') not in ("", "none")


def test_la_carte_de_l_occupation_change_d_indicateur(ouvrir_page: Ouvrir) -> None:
    page = ouvrir_page("occupation.html")
    figure = page.locator("figure:has(.carte-interactive)")
    choix = figure.locator("select.indicateur")
    dernier = choix.locator("option").all_inner_texts()[-1]
    assert not figure.locator(".titre").inner_text().startswith(dernier)
    choix.select_option(label=dernier)
    assert figure.locator(".titre").inner_text().startswith(dernier)


def test_les_liens_menent_d_une_page_a_l_autre_au_clavier(ouvrir_page: Ouvrir) -> None:
    page = ouvrir_page("index.html")
    page.get_by_role("link", name="Allonnes").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/72003-allonnes.html")
    assert page.locator("h1").inner_text() == "Allonnes"
    page.get_by_role("navigation").get_by_role("link", name="Accueil").click()
    page.wait_for_url("**/index.html")


def test_une_fiche_s_imprime_sur_deux_pages_a4(page_hors_ligne: Page, bilan: Path) -> None:
    from pypdf import PdfReader

    communes, autres = (sorted(bilan.parent.glob(f"{qui}/*.html"), key=lambda c: c.stat().st_size)
                        for qui in ("communes", "*ai*"))  # fmt: skip
    for chemin in (communes[0], communes[-1], autres[0], autres[-1]):
        page_hors_ligne.goto(chemin.as_uri())
        pages = PdfReader(io.BytesIO(page_hors_ligne.pdf(prefer_css_page_size=True))).pages
        assert len(pages) == 2 and all(page.extract_text().strip() for page in pages), chemin.name
        assert [round(float(cote) / 72 * 25.4) for cote in pages[0].mediabox[2:]] == [210, 297]
