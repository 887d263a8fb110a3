"""The account of the file of requests, from published figures."""

from __future__ import annotations

import pandas as pd

from cil_analysis.rapport.rapport import Rapport


def ecarts(rapport: Rapport) -> pd.Series:
    """By year, as a code: what entries and exits do not explain of the change of the stock, in requests.

    Without the years of which one of the four figures is masked or missing.
    """
    stock, entrees, sorties = (
        {int(c.cle[0]): c.valeur for c in rapport[code].par("annee").publies} for code in ("V02", "D01", "D02")
    )
    annees = [a for a in stock if a - 1 in stock and a in entrees and a in sorties]
    return pd.Series({str(a): stock[a] - stock[a - 1] - entrees[a] + sorties[a] for a in annees}, dtype="float64")
