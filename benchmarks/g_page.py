"""(g) The page that people open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.f_inchange import page_du_bilan
from benchmarks.tableau import Ligne

VIDE = '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Page vide</title><p>Rien.</p></html>\n'
# What an e-mail takes, and what nobody waits for: targets of our own.
TAILLE, CHARGEMENT_S, REPOS_S = 2e6, 1.0, 1.5
# When the browser has nothing left to do: the scripts of the page have run, their timers of the first moment too.
_REPOS = "new Promise(fait => requestIdleCallback(() => fait(performance.now())))"
_CHARGE = "performance.getEntriesByType('navigation')[0].loadEventEnd"


class Page:
    """Taille de bilan.html et son chargement par Chromium.

    From its file, in a window of 1280 × 720 of a browser that is already running. Loaded: the end of the load event;
    at rest: the first idle moment after it, once the scripts have run. Reference: an empty page in the same browser.
    """

    repeat = 5
    lignes = (
        Ligne(
            "g", "Taille de bilan.html, figures et carte comprises", "track_taille", ("track_taille",), "o",
            au_plus=TAILLE,
        ),
        Ligne(
            "g", "Chargement de bilan.html par Chromium", "track_charge", ("track_charge", "track_charge_vide"),
            au_plus=CHARGEMENT_S, reference="track_charge_vide", nom_reference="page vide",
        ),
        Ligne(
            "g", "bilan.html jusqu’à la fin des scripts", "track_repos", ("track_repos", "track_repos_vide"),
            au_plus=REPOS_S, reference="track_repos_vide", nom_reference="page vide",
        ),
    )  # fmt: skip

    def setup_cache(self) -> None:
        page_du_bilan()
        Path("vide.html").write_text(VIDE, encoding="utf-8")

    def setup(self) -> None:
        from playwright.sync_api import sync_playwright

        from cil_analysis.rendu.navigateur import trouver

        executable = trouver()
        assert executable is not None, "Aucun navigateur Chromium n’est installé."
        self.theatre = sync_playwright().start()
        self.navigateur = self.theatre.chromium.launch(executable_path=str(executable))
        self.onglet = self.navigateur.new_page(viewport={"width": 1280, "height": 720})
        self.onglet.goto("about:blank")

    def teardown(self) -> None:
        self.navigateur.close()
        self.theatre.stop()

    def track_taille(self) -> float:
        return page_du_bilan().stat().st_size

    def track_charge(self) -> float:
        return self._ouvrir(page_du_bilan(), _CHARGE)

    def track_charge_vide(self) -> float:
        return self._ouvrir(Path("vide.html"), _CHARGE)

    def track_repos(self) -> float:
        return self._ouvrir(page_du_bilan(), _REPOS)

    def track_repos_vide(self) -> float:
        return self._ouvrir(Path("vide.html"), _REPOS)

    def _ouvrir(self, page: Path, instant: str) -> float:
        self.onglet.goto(page.resolve().as_uri(), wait_until="load")
        millisecondes: Any = self.onglet.evaluate(instant)
        return float(millisecondes) / 1000
