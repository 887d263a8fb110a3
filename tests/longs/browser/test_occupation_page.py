"""The page on the stock and its occupants, in a Chromium that has no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from cil_analysis.project import Projet

OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def page_du_parc(page_hors_ligne: Page, exemple: Projet) -> Page:
    chemin: Path = exemple.rapports / "2022" / "occupation.html"
    page_hors_ligne.emulate_media(reduced_motion="reduce")
    page_hors_ligne.set_viewport_size({"width": 1280, "height": 800})
    page_hors_ligne.goto(chemin.as_uri())
    return page_hors_ligne


def test_la_page_est_entiere_a_toute_largeur(page_du_parc: Page) -> None:
    for largeur in (320, 360, 1280, 1920):
        page_du_parc.set_viewport_size({"width": largeur, "height": 800})
        assert page_du_parc.evaluate(DEBORDE) <= 0, f"{largeur} px"


def test_la_page_est_accessible(page_du_parc: Page, fautes_d_axe: Callable[[], list[str]]) -> None:
    page_du_parc.evaluate(OUVRIR_TOUT)
    assert fautes_d_axe() == []


def test_chaque_figure_dit_l_annee_de_sa_source(page_du_parc: Page) -> None:
    figures = page_du_parc.locator("figure.figure")
    assert figures.count() >= 14
    for figure in figures.all():
        assert "2022" in figure.locator("figcaption .sous-titre").inner_text() + figure.locator(".source").inner_text()
        assert "nan" not in figure.inner_text().lower().split()


def test_la_carte_change_d_indicateur(page_du_parc: Page) -> None:
    carte = page_du_parc.locator("#explorer-occupation")
    carte.locator("select.indicateur").select_option(label="Emménagés récents")
    titre = page_du_parc.locator("#fig-explorer-occupation .titre")
    assert titre.inner_text().startswith("Emménagés récents")


def test_les_liens_de_la_page_menent_quelque_part(page_du_parc: Page) -> None:
    perdus = page_du_parc.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => id && !document.getElementById(id))"
    )
    assert perdus == []
