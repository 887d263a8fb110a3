"""From whatever a command raises to a French sentence and an exit code: no user sees a traceback."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs

from cil_analysis.commandes.commun import en_francais
from cil_analysis.erreurs import ErreurCIL, cause_du_systeme
from cil_analysis.projet import dossier_personnel

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
