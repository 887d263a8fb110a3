"""Who left the file in the year: the radiations that hold, told from those that were cancelled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.colonnes import NUMERO, Lignes, parmi, texte

SORTIES = "sorties"
_ANNULATION = "DERADIATION"


def preparer(lignes: Lignes, _: References, annee: int) -> Lignes:
    """The rows of a year with the population « sorties »."""
    if "radiations" not in lignes:
        return lignes
    return lignes | {SORTIES: sorties(lignes["radiations"], lignes.get("demandes"))}


def sorties(radiations: pd.DataFrame, demandes: pd.DataFrame | None) -> pd.DataFrame:
    """One row is one request that left the file in the year: its last radiation.

    A request whose last event of the year is a cancelled radiation, or which is active at 31 December, has not left; of
    one day, the cancellation is taken for the last. A radiation without a number stands for one request.
    """
    numeros = texte(radiations, NUMERO).astype("object")
    annulee = parmi(radiations, "motif_radiation", lambda motif: motif == _ANNULATION)
    ordre = np.lexsort((annulee, radiations["date_radiation"].to_numpy()))
    garde = np.zeros(len(radiations), dtype=bool)
    garde[ordre] = ~numeros.iloc[ordre].duplicated(keep="last")
    garde |= numeros.isna().to_numpy()
    if demandes is not None:
        garde &= ~numeros.isin(texte(demandes, NUMERO).dropna().astype("object")).to_numpy()
    return radiations[garde & ~annulee].reset_index(drop=True)
