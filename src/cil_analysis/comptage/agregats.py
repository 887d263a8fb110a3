"""Rows made of aggregated tables: as many as households counted, of which a commune is known, and one class at most.

« attributions »: the commune alone. « attributions@quartile »: the commune, and the class in that dimension, in a
column that no extract has. A case is counted in the table that knows all its dimensions, and nowhere when none does.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from cil_analysis.comptage.base import CLASSE
from cil_analysis.extraits.schemas import dtypes
from cil_analysis.reference.ensemble import References


def lignes_des_agregats(
    agregats: pd.DataFrame, references: References, communes: Collection[str] | None
) -> dict[str, pd.DataFrame]:
    """The rows by population, from the tables as they are stored; ``communes``: those that are kept, or all (None).

    The columns of an extract are there, as in a file that fills none of them in.
    """
    gardees = agregats if communes is None else agregats[agregats["commune"].isin(communes)]
    lignes: dict[str, pd.DataFrame] = {}
    for extrait in agregats["extrait"].unique():
        dictionnaire, siens = references.dictionnaires[extrait], gardees[gardees["extrait"].eq(extrait)]
        for dimension in agregats.loc[agregats["extrait"].eq(extrait), "dimension"].unique():
            tableau = siens[siens["dimension"].eq(dimension)]
            repetees = tableau.loc[tableau.index.repeat(tableau["effectif"])].reset_index(drop=True)
            lignes[f"{extrait}@{dimension}"] = pd.DataFrame(
                {"commune_insee": repetees["commune"], CLASSE: repetees["classe"]}
            )
            if extrait not in lignes:  # The tables of an extract count the same households: the import has checked it.
                vides = {nom: pd.Series(None, index=repetees.index, dtype=d) for nom, d in dtypes(dictionnaire).items()}
                lignes[extrait] = pd.DataFrame(vides | {"commune_insee": repetees["commune"]})
    return lignes
