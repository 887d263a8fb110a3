"""A row of the OPS that is limited to a quarter or to a landlord: one that nobody knows makes no row of the commune.

The partition reads a row without a limit as the whole commune (docs/guide.md, « L’occupation du parc »).
"""

from __future__ import annotations

import pandas as pd

from cil_analysis.extraits import cleaning
from cil_analysis.extraits.anomalies import REJET
from cil_analysis.extraits.atelier import Atelier

_LIMITES = ("est_en_qpv", "qpv", "bailleur")


def est_une_enquete(atelier: Atelier) -> bool:
    """Whether the extract counts households by row, each row limited or not."""
    return "nb_menages" in atelier.dictionnaire.colonnes


def rejeter_les_limites_inconnues(atelier: Atelier, propres: pd.DataFrame, rejet: pd.Series) -> pd.Series:
    """Why each row is rejected, or empty: the reason that it has already, or a limit that is given and not known."""
    motif = rejet
    for nom in (nom for nom in _LIMITES if nom in atelier.texte and nom in propres):
        textes = atelier.texte[nom]
        donnee = textes.map({texte: not cleaning.est_absent(texte) for texte in textes.unique()}).astype(bool)
        perdue = donnee & propres[nom].isna() & motif.eq("")
        if nom == "qpv":  # « Hors QPV » is known, and limits to no quarter.
            perdue &= ~propres["est_en_qpv"].eq(False).fillna(False).astype(bool)
        libelle = atelier.colonne(nom).libelle
        message = f"« {libelle} » n’est pas reconnu : la ligne passerait pour toute la commune."
        atelier.noter(perdue, nom, "limite", REJET, message, textes)
        motif = motif.mask(perdue, f"« {libelle} » : valeur non reconnue")
    return motif
