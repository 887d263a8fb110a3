"""The page of the cotation in a Chromium without network: on a screen, on a phone, as a presentation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from cil_analysis.project import Projet

NORMES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"


@pytest.fixture
def page(exemple: Projet, page_hors_ligne: Page) -> Page:
    chemin: Path = exemple.rapports / "2022" / "cotation.html"
    page_hors_ligne.emulate_media(reduced_motion="reduce")
    page_hors_ligne.set_viewport_size({"width": 1280, "height": 800})
    page_hors_ligne.goto(chemin.as_uri())
    return page_hors_ligne


def test_la_page_ne_demande_rien_au_reseau_et_tient_a_toute_largeur(page: Page) -> None:
    assert page.evaluate("performance.getEntriesByType('resource').filter(r => !/^data:/.test(r.name)).length") == 0
    for largeur in (360, 768, 1280, 1920):
        page.set_viewport_size({"width": largeur, "height": 800})
        deborde = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert deborde <= 0, f"{largeur} px : dépasse de {deborde} px"


@pytest.mark.parametrize("largeur", [360, 1280])
def test_la_page_est_accessible(page: Page, largeur: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": largeur, "height": 800})
    page.evaluate(OUVRIR_TOUT)
    resultat = Axe().run(page, options={"runOnly": {"type": "tag", "values": NORMES}, "resultTypes": ["violations"]})
    fautes = [f"{f['id']} {[n['html'][:160] for n in f['nodes'][:3]]}" for f in resultat.response["violations"]]
    assert not fautes, "\n".join(fautes)
    doubles = page.evaluate(
        "() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
        " return ids.filter((id, i) => ids.indexOf(id) !== i); }"
    )
    assert doubles == []


def test_chaque_figure_a_son_titre_ses_donnees_et_sa_source(page: Page) -> None:
    figures = page.locator("figure.figure")
    assert figures.count() >= 10
    for figure in figures.all():
        assert figure.locator("figcaption .titre").inner_text().strip()
        assert figure.locator("svg[role=img] title").count() == 1
        assert figure.locator("details table caption").count() >= 1
        assert "Données fictives." in figure.locator(".source").inner_text()


def test_la_page_se_presente(page: Page) -> None:
    page.keyboard.press("p")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.className + ' ' + document.body.className").strip()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
