"""The report as a document: reached by keyboard, each chapter with its finding; the rest is in test_chaque_page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from contrastes import contraste

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Ouvrir = Callable[..., Page]


def test_chaque_chapitre_commence_par_son_constat_et_rien_ne_bouge_pour_qui_n_en_veut_pas(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    premiers = page.evaluate("[...document.querySelectorAll('main > section')].map(s => s.children[1].className)")
    assert len(premiers) > 8 and set(premiers) == {"constat"}
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "smooth"


# The words in view: folds are closed, those of drawings and of tables are counted; of a choice, the one that is made.
MOTS_VUS = r"""() => {
  const textes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), mots = [];
  while (textes.nextNode()) {
    const e = textes.currentNode.parentElement;
    if (!e.checkVisibility() || e.closest("script, style, title, desc, option, .masque-visuel, .evitement")) continue;
    mots.push(...textes.currentNode.textContent.split(/\s+/).filter(Boolean));
  }
  return mots;
}"""


def test_la_page_se_lit_en_cinq_mille_mots(ouvrir: Ouvrir) -> None:
    """The details are one click away, on a sheet or on the page of the method."""
    page = ouvrir()
    vus = page.evaluate(MOTS_VUS)
    assert {"Sommaire", "Aigné", "✗"} <= set(vus) and len(vus) <= 5_000
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert len(page.evaluate(MOTS_VUS)) > 10_000, "a fold that opens counts"


def test_ce_qui_repond_a_la_meme_question_est_cote_a_cote_sur_un_portable(ouvrir: Ouvrir) -> None:
    page = ouvrir(1280)
    assert page.evaluate("document.documentElement.scrollHeight") <= 23_000
    for une, autre in (
        ("carte-o01-commune", "cartes-o01-commune-annee"),
        ("v02-annee", "v03-commune"),
        ("r01-classe", "r02m-classe"),
    ):
        hauts = [page.locator(f"#fig-{nom}").evaluate("e => e.getBoundingClientRect().top") for nom in (une, autre)]
        assert abs(hauts[0] - hauts[1]) < 2, une


def test_le_lien_d_evitement_et_le_sommaire_menent_au_contenu_au_clavier(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    page.keyboard.press("Tab")
    lien = page.locator(".evitement")
    assert lien.evaluate("e => e === document.activeElement && e.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    liens = page.locator(".sommaire a")
    assert liens.count() > 5
    for lien in liens.all():
        lien.press("Enter")
        cible = (lien.get_attribute("href") or "").removeprefix("#")
        haut = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", cible)
        au_bout = page.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 2")
        assert 0 <= haut < 120 or (au_bout and haut < 720), cible
    assert page.locator(".page-navigation a").first.is_visible()
    page = ouvrir(360)
    for menu in ("details.sommaire", ".page-navigation details"):  # Folded on a phone.
        replie = page.locator(menu)
        assert replie.get_attribute("open") is None
        replie.locator("summary").press("Enter")
        assert replie.locator("a").first.is_visible()


def test_l_annonce_tient_sur_le_premier_ecran_d_un_projecteur(ouvrir: Ouvrir) -> None:
    """Title, status, the sentences of the opening, then the result of each objective, without scrolling."""
    page, bas = ouvrir(1920), "c => c.map(e => e.getBoundingClientRect().bottom)"
    phrases = page.locator("#essentiel > p").evaluate_all(bas)
    resultats = page.locator(".carte .resultat").evaluate_all(bas)
    assert len(phrases) >= 3 and len(resultats) >= 2 and max(*phrases, *resultats) <= 1080
    assert max(phrases) < page.locator(".cartes").first.bounding_box()["y"]


def test_chaque_tableau_et_chaque_definition_s_ouvrent_au_clavier(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    # A figure, and for each of its widgets: whether it is a definition, what it shows, its caption.
    replis = """() => [...document.querySelectorAll("figure")].map(f => [...f.querySelectorAll("details.donnees")].map(
      d => [d.matches(".definition"), [...d.querySelectorAll("table, dl")].some(e => e.checkVisibility()), d.innerText,
            d.querySelector("caption")?.innerText.trim()]))"""
    assert not any(visible for figure in page.evaluate(replis) for _, visible, _, _ in figure)
    for resume in page.locator("details:has(figure) > summary").all():  # a figure that is folded itself
        resume.press("Enter")
    premiere, *autres = page.locator("figure:has(details.donnees)").all()
    for resume in premiere.locator("details.donnees > summary").all():
        resume.press("Enter")
    for figure in autres:
        figure.evaluate("f => f.querySelectorAll('details.donnees > summary').forEach(s => s.click())")
    figures = page.evaluate(replis)
    assert len(figures) > 10
    for figure in figures:
        assert {definition for definition, *_ in figure} == {True, False}
        for definition, visible, texte, legende in figure:
            assert visible and (legende or definition)
            assert not definition or all(mot in texte for mot in ("Formule", "Population", "Unité", "Source"))


@pytest.mark.parametrize("largeur", [360, 1280])
def test_la_carte_d_un_chiffre_cle_montre_qu_elle_a_le_focus(ouvrir: Ouvrir, largeur: int) -> None:
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


def test_la_carte_du_premier_objectif_est_dans_la_marge_d_un_ecran_large(ouvrir: Ouvrir) -> None:
    page = ouvrir(1920)
    carte, cles = (page.locator(f"#essentiel > {e}").bounding_box() for e in (".carte-en-marge", ".cartes"))
    assert carte and cles and cles["x"] + cles["width"] < carte["x"] and carte["x"] + carte["width"] <= 1905
    assert abs(carte["y"] + carte["height"] - cles["y"] - cles["height"]) < 20
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not ouvrir(1280).locator(".carte-en-marge").is_visible()


def test_la_carte_fixe_passe_d_une_annee_a_plusieurs_au_clavier_et_s_imprime_comme_elle_est_lue(
    ouvrir: Ouvrir,
) -> None:
    page = ouvrir()
    figure = page.locator("#fig-carte-o01-commune")
    cartes = figure.locator(".carte-statique")
    assert [c.is_visible() for c in cartes.all()] == [True, False]
    figure.get_by_label("2022", exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert figure.get_by_label("2020-2022", exact=True).is_checked()
    assert [c.is_visible() for c in cartes.all()] == [False, True]
    assert figure.locator(".legende").nth(1).is_visible() and not figure.locator(".legende").nth(0).is_visible()
    page.emulate_media(media="print")
    assert [c.is_visible() for c in cartes.all()] == [False, True]
    assert not figure.locator(".bascule input").first.is_visible()
    assert page.locator("#fig-carte-o04-commune .carte-statique").first.is_visible(), "each map has its own choice"
