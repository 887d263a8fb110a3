"""What is told of landlords, by the rows of a year as they are prepared, or as they are stored."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cil_analysis.extraits import store
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.regles import part_dominante
from cil_analysis.systemes import preparations
from cil_analysis.systemes.bailleurs import Bailleurs


def bailleurs(references: References, annee: int, lignes: Mapping[str, pd.DataFrame]) -> Bailleurs:
    """What rows tell, as they are prepared."""
    return preparations.bailleurs(lignes, part_dominante(references.parametres, annee))


def bailleurs_du_projet(projet: Projet, references: References, annee: int) -> Bailleurs:
    """The same, from the rows that are stored."""
    noms = {nom: AUTRES_EXTRAITS.get(nom, nom) for nom in preparations.DES_BAILLEURS}
    lues = {p: store.lire(projet, nom, annee) for p, nom in noms.items() if annee in store.annees(projet, nom)}
    return bailleurs(references, annee, preparations.preparer_les_bailleurs(lues, references, annee))
