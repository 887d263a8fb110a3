"""Replacing a file in one step: a run that stops, for whatever reason, leaves the one that was there."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
from pathlib import Path

# Windows would otherwise write two bytes for each line end.
_ECRIRE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


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
    except BaseException:
        with contextlib.suppress(OSError):
            provisoire.unlink(missing_ok=True)
        raise


def dossier_a_cote(parent: Path, prefixe: str) -> Path:
    """Make a folder of a new name for files that are then moved out of it.

    Nobody else looks into it meanwhile, but on Windows: what is moved keeps there the rights of the folder that it
    comes from, and reports on a shared drive would be closed to the rest of the service.
    """
    dossier = parent / f"{prefixe}{secrets.token_hex(4)}"
    dossier.mkdir(mode=0o777 if sys.platform == "win32" else 0o700)
    return dossier
