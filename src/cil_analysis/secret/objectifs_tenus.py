"""How many objectives are met: what published results alone tell."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, cadre_vide, mettre_en_cadre
from cil_analysis.grammaire.indicateur import EPCI, PCT

# The indicator that the published results of the others tell: it counts no rows.
OBJECTIFS_TENUS = "O07"


def bilan_des_objectifs(cadres: Sequence[pd.DataFrame], epci: str) -> pd.DataFrame:
    """O07: how many objectives are met, among those that have a result; in all, then by indicator (modalite)."""
    suivis = pd.concat(cadres, ignore_index=True) if cadres else cadre_vide()
    suivis = suivis[suivis["resultat"].isin([ATTEINT, NON_ATTEINT])]
    if suivis.empty:
        return cadre_vide()
    tenus = suivis["resultat"].eq(ATTEINT)
    comptes = [
        tenus.groupby([suivis["annee"], modalite.rename("modalite")], sort=True).agg(["sum", "count"]).reset_index()
        for modalite in (pd.Series("", index=suivis.index, dtype="str"), suivis["indicateur"])
    ]
    table = pd.concat(comptes, ignore_index=True).rename(columns={"sum": "numerateur", "count": "denominateur"})
    table["perimetre_type"], table["perimetre_code"] = EPCI, epci
    annees = [mettre_en_cadre(t, OBJECTIFS_TENUS, int(str(annee)), PCT) for annee, t in table.groupby("annee")]
    return pd.concat(annees, ignore_index=True)
