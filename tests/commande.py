"""The `cil` command in a process of its own, and what each of its messages must be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[1]
ANGLAIS = re.compile(
    r"\b(?:error|usage: |required|invalid|expected|argument [A-Z-]|unrecognized|optional|show|warning|not found)\b",
    re.IGNORECASE,
)
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


def echoue(sortie: Sortie, code: int = 1) -> str:
    """The message of a command that must fail, checked for what every message must be."""
    assert sortie.returncode == code, sortie.stderr
    assert "Traceback" not in sortie.stderr and sortie.stdout == ""
    assert not ANGLAIS.search(sortie.stderr), sortie.stderr
    assert not re.search(r"(?<![a-zé-]) [;:!?%](?:\s|$)|« | »", sortie.stderr), sortie.stderr
    if code == 1:
        assert sortie.stderr.startswith("Erreur\u202f: ") and sortie.stderr.count("\n") == 1
    return sortie.stderr.replace("\u202f", " ").replace("\u00a0", " ")


def lisible(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model project: reference data and notebooks, no data."""
    dossier = tmp_path_factory.mktemp("modele-cli")
    shutil.copytree(RACINE / "data" / "reference", dossier / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", dossier / "notebooks")
    return dossier
