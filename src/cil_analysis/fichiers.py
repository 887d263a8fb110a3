"""What a run writes, when it may stop for whatever reason: a file replaced in one step, and temporary folders.

What a killed run has left in the machine's temporary folder goes with the next one.
"""

import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Windows would otherwise write two bytes for each line end.
_ECRIRE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
# In data/processed the owner writes, the group reads, the others see nothing: rows of households, even under a
# pseudonym, and what is drawn from true counts.
DROITS = 0o640
_UN_JOUR_S = 86_400
GENRES = ("pdf", "publication", "quarto", "rendu")
_A_NOUS = re.compile(rf"cil-(?:{'|'.join(GENRES)})-(\d+)-")


def remplacer(chemin: Path, octets: bytes, *, droits: int | None = None) -> None:
    """Write the whole content beside the file, then put it in its place.

    ``droits``: the mode of the file; without it, that of the file replaced, or what the system gives to a new one. A
    symbolic link stays one.
    """
    cible = chemin.resolve()
    if droits is None and cible.exists():
        droits = stat.S_IMODE(cible.stat().st_mode)
    provisoire = cible.with_name(f".{cible.name}.{os.getpid()}.tmp")
    try:
        descripteur = os.open(provisoire, _ECRIRE, 0o666 if droits is None else droits)
        with os.fdopen(descripteur, "wb") as flux:
            flux.write(octets)
            flux.flush()
            os.fsync(flux.fileno())
        if droits is not None:
            provisoire.chmod(droits)  # The system may have taken rights away.
        provisoire.replace(cible)
    except BaseException as erreur:
        with suppress(OSError):
            provisoire.unlink(missing_ok=True)
        if isinstance(erreur, OSError):  # What the user asked for, and not what is written beside it.
            erreur.filename = str(chemin)
        raise


def dossier_a_cote(parent: Path, prefixe: str) -> Path:
    """Make a folder of a new name for files that are then moved out of it.

    Nobody else looks into it meanwhile, but on Windows: what is moved keeps there the rights of the folder that it
    comes from, and reports on a shared drive would be closed to the rest of the service.
    """
    dossier = parent / f"{prefixe}{secrets.token_hex(4)}"
    dossier.mkdir(mode=0o777 if sys.platform == "win32" else 0o700)
    return dossier


def echanger(nouveau: Path, cible: Path, ancien: Path) -> None:
    """Put a folder in the place of another, which is kept aside; it comes back where the new one cannot be put."""
    cible.replace(ancien)
    try:
        nouveau.replace(cible)
    except OSError:
        ancien.replace(cible)
        raise


@contextmanager
def dossier_temporaire(genre: str, parent: Path | None = None) -> Iterator[Path]:
    """A folder ``cil-<genre>-<process>-…``, gone at the end; those of processes that are no more are swept before.

    ``genre``: one of GENRES. A run sweeps what another kind of run has left as well.
    """
    assert genre in GENRES
    racine = Path(parent or tempfile.gettempdir())
    for reste in racine.glob("cil-*"):
        if _est_abandonne(reste):
            shutil.rmtree(reste, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"cil-{genre}-{os.getpid()}-", dir=racine, ignore_cleanup_errors=True
    ) as nom:
        yield Path(nom)


def parent_au_nom_court(genre: str, longueur: int) -> Path | None:
    """A folder for temporary files where that of a run has a name of at most so many bytes, for its sockets.

    The usual one if it can be; None: there is none. Windows has no such limit.
    """
    usuel, propre = Path(tempfile.gettempdir()), len(f"/cil-{genre}-{os.getpid()}-abcdefgh")
    if sys.platform == "win32" or len(os.fsencode(usuel)) + propre <= longueur:
        return usuel
    autres = (autre for autre in (Path("/tmp"), Path("/var/tmp")) if os.access(autre, os.W_OK | os.X_OK))
    return next(autres, None)


def _est_abandonne(dossier: Path) -> bool:
    """Whether a folder is ours and has no process any more; where that cannot be asked, whether it is a day old."""
    trouve = _A_NOUS.match(dossier.name)
    if trouve is None:
        return False
    try:
        if hasattr(os, "getuid") and dossier.lstat().st_uid != os.getuid():
            return False
        if os.name == "nt":
            return time.time() - dossier.lstat().st_mtime > _UN_JOUR_S
        os.kill(int(trouve[1]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # Somebody else's, or gone meanwhile.
        return False
    return False


def synchroniser(chemin: Path) -> None:
    """See a file or a folder on the disk."""
    if os.name == "nt" and chemin.is_dir():
        return  # Windows does not open folders.
    descripteur = os.open(chemin, os.O_RDONLY if chemin.is_dir() else os.O_RDWR)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
