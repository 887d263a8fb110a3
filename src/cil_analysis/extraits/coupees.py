"""Rows that are parts of one, cut by a line feed in a cell without quotation marks: each goes less far than a whole."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from cil_analysis.extraits.cellules.textes import distinctes
from cil_analysis.extraits.lecture.lignes import PART_REMPLIE
from cil_analysis.extraits.lecture.tableau import Brut, derniers
from cil_analysis.extraits.schemas import lecteur
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References


def chercher_les_coupees(
    brut: Brut, texte: pd.DataFrame, dictionnaire: Dictionnaire, references: References
) -> np.ndarray:
    """The rows that are parts of one: but the first, none begins as one does."""
    coupees = np.zeros(len(texte), dtype="bool")
    for etendues, largeur, bas, haut in _etendues(brut):
        # Neither the row that goes on with another nor that one is whole.
        suites = np.flatnonzero((etendues[:-1] < bas) & (etendues[1:] < largeur)) + 1
        suites = suites[~_commencent(texte.iloc[suites], dictionnaire, references)]
        for suite in filter(len, np.split(suites, np.flatnonzero(np.diff(suites) > 1) + 1)):
            parties = [suite[0] - 1, *suite]
            # Together they are as wide as one, each cut cell in two of them.
            coupees[parties] |= bas <= etendues[parties].sum() - len(suite) <= haut
    return coupees


def _etendues(brut: Brut) -> Iterator[tuple[np.ndarray, int, int, int]]:
    """How far each row goes, how far the table does, and how far a whole row does, at the least and at the most.

    By the cells written on each line, and by the last one filled: a spreadsheet writes as many on every line.
    """
    ecrites, table = brut.feuille.ecrites, brut.feuille.table
    if not len(table):
        return
    if ecrites is not None:
        usuelle = int(np.bincount(ecrites).argmax())
        yield ecrites, usuelle, usuelle, 2 * usuelle
    pleines = [pc.greater(pc.binary_length(colonne), 0).to_numpy() for colonne in table.columns]
    usuelles = [rang for rang, pleine in enumerate(pleines, 1) if pleine.sum() >= PART_REMPLIE * len(table)]
    yield derniers(pleines), len(pleines), max(usuelles, default=0), len(pleines)


def _commencent(texte: pd.DataFrame, dictionnaire: Dictionnaire, references: References) -> np.ndarray:
    """Which rows begin as one does: with a N° unique, or with a date and all else that the extract requires."""

    def donnee(nom: str) -> np.ndarray:
        lue = np.zeros(len(texte), dtype="bool")
        for une in {*dictionnaire.alternatives(nom)}.intersection(texte):
            cellules = distinctes(texte[une])
            lue |= cellules.etaler(cellules.lire(lecteur(dictionnaire.colonnes[une], references))[0].notna()).to_numpy()
        return lue

    colonnes = [c for c in dictionnaire.colonnes.values() if {*dictionnaire.alternatives(c.nom)}.intersection(texte)]
    numeros = [c.nom for c in colonnes if c.type == "identifiant"]
    requises = [c.nom for c in colonnes if c.obligatoire and c.type != "identifiant"]
    requises += [c.nom for c in colonnes if c.type == "date"][:1]
    commencent: np.ndarray = np.any([*map(donnee, numeros), np.all([*map(donnee, requises)], axis=0)], axis=0)
    return commencent
