"""The example project, made, imported and rendered by the command, as a newcomer does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cil_analysis.project import Projet, ouvrir_projet

RACINE = Path(__file__).resolve().parents[1]


@contextmanager
def exemple_produit(
    modele: Path, annees: str, retoucher: Callable[[Path], None] = lambda reference: None
) -> Iterator[Projet]:
    """The project under ``modele``; ``retoucher`` may change its reference data first.

    The key folder stays in CIL_DOSSIER_CLES meanwhile, so that what imports again finds the same key.
    """
    shutil.copytree(RACINE / "data" / "reference", modele / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", modele / "notebooks")
    retoucher(modele / "data" / "reference")
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(modele / "cles"))
        retouche.delenv("CIL_PROJET", raising=False)
        fait = subprocess.run(
            [sys.executable, "-m", "cil_analysis", "exemple", "--bilan", "--annees", annees],
            cwd=modele,
            env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert fait.returncode == 0, fait.stderr
        yield ouvrir_projet(modele / "exemple")
