"""The report of the example, opened from its file in a Chromium that has no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from cil_analysis.projet import Projet

# Width: height, in CSS pixels. 320 is 1280 at 400 % (WCAG 1.4.10), 640 is 1280 at 200 %.
ECRANS = {320: 640, 360: 740, 640: 360, 1280: 720, 1920: 1080}
# What axe-core checks: WCAG up to 2.2 AA, and the good practices (landmarks, heading order…).
NORMES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe-core spends as long on the tenth row of a table as on the first: what repeats itself is left out, and so are the
# words of drawings, whose contrast it leaves open (tests/rapport/test_couleurs.py). So it does behind a gradient, that
# of the frame of a table.
ESSENTIEL = """() => {
  document.querySelectorAll("tbody tr:nth-child(n + 3):not(:last-child), svg text").forEach(e => e.remove());
  for (const genre of [".annexe", ".definition", "[data-vue]"])
    [...document.querySelectorAll(genre)].slice(2).forEach(e => e.remove());
  const sans = "<style>.tableau-defilant { background-image: none !important; }</style>";
  document.head.insertAdjacentHTML("beforeend", sans);
}"""


@pytest.fixture(scope="session")
def bilan(exemple: Projet) -> Path:
    """The page of the last year of the example."""
    annee = max(int(dossier.name) for dossier in exemple.rapports.iterdir() if dossier.name.isdigit())
    return exemple.rapports / str(annee) / "bilan.html"


@pytest.fixture
def fautes_d_axe(page_hors_ligne: Page) -> Callable[..., list[str]]:
    """What axe-core finds in the page as it stands, with the elements at fault; no width changes a colour."""
    from axe_playwright_python.sync_playwright import Axe

    def chercher(*, papier: bool = False, contraste: bool = True) -> list[str]:
        page_hors_ligne.evaluate(ESSENTIEL)
        normes = [norme for norme in NORMES if not papier or norme != "wcag22aa"]  # Paper has no target to touch.
        options = {
            "runOnly": {"type": "tag", "values": normes},
            "resultTypes": ["violations"],
            "rules": {"color-contrast": {"enabled": contraste}},
        }
        violations = Axe().run(page_hors_ligne, options=options).response["violations"]
        return [f"{f['id']} ({f['impact']}) : {[n['html'][:200] for n in f['nodes'][:5]]}" for f in violations]

    return chercher


@pytest.fixture
def ouvrir_page(page_hors_ligne: Page, bilan: Path) -> Callable[..., Page]:
    """Open a page that stands beside the report, by its name, at a width."""

    def ouverture(nom: str, largeur: int = 1280) -> Page:
        page_hors_ligne.emulate_media(reduced_motion="reduce")
        page_hors_ligne.set_viewport_size({"width": largeur, "height": 800})
        page_hors_ligne.goto((bilan.parent / nom).as_uri())
        return page_hors_ligne

    return ouverture


@pytest.fixture
def ouvrir(page_hors_ligne: Page, bilan: Path) -> Callable[[int], Page]:
    """Open the report at a width, its smooth scrolling stopped so that a click has moved the page when it returns."""

    def ouverture(largeur: int = 1280) -> Page:
        page_hors_ligne.set_viewport_size({"width": largeur, "height": ECRANS[largeur]})
        page_hors_ligne.emulate_media(reduced_motion="reduce")
        page_hors_ligne.goto(bilan.as_uri())
        return page_hors_ligne

    return ouverture
