"""« cil opendata »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import Declarer, dire, dire_si_le_bilan_est_ancien, lire_annee

# Those of rendu.opendata, which is slow to import; a test compares them.
LICENCES = ("etalab-2.0", "ODbL-1.0")


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    opendata = commande(
        "opendata",
        "Écrire les chiffres publiés d’une année en données ouvertes.",
        _opendata,
        "Preuve du secret statistique",
    )
    opendata.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")
    opendata.add_argument("--licence", choices=LICENCES, help="la licence que choisit le producteur")


def _opendata(options: argparse.Namespace) -> int:
    from cil_analysis.projet import ouvrir_projet

    projet = ouvrir_projet(options.projet)
    from cil_analysis.rendu.opendata import produire_opendata

    with dire_si_le_bilan_est_ancien(projet, options.annee):
        dossier = produire_opendata(projet, options.annee, licence=options.licence)
    if options.licence is None:
        dire("Licence : à renseigner avant de diffuser (--licence).")
    print(dossier)
    return 0
