"""The whole example: its project, then the extracts of each year."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from cil_analysis.exemple import attributions, demandes, fichiers, flux, parc
from cil_analysis.exemple.projet import EFFECTIFS, Decor, Effectifs, creer_projet
from cil_analysis.exemple.tirage import Tirage
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import Partage, References


def generer(
    modele: Projet,
    dossier: Path,
    annees: Sequence[int],
    graine: int,
    equipe: Executor | None = None,
    effectifs: Effectifs = EFFECTIFS,
) -> tuple[Projet, Iterator[tuple[int, list[Path]]]]:
    """Write the example project and its raw extracts. Returns the project, and the files of each year.

    The files are in the order in which they are best imported: what an import of requests says of the households
    depends on the leases and on the radiations. The same seed and years give the same files. With an ``equipe``, those
    of a year come as soon as they are there, while it writes those of the next ones.
    """
    projet, decor = creer_projet(modele, dossier, annees, graine)
    flux.ecrire_conventions(projet, annees, int(decor.communes["logements"].sum()))
    partage, annees = Partage.de(References(projet)), sorted(annees)
    ecrire = partial(_ecrire_l_annee, partage, replace(decor, effectifs=effectifs), annees, graine)
    ecrits = equipe.map(ecrire, annees) if equipe else map(ecrire, annees)
    return projet, zip(annees, ecrits if equipe else list(ecrits), strict=True)


def _ecrire_l_annee(partage: Partage, decor: Decor, annees: Sequence[int], graine: int, annee: int) -> list[Path]:
    """Write the extracts of a year, and a list beside them."""
    references, rang = partage.references(), annees.index(annee)

    def lancer(numero: int) -> Tirage:
        # Dice of their own for each extract and year: one never changes the draws of another.
        return Tirage(annee, rang, np.random.default_rng([graine, annee, numero]), decor, references)

    tires = [lancer(numero) for numero in range(4)]
    baux, stock = attributions.employer(lancer(10), attributions.tirer(tires[0])), demandes.tirer(tires[1])
    baux = attributions.loger_en_residence(lancer(12), baux)
    radiees, proposees = demandes.radier(tires[2], baux, stock), demandes.proposer(tires[3], baux, stock)
    attributions.ecrire_les_relogements(lancer(11), baux)
    ecrits = [fichiers.ecrire_classeur(tires[0], "attributions", baux)]
    for tire, extrait, table in (
        (tires[2], "radiations", radiees),
        (tires[3], "propositions", proposees),
        (tires[1], "demandes", demandes.suivre(lancer(9), stock)),
    ):
        ecrits.append(fichiers.ecrire(tire, extrait, fichiers.rediger(tire, extrait, table)))
    if annee in flux.annees_de_flux(annees):
        tire = lancer(4)
        ecrits.append(fichiers.ecrire(tire, "flux", fichiers.cellules(tire, "flux", flux.tirer(tire, baux), ",")))
    logements = parc.repartir(decor, references, annee, graine)
    if annee % 2 == 0:
        tire = lancer(5)
        ecrits.append(fichiers.ecrire(tire, "occupation", parc.enqueter(tire, logements)))
    if annee == max(annees):
        tire = lancer(6)
        ecrits.append(fichiers.ecrire(tire, "parc", parc.tirer(tire, logements)))
    return ecrits
