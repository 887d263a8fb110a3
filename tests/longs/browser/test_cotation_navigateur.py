"""The page of the cotation in a Chromium without network: on a screen, on a phone, as a presentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def page(ouvrir_page: Callable[..., Page]) -> Page:
    return ouvrir_page("cotation.html")


def test_chaque_figure_a_son_titre_ses_donnees_et_sa_source(page: Page) -> None:
    figures = page.locator("figure.figure")
    assert figures.count() >= 10
    for figure in figures.all():
        assert figure.locator("figcaption .titre").inner_text().strip()
        assert figure.locator("svg[role=img] title").count() == 1
        assert figure.locator("details table caption").count() >= 1
        assert "Données fictives." in figure.locator(".source").inner_text()


def test_la_page_se_presente(page: Page) -> None:
    page.keyboard.press("p")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.className + ' ' + document.body.className").strip()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
