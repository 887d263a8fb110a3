"""The images of docs/images, taken again from the bilan and the sheets of the example.

``python scripts/images.py exemple/reports/2022``: Chromium shows each page as the guide describes it.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
LARGEUR, HAUTEUR, HAUTEUR_D_UN_ECRAN = 1280, 900, 720
HAUTEUR_DES_CARTES = 1400  # of the bilan, for its key figures to be in view
DIAPO = "fig-o01-annee"  # the figure of the slide that is shown


def enregistrer(nom: str, image: bytes) -> None:
    """Few colours are enough for a page, and make it four times lighter."""
    Image.open(io.BytesIO(image)).convert("RGB").quantize(128).save(IMAGES / f"{nom}.png", optimize=True)


def prendre(page: Page, dossier: Path) -> None:
    """Every image, of the pages of a year."""
    premiere_fiche = sorted((dossier / "communes").glob("*.html"))[1]
    for nom, chemin, hauteur in (
        ("bilan", "bilan.html", HAUTEUR_DES_CARTES),
        ("accueil", "index.html", HAUTEUR),
        ("fiche", premiere_fiche, HAUTEUR),
    ):
        page.set_viewport_size({"width": LARGEUR, "height": hauteur})
        page.goto((dossier / chemin).as_uri())
        enregistrer(nom, page.screenshot())
    page.goto((dossier / "bilan.html").as_uri())
    carte = page.locator("figure:has(.carte-interactive)")
    cadre = carte.evaluate("e => e.querySelector('.carte-interactive').getBoundingClientRect().bottom + scrollY")
    boite = carte.bounding_box() or {"x": 0, "y": 0, "width": LARGEUR}
    place = {"x": boite["x"], "y": boite["y"], "width": boite["width"], "height": cadre - boite["y"]}
    enregistrer("carte", page.screenshot(full_page=True, clip=place))
    page.set_viewport_size({"width": LARGEUR, "height": HAUTEUR_D_UN_ECRAN})
    page.goto("about:blank")  # The address alone would not open the slide.
    page.goto(f"{(dossier / 'bilan.html').as_uri()}#diapo={DIAPO}")
    page.wait_for_selector(".diapo")
    enregistrer("presentation", page.screenshot())


if __name__ == "__main__":
    with sync_playwright() as outil:
        navigateur = outil.chromium.launch(executable_path=shutil.which("chromium"))
        vue = navigateur.new_page(viewport={"width": LARGEUR, "height": HAUTEUR}, reduced_motion="reduce")
        prendre(vue, Path(sys.argv[1]).resolve())
        navigateur.close()
