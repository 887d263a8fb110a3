"""`python -m benchmarks [LETTRE…] [--ecrire FICHIER]`: measure, print the table; exit code 1 for a target missed."""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import benchmarks
from benchmarks.mesurer import cas
from benchmarks.performances import page
from benchmarks.tableau import Ligne, Resultat, calculer, en_texte

RACINE = Path(__file__).resolve().parents[1]


class Echec(Exception):
    """A measurement could not be made."""


def bancs() -> list[type]:
    """The classes that measure, in the order of their letters."""
    trouves = []
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if re.match(r"[a-z]_", module.name):
            charge = import_module(f"benchmarks.{module.name}")
            trouves += [c for c in vars(charge).values() if isinstance(c, type) and c.__module__ == charge.__name__]
    return [classe for classe in trouves if hasattr(classe, "lignes")]


def lignes_de(classe: type, lettres: Sequence[str]) -> list[Ligne]:
    """The rows asked for; all of them when no letter is named."""
    return [ligne for ligne in classe.lignes if not lettres or ligne.lettre in lettres]  # type: ignore[attr-defined]


def mesurer(classe: type, lignes: Sequence[Ligne], dossier: Path) -> list[Resultat]:
    """Measure what the rows of a class need, in processes that run in a folder. Raises Echec."""
    methodes = list(dict.fromkeys(nom for ligne in lignes for nom in ligne.besoins))
    _lancer(classe, dossier, "cache")
    chrono = [m for m in methodes if not m.startswith("peakmem_")]
    mesures = _lancer(classe, dossier, "chrono", *chrono) if chrono else {}
    for methode in (m for m in methodes if m.startswith("peakmem_")):
        for rang, _ in enumerate(cas(classe, methode)):
            mesures |= _lancer(classe, dossier, "memoire", methode, str(rang))
    return calculer(lignes, {nom: min(valeurs) for nom, valeurs in mesures.items()})


def _lancer(classe: type, dossier: Path, action: str, *arguments: str) -> dict[str, list[float]]:
    module = classe.__module__.rpartition(".")[2]
    sortie = dossier / "mesures.json"
    sortie.unlink(missing_ok=True)
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(RACINE), str(RACINE / "src"), os.environ.get("PYTHONPATH")])),
        "CIL_DOSSIER_CLES": str(dossier / "cles"),
    }
    env.pop("CIL_PROJET", None)
    commande = [sys.executable, "-m", "benchmarks.mesurer", module, classe.__name__, action, str(sortie), *arguments]
    # What the software says while it works is for its users: it is shown when a measurement fails.
    fini = subprocess.run(commande, cwd=dossier, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if fini.returncode:
        raise Echec(f"{module}, {action} {' '.join(arguments)}\u202f: échec\n{fini.stdout}{fini.stderr}")
    lues: dict[str, list[float]] = json.loads(sortie.read_text(encoding="utf-8"))
    return lues


def executer(lettres: Sequence[str], classes: Sequence[type]) -> Iterator[Resultat]:
    """The rows, as they are measured. One folder for all: what a class has prepared serves the next one."""
    with tempfile.TemporaryDirectory(prefix="cil-bench-", ignore_cleanup_errors=True) as dossier:
        for classe in classes:
            lignes = lignes_de(classe, lettres)
            if lignes:
                print(f"… {(classe.__doc__ or classe.__name__).splitlines()[0]}", file=sys.stderr, flush=True)
                yield from mesurer(classe, lignes, Path(dossier))


def main(arguments: Sequence[str] | None = None, classes: Sequence[type] | None = None) -> int:
    analyseur = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Mesurer les performances, et les comparer à leurs cibles."
    )
    analyseur.add_argument(
        "lettres", nargs="*", metavar="LETTRE", help="celles de docs/performances.md\u202f; toutes sinon"
    )
    analyseur.add_argument("--ecrire", type=Path, metavar="FICHIER", help="la page à écrire (docs/performances.md)")
    options = analyseur.parse_args(arguments)
    toutes = bancs() if classes is None else classes
    connues = sorted({ligne.lettre for classe in toutes for ligne in lignes_de(classe, ())})
    inconnues = sorted(set(options.lettres) - set(connues))
    if inconnues:
        analyseur.error(f"lettre inconnue\u202f: {', '.join(inconnues)} (parmi {', '.join(connues)})")
    try:
        resultats = sorted(executer(options.lettres, toutes), key=lambda r: r.ligne.lettre)
    except Echec as echec:
        print(echec, file=sys.stderr)
        return 1
    print(en_texte(resultats))
    if options.ecrire:
        options.ecrire.write_text(page(resultats), encoding="utf-8")
    manques = [r for r in resultats if r.tenu is False]
    if manques:
        print(f"{len(manques)} cibles manquées." if len(manques) > 1 else "Une cible manquée.")
    return 1 if manques else 0


if __name__ == "__main__":
    sys.exit(main())
