"""The clean data of a project: Parquet by extract and year, with its anomalies and its journal.

An import writes three files in three folders. They are first written whole under ``.en-cours``, then sealed by a
marker, then moved: a run killed before the marker leaves the old state, and one killed after it is finished at the next
opening (:func:`reprendre`). The state is always one or the other.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout
from pyarrow import ArrowException

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.project import Projet

_EN_COURS = ".en-cours"
_SCELLE = "complet"
_VERROU = ".verrou"
_ATTENTE_S = 60
# The owner writes, the group reads, the others see nothing: rows of households, even under a pseudonym.
_DROITS = 0o640


@dataclass(frozen=True)
class Import:
    """What one import leaves: the clean rows, the anomalies, and the journal in which every row is accounted for."""

    extrait: str
    annee: int
    donnees: pd.DataFrame
    anomalies: pd.DataFrame
    journal: dict[str, Any]


def _chemins(extrait: str, annee: int) -> tuple[Path, Path, Path]:
    partition = Path(f"annee={annee}") / "part.parquet"
    journal = Path("journal") / f"{extrait}-{annee}.json"
    return Path(extrait) / partition, Path("anomalies") / extrait / partition, journal


@contextmanager
def verrou(projet: Projet) -> Iterator[None]:
    """Exclude other writers of the same project; a killed process leaves no lock behind.

    Raises ErreurCIL when another import does not end, or for a folder that cannot be written.
    """
    projet.traite.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(projet.traite / _VERROU, timeout=_ATTENTE_S, mode=_DROITS, is_singleton=True):
            yield
    except Timeout as erreur:
        raise ErreurCIL(
            f"Un autre import du projet {projet.racine} est en cours depuis plus de {_ATTENTE_S} secondes : attendez "
            "qu’il finisse, puis relancez la commande."
        ) from erreur


def enregistrer(projet: Projet, resultat: Import) -> None:
    """Replace the stored data of an extract and year, all of it or nothing."""
    with verrou(projet):
        _enregistrer(projet, resultat)


def _enregistrer(projet: Projet, resultat: Import) -> None:
    reprendre(projet)
    etape = projet.traite / _EN_COURS
    if etape.exists():  # What an import killed before its seal has left.
        shutil.rmtree(etape)
    try:
        _preparer(etape, resultat)
    except BaseException:
        shutil.rmtree(etape, ignore_errors=True)
        raise
    reprendre(projet)


def _preparer(etape: Path, resultat: Import) -> None:
    """Write the three files aside, and seal them once they are on the disk."""
    donnees, anomalies, journal = (etape / chemin for chemin in _chemins(resultat.extrait, resultat.annee))
    for chemin in (donnees, anomalies, journal):
        chemin.parent.mkdir(parents=True, exist_ok=True)
    resultat.donnees.to_parquet(donnees, index=False)
    resultat.anomalies.to_parquet(anomalies, index=False)
    journal.write_text(json.dumps(resultat.journal, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for chemin in (donnees, anomalies, journal):
        chemin.chmod(_DROITS)
        _synchroniser(chemin)
    (etape / _SCELLE).touch()
    _synchroniser(etape)


def reprendre(projet: Projet) -> None:
    """Finish a sealed import that was interrupted. One that is not sealed may be under way: it is left alone."""
    etape = projet.traite / _EN_COURS
    if (etape / _SCELLE).exists():
        with verrou(projet):  # An import may be finishing right now: then nothing is left to do.
            if (etape / _SCELLE).exists():
                _deplacer(projet, etape)


def _deplacer(projet: Projet, etape: Path) -> None:
    for source in sorted(chemin for chemin in etape.rglob("*") if chemin.is_file() and chemin.name != _SCELLE):
        cible = projet.traite / source.relative_to(etape)
        cible.parent.mkdir(parents=True, exist_ok=True)
        source.replace(cible)
    shutil.rmtree(etape)


def _synchroniser(chemin: Path) -> None:
    if os.name == "nt" and chemin.is_dir():
        return  # Windows does not open folders.
    descripteur = os.open(chemin, os.O_RDONLY if chemin.is_dir() else os.O_RDWR)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


def annees(projet: Projet, extrait: str) -> list[int]:
    """The years that have data for an extract, oldest first."""
    reprendre(projet)
    dossiers = (projet.traite / extrait).glob("annee=*/part.parquet")
    noms = [chemin.parent.name.removeprefix("annee=") for chemin in dossiers]
    return sorted(int(nom) for nom in noms if nom.isdecimal())  # A folder of somebody else's is no year.


def lire(projet: Projet, extrait: str, annee: int) -> pd.DataFrame:
    """The clean rows of an extract and year. Raises ErreurCIL when nothing was imported."""
    return _lire(projet, _chemins(extrait, annee)[0], extrait, annee)


def lire_anomalies(projet: Projet, extrait: str, annee: int) -> pd.DataFrame:
    """The anomalies of an extract and year; one row is one anomaly of one line."""
    return _lire(projet, _chemins(extrait, annee)[1], extrait, annee)


def _lire(projet: Projet, chemin: Path, extrait: str, annee: int) -> pd.DataFrame:
    reprendre(projet)
    complet = projet.traite / chemin
    if not complet.is_file():
        connues = annees(projet, extrait)
        suite = f" Années disponibles : {', '.join(map(str, connues))}." if connues else ""
        raise ErreurCIL(
            f"Aucune donnée « {extrait} » pour {annee} : importez d’abord l’extrait de cette année avec "
            f"« cil importer FICHIER --annee {annee} ».{suite}"
        )
    try:
        return pd.read_parquet(complet)
    except (ArrowException, OSError) as erreur:
        raise _abime(complet) from erreur


def lire_journal(projet: Projet, extrait: str, annee: int) -> dict[str, Any] | None:
    """The journal of an import, or None when there is none."""
    reprendre(projet)
    chemin = projet.traite / _chemins(extrait, annee)[2]
    if not chemin.is_file():
        return None
    return _charger_journal(chemin)


def journaux(projet: Projet) -> list[dict[str, Any]]:
    """Every journal of the project."""
    reprendre(projet)
    return [_charger_journal(chemin) for chemin in sorted((projet.traite / "journal").glob("*.json"))]


def _charger_journal(chemin: Path) -> dict[str, Any]:
    try:
        journal = json.loads(chemin.read_text(encoding="utf-8"))
    except ValueError as erreur:
        raise _abime(chemin) from erreur
    if not isinstance(journal, dict):
        raise _abime(chemin)
    return journal


def _abime(chemin: Path) -> ErreurCIL:
    return ErreurCIL(f"{chemin} est abîmé : supprimez ce fichier, puis réimportez l’extrait de cette année.")
