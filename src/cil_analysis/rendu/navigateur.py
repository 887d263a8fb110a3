"""A browser of the Chromium family, already on the machine: where it is, and how it prints a page as PDF."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cil_analysis.erreurs import ErreurCIL, cause_du_systeme
from cil_analysis.lecture_yaml import lire_du_logiciel

# Where a browser is, by what name, and how it is asked to print.
_DIT: Any = lire_du_logiciel("rendu/assets/navigateur.yml")
NOMS: Sequence[str] = _DIT["noms"]
DELAI_S = 120.0
_REPOS_S = 2.0
# The name of a socket has 108 bytes at most, 104 on macOS; « /org.chromium.Chromium.XXXXXX/SingletonSocket » takes 46.
LONGUEUR_MAXIMALE = (103 if sys.platform == "darwin" else 107) - 46


class EchecPDF(ErreurCIL):
    """An engine could not print the page: which one, and why."""


def trouver() -> Path | None:
    """The first browser on the PATH, then in the usual places of Windows and macOS."""
    for nom in NOMS:
        if trouve := shutil.which(nom):
            return Path(trouve)
    dossiers, chemins = [Path("/Applications"), Path.home() / "Applications"], _DIT["macos"]
    if sys.platform == "win32":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "LOCALAPPDATA")
        dossiers, chemins = [Path(os.environ[nom]) for nom in variables if os.environ.get(nom)], _DIT["windows"]
    connus = (dossier / chemin for dossier in dossiers for chemin in chemins)
    return next((chemin for chemin in connus if chemin.is_file()), None)


def imprimer(executable: Path, page: Path, sortie: Path, profil: Path, delai: float = DELAI_S) -> None:
    """Print a local page to ``sortie``; ``profil``: an empty folder for what the browser writes, as is its parent.

    Raises EchecPDF when it cannot be started, ends without a PDF or is not done after ``delai`` seconds.
    """
    refus = f"Le navigateur {executable.stem} n’imprime pas la page : il"
    commande = [str(executable), *_DIT["options"], f"--user-data-dir={profil}", f"--print-to-pdf={sortie}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        commande.append("--no-sandbox")  # It refuses to run as root otherwise.
    muet = subprocess.DEVNULL
    # What it leaves there when it is stopped goes with our folder. By the names of Linux, macOS and Windows.
    milieu = os.environ | dict.fromkeys(("TMPDIR", "MAC_CHROMIUM_TMPDIR", "TEMP", "TMP"), str(profil.parent))
    try:
        processus = subprocess.Popen(
            [*commande, page.as_uri()], stdin=muet, stdout=muet, stderr=muet, start_new_session=True, env=milieu
        )
    except OSError as erreur:
        raise EchecPDF(f"{refus} ne démarre pas ({cause_du_systeme(erreur)}).") from None
    try:
        if not _attendre(processus, sortie, delai):
            raise EchecPDF(f"{refus} n’avait pas fini après {delai:.0f} secondes.")
    finally:
        _arreter(processus)
    if not _est_entier(sortie):
        raise EchecPDF(f"{refus} s’est arrêté sans écrire le PDF (code {processus.returncode}).")


def _attendre(processus: subprocess.Popen[bytes], sortie: Path, delai: float) -> bool:
    """Until it ends, or for a while once its PDF is whole: on macOS it may stay after its work. False: it is not."""
    limite = time.monotonic() + delai
    while processus.poll() is None and not _est_entier(sortie):
        if time.monotonic() > limite:
            return False
        time.sleep(0.05)
    with contextlib.suppress(subprocess.TimeoutExpired):
        processus.wait(_REPOS_S)
    return True


def _est_entier(pdf: Path) -> bool:
    try:
        with pdf.open("rb") as flux:
            flux.seek(max(0, pdf.stat().st_size - 32))
            return b"%%EOF" in flux.read()
    except OSError:
        return False


def _arreter(processus: subprocess.Popen[bytes]) -> None:
    """End a browser that is still there, and its children, which share its session and may outlive it for a while."""
    if sys.platform == "win32":
        processus.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # There is none, or only what is ending.
            os.killpg(processus.pid, signal.SIGKILL)
    processus.wait()
