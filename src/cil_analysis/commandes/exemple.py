"""« cil exemple »."""

from __future__ import annotations

import argparse
import re
import time

from cil_analysis.commandes.bilan import produire
from cil_analysis.commandes.commun import Declarer, dire, lire_annees
from cil_analysis.commandes.fiches import produire_les_fiches
from cil_analysis.erreurs import ErreurCIL


def _lire_graine(texte: str) -> int:
    if not re.fullmatch(r"\d{1,9}", texte):
        raise argparse.ArgumentTypeError("attendu un entier positif ou nul")
    return int(texte)


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    exemple = commande("exemple", "Écrire les extraits fictifs du projet d’exemple.", _exemple, "Extraits fictifs")
    exemple.add_argument(
        "--annees", type=lire_annees, default="2018-2022", metavar="AAAA-AAAA", help="années de l’exemple"
    )
    exemple.add_argument("--graine", type=_lire_graine, default=1, metavar="N", help="graine du tirage")
    exemple.add_argument(
        "--bilan", action="store_true", help="importer ensuite, et produire le bilan et les fiches de la dernière année"
    )
    exemple.add_argument("--sans-pdf", action="store_true", help="avec --bilan\u202f: sans bilan.pdf")
    exemple.add_argument("--sans-fiches", action="store_true", help="avec --bilan\u202f: sans les fiches")


def _exemple(options: argparse.Namespace) -> int:
    from cil_analysis.commandes.importer import dire_l_import
    from cil_analysis.exemple.generation import generer_par_annee
    from cil_analysis.exemple.relogements import listes_de
    from cil_analysis.extraits.importation import importer
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.reference.ensemble import References

    modele = ouvrir_projet(options.projet)
    if modele.donnees_fictives:
        raise ErreurCIL(f"{modele.racine} est déjà un projet d’exemple : lancez la commande depuis le projet modèle.")
    debut = time.perf_counter()
    annees: list[int] = options.annees
    projet, extraits = generer_par_annee(modele, modele.racine / "exemple", annees, options.graine, dire)
    references = References(projet)
    for annee, chemins in extraits:
        for chemin in chemins if options.bilan else ():
            importe = importer(projet, references, [chemin], annee, listes=listes_de(chemin))
            dire_l_import(importe, annee, projet.racine)
    print(f"Projet d’exemple (données fictives) : {projet.racine}")
    if not options.bilan:
        return 0
    page = produire(projet.racine, annees[-1], "auto", avec_pdf=not options.sans_pdf)
    if not options.sans_fiches:
        accueil = produire_les_fiches(projet.racine, annees[-1], "auto")
        print(f"Page d’accueil\u202f: {accueil}")
    dire(f"Fait en {time.perf_counter() - debut:.0f} s.")
    print(page)
    return 0
