"""The page in a real Chromium, network cut: table of contents, print; every page of a bilan: test_chaque_page.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest_rendu import Rendu

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize(("largeur", "sommaire_ouvert"), [(1100, True), (1099, False)])
def test_le_sommaire_s_ouvre_ou_il_a_sa_place(
    page_hors_ligne: Page, demo: Rendu, largeur: int, sommaire_ouvert: bool
) -> None:
    page_hors_ligne.set_viewport_size({"width": largeur, "height": 800})
    page_hors_ligne.goto(demo.chemin.as_uri())
    assert page_hors_ligne.evaluate("document.querySelector('details.sommaire').open") is sommaire_ouvert


def test_un_dessin_garde_son_fond_blanc_sous_les_couleurs_forcees(page_hors_ligne: Page, demo: Rendu) -> None:
    """Its words are dark, and the ground that the system forces may be black."""
    page_hors_ligne.emulate_media(forced_colors="active", color_scheme="dark")
    page_hors_ligne.goto(demo.chemin.as_uri())
    fonds = page_hors_ligne.locator("svg.graphique").evaluate_all(
        "t => t.map(e => getComputedStyle(e).backgroundColor)"
    )
    assert set(fonds) == {"rgb(255, 255, 255)"}


def test_sur_un_telephone_un_chiffre_seul_a_toute_la_ligne(page_hors_ligne: Page, demo: Rendu) -> None:
    page_hors_ligne.set_viewport_size({"width": 360, "height": 800})
    page_hors_ligne.goto(demo.chemin.as_uri())
    ligne = page_hors_ligne.locator(".en-lignes tbody tr").first
    ligne.locator("td").first.evaluate("td => td.remove()")
    chiffres = ligne.locator("td").all()
    places = [boite for chiffre in chiffres if (boite := chiffre.bounding_box())]
    assert len(places) == 5 and places[0]["y"] == places[1]["y"] < places[2]["y"]
    assert places[4]["x"] == places[0]["x"] and places[4]["width"] > 2 * places[0]["width"]


def test_l_impression_ouvre_les_tableaux_puis_les_referme(page_hors_ligne: Page, demo: Rendu) -> None:
    page_hors_ligne.goto(demo.chemin.as_uri())
    ouverts = "document.querySelectorAll('details.donnees[open]').length"
    page_hors_ligne.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page_hors_ligne.evaluate(ouverts) == 2
    page_hors_ligne.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page_hors_ligne.evaluate(ouverts) == 0
    assert page_hors_ligne.pdf(prefer_css_page_size=True).startswith(b"%PDF")
