"""The page of the governance, in a Chromium without network: accessible, whole at any width, its timeline legible."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from cil_analysis.project import Projet

OUVRIR_TOUT = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The pairs of texts of the timeline that overlap, by more than half a pixel.
HEURTS = """() => {
  const textes = [...document.querySelectorAll('#frise-gouvernance text')];
  const boites = textes.map(t => [t.textContent, t.getBoundingClientRect()]);
  const heurts = [];
  boites.forEach(([a, ra], i) => boites.slice(i + 1).forEach(([b, rb]) => {
    const x = Math.min(ra.right, rb.right) - Math.max(ra.left, rb.left);
    const y = Math.min(ra.bottom, rb.bottom) - Math.max(ra.top, rb.top);
    if (x > 0.5 && y > 0.25 * Math.min(ra.height, rb.height)) heurts.push([a, b, x, y]);
  }));
  return [boites.length, heurts];
}"""


@pytest.fixture
def ouvrir(page_hors_ligne: Page, exemple: Projet) -> Callable[[int], Page]:
    chemin: Path = exemple.rapports / "2022" / "gouvernance.html"

    def ouverture(largeur: int) -> Page:
        page_hors_ligne.set_viewport_size({"width": largeur, "height": 740})
        page_hors_ligne.emulate_media(reduced_motion="reduce")
        page_hors_ligne.goto(chemin.as_uri())
        return page_hors_ligne

    return ouverture


@pytest.mark.parametrize("largeur", [320, 360, 1100, 1920])
def test_la_page_tient_dans_la_largeur_et_la_frise_se_lit(ouvrir: Callable[[int], Page], largeur: int) -> None:
    page = ouvrir(largeur)
    assert page.evaluate("performance.getEntriesByType('resource').filter(r => !/^data:/.test(r.name)).length") == 0
    assert page.evaluate(DEBORDE) <= 0
    nombre, heurts = page.evaluate(HEURTS)
    assert nombre > 15 and heurts == []


@pytest.mark.parametrize("largeur", [360, 1280])
def test_aucune_faute_d_accessibilite(
    ouvrir: Callable[[int], Page], fautes_d_axe: Callable[[], list[str]], largeur: int
) -> None:
    page = ouvrir(largeur)
    page.evaluate(OUVRIR_TOUT)
    assert fautes_d_axe() == []
    doubles = page.evaluate(
        "() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
        " return ids.filter((x, i) => ids.indexOf(x) !== i); }"
    )
    assert doubles == []


def test_les_decisions_en_retard_se_voient_sans_couleur(ouvrir: Callable[[int], Page]) -> None:
    """A word behind a shape, in the example that has some."""
    retards = ouvrir(1280).locator("#decisions .resultat.non-atteint")
    assert retards.count() > 0 and retards.first.inner_text() == "en retard"
    forme = retards.first.evaluate("e => getComputedStyle(e, '::before').content")
    assert "✗" in forme


def test_la_page_et_le_bilan_menent_l_un_a_l_autre(ouvrir: Callable[[int], Page]) -> None:
    page = ouvrir(1280)
    page.get_by_role("navigation", name="Pages du bilan").get_by_role("link", name="Bilan annuel").click()
    page.wait_for_url("**/bilan.html")
    page.locator("#cadre").get_by_role("link", name="Gouvernance").click()
    page.wait_for_url("**/gouvernance.html")


def test_la_frise_est_une_diapositive(ouvrir: Callable[[int], Page]) -> None:
    page = ouvrir(1280)
    page.keyboard.press("p")
    for _ in range(12):
        if page.locator("#frise-gouvernance").is_visible():
            break
        page.keyboard.press("ArrowRight")
    assert page.locator("#frise-gouvernance").is_visible() and not any(
        t.is_visible() for t in page.locator("#decisions table").all()
    )
