"""The anomalies of one import by column, for the person who has just run it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cil_analysis.reference.columns import Colonne, Dictionnaire

_LIGNES_CITEES = 3


@dataclass(frozen=True)
class Groupe:
    """The anomalies of one column that have one effect.

    ``lignes``: the first lines of the file, with its name when there are several.
    """

    colonne: Colonne
    effet: str
    nombre: int
    lignes: list[str]


def grouper(anomalies: pd.DataFrame, dictionnaire: Dictionnaire) -> list[Groupe]:
    """The anomalies by column and effect, the largest group first."""
    plusieurs = anomalies["fichier"].nunique() > 1
    groupes = []
    for (nom, effet), lignes in anomalies.groupby(["colonne", "effet"]):
        lieux = lignes[["fichier", "ligne"]].drop_duplicates().head(_LIGNES_CITEES)
        groupes.append(
            Groupe(
                colonne=dictionnaire.colonnes[str(nom)],
                effet=str(effet),
                nombre=len(lignes),
                lignes=[f"{f} {n}" if plusieurs else str(n) for f, n in lieux.itertuples(index=False)],
            )
        )
    return sorted(groupes, key=lambda groupe: -groupe.nombre)
