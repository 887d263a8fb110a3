"""The sheets and the page that links them, in a Chromium that has no network: on a screen, on a phone, on paper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from cil_analysis.project import Projet


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / "2022"


def test_les_liens_menent_d_une_page_a_l_autre(page_hors_ligne: Page, dossier: Path) -> None:
    """By keyboard from the index to a sheet, and back by its navigation."""
    page = page_hors_ligne
    page.goto((dossier / "index.html").as_uri())
    page.get_by_role("link", name="Allonnes").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/72003-allonnes.html")
    assert page.locator("h1").inner_text() == "Allonnes" and "Allonnes" in page.title()
    page.get_by_role("navigation", name="Pages du bilan").get_by_role("link", name="Accueil").click()
    page.wait_for_url("**/index.html")
    page.get_by_role("link", name="Bilan annuel des attributions", exact=True).click()
    page.wait_for_url("**/bilan.html")


def test_chaque_fiche_s_imprime_sur_deux_pages_a4(page_hors_ligne: Page, dossier: Path) -> None:
    from pypdf import PdfReader

    for chemin in sorted([*dossier.glob("communes/*.html"), *dossier.glob("bailleurs/*.html")]):
        page_hors_ligne.goto(chemin.as_uri())
        pages = PdfReader(io.BytesIO(page_hors_ligne.pdf(prefer_css_page_size=True))).pages
        assert len(pages) == 2, chemin.name
        assert [round(float(cote) / 72 * 25.4) for cote in pages[0].mediabox[2:]] == [210, 297]
        assert "Les objectifs" in pages[1].extract_text() and "L’essentiel" in pages[0].extract_text()
