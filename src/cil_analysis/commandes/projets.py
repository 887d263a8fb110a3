"""« cil exemple » and « cil nouveau »: the two ways to begin a project."""

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from datetime import date
from itertools import count
from pathlib import Path

from cil_analysis.commandes import documents
from cil_analysis.commandes.commun import NOMME, developper, dire
from cil_analysis.commandes.importer import dire_l_import
from cil_analysis.commandes.reponses import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exemple.attributions import listes_de
from cil_analysis.exemple.generation import generer
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import Partage, References
from cil_analysis.rendu.suivi import Production
from cil_analysis.repartition import processus


def exemple(options: argparse.Namespace) -> None:
    """« cil exemple »."""
    modele: Projet = options.projet
    if modele.donnees_fictives:
        raise ErreurCIL(f"{modele.racine} est déjà un projet d’exemple : lancez la commande depuis le projet modèle.")
    debut = time.perf_counter()
    annees: list[int] = options.annees
    with processus() as equipe:
        projet, extraits = generer(modele, modele.racine / "exemple", annees, options.graine, equipe)
        NOMME[:] = [projet.racine]
        for annee, chemins in extraits:
            dire(f"Extraits fictifs de {annee}")
            for importe in _importer_l_annee(projet, annee, chemins, equipe) if options.bilan else ():
                dire_l_import(importe, projet.racine)
        print(f"Projet d’exemple (données fictives) : {projet.racine}")
        if not options.bilan:
            return
        production = Production(annees[-1], avec_pdf=not options.sans_pdf)
        with documents.ouvrir_l_atelier(projet, production) as atelier:
            page = documents.bilan_deja_la(projet, production)
            page = page or documents.faire_le_bilan(projet, production, atelier, equipe)
            equipe.shutdown()  # Sheets have no use for its memory.
            accueil = documents.fiches_deja_la(projet, production)
            accueil = accueil or documents.faire_les_fiches(projet, production, atelier)
            print(f"Page d’accueil\u202f: {accueil}")
    dire(f"Fait en {time.perf_counter() - debut:.0f} s.")
    print(page)


def _importer_l_annee(projet: Projet, annee: int, chemins: Sequence[Path], equipe: Executor) -> Iterator[Bilan]:
    """Import the extracts of a year, several at a time; what became of each, in their order."""
    partage, attendus = Partage.de(References(projet)), list[Future[Bilan]]()
    for chemin in chemins:
        if chemin.name.startswith("demandes") or not projet.cle.exists():
            wait(attendus)  # What is said of requests depends on those before; the first import makes the key.
        attendus.append(equipe.submit(_importer, partage, chemin, annee))
    yield from (attendu.result() for attendu in attendus)


def _importer(partage: Partage, chemin: Path, annee: int) -> Bilan:
    references = partage.references()
    return importer(references.projet, references, Demande([chemin], annee, listes=listes_de(chemin)))


def nouveau(options: argparse.Namespace) -> None:
    """« cil nouveau »."""
    from cil_analysis.territoires.etude import etudier
    from cil_analysis.territoires.projet import creer_projet, refuser_dossier_occupe

    modele = options.projet
    if modele.donnees_fictives:
        raise ErreurCIL(
            f"{modele.racine} est un projet d’exemple, dont les seuils et les bailleurs sont inventés : lancez la "
            "commande depuis le dépôt, ou nommez un autre modèle avec --projet."
        )
    refuser_dossier_occupe(options.dossier)  # Before the slow reading.
    aujourd_hui = date.today()
    etude = etudier(
        options.epci,
        options.contours,
        developper(options.communes),
        nom=options.nom,
        couche=options.couche,
        aujourd_hui=aujourd_hui,
    )
    projet = creer_projet(modele, options.dossier, etude, aujourd_hui)
    partis = len({a.code_insee for a in etude.adhesions} - set(etude.membres))
    NOMME[:] = [options.dossier]
    repondre("nouveau", projet=projet, etude=etude, partis=partis, numero=count(1).__next__)
