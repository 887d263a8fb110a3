"""The `cil` command in a process of its own, and what each of its messages must be."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cil_analysis.commandes import main
from messages import exiger_du_francais, lisible

RACINE = Path(__file__).resolve().parents[1]
Sortie = subprocess.CompletedProcess[str]


def lancer(*arguments: object, dossier: Path, vers: Path | None = None) -> Sortie:
    """Run `cil` in a folder; ``vers``: the file that the shell would send its output to."""
    commande = [sys.executable, "-m", "cil_analysis", *map(str, arguments)]
    env = os.environ | {"PYTHONPATH": str(RACINE / "src"), "COLUMNS": "100"}
    env.pop("CIL_PROJET", None)
    if vers is None:
        return subprocess.run(
            commande, cwd=dossier, env=env, capture_output=True, encoding="utf-8", check=False, timeout=400
        )
    with vers.open("w", encoding="utf-8") as flux:
        return subprocess.run(
            commande, cwd=dossier, env=env, stdout=flux, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )


def lancer_ici(*arguments: object, dossier: Path) -> Sortie:
    """The same in the process of the test: without the second that a process takes to start."""
    dit, montre = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("COLUMNS", "100")
        retouche.delenv("CIL_PROJET", raising=False)
        retouche.chdir(dossier)
        with contextlib.redirect_stderr(dit), contextlib.redirect_stdout(montre):
            try:
                code = main([*map(str, arguments)])
            except SystemExit as sortie:  # argparse, for a wrong usage
                code = int(str(sortie.code))
    return Sortie(arguments, code, montre.getvalue(), dit.getvalue())


def echoue(sortie: Sortie, code: int = 1) -> str:
    """The message of a command that must fail, checked for what every message must be."""
    assert (sortie.returncode, sortie.stdout) == (code, ""), sortie.stderr
    dit = exiger_du_francais(sortie.stderr)
    if code == 1:
        # After what a slow machine may have had the time to say: it is indented.
        phrase = re.fullmatch(r"(?:  .*\n)*(Erreur\u202f: .*)\n", sortie.stderr)
        assert phrase, sortie.stderr
        return lisible(phrase[1])
    return dit


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model project: reference data and notebooks, no data."""
    dossier = tmp_path_factory.mktemp("modele-cli")
    shutil.copytree(RACINE / "data" / "reference", dossier / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", dossier / "notebooks")
    return dossier
