"""The whole example: its project, then the extracts of each year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from cil_analysis.example import fichiers, tirage
from cil_analysis.example.projet import creer_projet
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References


def generer(
    modele: Projet, dossier: Path, annees: Sequence[int], graine: int, avancement: Callable[[str], None]
) -> tuple[Projet, dict[int, list[Path]]]:
    """Write the example project and its raw extracts. Returns the project, and the files of each year.

    The same seed and years give the same files.
    """
    projet, decor = creer_projet(modele, dossier, annees, graine)
    references = References(projet)
    ecrits: dict[int, list[Path]] = {}
    for rang, annee in enumerate(sorted(annees)):
        avancement(f"Extraits fictifs de {annee}")
        tire = tirage.Tirage(annee, rang, np.random.default_rng([graine, annee]), decor, references)
        ecrits[annee] = [
            fichiers.ecrire_attributions(tire, tirage.attributions(tire), projet.brut),
            fichiers.ecrire_demandes(tire, tirage.demandes(tire), projet.brut),
        ]
    return projet, ecrits
