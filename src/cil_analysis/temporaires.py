"""Folders of a run in the machine's temporary folder; what a killed run has left there goes with the next one."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UN_JOUR_S = 86_400


@contextmanager
def dossier_temporaire(genre: str, parent: str | None = None) -> Iterator[Path]:
    """A folder ``cil-<genre>-<process>-…``, gone at the end; those of processes that are no more are swept before."""
    racine = Path(parent or tempfile.gettempdir())
    for reste in racine.glob(f"cil-{genre}-*"):
        if _est_abandonne(reste, genre):
            shutil.rmtree(reste, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"cil-{genre}-{os.getpid()}-", dir=racine, ignore_cleanup_errors=True
    ) as nom:
        yield Path(nom)


def _est_abandonne(dossier: Path, genre: str) -> bool:
    """Whether a folder of ours has no process any more; where that cannot be asked, whether it is a day old."""
    trouve = re.match(rf"cil-{genre}-(\d+)-", dossier.name)
    try:
        if hasattr(os, "getuid") and dossier.lstat().st_uid != os.getuid():
            return False
        if trouve is None or os.name == "nt":
            return time.time() - dossier.lstat().st_mtime > _UN_JOUR_S
        os.kill(int(trouve[1]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # Somebody else's, or gone meanwhile.
        return False
    return False
