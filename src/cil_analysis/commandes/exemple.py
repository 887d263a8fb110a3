"""« cil exemple »."""

from __future__ import annotations

import argparse
import time

from cil_analysis.commandes import bilan, fiches
from cil_analysis.commandes.commun import dire
from cil_analysis.commandes.importer import dire_l_import
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exemple.generation import generer_par_annee
from cil_analysis.exemple.relogements import listes_de
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu.suivi import Production


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    modele = ouvrir_projet(options.projet)
    if modele.donnees_fictives:
        raise ErreurCIL(f"{modele.racine} est déjà un projet d’exemple : lancez la commande depuis le projet modèle.")
    debut = time.perf_counter()
    annees: list[int] = options.annees
    projet, extraits = generer_par_annee(modele, modele.racine / "exemple", annees, options.graine, dire)
    references = References(projet)
    for annee, chemins in extraits:
        for chemin in chemins if options.bilan else ():
            importe = importer(projet, references, Demande([chemin], annee, listes=listes_de(chemin)))
            dire_l_import(importe, annee, projet.racine)
    print(f"Projet d’exemple (données fictives) : {projet.racine}")
    if not options.bilan:
        return 0
    from cil_analysis.rendu.atelier import Atelier, choisir  # Slow, and of no use to extracts.

    production = Production(annees[-1], avec_pdf=not options.sans_pdf)
    with Atelier(projet.carnets, choisir(production.moteur, dire)) as atelier:
        page = bilan.deja_la(projet, production) or bilan.faire(projet, production, atelier)
        if not options.sans_fiches:
            accueil = fiches.deja_la(projet, production) or fiches.faire(projet, production, atelier)
            print(f"Page d’accueil\u202f: {accueil}")
    dire(f"Fait en {time.perf_counter() - debut:.0f} s.")
    print(page)
    return 0
