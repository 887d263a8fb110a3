"""What a terminal gets of a command: signs that a reader sees, and of whatever is raised, a sentence and an exit code.

No user sees a traceback; the streams may be closed or cut short.
"""

import errno
import os
import platform
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO, cast

import platformdirs

from cil_analysis.commandes.commun import en_francais
from cil_analysis.erreurs import ErreurCIL, cause_du_systeme
from cil_analysis.projet import dossier_personnel
from cil_analysis.typographie import sans_commandes

INTERROMPU = 130
"""The exit code of a command that Ctrl+C has stopped, as shells have it."""
_LIEU = re.compile(r'File "([^"]+)", line (\d+), in ([\w<>.]+)')
_BIBLIOTHEQUES = ("cil-analysis", "duckdb", "pandas", "numpy", "pyarrow", "geopandas")


def gouverner(faire: Callable[[], int], commande: Callable[[], str]) -> int:
    """Do the work, say in French what stops it, and give the exit code. ``commande``: what is done, in a word or two.

    Only ErreurCIL is the user's to read: of anything else the message, which may quote a row, is shown nowhere.
    """
    try:
        code = faire()
        sys.stdout.flush()
        return code
    except ErreurCIL as erreur:
        return _dire(str(erreur))
    except MemoryError:
        return _dire("la mémoire ne suffit pas. Fermez un programme, ou découpez le fichier.")
    except SystemExit:  # Help, or a wrong usage, already said.
        sys.stdout.flush()
        raise
    except (KeyboardInterrupt, Exception) as erreur:
        if isinstance(erreur, OSError) and erreur.errno is not None:
            return _dire(dire_le_systeme(erreur))
        if isinstance(erreur, shutil.Error) and isinstance(erreur.args[0], list):  # Of a folder that is copied.
            origine, vers, _ = erreur.args[0][0]
            return _dire(f"{origine} ne peut être copié vers {vers} : vérifiez les droits et la place libre.")
        if any(isinstance(suite, KeyboardInterrupt) for suite in _chaine(erreur)):  # Of which a library makes another.
            print("\nInterrompu.", file=sys.stderr)
            return INTERROMPU
        return _dire_la_faute(erreur, commande())


def _chaine(erreur: BaseException) -> Iterator[BaseException]:
    """An exception, then what it came from, each once."""
    suivante: BaseException | None = erreur
    vues: set[int] = set()
    while suivante is not None and id(suivante) not in vues:
        vues.add(id(suivante))
        yield suivante
        suivante = suivante.__cause__ or suivante.__context__


def _dire(message: str) -> int:
    with suppress(ErreurCIL):  # The error stream may be what failed.
        print(en_francais(f"Erreur : {message}"), file=sys.stderr, flush=True)
    return 1


def dire_le_systeme(erreur: OSError) -> str:
    """What the system refused, in French: which file, why, what to look at."""
    # Of a file put in the place of another, the second: the first is ours, and has a name that nobody knows. A full
    # disk names none.
    ou = next((nom for nom in (erreur.filename2, erreur.filename) if nom is not None), "Un fichier")
    if isinstance(ou, bytes):
        ou = os.fsdecode(ou)
    return (
        f"{ou} ne peut être ni lu ni écrit : {cause_du_systeme(erreur)}. Vérifiez les droits, la place libre, et "
        "qu’aucun autre programme ne tient ce fichier ouvert."
    )


def _dire_la_faute(erreur: BaseException, commande: str) -> int:
    """Say that the software is at fault, and where what whoever mends it needs has been written."""
    trace = _ecrire("\n".join(_rapport(erreur, commande)) + "\n")
    suite = (
        f"De quoi le corriger est écrit dans {trace}, sans aucune donnée : joignez ce fichier à votre signalement."
        if trace
        else "Signalez-le, avec la commande lancée."
    )
    return _dire(f"le logiciel s’est arrêté sur un défaut qui est le sien, et non celui de vos données. {suite}")


