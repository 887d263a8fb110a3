"""On a phone: the text of every drawing is legible, in a frame that scrolls by itself; the focus of a card is seen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cil_analysis.presentation.theme import contraste

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


PAGES = (
    "bilan.html", "demande.html", "gestion-en-flux.html", "cotation.html", "occupation.html", "gouvernance.html",
    "communes/72181-le-mans.html", "bailleurs/B1.html", "reservataires/COLTER.html",
)  # fmt: skip
# Each text of a drawing, with the size at which it is seen, in CSS pixels.
TEXTES = """() => [...document.querySelectorAll('svg text')].filter(t => t.getBoundingClientRect().width).map(t => {
  const m = t.getScreenCTM();
  return [t.textContent, parseFloat(getComputedStyle(t).fontSize) * Math.sqrt(Math.abs(m.a * m.d - m.b * m.c))];
})"""
CADRES = """() => [...document.querySelectorAll('.figure > .graphique')].filter(c => c.querySelector(':scope > svg'))
  .map(c => ({ defile: c.scrollWidth > c.clientWidth, cede: getComputedStyle(c).overflowX !== 'visible',
    tabindex: c.getAttribute('tabindex'), role: c.getAttribute('role'), nom: c.getAttribute('aria-label') }))"""
DEFILANT = ".figure > .graphique[tabindex]"
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("nom", PAGES)
def test_le_texte_des_dessins_se_lit_sur_un_telephone(ouvrir_page: Callable[..., Page], nom: str) -> None:
    page = ouvrir_page(nom, 360)
    page.locator(DEFILANT).first.wait_for()
    textes = page.evaluate(TEXTES)
    assert textes and [(mots, taille) for mots, taille in textes if taille < 12] == []
    assert page.evaluate(DEBORDE) <= 0
    cadres = [cadre for cadre in page.evaluate(CADRES) if cadre["defile"]]
    assert cadres and all(cadre["cede"] and (cadre["tabindex"], cadre["role"]) == ("0", "region") for cadre in cadres)
    noms = [cadre["nom"] for cadre in cadres]
    assert all(nom.startswith("Graphique à faire défiler") for nom in noms) and len(set(noms)) == len(noms)

    page.locator(DEFILANT).first.focus()
    for _ in range(20):  # A key that comes while the page goes to the frame is lost.
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)
    assert page.evaluate("document.activeElement.scrollLeft") > 0

    page.emulate_media(media="print")
    assert not any(cadre["defile"] for cadre in page.evaluate(CADRES)), "a printed drawing is cut"


def test_un_cadre_qui_ne_defile_pas_n_arrete_pas_le_clavier(ouvrir_page: Callable[..., Page]) -> None:
    page = ouvrir_page("gestion-en-flux.html", 360)
    page.locator(DEFILANT).first.wait_for()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator("div.graphique:is([tabindex], [role], [aria-label])").first.wait_for(state="detached")


@pytest.mark.parametrize("largeur", [360, 1280])
def test_la_carte_d_un_chiffre_cle_montre_qu_elle_a_le_focus(ouvrir: Callable[[int], Page], largeur: int) -> None:
    """Around the card, pixels as many as a ring of 2 px that change by 3:1 or more."""
    page = ouvrir(largeur)
    carte = page.locator(".carte").first
    carte.scroll_into_view_if_needed()
    boite = carte.bounding_box()
    assert boite is not None
    bords = {"x": boite["x"] - 8, "y": boite["y"] - 8, "width": boite["width"] + 16, "height": boite["height"] + 16}
    avant = couleurs(page.screenshot(clip=bords))
    page.keyboard.press("Tab")  # From now on the focus is that of a keyboard.
    carte.locator("a").focus()
    apres = couleurs(page.screenshot(clip=bords))
    changes = sum(contraste(a, b) >= 3 for a, b in zip(avant, apres, strict=True) if a != b)
    assert changes >= 2 * 2 * (boite["width"] + boite["height"])


def couleurs(image: bytes) -> list[str]:
    """Every pixel, as « #RRGGBB »."""
    lue = Image.open(io.BytesIO(image)).convert("RGB").tobytes().hex()
    return [f"#{lue[i : i + 6]}" for i in range(0, len(lue), 6)]
