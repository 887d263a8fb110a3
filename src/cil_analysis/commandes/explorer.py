"""« cil explorer »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import Declarer, dire
from cil_analysis.projet import ouvrir_projet


def _lire_port(texte: str) -> int:
    if not (texte.isascii() and texte.isdigit() and 1024 <= int(texte) <= 65535):
        raise argparse.ArgumentTypeError("attendu un entier de 1024 à 65535")
    return int(texte)


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    explorer = commande("explorer", "Ouvrir le carnet d’exploration dans JupyterLab.", _explorer)
    explorer.add_argument("--port", type=_lire_port, metavar="N", help="port local (défaut\u202f: le premier libre)")
    explorer.add_argument("--sans-navigateur", action="store_true", help="donner l’adresse sans ouvrir le navigateur")


def _explorer(options: argparse.Namespace) -> int:
    from cil_analysis.exploration.jupyter import ouvrir

    ouvrir(ouvrir_projet(options.projet), options.port, navigateur=not options.sans_navigateur, dire=dire)
    return 0
