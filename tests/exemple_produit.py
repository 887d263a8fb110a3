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

from cil_analysis.project import Projet, ouvrir_projet

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
