"""`python -m benchmarks [LETTRE…] [--ecrire FICHIER]`: measure, print the table; exit code 1 for a target missed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir
from pathlib import Path
from unittest import mock

from benchmarks import aide, annee_du_pays, bilan, comptes, imports, page_ouverte, region, tests_du_depot
from benchmarks.page import page
from benchmarks.tableau import Ligne, en_texte

BANCS = (imports, bilan, page_ouverte, aide, comptes, annee_du_pays, region, tests_du_depot)


def executer(lettres: Sequence[str]) -> Iterator[Ligne]:
    """The rows, as they are measured. One folder for all: what a module has prepared serves the next one."""
    with (
        tempfile.TemporaryDirectory(prefix="cil-bench-", ignore_cleanup_errors=True) as dossier,
        chdir(dossier),
        mock.patch.dict(os.environ, CIL_DOSSIER_CLES=str(Path(dossier) / "cles")),  # all is put back as it was
    ):
        os.environ.pop("CIL_PROJET", None)
        for banc in BANCS:
            if not lettres or {*lettres} & {*banc.LETTRES}:
                print(f"… {(banc.__doc__ or '').splitlines()[0]}", file=sys.stderr, flush=True)
                yield from (ligne for ligne in banc.mesurer() if not lettres or ligne.lettre in lettres)


def main(arguments: Sequence[str] | None = None) -> int:
    connues = "".join(banc.LETTRES for banc in BANCS)
    analyseur = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Mesurer les performances, et les comparer à leurs cibles."
    )
    analyseur.add_argument(
        "lettres", nargs="*", metavar="LETTRE", help=f"parmi {', '.join(connues)}\u202f; toutes sinon"
    )
    analyseur.add_argument("--ecrire", type=Path, metavar="FICHIER", help="la page à écrire (docs/performances.md)")
    options = analyseur.parse_args(arguments)
    if inconnues := sorted(set(options.lettres) - set(connues)):
        analyseur.error(f"lettre inconnue\u202f: {', '.join(inconnues)} (parmi {', '.join(connues)})")
    vers = options.ecrire and options.ecrire.resolve()
    lignes = sorted(executer(options.lettres), key=lambda ligne: ligne.lettre)
    print(en_texte(lignes))
    if vers:
        vers.write_text(page(lignes), encoding="utf-8")
    manques = [ligne for ligne in lignes if ligne.tenu is False]
    if manques:
        print(f"{len(manques)} cibles manquées." if len(manques) > 1 else "Une cible manquée.")
    return 1 if manques else 0


if __name__ == "__main__":
    sys.exit(main())
