"""Taille de bilan.html, et le temps de l’ouvrir dans Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.bilan import page_du_bilan
from benchmarks.tableau import ESSAIS, Ligne

if TYPE_CHECKING:
    from playwright.sync_api import Page

LETTRES = "g"
VIDE = '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Page vide</title><p>Rien.</p></html>\n'
UTILISABLE = "new Promise(f => setTimeout(() => requestAnimationFrame(() => setTimeout(() => f(performance.now())))))"
# What an e-mail takes, and what nobody waits for: targets of our own.
TAILLE_O, CHARGEMENT_S = 2e6, 1.0


def mesurer() -> Iterator[Ligne]:
    from playwright.sync_api import sync_playwright

    from cil_analysis.rendu.navigateur import trouver

    page, vide, executable = page_du_bilan(), Path("vide.html"), trouver()
    assert executable is not None, "Aucun navigateur Chromium n’est installé."
    vide.write_text(VIDE, encoding="utf-8")
    with sync_playwright() as theatre:
        navigateur = theatre.chromium.launch(executable_path=str(executable), args=["--no-sandbox"])
        onglet = navigateur.new_page(viewport={"width": 1920, "height": 1080})
        charges, vides = zip(*((_charger(onglet, page), _charger(onglet, vide)) for _ in range(ESSAIS)), strict=True)
        navigateur.close()
    yield Ligne("g", "Taille de bilan.html", [page.stat().st_size], unite="o", au_plus=TAILLE_O)
    yield Ligne("g", "Ouverture de bilan.html, carte comprise", charges, vides, "page vide", au_plus=CHARGEMENT_S)


def _charger(onglet: Page, page: Path) -> float:
    """The seconds until the page may be used, from the file, in a browser that is already running.

    A script of its own is the last to run once it has loaded: the map to explore, which is drawn then, is drawn.
    """
    onglet.goto(page.resolve().as_uri(), wait_until="load")
    return float(onglet.evaluate(UTILISABLE)) / 1000
