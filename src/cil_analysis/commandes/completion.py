"""« cil completion »: what a shell reads to complete the commands and options of `cil`, and file names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    try:
        import shtab
    except ImportError:
        raise ErreurCIL(
            "Ce qui écrit la complétion, shtab, n’est pas installé : installez-le (pip install shtab, ou conda install "
            "-c conda-forge shtab), puis relancez la commande. Il ne sert qu’à cela."
        ) from None
    from cil_analysis.commandes import analyseur_des_commandes

    analyseur = analyseur_des_commandes()
    for action in _actions(analyseur):
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # how shtab is told of a path
    sys.stdout.write(shtab.complete(analyseur, shell=options.interprete) + "\n")
    return 0


def _actions(analyseur: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Those of a parser and of its commands."""
    for action in analyseur._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for sous in action.choices.values():
                yield from _actions(sous)
