"""What a condition in SQL answers to each value of its column: how it cuts the classes that the column is ranged in."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from cil_analysis.comptage.base import CONFIGURATION
from cil_analysis.grammaire.dimensions import Dimension

Valeur = str | int


def acceptees(condition: Dimension, valeurs: Collection[Valeur]) -> frozenset[Valeur] | None:
    """The values that a « oui » of one column accepts; None where it reads something else, or accepts no value too."""
    [colonne] = condition.colonnes
    toutes = f'(SELECT unnest(?) AS "{colonne}")'
    with duckdb.connect(config=CONFIGURATION) as base:
        try:
            lues = base.execute(f'SELECT "{colonne}" FROM {toutes} WHERE {condition.expression}', [[*valeurs, None]])
        except duckdb.Error:
            return None
        dites = {valeur for (valeur,) in lues.fetchall()}
    return None if None in dites else frozenset(dites)
