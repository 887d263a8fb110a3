"""The interactive map: mouse, keyboard and finger read the same published figures as the data table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    Ouvrir = Callable[..., Page]

BULLE = ".bulle-commune"
# A point of the screen where the commune is on top: its shape may be a crescent, its neighbour may cover its middle.
POINT = """chemin => {
  const b = chemin.getBoundingClientRect();
  for (let i = 1; i < 12; i++) for (let j = 1; j < 12; j++) {
    const x = b.left + b.width * i / 12, y = b.top + b.height * j / 12;
    if (document.elementFromPoint(x, y) === chemin) return [x, y];
  }
}"""


def carte(page: Page):
    figure = page.locator("figure:has(.carte-interactive)").first
    figure.locator(".cadre-carte").scroll_into_view_if_needed()
    figure.locator("path.commune").first.wait_for(state="attached")
    return figure


def lire_bulle(page: Page) -> dict[str, str]:
    page.locator(BULLE).wait_for(state="visible")
    lignes = page.locator(f"{BULLE} tr").all()
    return {ligne.locator("th").inner_text(): ligne.locator("td").inner_text() for ligne in lignes}


def lire_tableau(figure) -> dict[str, dict[str, str]]:
    """The data table of the map: for each commune, its cells by header (without its unit)."""
    donnees = figure.locator("details.donnees:not(.definition)")
    donnees.evaluate("d => { d.open = true; }")
    entetes, *lignes = donnees.locator("table").first.evaluate(
        "t => [...t.rows].map(r => [...r.cells].map(c => c.innerText.trim()))"
    )
    noms = [re.split(r"\s*[\u202f\n]", e)[0].strip() for e in entetes]
    return {ligne[0]: dict(zip(noms, ligne, strict=True)) for ligne in lignes}


def test_le_survol_montre_le_nom_et_les_chiffres(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    commune = carte(page).locator("path.commune.classe").first
    page.mouse.move(*commune.evaluate(POINT))
    bulle = lire_bulle(page)
    assert bulle["Commune"] and (commune.get_attribute("aria-label") or "").startswith(bulle["Commune"])
    assert re.fullmatch(r"\d{1,3}(,\d)?\u202f%", bulle["Part"])
    assert re.search(r"[−+]?\d+,\d\u00a0points?", bulle["Écart"])
    page.mouse.move(2, 2)
    page.locator(BULLE).wait_for(state="hidden")


def test_les_chiffres_de_la_carte_sont_ceux_du_tableau(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    figure = carte(page)
    tableau = lire_tableau(figure)
    communes = figure.locator("path.commune").all()
    assert len(communes) == len(tableau)
    for commune in communes:
        commune.focus()
        bulle = lire_bulle(page)
        cellules = tableau.pop(bulle["Commune"])
        if cellules["Part"] == "s":
            assert bulle["Part"].startswith("s") and bulle["Effectifs"] == "s"
        elif re.match(r"\d", cellules["Part"]):
            assert bulle["Part"] == f"{cellules['Part']}\u202f%"
            assert bulle["Effectifs"] == f"{cellules['Ménages concernés']} sur {cellules['Ensemble']}"
            assert bulle["Objectif"].endswith(f" {cellules['Objectif']}\u202f%")
            assert bulle["Écart"].startswith(f"{cellules['Écart']}\u00a0point")
            assert f"(objectif {cellules['Résultat']})" in bulle["Écart"]
        else:
            assert not re.search(r"\d", bulle["Part"] + bulle["Effectifs"])
    assert not tableau


def test_le_clavier_parcourt_les_communes(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    figure = carte(page)
    figure.locator(".leaflet-container").focus()
    noms = []
    for _ in range(figure.locator("path.commune").count()):
        page.keyboard.press("Tab")
        nom = page.evaluate("document.activeElement.matches('path.commune') ? document.activeElement.ariaLabel : ''")
        bulle = lire_bulle(page)
        assert nom.startswith(f"{bulle['Commune']}. ") and bulle["Part"] in nom
        noms.append(bulle["Commune"])
    assert len(set(noms)) == len(noms) > 10
    page.keyboard.press("Escape")
    page.locator(BULLE).wait_for(state="hidden")
    # The keyboard leaves the map: the zoom buttons, then what follows.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.title") == "Zoom avant"


def test_la_commune_en_main_se_voit_sans_la_couleur(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    figure = carte(page)
    avant = figure.locator("path.leaflet-interactive, path:not(.commune)").count()
    figure.locator("path.commune").nth(2).focus()
    assert figure.locator("path.leaflet-interactive, path:not(.commune)").count() == avant + 1  # its outline


def test_une_commune_masquee_dit_secret_sans_un_chiffre(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    masquees = carte(page).locator("path.commune.secret")
    assert masquees.count() > 0, "the example must have a masked commune"
    for commune in masquees.all():
        nom = commune.get_attribute("aria-label") or ""
        assert "secret" in nom and not re.search(r"\d", nom)
        commune.focus()
        assert "secret" in lire_bulle(page)["Part"]
        assert not re.search(r"\d", page.locator(BULLE).inner_text())


def test_la_bulle_reste_dans_le_cadre_et_la_page(ouvrir: Ouvrir) -> None:
    for largeur in (360, 1280):
        page = ouvrir(largeur)
        figure = carte(page)
        for commune in figure.locator("path.commune").all():
            commune.focus()
            boite, cadre = page.locator(BULLE).bounding_box(), figure.locator(".cadre-carte").bounding_box()
            assert boite is not None and cadre is not None
            assert boite["x"] >= cadre["x"] and boite["x"] + boite["width"] <= cadre["x"] + cadre["width"]
            assert boite["y"] >= cadre["y"] and boite["y"] + boite["height"] <= cadre["y"] + cadre["height"]


def test_les_boutons_sont_en_francais_et_agrandissent(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    figure = carte(page)
    boutons = figure.locator(".leaflet-control-zoom a")
    assert [b.get_attribute("aria-label") for b in boutons.all()] == ["Zoom avant", "Zoom arrière"]
    largeur = figure.locator("path.commune").first.bounding_box()
    boutons.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    plus_large = figure.locator("path.commune").first.bounding_box()
    assert largeur and plus_large and plus_large["width"] > largeur["width"] * 1.2


def test_le_doigt_montre_la_bulle_sur_un_telephone(navigateur: Browser, bilan: Path) -> None:
    contexte = navigateur.new_context(
        offline=True, locale="fr-FR", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = contexte.new_page()
    page.goto(bilan.as_uri())
    commune = carte(page).locator("path.commune.classe").first
    page.touchscreen.tap(*commune.evaluate(POINT))
    assert (commune.get_attribute("aria-label") or "").startswith(lire_bulle(page)["Commune"])
    contexte.close()


@pytest.mark.parametrize("largeur", [360, 1280])
def test_la_carte_statique_reste_lisible(ouvrir: Ouvrir, largeur: int) -> None:
    """Its smallest text is 12 px at least; where it does not fit the page its frame scrolls, by keyboard too."""
    page = ouvrir(largeur)
    cadre = page.locator(".carte-statique").first
    tailles = cadre.locator("text").evaluate_all("t => t.map(e => e.getBoundingClientRect().height)")
    assert min(tailles) >= 12
    if largeur == 360:
        assert cadre.evaluate("c => c.scrollWidth > c.clientWidth")
        cadre.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(200)
        assert cadre.evaluate("c => c.scrollLeft") > 0