def _rapport(erreur: BaseException, commande: str) -> Iterator[str]:
    """Types and places in the code: neither a message, which may quote a row, nor the value of an argument."""
    yield f"commande : cil {commande}"
    yield f"python {platform.python_version()}, {platform.system()} {platform.machine()}"
    for nom in _BIBLIOTHEQUES:
        with suppress(PackageNotFoundError):
            yield f"{nom} {version(nom)}"
    for cause in _chaine(erreur):
        yield f"\n{type(cause).__module__}.{type(cause).__qualname__}"
        if isinstance(cause, ErreurCIL):
            yield f"  {cause}"
        for cadre in traceback.extract_tb(cause.__traceback__):
            yield _lieu(cadre.filename, cadre.lineno or 0, cadre.name)
        for fichier, ligne, nom in _LIEU.findall(str(getattr(cause, "tb", ""))):  # Of another process.
            yield _lieu(fichier, int(ligne), nom)


def _lieu(fichier: str, ligne: int, nom: str) -> str:
    """A place in the code, its file named from its package: where that is on the disk tells of somebody."""
    morceaux = Path(fichier).parts
    for repere in ("site-packages", "src"):
        if repere in morceaux:
            morceaux = morceaux[morceaux.index(repere) + 1 :]
    return f"  {'/'.join(morceaux[-4:])}:{ligne} {nom}"


def _ecrire(texte: str) -> Path | None:
    """A new file that its owner alone reads, in the user's state folder or, without one, in that of temporary files."""
    debut = f"cil-defaut-{datetime.now():%Y%m%d-%H%M%S}-"
    for dossier in filter(None, (dossier_personnel(platformdirs.user_state_path), Path(tempfile.gettempdir()))):
        with suppress(OSError):
            dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
            descripteur, chemin = tempfile.mkstemp(".txt", debut, dossier)
            with os.fdopen(descripteur, "w", encoding="utf-8") as flux:
                flux.write(texte)
            return Path(chemin)
    return None


class _Sortie:
    """A stream of text that shows no control sign; once its reader has gone, what is written goes nowhere."""

    def __init__(self, brute: TextIO) -> None:
        self._brute = brute

    def write(self, texte: str) -> int:
        self._tenter(lambda: self._brute.write(sans_commandes(texte)))
        return len(texte)

    def flush(self) -> None:
        self._tenter(self._brute.flush)

    def _tenter(self, geste: Callable[[], object]) -> None:
        try:
            geste()
        except OSError as erreur:
            self._detourner()
            if isinstance(erreur, BrokenPipeError) or (sys.platform == "win32" and erreur.errno == errno.EINVAL):
                return  # « cil … | head », by its name on Windows: the work goes on to its end.
            raise ErreurCIL(
                "Le résultat n’a pas pu être écrit sur la sortie de la commande : vérifiez la place libre, ou "
                "envoyez-le ailleurs, puis relancez la commande."
            ) from erreur

    def _detourner(self) -> None:
        """Python writes what is left at its end: to where nothing fails."""
        with suppress(OSError, ValueError):
            rien = os.open(os.devnull, os.O_WRONLY)
            os.dup2(rien, self._brute.fileno())
            os.close(rien)
            self._brute.flush()

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._brute, nom)


@contextmanager
def sorties_sures() -> Iterator[None]:
    """Make both streams of the command such ones, in UTF-8; a stream that is closed is one that nobody reads."""
    for rang, nom in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, nom) is None:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # In its own place: no file of ours becomes what others write to.
            mode = "w" if rang else "r"
            setattr(sys, nom, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for flux in (sys.stdout, sys.stderr):
        if hasattr(flux, "reconfigure"):
            flux.reconfigure(encoding="utf-8", errors="replace")  # A Windows console may not be in UTF-8.
    with (
        redirect_stdout(cast(TextIO, _Sortie(sys.stdout))),
        redirect_stderr(cast(TextIO, _Sortie(sys.stderr))),
    ):
        yield
