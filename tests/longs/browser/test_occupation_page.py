"""The page on the stock and its occupants, in a Chromium that has no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


@pytest.fixture
def page_du_parc(ouvrir_page: Callable[..., Page]) -> Page:
    return ouvrir_page("occupation.html")


def test_chaque_figure_dit_l_annee_de_sa_source(page_du_parc: Page) -> None:
    figures = page_du_parc.locator("figure.figure")
    assert figures.count() >= 14
    for figure in figures.all():
        assert "2022" in figure.locator("figcaption .sous-titre").inner_text() + figure.locator(".source").inner_text()
        assert "nan" not in figure.inner_text().lower().split()


def test_la_carte_change_d_indicateur(page_du_parc: Page) -> None:
    carte = page_du_parc.locator("#explorer-occupation")
    carte.locator("select.indicateur").select_option(label="Emménagés récents")
    titre = page_du_parc.locator("#fig-explorer-occupation .titre")
    assert titre.inner_text().startswith("Emménagés récents")
