"""Rows that are parts of one, by how far each goes and by what it begins with."""

import numpy as np
import pandas as pd

from cil_analysis.extraits.cellules.textes import distinctes
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.schemas import lecteur
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References


def chercher_les_coupees(
    brut: Brut, texte: pd.DataFrame, dictionnaire: Dictionnaire, references: References
) -> np.ndarray:
    """The rows that are parts of one, which a line feed in a cell has cut: but the first, none begins as one does."""
    coupees = np.zeros(len(texte), dtype="bool")
    for etendues in brut.etendues:
        suites = etendues.suites()
        suites = suites[~_commencent(texte.iloc[suites], dictionnaire, references)] if suites.size else suites
        for suite in np.split(suites, np.flatnonzero(np.diff(suites) > 1) + 1) if suites.size else ():
            parties = [suite[0] - 1, *suite]
            coupees[parties] |= etendues.reunies(parties)
    return coupees


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
