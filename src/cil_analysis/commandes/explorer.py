"""« cil explorer »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import dire
from cil_analysis.exploration.jupyter import ouvrir


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    ouvrir(options.projet, options.port, navigateur=not options.sans_navigateur, dire=dire)
