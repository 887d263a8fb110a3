"""« cil opendata »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import dire, dire_si_le_bilan_est_ancien
from cil_analysis.rendu.opendata import produire_opendata


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    with dire_si_le_bilan_est_ancien(options.projet, options.annee):
        dossier = produire_opendata(options.projet, options.annee, licence=options.licence)
    if options.licence is None:
        dire("Licence : à renseigner avant de diffuser (--licence).")
    print(dossier)
