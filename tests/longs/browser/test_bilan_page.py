"""The report as a document: autonomous, accessible, reachable by keyboard, whole at every width."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cil_analysis.project import Projet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    Ouvrir = Callable[..., Page]

OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"


@pytest.fixture(scope="module")
def lue(navigateur: Browser, bilan: Path) -> Iterator[Page]:
    """The page once, as it opens, for the tests that only read it."""
    contexte = navigateur.new_context(offline=True, locale="fr-FR", viewport={"width": 1280, "height": 720})
    page = contexte.new_page()
    page.goto(bilan.as_uri())
    yield page
    contexte.close()


def test_la_page_tient_en_un_fichier_de_moins_de_3_mo_sans_une_requete(ouvrir: Ouvrir, bilan: Path) -> None:
    assert bilan.stat().st_size <= 3_000_000
    durees = []
    for _ in range(3):  # The quickest: the machine has other tests to run.
        page = ouvrir()
        durees.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
    print(f"\n{bilan.stat().st_size / 1e6:.2f} Mo, chargée en {min(durees):.0f} ms")
    assert 0 < min(durees) < 1_500
    assert page.evaluate("performance.getEntriesByType('resource').filter(r => !/^data:/.test(r.name)).length") == 0


def test_rien_dans_la_console(ouvrir: Ouvrir, page_hors_ligne: Page) -> None:
    """Not even a warning; page_hors_ligne fails on requests and errors of every other test."""
    messages: list[str] = []
    page_hors_ligne.on("console", lambda m: messages.append(f"{m.type}: {m.text}"))
    page_hors_ligne.on("pageerror", lambda e: messages.append(str(e)))
    page = ouvrir()
    page.mouse.wheel(0, 20_000)
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_timeout(200)
    assert messages == []


@pytest.mark.parametrize(("largeur", "deplie"), [(360, False), (1280, True)], ids=["replie", "deplie"])
def test_axe_ne_trouve_aucune_faute(
    ouvrir: Ouvrir, fautes_d_axe: Callable[[], list[str]], largeur: int, deplie: bool
) -> None:
    """On paper and in present mode: test_bilan_impression.py, test_presentation.py."""
    page = ouvrir(largeur)
    if deplie:
        page.evaluate(OUVRIR_TOUT)
    assert fautes_d_axe() == []


def test_langue_titre_et_identifiants_uniques(lue: Page, bilan: Path, exemple: Projet) -> None:
    assert lue.locator("html").get_attribute("lang") == "fr"
    assert bilan.parent.name in lue.title() and exemple.epci_nom_court in lue.title()
    doubles = lue.evaluate(
        "() => { const vus = new Set(), d = []; document.querySelectorAll('[id]').forEach(e => "
        "{ if (vus.has(e.id)) d.push(e.id); vus.add(e.id); }); return d; }"
    )
    assert doubles == []


def test_les_titres_se_suivent_sans_saut(lue: Page) -> None:
    titres = lue.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(t => [+t.tagName[1], t.textContent.trim()])"
    )
    niveaux = [niveau for niveau, _ in titres]
    assert niveaux[0] == 1 and niveaux.count(1) == 1
    assert all(apres <= avant + 1 for avant, apres in pairwise(niveaux))
    assert all(texte for _, texte in titres)


def test_les_chapitres_suivent_la_pleniere_et_commencent_par_leur_constat(lue: Page) -> None:
    chapitres = lue.evaluate(
        "[...document.querySelectorAll('main > section')].map(s => [s.id, s.children[1].className])"
    )
    assert [nom for nom, _ in chapitres] == [
        "essentiel", "cadre", "demande", "attributions", "menages", "parcours", "objectifs", "prioritaires",
        "evolution", "methode", "annexes",
    ]  # fmt: skip
    assert {classe for _, classe in chapitres} == {"constat"}


def test_rien_d_anglais_ni_de_vide_dans_le_texte(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    page.evaluate(OUVRIR_TOUT)
    texte = page.locator("body").inner_text()
    for intrus in ("nan", "None", "NaN", "NaT", "<NA>", "inf", "undefined", "Figure", "Table", "True", "False"):
        assert not page.evaluate("([t, m]) => new RegExp('(^|[^\\\\p{L}<])' + m + '($|[^\\\\p{L}>])', 'u').test(t)",
                                 [texte, intrus]), intrus  # fmt: skip


def test_le_lien_d_evitement_mene_au_contenu_au_clavier(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    page.keyboard.press("Tab")
    lien = page.locator(".evitement")
    assert lien.evaluate("e => e === document.activeElement")
    boite = lien.bounding_box()
    assert boite is not None and boite["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_le_sommaire_mene_a_chaque_section(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    liens = page.locator(".sommaire a")
    cibles = [lien.get_attribute("href") for lien in liens.all()]
    assert len(cibles) > 5 and all(c and c.startswith("#") for c in cibles)
    for lien, cible in zip(liens.all(), cibles, strict=True):
        lien.click()
        haut = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", cible[1:])
        au_bout = page.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 2")
        assert 0 <= haut < 120 or (au_bout and haut < 720), cible


def test_le_sommaire_est_replie_sur_un_telephone_et_s_ouvre_au_clavier(ouvrir: Ouvrir) -> None:
    page = ouvrir(360)
    sommaire = page.locator("details.sommaire")
    assert sommaire.get_attribute("open") is None
    sommaire.locator("summary").focus()
    page.keyboard.press("Enter")
    assert sommaire.locator("a").first.is_visible()


def test_chaque_chiffre_cle_mene_a_sa_section(lue: Page) -> None:
    liens = lue.locator(".carte a")
    assert 6 <= liens.count() <= 8
    for lien in liens.all():
        cible = (lien.get_attribute("href") or "").removeprefix("#")
        assert lue.locator(f"[id='{cible}']").count() == 1, cible


def test_l_annonce_tient_sur_le_premier_ecran_d_un_projecteur(ouvrir: Ouvrir) -> None:
    """Title, status, every key figure and the result of each objective, without scrolling."""
    page = ouvrir(1920)
    bas = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.carte')].map(c => c.getBoundingClientRect().bottom))"
    )
    assert bas <= 1080


def test_les_cartes_d_une_rangee_ont_leurs_chiffres_alignes(ouvrir: Ouvrir) -> None:
    for largeur in (1280, 1920):
        hauts = ouvrir(largeur).evaluate(
            "[...document.querySelectorAll('.carte')].map(c => [Math.round(c.getBoundingClientRect().top), "
            "Math.round(c.querySelector('.valeur').getBoundingClientRect().top)])"
        )
        assert len({tuple(h) for h in hauts}) == len({h[0] for h in hauts}), largeur


def test_les_fichiers_lies_sont_a_cote_de_la_page(lue: Page, bilan: Path) -> None:
    liens = set(lue.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"))
    fichiers = {lien for lien in liens if not lien.startswith("#")}
    assert "bilan.xlsx" in fichiers
    assert all((bilan.parent / fichier).is_file() for fichier in fichiers)


def test_chaque_tableau_et_chaque_definition_s_ouvrent_au_clavier(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    assert page.locator("figure").count() > 10
    resumes = page.locator("figure details.donnees > summary")
    # A figure, and for each of its widgets: whether it is a definition, what it shows, its caption.
    replis = """() => [...document.querySelectorAll("figure")].map(f => [...f.querySelectorAll("details.donnees")].map(
      d => [d.matches(".definition"), [...d.querySelectorAll("table, dl")].some(e => e.checkVisibility()), d.innerText,
            d.querySelector("caption")?.innerText.trim()]))"""
    assert not any(visible for figure in page.evaluate(replis) for _, visible, _, _ in figure)
    for resume in resumes.all():
        resume.press("Enter")
    for figure in page.evaluate(replis):
        assert {definition for definition, *_ in figure} == {True, False}
        for definition, visible, texte, legende in figure:
            assert visible
            assert legende or definition
            assert not definition or all(mot in texte for mot in ("Formule", "Population", "Unité", "Source"))


def test_la_page_ne_deborde_pas(ouvrir: Ouvrir, ecrans: dict[int, int]) -> None:
    """No scrolling of the page sideways; outside the frames that scroll, no text wider than its box."""
    page = ouvrir()
    page.evaluate(OUVRIR_TOUT)
    for largeur, hauteur in ecrans.items():
        page.set_viewport_size({"width": largeur, "height": hauteur})
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur
        debordent = page.evaluate(
            """() => [
              ...document.querySelectorAll('p, li, h1, h2, h3, h4, summary, figcaption, caption, dt, dd, td, th')
            ].filter(e => !e.closest('.cadre-carte, .sommaire:not([open])') && e.clientWidth > 1
                         && !e.classList.contains('hors-ecran') && e.scrollWidth > e.clientWidth + 1)
            .map(e => e.textContent.trim().slice(0, 60))"""
        )
        assert debordent == [], largeur


@pytest.mark.parametrize("largeur", [360, 1280])
def test_le_texte_des_graphiques_reste_dans_le_cadre(ouvrir: Ouvrir, largeur: int) -> None:
    page = ouvrir(largeur)
    fautes = page.evaluate(
        """() => [...document.querySelectorAll('svg.graphique')].flatMap(svg => {
          const v = svg.viewBox.baseVal, vers = svg.getScreenCTM().inverse();
          const boites = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => {
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
    )
    assert fautes == []


def test_les_graphiques_ont_un_nom_et_une_description(lue: Page) -> None:
    dessins = lue.evaluate(
        "[...document.querySelectorAll('svg[role=img]')].map(s => s.getAttribute('aria-labelledby').split(' ')"
        ".map(id => document.getElementById(id).textContent.trim()))"
    )
    assert len(dessins) > 15
    assert all(len(textes) == 2 and all(textes) for textes in dessins)


def test_sans_animation_quand_le_lecteur_n_en_veut_pas(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "smooth"
