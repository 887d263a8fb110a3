"""Where one landlord holds nearly all the stock: what its tenants are would be told of it (domain, §8.1)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cil_analysis.disclosure.rules import part_dominante
from cil_analysis.extracts import store
from cil_analysis.indicators.exercice import AUTRES_EXTRAITS
from cil_analysis.indicators.preparation_occupation import (
    BAILLEURS,
    OPS,
    RPLS,
    communes_dominees,
    lignes_des_bailleurs,
)
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References


def dominees(references: References, annee: int, lignes: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """The communes of a survey, by the rows of a year as they are prepared; none without a survey or a rule."""
    part = part_dominante(references.parametres, annee)
    return frozenset() if part is None or OPS not in lignes else communes_dominees(lignes, part)


def dominees_du_projet(projet: Projet, references: References, annee: int) -> frozenset[str]:
    """The same, from the rows that are stored."""
    noms = {OPS: OPS, RPLS: AUTRES_EXTRAITS[RPLS]}
    lues = {p: store.lire(projet, nom, annee) for p, nom in noms.items() if annee in store.annees(projet, nom)}
    if OPS in lues:
        lues[BAILLEURS] = lignes_des_bailleurs(lues[OPS])
    return dominees(references, annee, lues)
