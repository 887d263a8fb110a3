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
from cil_analysis.extraits.anomalies import libelles_inconnus
from cil_analysis.extraits.atelier import Consigne
from cil_analysis.extraits.comparaison import AXES, Baisse, Entete, Valeur, Volume, lire_tolerances
from cil_analysis.extraits.importation import cle_verifiee
from cil_analysis.extraits.journal import fiches
from cil_analysis.extraits.listes import Demandees, exiger_des_listes, lire_les_listes
from cil_analysis.extraits.lots import lire_tout, ouvrir_l_envoi, trier
from cil_analysis.extraits.preparation import Tri
from cil_analysis.projet import Projet
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
    listes: Demandees | None = None,
    aujourd_hui: date | None = None,
) -> Verification:
    """Read and sort the files as an import would, and compare them. Raises the ErreurCIL of an import; writes nothing.

    The key of a project that has none is drawn in memory, and forgotten.
    """
    envoi = ouvrir_l_envoi(fichiers, listes or {}, references)
    bruts, dictionnaire = lire_tout(envoi.sources, references, extrait)
    exiger_des_listes(envoi.listes, dictionnaire)
    consigne = Consigne(dictionnaire, references, annee, aujourd_hui or date.today(), cle_verifiee(projet))
    tri, journal = trier(projet, bruts, consigne, listes=lire_les_listes(envoi.listes, consigne))
    fiches(projet, dictionnaire.extrait, annee, envoi.sources, envoi.listes)  # A damaged one refuses the import.
    return _comparer(tri, journal, consigne, _lire_passe(projet, dictionnaire.extrait, annee))


def _lire_passe(projet: Projet, extrait: str, annee: int) -> Passe | None:
    """What is stored of an extract up to a year; None when there is nothing."""
    annees = [a for a in store.annees(projet, extrait) if a <= annee and store.lire_journal(projet, extrait, a)]
    if not annees:
        return None
    inconnus = {
        (nom, normaliser(libelle))
        for passee in annees
        for nom, libelle in libelles_inconnus(store.lire_anomalies(projet, extrait, passee))
    }
    journal = store.lire_journal(projet, extrait, annees[-1]) or {}
    return Passe(journal, {a: store.lire(projet, extrait, a) for a in annees}, frozenset(inconnus))


def _comparer(tri: Tri, journal: Mapping[str, Any], consigne: Consigne, passe: Passe | None) -> Verification:
    """Compare a lot to what is stored."""
    donnees, anomalies, annee = tri.donnees, tri.anomalies, consigne.annee
    tolerances = lire_tolerances(consigne.references.parametres, annee)
    deja = frozenset() if passe is None else passe.inconnus
    libelles = libelles_inconnus(anomalies).items()
    inconnus = [Valeur(nom, texte, n) for (nom, texte), n in libelles if (nom, normaliser(texte)) not in deja]
    if passe is None:
        return Verification(journal, None, [], inconnus, [], [], [], [], anomalies)
    ancien = passe.journal
    return Verification(
        journal=journal,
        passe=passe,
        entetes=comparaison.comparer_entetes(ancien["colonnes"], journal["colonnes"]),
        inconnus=inconnus,
        codes=comparaison.codes_jamais_vus(donnees, consigne.dictionnaire, list(passe.tables.values())),
        volumes=[
            volume
            for axe in AXES
            for volume in comparaison.volumes_inhabituels(donnees, passe.tables, axe, annee, tolerances)
        ],
        baisses=comparaison.baisses_de_completude(ancien, journal, tolerances),
        ecartees=comparaison.ecartees_en_hausse(ancien, journal, tolerances),
        anomalies=anomalies,
    )
