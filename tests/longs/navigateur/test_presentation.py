"""The present mode: one idea a slide, read from the back of the room, by keys or by mouse, and left without a trace."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from cil_analysis.projet import Projet

    Ouvrir = Callable[..., Page]

ECRANS = {360: 740, 1280: 720, 1920: 1080}  # width: height, in CSS pixels
LISIBLE = 23.9  # pixels, on a screen of 1920 by 1080
NOM = "document.querySelector('.diapo').ariaLabel"
# Every slide, from the first to the last, through the key that shows the next one: its address, the smallest text in
# view (in pixels of the screen, drawings included), and how much of it is out of the screen.
PARCOURS = """() => {
  const contenu = document.getElementById("contenu"), barre = document.querySelector(".diapo-barre"), lues = [];
  const presser = key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
  presser("Home");
  const defile = cadre => cadre && getComputedStyle(cadre).overflowX === "auto";
  for (let i = 0; i < barre.querySelector("progress").max; i++) {
    const diapo = document.querySelector(".diapo"), tailles = [];
    for (const cadre of [diapo, barre, document.querySelector(".diapo-lieu")]) {
      const textes = document.createTreeWalker(cadre, NodeFilter.SHOW_TEXT);
      while (textes.nextNode()) {
        const e = textes.currentNode.parentElement, r = e.getBoundingClientRect();
        if (!textes.currentNode.textContent.trim() || r.width < 2 || !e.checkVisibility()) continue;
        if (e.closest("title, desc, .hors-ecran, .masque-visuel")) continue;
        tailles.push(parseFloat(getComputedStyle(e).fontSize) * (e.ownerSVGElement ? e.getScreenCTM().d : 1));
      }
    }
    const dehors = [...diapo.querySelectorAll("*")]
      .filter(e => !e.closest(".tableau-defilant, .cadre-carte, .hors-ecran") && !defile(e.closest("div.graphique")))
      .map(e => e.getBoundingClientRect()).filter(r => r.width > 1 && (r.left < -1 || r.right > innerWidth + 1)).length;
    const m = document.querySelector(".diapo-mention").getBoundingClientRect();
    lues.push({
      ancre: location.hash, nom: diapo.ariaLabel, texte: Math.min(...tailles), dehors,
      large: contenu.scrollWidth - contenu.clientWidth, haut: contenu.scrollHeight - contenu.clientHeight,
      cadres: [...diapo.querySelectorAll(".tableau-defilant")].some(t => t.scrollWidth > t.clientWidth + 1),
      mention: m.height > 0 && m.left >= 0 && m.right <= innerWidth && m.bottom <= innerHeight,
      barre: barre.scrollWidth <= barre.clientWidth,
    });
    presser("ArrowRight");
  }
  return lues;
}"""


@pytest.fixture(scope="module")
def seance(exemple: Projet) -> Path:
    """The page as it is, whose notebook marks the slides of a sitting."""
    return exemple.rapports / "2022" / "bilan.html"


@pytest.fixture(scope="module")
def bilan(bilan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a notebook that marks none: every slide follows the one before."""
    copie = tmp_path_factory.mktemp("sans-seance") / "bilan.html"
    page, marquees = re.subn(r'(<section [^>]*class="[^"]*?) ?\bseance\b', r"\1", bilan.read_text("utf-8"))
    assert marquees
    copie.write_text(page, "utf-8")
    return copie


@pytest.fixture
def presenter(page_hors_ligne: Page, bilan: Path) -> Callable[..., Page]:
    """Open the presentation at a slide, as its link does, in a new document."""

    def ouverture(diapo: str = "", largeur: int = 1920) -> Page:
        page_hors_ligne.set_viewport_size({"width": largeur, "height": ECRANS[largeur]})
        page_hors_ligne.emulate_media(reduced_motion="reduce")
        page_hors_ligne.goto("about:blank")
        page_hors_ligne.goto(f"{bilan.as_uri()}#diapo={diapo}")
        return page_hors_ligne

    return ouverture


