"""One render of the demonstration notebook for all the tests that only read the page."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from cil_analysis.rendu import rendre

DEMO = Path(__file__).parent / "demo.qmd"
TITRE = "Démonstration & essai"


class Rendu(NamedTuple):
    moteur: str
    chemin: Path
    html: str
    messages: list[str]


def rendre_demo(chemin: Path, moteur: str = "interne") -> Rendu:
    messages: list[str] = []
    utilise = rendre(
        DEMO, {"annee": 2022}, chemin, titre=TITRE, moteur=moteur, avancement=messages.append
    )  # fmt: skip
    return Rendu(utilise, chemin, chemin.read_text(encoding="utf-8"), messages)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Rendu:
    return rendre_demo(tmp_path_factory.mktemp("rendu") / "demo.html")
