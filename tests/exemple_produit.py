"""The example project, made, imported and rendered by the command, as a newcomer does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from cil_analysis.presentation.rapport import ouvrir_rapport
from cil_analysis.presentation.workbook import ecrire_classeur
from cil_analysis.project import Projet, ouvrir_projet
from cil_analysis.rendering.bilan import TITRE, ecrire_indicateurs

RACINE = Path(__file__).resolve().parents[1]


@contextmanager
def exemple_produit(
    modele: Path, annees: str, retoucher: Callable[[Path], None] = lambda reference: None, *options: str
) -> Iterator[Projet]:
    """The project under ``modele``; ``retoucher`` may change its reference data first; ``options`` of the command.

    The key folder stays in CIL_DOSSIER_CLES meanwhile, so that what imports again finds the same key. Processes that
    ask for the same folder share what the first one makes.
    """
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(modele / "cles"))
        retouche.delenv("CIL_PROJET", raising=False)
        issue = modele / "issue.txt"
        try:
            modele.mkdir()
        except FileExistsError:
            limite = time.monotonic() + 300
            while not issue.exists():
                assert time.monotonic() < limite, f"{modele} n’est pas produit."
                time.sleep(0.2)
        else:
            erreurs = "La fabrication de l’exemple s’est arrêtée."
            try:
                erreurs = _produire(modele, annees, retoucher, options)
            finally:
                issue.with_suffix(".tmp").write_text(erreurs, encoding="utf-8")
                issue.with_suffix(".tmp").replace(issue)
        erreurs = issue.read_text(encoding="utf-8")
        assert not erreurs, erreurs
        yield ouvrir_projet(modele / "exemple")


def copier_l_exemple(exemple: Projet, racine: Path, depuis: int, annee: int) -> Projet:
    """The example from a year on, with its own notebooks: fewer years are quicker to count and to protect.

    Under ``reports/``, the figures and the workbook of ``annee`` alone: what disclosure control reads.
    """
    shutil.copytree(exemple.racine, racine, ignore=shutil.ignore_patterns("raw", exemple.rapports.name))
    shutil.copytree(exemple.carnets, racine / "notebooks")
    for dossier in exemple.traite.glob("*/annee=*"):
        if int(dossier.name.removeprefix("annee=")) < depuis:
            shutil.rmtree(racine / dossier.relative_to(exemple.racine))
    projet = ouvrir_projet(racine)
    rapport = ouvrir_rapport(annee, racine)
    (projet.rapports / str(annee)).mkdir(parents=True)
    ecrire_classeur(rapport, TITRE, projet.rapports / str(annee) / "bilan.xlsx")
    with (projet.rapports / str(annee) / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrire_indicateurs(rapport.publication, flux)
    return projet


def _produire(modele: Path, annees: str, retoucher: Callable[[Path], None], options: Sequence[str]) -> str:
    """Run the command; what went wrong, or nothing."""
    shutil.copytree(RACINE / "data" / "reference", modele / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", modele / "notebooks")
    retoucher(modele / "data" / "reference")
    fait = subprocess.run(
        [sys.executable, "-m", "cil_analysis", "exemple", "--bilan", "--annees", annees, *options],
        cwd=modele,
        env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return fait.stderr or f"code {fait.returncode}" if fait.returncode else ""
