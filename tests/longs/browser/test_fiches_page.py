"""The sheets and the page that links them, in a Chromium that has no network: on a screen, on a phone, on paper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from cil_analysis.project import Projet

NORMES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
# A commune with masked figures, one without social dwellings, a landlord, and the page that links them.
PAGES = ["communes/72003-allonnes.html", "communes/72320-saint-saturnin.html", "bailleurs/B1.html", "index.html"]


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / "2022"


@pytest.mark.parametrize("nom", PAGES)
def test_une_page_est_autonome_accessible_et_entiere_a_toute_largeur(
    page_hors_ligne: Page, dossier: Path, nom: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = page_hors_ligne
    messages: list[str] = []
    page.on("console", lambda m: messages.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda e: messages.append(str(e)))
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto((dossier / nom).as_uri())
    assert page.evaluate("performance.getEntriesByType('resource').filter(r => !/^data:/.test(r.name)).length") == 0
    for largeur in (320, 360, 1280):
        page.set_viewport_size({"width": largeur, "height": 800})
        deborde = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert deborde <= 0, f"{largeur} px : dépasse de {deborde} px"
    fautes = []
    for media, largeur in (("screen", 360), ("screen", 1280), ("print", 1280)):
        page.set_viewport_size({"width": largeur, "height": 800})
        page.emulate_media(media=media)
        page.evaluate(OUVRIR_TOUT)
        normes = [n for n in NORMES if media == "screen" or n != "wcag22aa"]  # Paper has no target to touch.
        resultat = Axe().run(
            page, options={"runOnly": {"type": "tag", "values": normes}, "resultTypes": ["violations"]}
        )
        fautes += [
            f"{media} {largeur} : {f['id']} ({f['impact']}) {f['help']} {[n['html'][:160] for n in f['nodes'][:3]]}"
            for f in resultat.response["violations"]
        ]
    assert not fautes, "\n".join(fautes)
    doubles = page.evaluate(
        "() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
        " return ids.filter((x, i) => ids.indexOf(x) !== i); }"
    )
    assert doubles == [] and messages == []


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
