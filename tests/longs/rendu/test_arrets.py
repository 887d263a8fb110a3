"""Bilans and sheets killed at any moment: each file is the old one or the new one, and the next run mends all."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cil_analysis.projet import Projet, ouvrir_projet
from essais import sur_demande

RACINE = Path(__file__).resolve().parents[3]
ANNEE, MORTS = 2022, 6
pytestmark = sur_demande


def lancer(projet: Projet, temporaire: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cil_analysis", "--projet", str(projet.racine), *arguments],
        env=os.environ | {"PYTHONPATH": str(RACINE / "src"), "TMPDIR": str(temporaire)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def mener_a_bien(projet: Projet, temporaire: Path, *arguments: str) -> float:
    """Run a command to its end; how long it took, in seconds."""
    debut = time.monotonic()
    processus = lancer(projet, temporaire, *arguments)
    dit = processus.communicate()[1]
    assert processus.returncode == 0, dit
    return time.monotonic() - debut


def contenu(dossier: Path) -> dict[str, str]:
    """The digest of each file that a reader may open."""
    return {
        str(f.relative_to(dossier)): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in sorted(dossier.rglob("*"))
        if f.is_file() and not any(morceau.startswith(".") for morceau in f.relative_to(dossier).parts)
    }


def marquer(projet: Projet, carnets: list[str], version: str) -> None:
    """Say a version in notebooks, by which the old pages are told from the new ones."""
    for nom in carnets:
        carnet = projet.racine / "notebooks" / nom
        texte = carnet.read_text(encoding="utf-8").partition("\n\nVersion d’essai")[0]
        carnet.write_text(f"{texte}\n\nVersion d’essai {version}.\n", encoding="utf-8")


@pytest.fixture
def temporaire() -> Iterator[Path]:
    """Of a name short enough for the sockets, or another is used."""
    with tempfile.TemporaryDirectory() as nom:
        yield Path(nom)


@pytest.fixture
def copie(un_an: Projet, tmp_path: Path) -> Projet:
    shutil.copytree(un_an.racine, tmp_path / "projet")
    return ouvrir_projet(tmp_path / "projet")


@pytest.mark.parametrize(
    ("commande", "carnets"), [("bilan", ["bilan_annuel.qmd", "demande.qmd"]), ("fiches", ["fiche_commune.qmd"])]
)
def test_un_rapport_tue_a_tout_instant(copie: Projet, temporaire: Path, commande: str, carnets: list[str]) -> None:
    if commande == "fiches":
        mener_a_bien(copie, temporaire, "bilan", "--annee", str(ANNEE), "--moteur", "interne")
    arguments = (commande, "--annee", str(ANNEE), "--moteur", "interne", "--refaire")
    etats, duree = [], 0.0
    for version in ("A", "B"):
        marquer(copie, carnets, version)
        duree = mener_a_bien(copie, temporaire, *arguments)
        etats.append(contenu(copie.rapports))
    assert etats[0].keys() == etats[1].keys() and etats[0] != etats[1]
    hasard = random.Random(ANNEE)
    for rang in range(MORTS):
        marquer(copie, carnets, "A" if rang % 2 == 0 else "B")
        processus = lancer(copie, temporaire, *arguments)
        # Spread over the whole run, and dense at its end, where files take their places.
        time.sleep(duree * (hasard.random() if rang % 3 else 1 - hasard.random() / 8))
        processus.kill()
        processus.communicate()
        trouve = contenu(copie.rapports)
        assert trouve.keys() == etats[0].keys(), "a file is missing, or half of one is there"
        assert all(trouve[nom] in (etats[0][nom], etats[1][nom]) for nom in trouve), "a file is neither old nor new"
    marquer(copie, carnets, "B")
    mener_a_bien(copie, temporaire, *arguments)
    assert contenu(copie.rapports) == etats[1]
    assert not list(temporaire.iterdir()), "what killed runs had left"
    assert not list(copie.racine.rglob(".en-cours*"))
