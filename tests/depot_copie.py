"""A copy of what `make` needs, and the command run in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[1]
OUTILS = ("make", "sh", "rm", "mkdir", "cat", "touch", "env")


@pytest.fixture
def copie(tmp_path: Path) -> Path:
    """What the set-up needs of the project, in a folder whose name has a space, with a PATH that has almost nothing."""
    dossier = tmp_path / "mon projet"
    (dossier / "scripts").mkdir(parents=True)
    for fichier in ("Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml", "scripts/installer.sh"):
        shutil.copy2(RACINE / fichier, dossier / fichier)
    (tmp_path / "bin").mkdir()
    for outil in OUTILS:
        chemin = shutil.which(outil)
        if chemin is None:
            pytest.skip(f"l’outil {outil} manque")
        (tmp_path / "bin" / outil).symlink_to(chemin)
    return dossier


def faux_python(copie: Path, script: str) -> None:
    commande = copie.parent / "bin" / "python3"
    commande.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    commande.chmod(0o755)


def lancer_make(copie: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environnement = {"PATH": str(copie.parent / "bin"), "HOME": str(copie.parent), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["make", *arguments], cwd=copie, env=environnement, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
