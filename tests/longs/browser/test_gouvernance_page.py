"""The page of the governance, in a Chromium without network: accessible, whole at any width, its timeline legible."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page


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
def ouvrir(ouvrir_page: Callable[..., Page]) -> Callable[[int], Page]:
    return lambda largeur: ouvrir_page("gouvernance.html", largeur)


@pytest.mark.parametrize("largeur", [320, 360, 1100, 1920])
def test_la_frise_se_lit(ouvrir: Callable[[int], Page], largeur: int) -> None:
    page = ouvrir(largeur)
    nombre, heurts = page.evaluate(HEURTS)
    assert nombre > 15 and heurts == []


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
