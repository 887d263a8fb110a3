"""« cil explorer » and « cil completion »: the notebook and the shell of whoever works here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cil_analysis.commandes.commun import dire
from cil_analysis.erreurs import ErreurCIL


def explorer(options: argparse.Namespace) -> None:
    """« cil explorer »."""
    from cil_analysis.exploration.jupyter import ouvrir

    ouvrir(options.projet, options.port, navigateur=not options.sans_navigateur, dire=dire)


def completion(options: argparse.Namespace) -> None:
    """« cil completion »: what a shell reads to complete the commands and options of `cil`, and file names."""
    try:
        import shtab
    except ImportError:
        raise ErreurCIL(
            "Ce qui écrit la complétion, shtab, n’est pas installé : installez-le (pip install shtab, ou conda install "
            "-c conda-forge shtab), puis relancez la commande. Il ne sert qu’à cela."
        ) from None
    from cil_analysis.commandes import analyseur_des_commandes

    analyseur = analyseur_des_commandes()
    (commandes,) = (action for action in analyseur._actions if isinstance(action, argparse._SubParsersAction))
    for un in (analyseur, *commandes.choices.values()):
        for action in un._actions:
            if action.type is Path:
                action.complete = shtab.FILE  # How shtab is told of a path.
    sys.stdout.write(shtab.complete(analyseur, shell=options.interprete) + "\n")