def attendre(page: Page, condition: str) -> None:
    """Until a condition holds; not wait_for_function, whose eval the page refuses."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(30)
    raise AssertionError(condition)


def suivre(page: Page, diapo: str | None) -> None:
    """Follow the link of a slide, in the page already open."""
    page.evaluate("a => { location.hash = a; }", f"#diapo={diapo}")
    page.locator(f"#{diapo}.diapo, #{diapo} > .diapo, header.diapo:has(h1)").wait_for()


def rang(page: Page) -> tuple[int, int]:
    """Where the bar says that we are."""
    i, n, valeur, fin = page.evaluate(
        "(([progres, compte]) => [...compte.innerText.split('/').map(Number), progres.value, progres.max])"
        "(document.querySelectorAll('.diapo-compte, .diapo-barre progress'))"
    )
    assert (i, n) == (valeur, fin)
    return i, n


def ancre(page: Page) -> str:
    return str(page.evaluate("decodeURIComponent(location.hash)"))


def presente(page: Page) -> bool:
    return page.locator(".diapo").count() == 1


def test_le_bouton_et_la_touche_p_ouvrent_la_presentation(ouvrir: Ouvrir) -> None:
    """At what is under the eyes; not from a field, nor with a modifier; in full screen or, refused it, without."""
    page = ouvrir(1280)
    bouton = page.get_by_role("button", name="Présenter")
    assert bouton.is_visible() and not presente(page)
    bouton.click()
    assert rang(page)[0] == 1 and page.locator(".diapo h1").is_visible()
    attendre(page, "document.fullscreenElement === document.documentElement")
    page.keyboard.press("Escape")
    assert not presente(page)
    attendre(page, "!document.fullscreenElement")
    assert bouton.evaluate("b => b === document.activeElement")
    for touche in ("ctrlKey", "altKey", "shiftKey", "metaKey"):
        options = {"key": "p", "bubbles": True, touche: True}
        page.evaluate("o => document.body.dispatchEvent(new KeyboardEvent('keydown', o))", options)
        assert not presente(page), touche
    for champ in ("input", "select", "textarea"):
        page.evaluate("c => { document.querySelector('.page-pied').prepend(document.createElement(c)); }", champ)
        page.locator(f".page-pied {champ}").evaluate("c => c.focus({preventScroll: true})")
        page.keyboard.press("p")
        assert not presente(page), champ
    page.evaluate("document.activeElement.blur(); document.getElementById('fig-o01-annee').scrollIntoView()")
    page.evaluate("Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('refus')); undefined")
    page.keyboard.press("p")
    assert ancre(page) == "#diapo=fig-o01-annee"


def test_quitter_le_plein_ecran_quitte_la_presentation_ou_d_abord_le_plan(ouvrir: Ouvrir) -> None:
    """Browsers keep Escape for themselves in full screen: only the end of it is told."""
    page = ouvrir(1280)
    # What the page is told, which comes later than the change itself.
    page.evaluate("window.dits = 0; document.addEventListener('fullscreenchange', () => { window.dits += 1; })")
    page.locator(".bouton-presenter").click()
    attendre(page, "window.dits === 1 && document.fullscreenElement")
    page.keyboard.press("o")
    page.evaluate("document.exitFullscreen()")
    page.locator(".diapo-plan").wait_for(state="detached")
    assert presente(page)
    page.evaluate("document.documentElement.requestFullscreen()")
    attendre(page, "window.dits === 3 && document.fullscreenElement")
    page.evaluate("document.exitFullscreen()")
    attendre(page, "!document.querySelector('.diapo')")


def test_le_bouton_n_est_ni_imprime_ni_montre_sans_script(ouvrir: Ouvrir, navigateur: Browser, bilan: Path) -> None:
    page = ouvrir(1280)
    page.emulate_media(media="print")
    assert not page.locator(".bouton-presenter").is_visible()
    contexte = navigateur.new_context(java_script_enabled=False)
    page = contexte.new_page()
    page.goto(bilan.as_uri())
    assert page.locator(".bouton-presenter").count() == 1 and not page.locator(".bouton-presenter").is_visible()
    contexte.close()


def test_les_touches_et_les_boutons_passent_d_une_diapositive_a_l_autre(
    presenter: Callable[..., Page],
) -> None:
    page = presenter()
    n, attendu = rang(page)[1], 1
    suivantes = ("ArrowRight", "ArrowDown", " ", "PageDown", "ArrowRight")
    for touche, pas in (
        *((t, 1) for t in suivantes),
        *((t, -1) for t in ("ArrowLeft", "ArrowUp", "Shift+ ", "PageUp")),
    ):
        page.keyboard.press(touche)
        attendu += pas
        assert rang(page)[0] == attendu, touche
    suivante, precedente = (page.get_by_role("button", name=f"Diapositive {n}") for n in ("suivante", "précédente"))
    suivante.click()
    suivante.focus()
    page.keyboard.press("Space")  # of a button: it presses it, once
    assert rang(page)[0] == 4
    precedente.click()
    assert rang(page)[0] == 3
    for touche, bout, bouton, au_dela in (("End", n, suivante, "ArrowRight"), ("Home", 1, precedente, "ArrowLeft")):
        page.keyboard.press(touche)
        page.keyboard.press(au_dela)
        assert rang(page)[0] == bout and bouton.is_disabled()
    assert page.evaluate("document.getAnimations().length") == 0, "for who wants no animation"
    page.get_by_role("button", name="Quitter").click()
    assert not presente(page)


# The page without what its scripts make: its map.
CORPS = """(() => {
  const corps = document.body.cloneNode(true);
  corps.querySelectorAll(".cadre-carte").forEach(e => e.remove());
  return corps.outerHTML;
})()"""
DOUBLES = "(t => t.length - new Set(t).size)([...document.querySelectorAll('[id]')].map(e => e.id))"
ATTENDUES = """[...document.querySelectorAll('main figure, main > section:has(> .constat)')]
  .filter(e => e.id && !e.closest('details, .hors-diapos')).map(e => e.id)"""


@pytest.mark.parametrize("largeur", ECRANS)
def test_chaque_diapositive_tient_se_lit_et_ne_laisse_aucune_trace(ouvrir: Ouvrir, largeur: int) -> None:
    """From the back of the room on a projector; a phone reads the slide downwards, wide drawings in their frames.

    Each section and each figure has its slide, in the order of the page. Nothing is copied, no id is doubled, and what
    is put around a slide goes with it.
    """
    page = ouvrir(largeur)
    messages: list[Any] = []
    page.on("console", lambda m: messages.append(m.text))
    avant, attendues = page.evaluate(CORPS), page.evaluate(ATTENDUES)
    page.keyboard.press("p")
    lues = page.evaluate(PARCOURS)
    for diapo in lues:
        assert (diapo["large"], diapo["dehors"]) == (0, 0) and diapo["mention"] and diapo["barre"], diapo
        assert largeur == 360 or (diapo["haut"] <= 1 and not diapo["cadres"]), diapo
        assert largeur < 1920 or diapo["texte"] >= LISIBLE, diapo
    ancres = [diapo["ancre"].removeprefix("#diapo=") for diapo in lues]
    assert len(set(ancres)) == len(ancres) and ancres[0] == "titre"
    assert len(attendues) > 3 and [ancre for ancre in ancres if ancre in attendues] == attendues
    assert page.evaluate(DOUBLES) == 0
    page.keyboard.press("Home")
    page.keyboard.press("Escape")
    assert page.evaluate(CORPS) == avant
    assert page.evaluate("getComputedStyle(document.body).position") == "static"
    assert messages == []


def test_les_lignes_d_un_nom_restent_l_une_sous_l_autre(presenter: Callable[..., Page]) -> None:
    page = presenter("fig-p02-p02d-classe")
    coins = page.locator(".diapo svg.graphique text").evaluate_all(
        "t => t.map(e => { const b = e.getBoundingClientRect(); return [b.right, b.top].map(Math.round).join(); })"
    )
    assert len(coins) > 20 and len(set(coins)) == len(coins)


def test_une_diapositive_plus_haute_que_l_ecran_se_lit_jusqu_au_bout(presenter: Callable[..., Page]) -> None:
    page = presenter("essentiel-2", 360)  # The cards, behind the sentences of the opening.
    contenu = page.locator("#contenu")
    assert contenu.evaluate("c => c.scrollHeight > c.clientHeight + 100 && c.tabIndex === 0")
    page.keyboard.press("ArrowDown")
    assert ancre(page) == "#diapo=essentiel-2" and contenu.evaluate("c => c.scrollTop") > 100
    for _ in range(4):
        page.keyboard.press("PageDown")
    assert ancre(page) != "#diapo=essentiel-2" and contenu.evaluate("c => c.scrollTop") == 0
    # A change of size while presenting.
    page.set_viewport_size({"width": 1280, "height": 720})
    attendre(page, "document.getElementById('contenu').tabIndex === -1")
    assert contenu.evaluate("c => c.scrollHeight <= c.clientHeight + 1")


def test_le_foyer_suit_les_diapositives_et_n_en_sort_pas(presenter: Callable[..., Page]) -> None:
    page = presenter("fig-v02-annee")
    derniere, n = rang(page)
    assert derniere > 3
    for rang_voulu in range(1, derniere + 1):
        page.keyboard.press("Home" if rang_voulu == 1 else "ArrowRight")
        actif = page.evaluate(
            "(e => [e.classList.contains('diapo'), e.getAttribute('aria-roledescription'), e.ariaLabel, "
            "e.innerText])(document.activeElement)"
        )
        assert actif[0] and actif[1] == "diapositive"
        assert actif[2].startswith(f"{rang_voulu} sur {n}\u202f: ")
        debut = actif[2].partition(": ")[2].removesuffix("…")[:25]
        assert debut in " ".join(re.split("[ \n]+", actif[3])), rang_voulu
    visites = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        visites.add(
            page.evaluate(
                "(e => e.closest('.diapo') ? 'diapo' : e.closest('.diapo-barre') ? e.textContent : e.tagName)"
                "(document.activeElement)"
            )
        )
    assert {"←", "→", "Plan", "Quitter"} <= visites <= {"diapo", "←", "→", "Plan", "Quitter", "BODY"}
    page.keyboard.press("Escape")
    # Back in the page, at the figure, which the reader leaves as any other.
    assert page.evaluate("document.activeElement.id") == ancre(page).removeprefix("#") == "fig-v02-annee"
    assert 0 <= page.evaluate("document.activeElement.getBoundingClientRect().top") < 200
    page.keyboard.press("Tab")
    assert page.locator("#fig-v02-annee").get_attribute("tabindex") is None


def test_l_adresse_rouvre_la_diapositive_et_la_page_a_la_sortie(presenter: Callable[..., Page], bilan: Path) -> None:
    page = presenter("fig-t01-commune")
    assert ancre(page) == "#diapo=fig-t01-commune" and "Le\u00a0Mans" in page.evaluate(NOM)
    passees = page.evaluate("history.length")
    page.keyboard.press("ArrowRight")
    assert ancre(page) != "#diapo=fig-t01-commune" and page.evaluate("history.length") == passees
    page = presenter("essentiel-2")
    lien = page.locator(".carte a").nth(1)  # A card leads to the slide of its section.
    cible = (lien.get_attribute("href") or "").removeprefix("#")
    lien.click()
    assert ancre(page) == f"#diapo={cible}" != "#diapo=essentiel-2"
    page.keyboard.press("Escape")
    assert ancre(page) == f"#{cible}" and page.locator(f"#{cible}").is_visible()
    for inconnue in ("n-existe-pas", "%E0%A4%A"):
        assert rang(presenter(inconnue))[0] == 1
    page.keyboard.press("Escape")
    assert "#" not in page.url and page.evaluate("scrollY") == 0
    # The link of a slide, in the page already open; then an address of the page, in the presentation.
    suivre(page, "fig-v01-annee")
    page.evaluate("location.hash = '#menages'")
    attendre(page, "!document.querySelector('.diapo')")
    assert ancre(page) == "#menages" and page.evaluate("document.activeElement.id") == "menages"


def test_le_plan_mene_a_chaque_diapositive(presenter: Callable[..., Page]) -> None:
    page = presenter("fig-v01-annee")
    i, n = rang(page)
    titre = page.evaluate(NOM).partition(": ")[2]
    bouton = page.locator(".diapo-barre button", has_text="Plan")
    page.keyboard.press("o")
    plan = page.locator(".diapo-plan")
    boutons = plan.locator("button")
    assert plan.locator("h1").is_visible() and bouton.get_attribute("aria-expanded") == "true"
    assert not page.locator(".diapo").is_visible() and page.locator(".diapo-mention").is_visible()
    assert boutons.count() == n
    assert [b.inner_text().split("\n")[0] for b in boutons.all()] == [str(k) for k in range(1, n + 1)]
    courant = plan.locator("[aria-current='true']")
    assert courant.count() == 1 and courant.evaluate("b => b === document.activeElement")
    assert courant.inner_text().split("\n") == [str(i), titre]
    sections = page.evaluate(
        "[...document.querySelectorAll('main > section:not(.hors-diapos) > h2')].map(h => h.textContent.trim())"
    )
    assert plan.locator("h2").all_inner_texts() == sections
    page.keyboard.press("Escape")  # closes it, and only it
    assert plan.count() == 0 and rang(page)[0] == i and page.evaluate("document.activeElement.id") == "fig-v01-annee"

    bouton.click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert rang(page)[0] == i + 1 and plan.count() == 0
    page.keyboard.press("o")
    boutons.nth(4).click()
    assert rang(page)[0] == 5 and presente(page)


def test_des_colonnes_vides_ne_font_pas_de_diapo(page_hors_ligne: Page, bilan: Path, tmp_path: Path) -> None:
    """Those of figures that none is drawn of, in a territory without a quarter."""
    copie, page = tmp_path / "bilan.html", bilan.read_text("utf-8")
    copie.write_text(page.replace("</section>", '<div class="grille-2">\n</div></section>'), "utf-8")
    combien = set()
    for ouverte in (bilan, copie):
        page_hors_ligne.goto(f"{ouverte.as_uri()}#diapo=titre")
        combien.add(rang(page_hors_ligne)[1])
    assert len(combien) == 1


def test_axe_ne_trouve_aucune_faute_dans_la_presentation(
    presenter: Callable[..., Page], fautes_d_axe: Callable[[], list[str]]
) -> None:
    page = presenter()
    # What no slide shows: axe would spend its time on it.
    page.evaluate("document.querySelectorAll('main details, .hors-diapos').forEach(e => e.remove())")
    interactive = page.locator("figure:has(.carte-interactive)").first.get_attribute("id")
    vues = [("titre", 1920), ("fig-t01-commune", 1920), (interactive, 1920), ("plan", 1920), ("essentiel", 360)]
    for diapo, largeur in vues:
        page.set_viewport_size({"width": largeur, "height": ECRANS[largeur]})
        if diapo == "plan":
            page.keyboard.press("o")
        else:
            suivre(page, diapo)
        assert fautes_d_axe() == [], (diapo, largeur)


def test_la_carte_interactive_garde_ses_touches(presenter: Callable[..., Page]) -> None:
    page = presenter()
    suivre(page, page.locator("figure:has(.carte-interactive)").first.get_attribute("id"))
    cadre = page.locator(".diapo .cadre-carte")
    # It takes the height of the slide, and its communes that of the frame.
    attendre(
        page,
        """(() => {
          const cadre = document.querySelector(".diapo .cadre-carte").clientHeight;
          const communes = [...document.querySelectorAll(".diapo path.commune")].map(p => p.getBoundingClientRect());
          const hauteur = Math.max(...communes.map(r => r.bottom)) - Math.min(...communes.map(r => r.top));
          return cadre > 800 && hauteur > 0.7 * cadre;
        })()""",
    )
    i = rang(page)[0]
    cadre.focus()
    for touche in ("ArrowRight", "ArrowUp"):
        page.keyboard.press(touche)
    assert rang(page)[0] == i
    bulle = page.locator(".bulle-commune")
    page.locator(".diapo .carte-interactive select.commune").select_option(index=1)
    bulle.wait_for(state="visible")
    assert bulle.evaluate("b => parseFloat(getComputedStyle(b).fontSize)") >= LISIBLE
    page.keyboard.press("Escape")
    bulle.wait_for(state="hidden")
    assert rang(page)[0] == i
    cadre.focus()  # out of the list, whose keys are its own
    page.keyboard.press("PageUp")  # as a remote control does
    assert rang(page)[0] == i - 1
    page.keyboard.press("Escape")
    assert not presente(page)


def test_aucun_mot_de_la_carte_d_une_seance_n_en_recouvre_un_autre(presenter: Callable[..., Page]) -> None:
    """And all are in the frame."""
    page = presenter()
    suivre(page, page.locator("figure:has(.carte-interactive)").first.get_attribute("id"))
    attendre(page, "document.querySelectorAll('.diapo .etiquette-commune').length > 10")
    boites = page.locator(".diapo .etiquette-commune b").evaluate_all(
        "t => t.map(e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"
    )
    for (ag, ah, ad, ab), (bg, bh, bd, bb) in combinations(boites, 2):
        assert ad <= bg + 0.1 or bd <= ag + 0.1 or ab <= bh + 0.1 or bb <= ah + 0.1
    cadre = page.locator(".diapo .cadre-carte").bounding_box()
    assert cadre and min(b[0] for b in boites) >= cadre["x"]
    assert max(b[2] for b in boites) <= cadre["x"] + cadre["width"]


def test_imprimer_pendant_la_presentation_imprime_la_page(presenter: Callable[..., Page]) -> None:
    page = presenter("essentiel", 1280)
    page.emulate_media(media="print")
    en_presentation = page.evaluate("document.body.scrollHeight")
    assert all(f.is_visible() for f in page.locator("figure:not(:has(.carte-interactive))").all())
    assert not page.locator(".diapo-barre").is_visible() and not page.locator(".diapo-lieu").is_visible()
    phrases = page.locator("#essentiel > h2 + .constat + p")
    assert phrases.count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert phrases.count() == 1  # in their own place
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert ancre(page) == "#diapo=essentiel" and page.locator(".diapo .constat").is_visible()
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    # The sentences of the slide in view are laid out together: a few lines.
    assert abs(page.evaluate("document.body.scrollHeight") - en_presentation) < 100


def test_la_version_interne_le_dit_sur_chaque_diapositive(presenter: Callable[..., Page]) -> None:
    page = presenter("titre")
    page.keyboard.press("Escape")
    page.evaluate(
        "document.querySelector('.bandeau').insertAdjacentHTML('beforebegin', "
        "'<p class=\"mention-interne\">Version interne – ne pas diffuser</p>')"
    )
    page.keyboard.press("p")
    mention = page.locator(".mention-interne")
    for touche in ("Home", "ArrowRight", "ArrowRight", "End", "o"):
        page.keyboard.press(touche)
        assert page.evaluate(
            "(r => document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2).className)"
            "(document.querySelector('.mention-interne').getBoundingClientRect())"
        ).startswith("mention-interne"), touche
    boite, barre = mention.bounding_box(), page.locator(".diapo-barre").bounding_box()
    assert boite and barre and boite["y"] + boite["height"] <= barre["y"]
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert mention.get_attribute("class") == "mention-interne" and mention.is_visible()


def test_une_seance_suit_la_route_du_carnet_et_le_plan_mene_partout(page_hors_ligne: Page, seance: Path) -> None:
    """Twelve to sixteen slides, the opening first; from one that is not of the route, everything follows."""
    page = page_hors_ligne
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{seance.as_uri()}#diapo=")
    page.locator(".diapo h1").first.wait_for()
    debut, fin = rang(page)
    assert debut == 1 and 12 <= fin <= 16
    vues = [ancre(page)]
    for k in range(2, fin + 1):
        page.keyboard.press("ArrowRight")
        assert rang(page) == (k, fin)
        vues.append(ancre(page))
    page.keyboard.press("ArrowRight")
    assert rang(page) == (fin, fin) and len(set(vues)) == fin
    assert "#diapo=essentiel" in vues[:3]
    assert vues[-2:] == ["#diapo=evolution-2", "#diapo=fig-explorer"], "the table that comes before a drawing"
    page.keyboard.press("o")
    toutes = page.locator(".diapo-plan button").count()
    assert toutes > fin
    page.locator(".diapo-plan button").nth(toutes - 3).click()  # a slide that the route passes over
    assert ancre(page) not in vues and rang(page) == (toutes - 2, toutes)
    page.keyboard.press("ArrowLeft")
    assert rang(page)[0] in (toutes - 3, fin)
