"""One render of the demonstration notebook for all the tests that only read the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cil_analysis.rendu.atelier import chauffer, choisir
from cil_analysis.rendu.page import Commande, fabriquer, se_taire
from cil_analysis.rendu.suivi import Moteur

DEMO = Path(__file__).parent / "demo.qmd"
TITRE = "Démonstration & essai"


class Rendu(NamedTuple):
    moteur: str
    chemin: Path
    html: str
    messages: list[str]


def rendre(
    notebook: Path,
    parametres: dict[str, object],
    sortie: Path,
    *,
    titre: str,
    moteur: Moteur = "auto",
    avancement: Callable[[str], None] = se_taire,
) -> str:
    """One page, whose engine is returned."""
    choix = choisir(moteur, avancement)
    with chauffer(notebook.parent, choix) as mettre_en_page:
        html = fabriquer(Commande(notebook, parametres, titre, avancement=avancement), mettre_en_page)
    sortie.parent.mkdir(parents=True, exist_ok=True)
    sortie.write_text(html, encoding="utf-8", newline="")
    return choix.nom


def rendre_demo(chemin: Path, moteur: Moteur = "interne") -> Rendu:
    messages: list[str] = []
    utilise = rendre(
        DEMO, {"annee": 2022}, chemin, titre=TITRE, moteur=moteur, avancement=messages.append
    )  # fmt: skip
    return Rendu(utilise, chemin, chemin.read_text(encoding="utf-8"), messages)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Rendu:
    return rendre_demo(tmp_path_factory.mktemp("rendu") / "demo.html")
