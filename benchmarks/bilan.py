"""Premier bilan, PDF, fiches, bilan inchangé."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks import donnees
from benchmarks.tableau import Ligne, alterner

LETTRES = "c"
PREMIER_S, PDF_S, FICHES_S, SECOND_S = 15.0, 6.0, 6.0, 3.0


def mesurer() -> Iterator[Ligne]:
    page = page_du_bilan()  # What is compiled once is, before anything is measured.
    vide, premier, avec_pdf, nue, fiches, second = alterner(
        _carnet_vide, _premier, lambda: _premier(pdf=True), lambda: _imprimer(page), _fiches, _bilan
    )
    pdf = [avec - sans for avec, sans in zip(avec_pdf, premier, strict=True)]
    yield Ligne("c", "Premier bilan, sans PDF", premier, vide, "carnet vide (nbclient)", au_plus=PREMIER_S)
    yield Ligne("c", "– son PDF en plus", pdf, nue, "Chromium imprime la page", au_plus=PDF_S)
    yield Ligne("c", "– puis ses fiches", fiches, premier, "le premier bilan", au_plus=FICHES_S)
    yield Ligne("c", "– puis inchangé", second, premier, "le premier bilan", au_plus=SECOND_S)


def page_du_bilan() -> Path:
    """The page of the bilan of the example, made if it is not there."""
    page = donnees.exemple() / "reports" / str(donnees.ANNEE) / "bilan.html"
    if not page.exists():
        _bilan("--sans-pdf")
    return page


def _premier(*, pdf: bool = False) -> None:
    donnees.vider(donnees.exemple() / "reports", donnees.exemple() / "data" / "processed" / "secret")
    _bilan(*([] if pdf else ["--sans-pdf"]))


def _bilan(*options: str) -> None:
    donnees.cil("bilan", "--annee", str(donnees.ANNEE), *options, projet=donnees.exemple())


def _fiches() -> None:
    donnees.cil("fiches", "--annee", str(donnees.ANNEE), projet=donnees.exemple())


def _carnet_vide() -> None:
    import nbformat
    from nbclient import NotebookClient

    vide = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import cil_analysis")])  # type: ignore[no-untyped-call]
    NotebookClient(vide, kernel_name="python3").execute()


def _imprimer(page: Path) -> None:
    from cil_analysis.rendu.navigateur import trouver

    navigateur = trouver()
    assert navigateur is not None, "Aucun navigateur Chromium n’est installé."
    options = ["--headless", "--no-sandbox", f"--print-to-pdf={Path('nue.pdf').resolve()}"]
    subprocess.run([navigateur, *options, page.resolve().as_uri()], check=True, capture_output=True)
