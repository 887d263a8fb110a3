"""The report on paper: the static map instead of the interactive one, data left to the workbook, nothing cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Ouvrir = Callable[..., Page]

MM = 96 / 25.4
LARGEUR, HAUTEUR = (210 - 28) * MM, (297 - 31) * MM  # of an A4 page without its margins, in CSS pixels


def test_le_papier_a_les_cartes_et_rien_de_ce_qui_ne_sert_qu_a_l_ecran(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    page.set_viewport_size({"width": round(LARGEUR), "height": round(HAUTEUR)})
    page.emulate_media(media="print")
    assert page.locator(".carte-interactive").count() > 0
    assert not any(c.is_visible() for c in page.locator("figure:has(.carte-interactive)").all())
    # Of a map, that of the year: the one of several years is a choice of the screen.
    annuelles = page.locator(".carte-statique:not(.lisse)")
    assert annuelles.count() and all(c.is_visible() for c in annuelles.all())
    assert page.locator(".lisse").count() and not any(c.is_visible() for c in page.locator(".lisse").all())
    assert not page.locator(".bascule input").first.is_visible()
    for selecteur in (".evitement", ".page-pied", "details.donnees > summary", ".definition"):
        assert not page.locator(selecteur).first.is_visible(), selecteur
    assert page.locator(".bandeau").first.is_visible()  # the status of the document stays with it
    figures = page.locator("figure:not(:has(.carte-interactive))")
    assert not any(d.is_visible() for d in figures.locator("details.donnees").all())
    assert page.get_by_text("Les tables de données des figures sont dans le classeur").is_visible()
    tableaux = page.locator("main details.donnees:not(figure *) table:not(figure details *)")
    assert tableaux.count() and all(t.is_visible() for t in tableaux.all())
    debordent = page.locator("table").evaluate_all(
        "(t, l) => t.filter(e => e.getBoundingClientRect().right > l + 1).map(e => e.caption.textContent)", LARGEUR
    )
    assert debordent == []
    largeurs = page.locator("p.constat:visible").evaluate_all("p => p.map(e => getComputedStyle(e).maxWidth)")
    assert largeurs and {*largeurs} == {"none"}, "a finding has the width of the sheet"
    # Each drawing is kept whole, and with its title it is lower than a page and no wider.
    dessins = figures.evaluate_all(
        """f => f.map(e => { const g = e.querySelector('.graphique'), r = g.getBoundingClientRect();
          return [getComputedStyle(g).breakInside, r.bottom - e.getBoundingClientRect().top,
                  Math.max(...[...g.querySelectorAll('svg')].map(s => s.getBoundingClientRect().width))]; })"""
    )
    for coupure, hauteur, largeur in dessins:
        assert coupure == "avoid" and hauteur < HAUTEUR and largeur <= LARGEUR + 1


def test_le_pdf_a_plusieurs_pages_en_a4_et_replie_ce_qui_l_etait(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    pages = re.findall(rb"/Type\s*/Page\b", pdf)
    cadres = {tuple(round(float(x)) for x in m.split()) for m in re.findall(rb"/MediaBox\s*\[([\d. ]+)\]", pdf)}
    assert 3 < len(pages) <= 26  # without the numbers of its contents
    assert cadres <= {(0, 0, 595, 842), (0, 0, 842, 595)}
    assert page.locator("details.donnees[open]").count() == 0
