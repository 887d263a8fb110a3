"""What every page is, in a Chromium without network: alone, within the screen, read by all, on a phone, projected."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Ouvrir = Callable[..., Page]

# A page for each system, what links them, communes with masked figures and without social dwellings, réservataires.
SANS_LOGEMENT = "communes/72320-saint-saturnin.html"
PAGES = [
    "bilan.html", "index.html", "demande.html", "cotation.html", "gestion-en-flux.html", "occupation.html",
    "gouvernance.html", "communes/72003-allonnes.html", SANS_LOGEMENT, "bailleurs/B1.html",
    "reservataires/COLTER.html", "reservataires/PFONCT.html",
]  # fmt: skip
DESSINEES = [nom for nom in PAGES if nom not in ("index.html", SANS_LOGEMENT)]
PROJETEES = [nom for nom in PAGES if "/" not in nom and nom not in ("index.html", "bilan.html")]  # test_presentation.py
OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Texts wider than their box, outside the frames that scroll.
MOTS_QUI_DEBORDENT = """() => [
  ...document.querySelectorAll('p, li, h1, h2, h3, h4, summary, figcaption, caption, dt, dd, td, th')
].filter(e => !e.closest('.cadre-carte, .sommaire:not([open])') && e.clientWidth > 1
              && !e.classList.contains('hors-ecran') && e.scrollWidth > e.clientWidth + 1)
 .map(e => e.textContent.trim().slice(0, 60))"""
# Texts of a drawing that are out of it, or one over the other.
TEXTES_MAL_PLACES = """() => [...document.querySelectorAll('svg.graphique')].flatMap(svg => {
  const v = svg.viewBox.baseVal, vers = svg.getScreenCTM()?.inverse();
  const boites = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim() && vers).map(t => {
    const b = t.getBBox(), m = vers.multiply(t.getScreenCTM());
    const coins = [[b.x, b.y], [b.x + b.width, b.y + b.height]].map(c => new DOMPoint(...c).matrixTransform(m));
    return {t: t.textContent, g: coins[0].x, h: coins[0].y, d: coins[1].x, b: coins[1].y};
  });
  const hors = boites.filter(r => r.g < v.x - 1 || r.d > v.x + v.width + 1 || r.h < v.y - 2
                                  || r.b > v.y + v.height + 2).map(r => svg.id + ' hors cadre : ' + r.t);
  const heurts = boites.flatMap((r, i) => boites.slice(i + 1)
    .filter(s => Math.min(r.d, s.d) - Math.max(r.g, s.g) > 3 && Math.min(r.b, s.b) - Math.max(r.h, s.h) > 6)
    .map(s => svg.id + ' : « ' + r.t + ' » sur « ' + s.t + ' »'));
  return hors.concat(heurts);
})"""
DOUBLES = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((x, i) => ids.indexOf(x) !== i); }"""
PERDUS = """[...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href').slice(1))
  .filter(id => id && !document.getElementById(id))"""
LIENS = "[...new Set([...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href')))]"
RESTES_DE_CODE = re.compile(r"(?<![\w<])(?:nan|None|NaN|NaT|<NA>|inf|undefined|Figure|Table|True|False)(?![\w>])")
SANS_TITRE = """() => [...document.querySelectorAll('figure.figure')].filter(f =>
  !f.querySelector('figcaption .titre')?.textContent.trim() || !f.querySelector('table caption')
  || [...f.querySelectorAll('svg.graphique')].some(s => s.getAttribute('role') !== 'img')).map(f => f.id)"""

LARGES = """[...document.querySelectorAll('.tableau-defilant')].filter(t => t.scrollWidth > t.clientWidth + 1)
  .map(t => t.querySelectorAll('thead th').length)"""
ENTETES_LUS = """[...document.querySelectorAll('.en-lignes td')]
  .every(td => getComputedStyle(td, '::before').content.includes(td.dataset.titre))"""
EN_TABLEAUX = """(t => t.every(e => getComputedStyle(e.querySelector('td')).display === 'table-cell'))(
  [...document.querySelectorAll('.en-lignes')])"""
TABLEAUX = "document.querySelectorAll('.tableau-defilant').length > 0"


@pytest.mark.parametrize("nom", PAGES)
def test_une_page_est_autonome_accessible_et_entiere_a_toute_largeur(
    page_hors_ligne: Page, ouvrir_page: Ouvrir, fautes_d_axe: Callable[..., list[str]], bilan: Path, nom: str
) -> None:
    messages: list[str] = []
    page_hors_ligne.on("console", lambda m: messages.append(f"{m.type}: {m.text}"))
    page = ouvrir_page(nom)
    assert page.evaluate("performance.getEntriesByType('resource').filter(r => !/^data:/.test(r.name)).length") == 0
    assert page.locator("html").get_attribute("lang") == "fr" and bilan.parent.name in page.title()
    assert page.evaluate("document.getAnimations().length") == 0, "ouvrir_page asks for none"
    page.evaluate(OUVRIR_TOUT)
    assert page.evaluate(DOUBLES) == [] and page.evaluate(SANS_TITRE) == []
    assert page.evaluate(PERDUS) == []
    fichiers = {urldefrag(lien).url for lien in page.evaluate(LIENS) if not re.match(r"[a-z]+:", lien)}
    assert all((bilan.parent / nom).parent.joinpath(unquote(fichier)).exists() for fichier in fichiers)
    assert not RESTES_DE_CODE.search(page.locator("body").inner_text())
    for largeur in (320, 360, 640, 1100, 1280, 1920):
        page.set_viewport_size({"width": largeur, "height": 800})
        assert page.evaluate(DEBORDE) <= 0 and page.evaluate(MOTS_QUI_DEBORDENT) == [], f"{largeur} px"
        if largeur in (360, 1280):
            assert page.evaluate(TEXTES_MAL_PLACES) == [], f"{largeur} px"
        if largeur == 640:
            assert page.evaluate(EN_TABLEAUX)
        if largeur == 360:  # Row by row, each figure behind its heading.
            assert page.evaluate(EN_TABLEAUX) is not page.evaluate(TABLEAUX) and page.evaluate(ENTETES_LUS)
            assert all(colonnes > 11 for colonnes in page.evaluate(LARGES)), "a matrix alone scrolls"
    fautes = []
    for largeur, papier in ((1280, False), (360, False), (360, True)):
        page.set_viewport_size({"width": largeur, "height": 800})
        page.emulate_media(media="print" if papier else "screen")
        trouvees = fautes_d_axe(papier=papier, contraste=papier or largeur == 1280)
        fautes += [f"{largeur} {papier=} : {faute}" for faute in trouvees]
    assert not fautes, "\n".join(fautes)
    assert page.evaluate(EN_TABLEAUX), "on paper a table is one"
    assert messages == []


