"""Tests de « make test »."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.donnees import RACINE
from benchmarks.tableau import Ligne, alterner

LETTRES = "t"
TESTS_S = 300.0
_EN_PARALLELE = ("--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder")  # As the Makefile has it.


def mesurer() -> Iterator[Ligne]:
    tests, trouves = alterner(lambda: _pytest(*_EN_PARALLELE), lambda: _pytest("--collect-only"), essais=1)
    yield Ligne("t", "Tests, « make test »", tests, trouves, "pytest les trouve", au_plus=TESTS_S)


def _pytest(*options: str) -> None:
    commande = [sys.executable, "-m", "pytest", "--quiet", *options, "--ignore", "tests/longs"]
    subprocess.run(commande, cwd=RACINE, check=True, stdout=subprocess.DEVNULL)
