"""The whole example: its project, then the extracts of each year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from cil_analysis.exemple import attributions, demandes, fichiers, flux, parc, propositions, relogements
from cil_analysis.exemple.projet import EFFECTIFS, Decor, Effectifs, creer_projet
from cil_analysis.exemple.tirage import Tirage
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import Partage, References
from cil_analysis.repartition import processus


def generer(
    modele: Projet,
    dossier: Path,
    annees: Sequence[int],
    graine: int,
    avancement: Callable[[str], None],
    effectifs: Effectifs = EFFECTIFS,
) -> tuple[Projet, dict[int, list[Path]]]:
    """Write the example project and its raw extracts. Returns the project, and the files of each year.

    The files are in the order in which they are best imported: what an import of requests says of the households
    depends on the leases and on the radiations. The same seed and years give the same files.
    """
    with processus() as equipe:
        projet, ecrits = generer_par_annee(modele, dossier, annees, graine, equipe, effectifs)
        par_annee = {}
        for annee, chemins in ecrits:
            avancement(f"Extraits fictifs de {annee}")
            par_annee[annee] = chemins
    return projet, par_annee


def generer_par_annee(
    modele: Projet,
    dossier: Path,
    annees: Sequence[int],
    graine: int,
    equipe: Executor,
    effectifs: Effectifs = EFFECTIFS,
) -> tuple[Projet, Iterator[tuple[int, list[Path]]]]:
    """The same, the files of a year as soon as they are there: ``equipe`` writes those of the next ones."""
    projet, decor = creer_projet(modele, dossier, annees, graine)
    flux.ecrire_conventions(projet, annees, int(decor.communes["logements"].sum()))
    partage, decor, annees = Partage.de(References(projet)), replace(decor, effectifs=effectifs), sorted(annees)
    attendus = [equipe.submit(_ecrire_l_annee, partage, decor, annees, annee, graine) for annee in annees]
    return projet, ((annee, attendu.result()) for annee, attendu in zip(annees, attendus, strict=True))


def _ecrire_l_annee(partage: Partage, decor: Decor, annees: Sequence[int], annee: int, graine: int) -> list[Path]:
    """Write the extracts of a year, and a list beside them."""
    references, rang = partage.references(), annees.index(annee)
    brut = references.projet.brut

    def lancer(numero: int) -> Tirage:
        return Tirage.lancer(annee, rang, [graine, annee, numero], decor, references)

    tires = [lancer(numero) for numero in range(4)]
    baux, stock = attributions.employer(lancer(10), attributions.tirer(tires[0])), demandes.tirer(tires[1])
    baux = attributions.loger_en_residence(lancer(12), baux)
    radiees, proposees = demandes.radier(tires[2], baux, stock), propositions.tirer(tires[3], baux, stock)
    relogements.ecrire(lancer(11), baux, brut)
    ecrits = [
        fichiers.ecrire_classeur(tires[0], "attributions", baux, brut),
        fichiers.ecrire_texte(tires[2], "radiations", radiees, brut, fichiers.TABULATION),
        fichiers.ecrire_texte(tires[3], "propositions", proposees, brut, ","),
        fichiers.ecrire_csv(tires[1], "demandes", demandes.suivre(lancer(9), stock), brut),
    ]
    if annee in flux.annees_de_flux(annees):
        tire = lancer(4)
        ecrits.append(flux.ecrire(tire, flux.tirer(tire, baux), brut))
    logements = parc.repartir(decor, references, annee, graine)
    if annee % 2 == 0:
        tire = lancer(5)
        enquete = parc.enqueter(tire, logements)
        ecrits.append(fichiers.ecrire_lignes(tire, "occupation", *enquete, brut, "utf-8-sig"))
    if annee == max(annees):
        tire = lancer(6)
        ecrits.append(fichiers.ecrire_lignes(tire, "parc", parc.TITRES, parc.tirer(tire, logements), brut, "cp1252"))
    return ecrits
