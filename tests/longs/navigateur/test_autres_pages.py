"""What pages beside the bilan alone have: late decisions, sheets that print."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Ouvrir = Callable[..., Page]


def test_une_decision_en_retard_se_voit_sans_couleur(ouvrir_page: Ouvrir) -> None:
    """A word behind a shape, in the example that has some."""
    retard = ouvrir_page("gouvernance.html").locator("#decisions .resultat.non-atteint").first
    assert "retard" in retard.inner_text()
    assert retard.evaluate("e => getComputedStyle(e, '::before').content").strip('" ') not in ("", "none")


def test_une_fiche_s_imprime_sur_deux_pages_a4(page_hors_ligne: Page, bilan: Path) -> None:
    from pypdf import PdfReader

    communes, autres = (sorted(bilan.parent.glob(f"{qui}/*.html"), key=lambda c: c.stat().st_size)
                        for qui in ("communes", "*ai*"))  # fmt: skip
    for chemin in (communes[0], communes[-1], autres[0], autres[-1]):
        page_hors_ligne.goto(chemin.as_uri())
        pages = PdfReader(io.BytesIO(page_hors_ligne.pdf(prefer_css_page_size=True))).pages
        assert len(pages) == 2 and all(page.extract_text().strip() for page in pages), chemin.name
        assert [round(float(cote) / 72 * 25.4) for cote in pages[0].mediabox[2:]] == [210, 297]
