"""The page of the gestion en flux and the bilan to a réservataire, in a Chromium that has no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from cil_analysis.project import Projet


@pytest.mark.parametrize("nom", ["gestion-en-flux.html", "reservataires/COLTER.html", "reservataires/PFONCT.html"])
def test_chaque_dessin_a_son_role(ouvrir_page: Callable[..., Page], nom: str) -> None:
    dessins = ouvrir_page(nom).locator("svg.graphique")
    assert dessins.count() >= (7 if nom.startswith("gestion") else 1)
    assert all(dessins.nth(i).get_attribute("role") == "img" for i in range(dessins.count()))


def test_la_presentation_donne_une_idee_par_diapositive(ouvrir_page: Callable[..., Page]) -> None:
    page = ouvrir_page("gestion-en-flux.html", 1920)
    page.keyboard.press("p")
    titres = set()
    for _ in range(20):
        page.wait_for_timeout(30)
        titres |= set(page.locator("h1:visible, h2:visible").all_inner_texts())
        deborde = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert deborde <= 0
        page.keyboard.press("ArrowRight")
    assert {"Réservé et attribué", "Le cours de l’année", "La base et les logements soustraits"} <= titres


def test_le_classeur_est_a_cote_de_sa_page(page_hors_ligne: Page, exemple: Projet) -> None:
    chemin = exemple.rapports / "2022" / "reservataires" / "COLACT.html"
    page_hors_ligne.goto(chemin.as_uri())
    lien = page_hors_ligne.get_by_role("link", name="Les mêmes chiffres, dans un classeur").get_attribute("href")
    assert lien and Path(chemin.parent, lien).is_file()
