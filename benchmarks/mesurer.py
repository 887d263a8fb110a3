"""The process that measures: one class, in the current folder. What it finds goes to a file, as JSON.

``python -m benchmarks.mesurer MODULE CLASSE ACTION FICHIER MÉTHODE…`` where ACTION is « cache » (write the files that
the class needs), « chrono » (the methods in turn, again and again, so that a machine that slows down slows all of
them) or « memoire » (one method, and the peak memory of this process or of the largest that it has started).
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any


def cas(banc: Any, methode: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What a method measures: « time_chaine(10) » and its arguments, or its name and none."""
    params = getattr(getattr(banc, methode), "params", None) or ()
    if not params:
        yield methode, ()
    for valeur in params:
        yield f"{methode}({valeur})", (valeur,)


def mesurer(banc: Any, methodes: list[str]) -> dict[str, list[float]]:
    """All measurements of ``time_*`` and ``track_*`` methods, which alternate."""
    mesures: dict[str, list[float]] = {}
    tous = [(m, nom, arguments) for m in methodes for nom, arguments in cas(banc, m)]
    essais = {m: int(getattr(getattr(banc, m), "repeat", getattr(banc, "repeat", 3))) for m in methodes}
    for essai in range(max(essais.values(), default=0)):
        for methode, nom, arguments in tous:
            if essai < essais[methode]:
                mesures.setdefault(nom, []).append(_une_fois(banc, methode, arguments))
    return mesures


def _une_fois(banc: Any, methode: str, arguments: tuple[Any, ...]) -> float:
    _preparer(banc)
    debut = time.perf_counter()
    rendu = getattr(banc, methode)(*arguments)
    duree = time.perf_counter() - debut
    _defaire(banc)
    return float(rendu) if methode.startswith("track_") else duree


def memoire(banc: Any, methode: str, rang: int) -> dict[str, list[float]]:
    """The peak memory of one case of a method, in bytes."""
    nom, arguments = list(cas(banc, methode))[rang]
    _preparer(banc)
    getattr(banc, methode)(*arguments)
    qui = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    sommet = max(resource.getrusage(q).ru_maxrss for q in qui)
    _defaire(banc)
    return {nom: [float(sommet) * (1 if sys.platform == "darwin" else 1024)]}


def _preparer(banc: Any) -> None:
    if hasattr(banc, "setup"):
        banc.setup()


def _defaire(banc: Any) -> None:
    if hasattr(banc, "teardown"):
        banc.teardown()


def main(module: str, classe: str, action: str, fichier: str, *methodes: str) -> None:
    banc = getattr(import_module(f"benchmarks.{module}"), classe)()
    if action == "cache":
        resultat = {}
        if hasattr(banc, "setup_cache"):
            banc.setup_cache()
    elif action == "chrono":
        resultat = mesurer(banc, list(methodes))
    else:
        resultat = memoire(banc, methodes[0], int(methodes[1]))
    Path(fichier).write_text(json.dumps(resultat), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
