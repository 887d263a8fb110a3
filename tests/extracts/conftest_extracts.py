"""A throw-away project, and files written the way extracts arrive."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cil_analysis.extracts.importation import Bilan, importer
from cil_analysis.project import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References

RACINE = Path(__file__).resolve().parents[2]
AUJOURD_HUI = date(2026, 6, 30)
ENTETES = ["N° unique", "Date du bail", "Commune", "Bailleur"]


def numero(rang: int) -> str:
    """A N° unique of nobody: 18 characters."""
    return f"072{rang:011d}TEST"


def bail(rang: int, jour: str = "15/03/2022", commune: str = "Le Mans", bailleur: str = "LMH") -> list[str]:
    """One valid lease, in the order of ENTETES."""
    return [numero(rang), jour, commune, bailleur]


def ecrire_csv(
    chemin: Path, lignes: Iterable[Sequence[Any]], *, separateur: str = ";", codage: str = "utf-8", fin: str = "\r\n"
) -> Path:
    with chemin.open("w", encoding=codage, newline="") as flux:
        csv.writer(flux, delimiter=separateur, lineterminator=fin).writerows(lignes)
    return chemin


def ecrire_xlsx(chemin: Path, **feuilles: Iterable[Sequence[Any]]) -> Path:
    classeur = Workbook(write_only=True)
    for nom, lignes in feuilles.items():
        feuille = classeur.create_sheet(nom)
        for ligne in lignes:
            feuille.append(list(ligne))
    classeur.save(chemin)
    return chemin


def contenu(dossier: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes."""
    return {str(c.relative_to(dossier)): c.read_bytes() for c in sorted(dossier.rglob("*")) if c.is_file()}


def compte(lues: int, **autres: int) -> dict[str, int]:
    """A row account (architecture, D1); what is not named is 0. Checks that it balances."""
    attendu = {"lues": lues, "conservees": 0, "rejetees": 0, "doublons": 0, "hors_perimetre": 0, "ignorees": 0} | autres
    assert lues == sum(autres.values())
    return attendu


@pytest.fixture(autouse=True)
def cles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    dossier = tmp_path / "cles"
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(dossier))
    return dossier


@pytest.fixture
def projet(tmp_path: Path) -> Projet:
    racine = tmp_path / "projet"
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    (racine / "data" / "raw").mkdir()
    (racine / "data" / "processed").mkdir()
    return ouvrir_projet(racine)


@pytest.fixture(scope="session")
def references_communes() -> References:
    """The repository's reference data, read once: for tests that write nothing."""
    return References(ouvrir_projet(RACINE))


@pytest.fixture
def importe(projet: Projet, references_communes: References) -> Callable[..., Bilan]:
    """Import files, under reference data read once. ``references``: read those of the project instead."""

    def lancer(
        *fichiers: Path, annee: int = 2022, extrait: str | None = None, references: References | None = None
    ) -> Bilan:
        return importer(
            projet, references or references_communes, fichiers, annee, extrait=extrait, aujourd_hui=AUJOURD_HUI
        )

    return lancer


@pytest.fixture
def source(projet: Projet) -> Callable[..., Path]:
    """A CSV of leases in the project's raw folder: ENTETES, then the rows."""

    def ecrire(lignes: Iterable[Sequence[Any]], nom: str = "extrait.csv", entetes: Sequence[str] = ENTETES) -> Path:
        return ecrire_csv(projet.brut / nom, [entetes, *lignes])

    return ecrire
