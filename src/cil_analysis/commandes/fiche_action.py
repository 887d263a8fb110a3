"""« cil fiche-action »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import suivre
from cil_analysis.rendu.fiche_action import produire_la_fiche_action


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    print(produire_la_fiche_action(options.projet, options.annee, moteur=options.moteur, avancement=suivre()))
