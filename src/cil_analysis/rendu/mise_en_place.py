"""A folder replaced whole or not at all, by one run at a time: its files are made aside, then moved in together."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import dossier_a_cote, remplacer
from cil_analysis.projet import Projet

_VERROU = ".verrou-rapports"
_ANCIENS = "anciens"  # the previous files, until all the new ones have taken their place


@contextmanager
def seul_a_ecrire(projet: Projet) -> Iterator[None]:
    """Exclude other renders of the same project, by ErreurCIL: waiting, minutes, is for the user to choose."""
    projet.traite.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(projet.traite / f"{_VERROU}{projet.partition}", timeout=0, is_singleton=True):
            yield
    except Timeout as erreur:
        raise ErreurCIL(
            f"Un autre bilan, ou d’autres fiches, du projet {projet.racine} sont en cours : attendez la fin de cette "
            "commande, puis relancez celle-ci."
        ) from erreur


@contextmanager
def a_cote(atelier: Path, dossier: Path) -> Iterator[Path]:
    """A folder in ``atelier`` for the files to come of ``dossier``, gone at the end, as what a killed run has left."""
    atelier.mkdir(parents=True, exist_ok=True)
    prefixe = f".en-cours-{dossier.name}-"
    for reste in atelier.glob(f"{prefixe}*"):
        reprendre(reste, dossier)
    etape = dossier_a_cote(atelier, prefixe)
    try:
        yield etape
    finally:
        shutil.rmtree(etape, ignore_errors=True)


def mettre_en_place(etape: Path, dossier: Path, retirer: Iterable[str] = ()) -> None:
    """Move the files in together, and some out: when one is held open, or at Ctrl+C, every old one comes back.

    Each takes the place of the old one in one step: at no time is one missing.
    """
    fichiers = sorted(fichier for fichier in etape.iterdir() if fichier.is_file())
    noms = [fichier.name for fichier in fichiers]
    sortants = set(retirer) - set(noms)
    anciens = etape / _ANCIENS
    anciens.mkdir()
    try:
        for nom in [*noms, *sortants]:
            if (dossier / nom).exists():  # What is there comes back after a kill, whole.
                try:
                    (anciens / nom).hardlink_to(dossier / nom)
                except OSError:  # A disk that has no such links.
                    remplacer(anciens / nom, (dossier / nom).read_bytes())
        for fichier in fichiers:
            fichier.replace(dossier / fichier.name)
        for nom in sortants:
            (dossier / nom).unlink(missing_ok=True)
    except BaseException:
        for fichier in fichiers:
            if not fichier.exists():
                (dossier / fichier.name).unlink(missing_ok=True)
        with suppress(OSError):  # What could not be replaced is still the old one.
            _remettre(anciens, dossier)
        raise


def reprendre(reste: Path, dossier: Path) -> None:
    """Sweep what a killed run has left; the files that it was replacing come back."""
    if (reste / _ANCIENS).is_dir():
        _remettre(reste / _ANCIENS, dossier)
    shutil.rmtree(reste, ignore_errors=True)


def _remettre(anciens: Path, dossier: Path) -> None:
    """Put back every old file that can be. Raises OSError afterwards for one that another program holds open."""
    refus: list[OSError] = []
    for ancien in anciens.iterdir():
        try:
            ancien.replace(dossier / ancien.name)
        except OSError as erreur:
            refus.append(erreur)
    if refus:
        raise refus[0]
