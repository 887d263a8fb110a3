"""Who left the file in the year: the radiations that hold, told from those that were cancelled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.attente import observer
from cil_analysis.systemes.colonnes import parmi, texte

SORTIES = "sorties"
_ANNULATION = "DERADIATION"
_NUMERO = "demande_pseudonyme"


def preparer(lignes: dict[str, pd.DataFrame], _: References, annee: int) -> dict[str, pd.DataFrame]:
    """The rows of a year with the population « sorties », and how long each request of the year was seen to wait."""
    completees = dict(lignes)
    if "demandes" in lignes:
        completees["demandes"] = observer(lignes["demandes"], annee, sorties=False)
    if "radiations" in lignes:
        parties = sorties(lignes["radiations"], lignes.get("demandes"))
        completees[SORTIES] = observer(parties, annee, sorties=True)
    return completees


def sorties(radiations: pd.DataFrame, demandes: pd.DataFrame | None) -> pd.DataFrame:
    """One row is one request that left the file in the year: its last radiation.

    A request whose last event of the year is a cancelled radiation, or which is active at 31 December, has not left; of
    one day, the cancellation is taken for the last. A radiation without a number stands for one request.
    """
    numeros = texte(radiations, _NUMERO).astype("object")
    annulee = parmi(radiations, "motif_radiation", lambda motif: motif == _ANNULATION)
    ordre = np.lexsort((annulee, radiations["date_radiation"].to_numpy()))
    garde = np.zeros(len(radiations), dtype=bool)
    garde[ordre] = ~numeros.iloc[ordre].duplicated(keep="last")
    garde |= numeros.isna().to_numpy()
    if demandes is not None:
        garde &= ~numeros.isin(texte(demandes, _NUMERO).dropna().astype("object")).to_numpy()
    return radiations[garde & ~annulee].reset_index(drop=True)
