"""« cil nouveau »."""

from __future__ import annotations

import argparse
from datetime import date
from itertools import count

from cil_analysis.a_coller import argument
from cil_analysis.commandes.commun import developper
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ensemble import References
from cil_analysis.territoires.etude import Demande, etudier
from cil_analysis.territoires.projet import creer_projet, refuser_dossier_occupe


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    modele = options.projet
    if modele.donnees_fictives:
        raise ErreurCIL(
            f"{modele.racine} est un projet d’exemple, dont les seuils et les bailleurs sont inventés : lancez la "
            "commande depuis le dépôt, ou nommez un autre modèle avec --projet."
        )
    refuser_dossier_occupe(options.dossier)  # Before the slow reading.
    demande = Demande(
        siren=options.epci,
        contours=options.contours,
        communes=tuple(developper(options.communes)),
        qpv=tuple(developper(options.qpv)),
        nom=options.nom,
        couche=options.couche,
        source=options.source,
        licence=options.licence,
    )
    aujourd_hui = date.today()
    etude = etudier(demande, References(modele).territoire.table_qpv, aujourd_hui)
    projet = creer_projet(modele, options.dossier, etude, aujourd_hui)
    partis = len({a.code_insee for a in etude.adhesions} - set(etude.membres))
    dossier, numero = argument(str(options.dossier)), count(1).__next__
    repondre("nouveau", projet=projet, etude=etude, partis=partis, dossier=dossier, numero=numero)
