"""What every page beside the bilan is, in a Chromium without network: alone, within the screen, accessible to all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A page for each system, what links them, communes with masked figures and without social dwellings, réservataires.
PAGES = [
    "index.html", "demande.html", "cotation.html", "gestion-en-flux.html", "occupation.html", "gouvernance.html",
    "communes/72003-allonnes.html", "communes/72320-saint-saturnin.html", "bailleurs/B1.html",
    "reservataires/COLTER.html", "reservataires/PFONCT.html",
]  # fmt: skip
OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DOUBLES = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((x, i) => ids.indexOf(x) !== i); }"""
PERDUS = """[...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href').slice(1))
  .filter(id => id && !document.getElementById(id))"""


@pytest.mark.parametrize("nom", PAGES)
def test_une_page_est_autonome_accessible_et_entiere_a_toute_largeur(
    page_hors_ligne: Page, ouvrir_page: Callable[[str], Page], fautes_d_axe: Callable[..., list[str]], nom: str
) -> None:
    messages: list[str] = []
    page_hors_ligne.on("console", lambda m: messages.append(f"{m.type}: {m.text}"))
    page = ouvrir_page(nom)
    assert page.evaluate("performance.getEntriesByType('resource').filter(r => !/^data:/.test(r.name)).length") == 0
    for largeur in (320, 360, 768, 1100, 1280, 1920):
        page.set_viewport_size({"width": largeur, "height": 800})
        assert page.evaluate(DEBORDE) <= 0, f"{largeur} px"
    fautes = []
    for largeur, papier in ((360, False), (1280, False), (1280, True)):
        page.set_viewport_size({"width": largeur, "height": 800})
        page.emulate_media(media="print" if papier else "screen")
        page.evaluate(OUVRIR_TOUT)
        fautes += [f"{largeur} {papier=} : {faute}" for faute in fautes_d_axe(papier=papier)]
    assert not fautes, "\n".join(fautes)
    assert page.evaluate(DOUBLES) == [] and page.evaluate(PERDUS) == [] and messages == []
