"""What the command writes to the terminal: signs that a reader sees, on streams that may be closed or cut short."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO, cast

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.typographie import sans_commandes


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
        with contextlib.suppress(OSError, ValueError):
            rien = os.open(os.devnull, os.O_WRONLY)
            os.dup2(rien, self._brute.fileno())
            os.close(rien)
            self._brute.flush()

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._brute, nom)


@contextlib.contextmanager
def sorties_sures() -> Iterator[None]:
    """Make both streams of the command such ones, in UTF-8; a stream that is closed is one that nobody reads."""
    for rang, nom in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, nom) is None:
            with contextlib.suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # In its own place: no file of ours becomes what others write to.
            mode = "w" if rang else "r"
            setattr(sys, nom, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for flux in (sys.stdout, sys.stderr):
        if hasattr(flux, "reconfigure"):
            flux.reconfigure(encoding="utf-8", errors="replace")  # A Windows console may not be in UTF-8.
    with (
        contextlib.redirect_stdout(cast(TextIO, _Sortie(sys.stdout))),
        contextlib.redirect_stderr(cast(TextIO, _Sortie(sys.stderr))),
    ):
        yield
