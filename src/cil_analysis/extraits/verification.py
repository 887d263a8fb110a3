"""What a new extract changes against what is stored: a comparison, of which nothing is written.

The lot is compared to the previous import of its year, else to the latest earlier year; see :mod:`.comparaison` for the
range of the numbers of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.extraits import comparaison, store
from cil_analysis.extraits import journal as comptes_rendus
from cil_analysis.extraits.anomalies import libelles_inconnus
from cil_analysis.extraits.comparaison import AXES, Baisse, Entete, Valeur, Volume
from cil_analysis.extraits.importation import cle_verifiee
from cil_analysis.extraits.lots import lire_tout, ouvrir_tout, trier
from cil_analysis.extraits.tolerances import Tolerances, lire_tolerances
from cil_analysis.projet import Projet
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser


@dataclass(frozen=True)
class Passe:
    """What is stored of an extract: ``journal`` is that of the import to compare to.

    ``tables``: the clean rows of each year up to that of the lot, included when it was imported. ``inconnus``: the
    labels that were already unknown then, as (column, normalised label).
    """

    journal: Mapping[str, Any]
    tables: Mapping[int, pd.DataFrame]
    inconnus: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Verification:
    """What to look at in a lot. ``journal``: its account, as an import would write it; ``passe``: None for a first.

    ``ecartees``: the fates of rows (rejetees, doublons, hors_perimetre) whose share has risen too much. ``anomalies``:
    those of the lot.
    """

    journal: Mapping[str, Any]
    passe: Passe | None
    entetes: Sequence[Entete]
    inconnus: Sequence[Valeur]
    codes: Sequence[Valeur]
    volumes: Sequence[Volume]
    baisses: Sequence[Baisse]
    ecartees: Sequence[str]
    anomalies: pd.DataFrame

    @property
    def points(self) -> int:
        """How many things there are to look at."""
        parties = (self.entetes, self.inconnus, self.codes, self.volumes, self.baisses, self.ecartees)
        return sum(len(partie) for partie in parties)


def verifier(
    projet: Projet,
    references: References,
    fichiers: Sequence[Path],
    annee: int,
    *,
    extrait: str | None = None,
    aujourd_hui: date | None = None,
) -> Verification:
    """Read and sort the files as an import would, and compare them. Raises the ErreurCIL of an import; writes nothing.

    The key of a project that has none is drawn in memory, and forgotten.
    """
    groupes = ouvrir_tout(fichiers)
    recus, dictionnaire = lire_tout([source for groupe in groupes for source in groupe], references, extrait)
    jour = aujourd_hui or date.today()
    lot = trier(projet, references, recus, dictionnaire, annee, aujourd_hui=jour, cle=cle_verifiee(projet))
    for fichier, groupe in zip(fichiers, groupes, strict=True):
        comptes_rendus.fiche(projet, fichier, groupe, lot.extrait, annee)  # A damaged one refuses the import.
    journal = comptes_rendus.etablir(lot.extrait, annee, lot.sources, lot.lectures, lot.tri, lot.colonnes)
    tolerances = lire_tolerances(references.parametres, annee)
    passe = lire_passe(projet, lot.extrait, annee)
    return comparer(journal, lot.tri.donnees, lot.tri.anomalies, dictionnaire, passe, tolerances)


def lire_passe(projet: Projet, extrait: str, annee: int) -> Passe | None:
    """What is stored of an extract up to a year; None when there is nothing."""
    journaux = {a: store.lire_journal(projet, extrait, a) for a in store.annees(projet, extrait) if a <= annee}
    annees = [a for a, journal in journaux.items() if journal is not None]
    if not annees:
        return None
    inconnus: set[tuple[str, str]] = set()
    for passee in annees:
        inconnus |= {
            (nom, normaliser(libelle))
            for nom, libelle in libelles_inconnus(store.lire_anomalies(projet, extrait, passee))
        }
    reference = journaux[annees[-1]] or {}
    return Passe(reference, {a: store.lire(projet, extrait, a) for a in annees}, frozenset(inconnus))


def comparer(
    journal: Mapping[str, Any],
    donnees: pd.DataFrame,
    anomalies: pd.DataFrame,
    dictionnaire: Dictionnaire,
    passe: Passe | None,
    tolerances: Tolerances,
) -> Verification:
    """Compare a lot (its account, clean rows and anomalies) to what is stored."""
    deja = frozenset() if passe is None else passe.inconnus
    inconnus = [
        Valeur(nom, libelle, n)
        for (nom, libelle), n in libelles_inconnus(anomalies).items()
        if (nom, normaliser(libelle)) not in deja
    ]
    if passe is None:
        return Verification(journal, None, [], inconnus, [], [], [], [], anomalies)
    ancien = passe.journal
    return Verification(
        journal,
        passe,
        comparaison.comparer_entetes(ancien["colonnes"], journal["colonnes"]),
        inconnus,
        comparaison.codes_jamais_vus(donnees, dictionnaire, list(passe.tables.values())),
        [
            volume
            for axe in AXES
            for volume in comparaison.volumes_inhabituels(donnees, passe.tables, axe, int(journal["annee"]), tolerances)
        ],
        comparaison.baisses_de_completude(ancien, journal, tolerances),
        comparaison.ecartees_en_hausse(ancien, journal, tolerances),
        anomalies,
    )
