"""« cil secret »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import (
    Declarer,
    dire_si_le_bilan_est_ancien,
    lire_annee,
    montrer,
    ouvrir_pour_compter,
)


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    aide = "Prouver le secret statistique d’un bilan publié."
    secret = commande("secret", aide, _secret, "Preuve du secret statistique")
    secret.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")
    secret.add_argument(
        "--lecteur",
        choices=("bailleur", "reservataire"),
        help="dire aussi ce que chaque bailleur (ou réservataire), qui connaît ses propres baux, déduirait des autres",
    )


def _secret(options: argparse.Namespace) -> int:
    references = ouvrir_pour_compter(options)
    from cil_analysis.commandes.reponses.preuve_montree import montrer_la_preuve

    with dire_si_le_bilan_est_ancien(references.projet, options.annee):
        lignes = list(montrer_la_preuve(references, options.annee, options.lecteur))  # All of it, or nothing.
    montrer(lignes)
    return 0
