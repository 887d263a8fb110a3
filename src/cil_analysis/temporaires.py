"""Folders of a run in the machine's temporary folder; what a killed run has left there goes with the next one."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UN_JOUR_S = 86_400
GENRES = ("pdf", "publication", "quarto", "rendu")
_A_NOUS = re.compile(rf"cil-(?:{'|'.join(GENRES)})-(\d+)-")


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
