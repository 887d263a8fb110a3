"""Time `cil exemple --bilan`, then `cil fiches`, in a copy of the model project, step by step, against 40 s each.

`make bench` runs it. Exit code 1 when the command fails or the budget is exceeded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUDGET_S = 40.0  # two cores, five years, warm set-up
RACINE = Path(__file__).resolve().parents[1]


def secondes(duree: float) -> str:
    return f"{duree:6.1f} s".replace(".", ",")


def main() -> int:
    cil = Path(sys.executable).with_name("cil")
    with tempfile.TemporaryDirectory() as dossier:
        for partie in ("data/reference", "notebooks"):
            shutil.copytree(RACINE / partie, Path(dossier) / partie)
        if not mesurer(cil, dossier, ["exemple", "--bilan", "--sans-fiches"], "bilan.html"):
            return 1
        annee = max(c.name for c in (Path(dossier) / "exemple" / "reports").iterdir() if c.is_dir())
        fiches = ["--projet", "exemple", "fiches", "--annee", annee]
        return 0 if mesurer(cil, dossier, fiches, "communes/*.html") else 1


def mesurer(cil: Path, dossier: str, arguments: list[str], attendu: str) -> bool:
    """Run the command, each line behind its time; whether it made what is expected within the budget."""
    debut = time.perf_counter()
    commande = subprocess.Popen(
        [cil, *arguments],
        cwd=dossier,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "CIL_DOSSIER_CLES": dossier},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert commande.stdout is not None
    for ligne in commande.stdout:
        print(f"{secondes(time.perf_counter() - debut)}  {ligne.rstrip()}", flush=True)
    code = commande.wait()
    duree = time.perf_counter() - debut
    if code or not list(Path(dossier).rglob(attendu)):
        print(f"La commande n’a pas produit {attendu} (code {code})\u202f: aucune mesure.")
        return False
    verdict = "budget tenu" if duree <= BUDGET_S else "budget dépassé"
    print(f"{secondes(duree)}  au total, sur {os.cpu_count()} cœurs")
    print(f"{secondes(BUDGET_S)}  au plus\u202f: {verdict}")
    return duree <= BUDGET_S


if __name__ == "__main__":
    sys.exit(main())
