"""Shared policy of the tests: when a browser or Quarto is needed, and what a page may not do."""

from __future__ import annotations

import copy
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from cil_analysis.reference import colonnes, ensemble, lecture, nomenclatures
from essais import essais

if TYPE_CHECKING:
    import pandas as pd
    from playwright.sync_api import Browser, Page

    from cil_analysis.reference.tables import Schema


EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Of the property tests that set no number of their own; those that do take it from essais() too.
settings.register_profile("cil", max_examples=essais(100, 40), deadline=None)
settings.load_profile("cil")
LOCAL = ("file:", "data:", "blob:", "about:")


# The folder of a Quarto that the tests are to use: theirs fail, rather than be skipped, when it is not there.
DOSSIER_DE_QUARTO = "CIL_TESTS_QUARTO"


def pytest_configure() -> None:
    """Take Quarto off the PATH, for those tests that ask for it: `--moteur auto` then means the same everywhere."""
    trouve = shutil.which("quarto")
    if trouve is not None:
        os.environ.setdefault(DOSSIER_DE_QUARTO, str(Path(trouve).parent))
        dossiers = os.environ["PATH"].split(os.pathsep)
        os.environ["PATH"] = os.pathsep.join(d for d in dossiers if not shutil.which("quarto", path=d))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the browser, and run it last; mark what uses Quarto."""
    for item in items:
        for outil in {"navigateur", "quarto"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(outil)
    # While Playwright's synchronous API is open the main thread has a running event loop, and asyncio.run fails.
    items.sort(key=lambda item: item.get_closest_marker("navigateur") is not None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, with the number of tests, each reason why tests were not run."""
    motifs = Counter(
        rapport.longrepr[2].removeprefix("Skipped: ")
        for rapport in terminalreporter.stats.get("skipped", [])
        if isinstance(rapport.longrepr, tuple)
    )
    for motif, nombre in motifs.items():
        terminalreporter.write_line(f"Non lancés ({nombre})\u202f: {motif}")


def executable_du_navigateur() -> str | None:
    return next((chemin for nom in EXECUTABLES if (chemin := shutil.which(nom))), None)


@pytest.fixture(scope="session", autouse=True)
def listes_lues_une_fois() -> Iterator[None]:
    """Most tests copy data/reference: the lists, dictionaries and parameters of equal copies are read once.

    What a test has changed, were it one byte, is read anew; a refusal is never kept.
    """
    lues: dict[object, Any] = {}

    def table(chemin: Path, schema: Schema) -> pd.DataFrame:
        if not chemin.is_file():
            return lecture.lire(chemin, schema)
        cle = (schema.nom, chemin.name, chemin.read_bytes())
        if cle not in lues:
            lues[cle] = lecture.lire(chemin, schema)
        return lues[cle].copy()

    def une_fois(charger: Callable[[Path], Any], *motifs: str) -> Callable[[Path], Any]:
        def lire(dossier: Path) -> Any:
            fichiers = [chemin for motif in motifs for chemin in sorted(dossier.glob(motif))]
            if not all(chemin.is_file() for chemin in fichiers):
                return charger(dossier)
            cle = (charger, *((chemin.name, chemin.read_bytes()) for chemin in fichiers))
            if cle not in lues:
                lues[cle] = charger(dossier)
            return copy.copy(lues[cle])

        return lire

    with pytest.MonkeyPatch.context() as retouche:
        listes = une_fois(nomenclatures.charger_nomenclatures, "*.csv")
        dictionnaires = une_fois(ensemble.charger_dictionnaires, "extraits.csv", "columns/*.csv")
        parametres = une_fois(ensemble.charger_parametres, "*.yml")
        for module in (colonnes, nomenclatures):
            retouche.setattr(module, "lire", table)
        retouche.setattr(nomenclatures, "charger_nomenclatures", listes)
        retouche.setattr(ensemble, "charger_dictionnaires", dictionnaires)
        retouche.setattr(ensemble, "charger_parametres", parametres)
        yield


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    """A Chromium for the whole session. Absent: skipped, but a failure under CI=true."""
    executable = executable_du_navigateur()
    if executable is None:
        message = "Chromium absent, tests du navigateur sautés (pour les lancer\u202f: sudo apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page_hors_ligne(navigateur: Browser) -> Iterator[Page]:
    """A page with the network cut. The test fails if the page asks for anything outside itself, or reports an error."""
    contexte = navigateur.new_context(offline=True, locale="fr-FR")
    fautes: list[str] = []

    def noter_requete(url: str) -> None:
        if not url.startswith(LOCAL):
            fautes.append(f"requête vers {url}")

    page = contexte.new_page()
    # On the context, so that a window or a frame that the page opens is watched too.
    contexte.on("request", lambda requete: noter_requete(requete.url))
    contexte.on(
        "console", lambda message: fautes.append(f"console\u202f: {message.text}") if message.type == "error" else None
    )
    contexte.on("weberror", lambda erreur: fautes.append(f"erreur de script\u202f: {erreur.error}"))
    yield page
    contexte.close()
    assert not fautes, "La page n’est pas autonome ou signale une erreur :\n" + "\n".join(fautes)


@pytest.fixture
def quarto(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real Quarto on the PATH. Absent: skipped, but a failure where CIL_TESTS_QUARTO says that there is one."""
    dossier = os.environ.get(DOSSIER_DE_QUARTO)
    if dossier is None:
        pytest.skip("Quarto absent du PATH\u202f: le rendu par Quarto n’est pas vérifié")
    if shutil.which("quarto", path=dossier) is None:
        pytest.fail(f"{DOSSIER_DE_QUARTO} nomme un dossier sans Quarto\u202f: {dossier}")
    monkeypatch.setenv("PATH", os.pathsep.join([dossier, os.environ["PATH"]]))
    monkeypatch.setenv("QUARTO_PYTHON", sys.executable)
