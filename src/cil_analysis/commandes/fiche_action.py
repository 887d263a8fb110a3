"""« cil fiche-action »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import suivre
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rendu.fiche_action import produire_la_fiche_action


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    projet = ouvrir_projet(options.projet)
    print(produire_la_fiche_action(projet, options.annee, moteur=options.moteur, avancement=suivre()))
    return 0
