"""(h) The start of the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks import donnees
from benchmarks.tableau import Ligne


class Aide:
    """« cil --help ».

    The command as it is installed, in a process of its own. Reference: the interpreter that starts and does nothing.
    """

    repeat = 9
    lignes = (
        Ligne(
            "h", "« cil --help »", "time_aide", ("time_aide", "time_python"), au_plus=0.3,
            reference="time_python", nom_reference="« python -c pass »",
        ),
        Ligne(
            "e", "Mémoire\u202f: « cil --help » (h)", "peakmem_aide", ("peakmem_aide", "peakmem_python"), "o",
            "peakmem_python", "« python -c pass »",
        ),
    )  # fmt: skip

    def time_aide(self) -> None:
        subprocess.run([Path(sys.executable).with_name("cil"), "--help"], check=True, stdout=subprocess.DEVNULL)

    def time_python(self) -> None:
        subprocess.run([sys.executable, "-c", "pass"], check=True, env=donnees.environnement())

    peakmem_aide, peakmem_python = time_aide, time_python
