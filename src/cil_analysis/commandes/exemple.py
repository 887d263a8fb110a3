"""« cil exemple »."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from pathlib import Path

from cil_analysis.commandes import bilan, fiches
from cil_analysis.commandes.commun import dire
from cil_analysis.commandes.importer import dire_l_import
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exemple.generation import generer_par_annee
from cil_analysis.exemple.relogements import listes_de
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import Partage, References
from cil_analysis.rendu.suivi import Production
from cil_analysis.repartition import processus


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    modele: Projet = options.projet
    if modele.donnees_fictives:
        raise ErreurCIL(f"{modele.racine} est déjà un projet d’exemple : lancez la commande depuis le projet modèle.")
    debut = time.perf_counter()
    annees: list[int] = options.annees
    with processus() as equipe:
        projet, extraits = generer_par_annee(modele, modele.racine / "exemple", annees, options.graine, equipe)
        for annee, chemins in extraits:
            dire(f"Extraits fictifs de {annee}")
            for importe in _importer_l_annee(projet, annee, chemins, equipe) if options.bilan else ():
                dire_l_import(importe, annee, projet.racine)
        print(f"Projet d’exemple (données fictives) : {projet.racine}")
        if not options.bilan:
            return
        from cil_analysis.rendu.atelier import Atelier, choisir  # Slow, and of no use to extracts.

        production = Production(annees[-1], avec_pdf=not options.sans_pdf)
        with Atelier(projet.carnets, choisir(production.moteur, dire)) as atelier:
            page = bilan.deja_la(projet, production) or bilan.faire(projet, production, atelier, equipe)
            equipe.shutdown()  # Sheets have no use for its memory.
            accueil = fiches.deja_la(projet, production) or fiches.faire(projet, production, atelier)
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
