"""Démarrage de la commande."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.tableau import Ligne, alterner

LETTRES = "h"
AIDE_S = 0.3


def mesurer() -> Iterator[Ligne]:
    aide, rien = alterner(
        lambda: _lancer(Path(sys.executable).with_name("cil"), "--help"), lambda: _lancer(sys.executable, "-c", "pass")
    )
    yield Ligne("h", "« cil --help »", aide, rien, "« python -c pass »", au_plus=AIDE_S)


def _lancer(*commande: str | Path) -> None:
    subprocess.run(commande, check=True, stdout=subprocess.DEVNULL)
