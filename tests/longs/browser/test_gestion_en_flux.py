"""The page of the gestion en flux and the bilan to a réservataire, in a Chromium that has no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from cil_analysis.project import Projet

OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"


@pytest.mark.parametrize("nom", ["gestion-en-flux.html", "reservataires/COLTER.html", "reservataires/PFONCT.html"])
def test_une_page_est_autonome_accessible_et_entiere_a_toute_largeur(
    page_hors_ligne: Page, exemple: Projet, fautes_d_axe: Callable[[], list[str]], nom: str
) -> None:
    page = page_hors_ligne
    messages: list[str] = []
    page.on("console", lambda m: messages.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda e: messages.append(str(e)))
    page.emulate_media(reduced_motion="reduce")
    page.goto((exemple.rapports / "2022" / nom).as_uri())
    assert page.evaluate("performance.getEntriesByType('resource').filter(r => !/^data:/.test(r.name)).length") == 0
    for largeur in (320, 360, 1280, 1920):
        page.set_viewport_size({"width": largeur, "height": 800})
        deborde = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert deborde <= 0, f"{largeur} px : dépasse de {deborde} px"
    page.evaluate(OUVRIR_TOUT)
    fautes = fautes_d_axe()
    assert not fautes, "\n".join(fautes)
    assert not messages
    dessins = page.locator("svg.graphique")
    assert dessins.count() >= (7 if nom.startswith("gestion") else 1)
    assert all(dessins.nth(i).get_attribute("role") == "img" for i in range(dessins.count()))


def test_la_presentation_donne_une_idee_par_diapositive(page_hors_ligne: Page, exemple: Projet) -> None:
    page = page_hors_ligne
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto((exemple.rapports / "2022" / "gestion-en-flux.html").as_uri())
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
