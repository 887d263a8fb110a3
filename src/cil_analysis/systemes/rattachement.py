"""The secteur that each lease is in (reference/territory/secteurs.csv): where the dwelling is tells it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.colonnes import texte

SECTEUR = "secteur"
Lignes = dict[str, pd.DataFrame]


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The leases with their secteur, missing outside all: that of their QPV, else of their commune."""
    lieux = references.secteurs.au(annee)
    if "attributions" not in lignes or not any(lieux):
        return lignes
    baux = lignes["attributions"]
    quartiers = texte(baux, "qpv").where(_vrai(baux, "est_en_qpv"))
    secteurs = _chercher(quartiers, lieux.quartiers).fillna(_chercher(baux["commune_insee"], lieux.communes))
    return lignes | {"attributions": baux.assign(**{SECTEUR: secteurs})}


def _chercher(codes: pd.Series, secteurs: Mapping[str, str]) -> pd.Series:
    """The secteur of each place, missing where it has none."""
    return codes.astype("object").map(dict(secteurs)).astype("str")


def _vrai(baux: pd.DataFrame, nom: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Where a stored yes or no is yes."""
    return baux[nom].fillna(False).to_numpy(bool) if nom in baux else np.zeros(len(baux), dtype=bool)