# Each text of a drawing, with the size at which it is seen, in CSS pixels.
TEXTES = """() => [...document.querySelectorAll('svg text')].filter(t => t.getBoundingClientRect().width).map(t => {
  const m = t.getScreenCTM();
  return [t.textContent, parseFloat(getComputedStyle(t).fontSize) * Math.sqrt(Math.abs(m.a * m.d - m.b * m.c))];
})"""
CADRES = """() => [...document.querySelectorAll('.figure > .graphique')]
  .filter(c => c.querySelector(':scope > svg') && c.checkVisibility())
  .map(c => ({ defile: c.scrollWidth > c.clientWidth, cede: getComputedStyle(c).overflowX !== 'visible',
    tabindex: c.getAttribute('tabindex'), role: c.getAttribute('role'), nom: c.getAttribute('aria-label') }))"""
DEFILANT = ".figure > .graphique[tabindex]"
TABLEAUX_COUPES = """[...document.querySelectorAll('.tableau-defilant')]
  .filter(t => t.checkVisibility() && t.scrollWidth > t.clientWidth + 1).map(t => t.innerText.slice(0, 60))"""


# The width of the words of each figure, whichever stands beside its drawing.
MOTS_DES_FIGURES = """[...document.querySelectorAll('.figure > :is(figcaption, .source, .note, .replis)')]
  .filter(e => e.checkVisibility()).map(e => Math.round(e.getBoundingClientRect().width))"""


@pytest.mark.parametrize("nom", DESSINEES)
def test_les_dessins_et_leurs_mots_se_lisent_a_toute_largeur(ouvrir_page: Ouvrir, nom: str) -> None:
    """Whole at 360 px; narrower, in a frame that scrolls, by keyboard too; on paper, or larger, nothing does,
    a figure has room for its words, and a table fits a laptop and a larger screen."""
    page = ouvrir_page(nom, 360)
    textes = page.evaluate(TEXTES)
    assert textes and [(mots, taille) for mots, taille in textes if taille < 12] == []
    assert not any(cadre["defile"] for cadre in page.evaluate(CADRES))
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator(DEFILANT).first.wait_for()
    assert [(mots, taille) for mots, taille in page.evaluate(TEXTES) if taille < 12] == []
    cadres = [cadre for cadre in page.evaluate(CADRES) if cadre["defile"]]
    assert cadres and all(cadre["cede"] and (cadre["tabindex"], cadre["role"]) == ("0", "region") for cadre in cadres)
    noms = [cadre["nom"] for cadre in cadres]
    assert all(noms) and len(set(noms)) == len(noms)
    page.locator(DEFILANT).first.focus()
    for _ in range(20):  # A key that comes while the page goes to the frame is lost.
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)
        if page.evaluate("document.activeElement.scrollLeft"):
            break
    assert page.evaluate("document.activeElement.scrollLeft") > 0
    page.emulate_media(media="print")
    assert not any(cadre["defile"] for cadre in page.evaluate(CADRES)), "a printed drawing is cut"
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.locator("div.graphique:is([tabindex], [role], [aria-label])").first.wait_for(state="detached")
    for largeur in (1920, 1280, 1100):
        page.set_viewport_size({"width": largeur, "height": 800})
        assert min(page.evaluate(MOTS_DES_FIGURES)) >= 240, f"{largeur} px"
        assert [(mots, taille) for mots, taille in page.evaluate(TEXTES) if taille < 12] == [], f"{largeur} px"
        if largeur != 1100:
            assert page.locator(".tableau-defilant:visible").count() and page.evaluate(TABLEAUX_COUPES) == []


@pytest.mark.parametrize("nom", PROJETEES)
def test_une_page_se_presente_une_idee_par_diapositive(ouvrir_page: Ouvrir, nom: str) -> None:
    """Each section and each figure has its slide in the plan, in the order of the page; none is too wide."""
    page = ouvrir_page(nom, 1920)
    attendues = page.evaluate(
        "[...document.querySelectorAll('main figure, main > section:has(> .constat)')]"
        ".filter(e => e.id && !e.closest('details, .hors-diapos')).map(e => e.id)"
    )
    page.keyboard.press("p")
    page.locator(".diapo").wait_for()
    ancres = []
    page.keyboard.press("o")
    for rang in range(page.locator(".diapo-plan button").count()):
        page.locator(".diapo-plan button").nth(rang).click()
        ancres.append(page.evaluate("location.hash").removeprefix("#diapo="))
        assert page.evaluate(DEBORDE) <= 0, ancres[-1]
        page.keyboard.press("o")
    assert len(set(ancres)) == len(ancres) and ancres[0] == "titre"
    assert len(attendues) > 3 and [ancre for ancre in ancres if ancre in attendues] == attendues
