"""The report of the example, opened from its file in a Chromium that has no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from cil_analysis.project import Projet

ECRANS = {320: 640, 360: 740, 1280: 720, 1920: 1080}  # width: height, in CSS pixels


@pytest.fixture(scope="session")
def bilan(exemple: Projet) -> Path:
    """The page of the last year of the example."""
    annee = max(int(dossier.name) for dossier in exemple.rapports.iterdir() if dossier.name.isdigit())
    return exemple.rapports / str(annee) / "bilan.html"


@pytest.fixture
def ouvrir(page_hors_ligne: Page, bilan: Path) -> Callable[[int], Page]:
    """Open the report at a width, its smooth scrolling stopped so that a click has moved the page when it returns."""

    def ouverture(largeur: int = 1280) -> Page:
        page_hors_ligne.set_viewport_size({"width": largeur, "height": ECRANS[largeur]})
        page_hors_ligne.emulate_media(reduced_motion="reduce")
        page_hors_ligne.goto(bilan.as_uri())
        return page_hors_ligne

    return ouverture
