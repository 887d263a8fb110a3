"""The report on paper: the static map instead of the interactive one, every data table, nothing cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Ouvrir = Callable[..., Page]

MM = 96 / 25.4
LARGEUR, HAUTEUR = (210 - 28) * MM, (297 - 31) * MM  # of an A4 page without its margins, in CSS pixels


@pytest.fixture
def papier(ouvrir: Ouvrir) -> Page:
    """The page laid out at the width of the paper."""
    page = ouvrir()
    page.set_viewport_size({"width": round(LARGEUR), "height": round(HAUTEUR)})
    page.emulate_media(media="print")
    return page


def test_la_carte_interactive_cede_la_place_a_la_carte_statique(papier: Page) -> None:
    assert papier.locator(".carte-interactive").count() > 0
    assert not any(c.is_visible() for c in papier.locator("figure:has(.carte-interactive)").all())
    assert all(c.is_visible() for c in papier.locator(".carte-statique").all())


def test_les_tableaux_sont_imprimes_sans_etre_ouverts(papier: Page) -> None:
    figures = papier.locator("figure:not(:has(.carte-interactive))")
    hauteurs = figures.locator("details.donnees table").evaluate_all(
        "t => t.map(e => e.getBoundingClientRect().height)"
    )
    assert len(hauteurs) > 10 and min(hauteurs) > 30


def test_ce_qui_ne_sert_qu_a_l_ecran_n_est_pas_imprime(papier: Page) -> None:
    for selecteur in (".evitement", ".page-pied", "details.donnees > summary", ".definition"):
        assert not papier.locator(selecteur).first.is_visible(), selecteur
    assert papier.locator(".bandeau").first.is_visible()  # the status of the document stays with it


def test_axe_ne_trouve_aucune_faute_sur_le_papier(papier: Page, fautes_d_axe: Callable[[], list[str]]) -> None:
    """The head and the foot of each table are enough: test_bilan_page.py reads all their rows on the screen."""
    rangees = "tbody tr:nth-child(n + 5):not(:last-child)"
    papier.evaluate("r => document.querySelectorAll(r).forEach(e => e.remove())", rangees)
    assert fautes_d_axe() == []


def test_aucun_dessin_n_est_coupe(papier: Page) -> None:
    """Each one is kept whole, and with its title it is lower than a page and no wider."""
    dessins = papier.locator("figure:not(:has(.carte-interactive))").evaluate_all(
        """f => f.map(e => { const g = e.querySelector('.graphique'), r = g.getBoundingClientRect();
          return [getComputedStyle(g).breakInside, r.bottom - e.getBoundingClientRect().top,
                  Math.max(...[...g.querySelectorAll('svg')].map(s => s.getBoundingClientRect().width))]; })"""
    )
    for coupure, hauteur, largeur in dessins:
        assert coupure == "avoid"
        assert hauteur < HAUTEUR
        assert largeur <= LARGEUR + 1


def test_aucun_tableau_ne_deborde_du_papier(papier: Page) -> None:
    debordent = papier.locator("table").evaluate_all(
        "(t, l) => t.filter(e => e.getBoundingClientRect().right > l + 1).map(e => e.caption.textContent)", LARGEUR
    )
    assert debordent == []


def test_le_pdf_a_plusieurs_pages_en_a4(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    pages = re.findall(rb"/Type\s*/Page\b", pdf)
    cadres = {tuple(round(float(x)) for x in m.split()) for m in re.findall(rb"/MediaBox\s*\[([\d. ]+)\]", pdf)}
    print(f"\n{len(pages)} pages, {len(pdf) / 1e6:.2f} Mo")
    assert 3 < len(pages) <= 60  # each set of small maps takes one, with its two tables
    assert cadres <= {(0, 0, 595, 842), (0, 0, 842, 595)}
    # The page on screen is as it was: what was folded is folded again.
    assert page.locator("details.donnees[open]").count() == 0
