"""« cil secret »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import dire_si_le_bilan_est_ancien, montrer, ouvrir_pour_compter
from cil_analysis.commandes.reponses.preuve_montree import montrer_la_preuve


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    references = ouvrir_pour_compter(options)
    with dire_si_le_bilan_est_ancien(references.projet, options.annee):
        lignes = list(montrer_la_preuve(references, options.annee, options.lecteur))  # All of it, or nothing.
    montrer(lignes)
    return 0
