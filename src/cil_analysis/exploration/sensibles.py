"""Which stored rows tell something sensitive: known of the rows, whatever columns an analyst makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Set

import pandas as pd

from cil_analysis.reference.nomenclatures import Nomenclature


def codes_sensibles(nomenclatures: Mapping[str, Nomenclature], variables: Set[str]) -> dict[str, set[str]]:
    """Column → its sensitive codes, for the columns that have some.

    ``nomenclatures``: column → its list of codes; ``variables``: lists, whole (« nationalites ») or by code
    (« categories_prioritaires/a »).
    """
    codes = {
        colonne: {c for c in liste.codes(None) if {liste.nom, f"{liste.nom}/{c}"} & variables}
        for colonne, liste in nomenclatures.items()
    }
    return {colonne: siens for colonne, siens in codes.items() if siens}


def lignes_sensibles(lignes: pd.DataFrame, nomenclatures: Mapping[str, Nomenclature], variables: Set[str]) -> pd.Series:
    """Whether each stored row has a sensitive code.

    Where a whole list is sensitive, what tells of a row is not that it has a code but that it has another than most.
    """
    sensibles = pd.Series(False, lignes.index)
    for colonne, codes in codes_sensibles(nomenclatures, variables).items():
        if colonne in lignes and lignes[colonne].notna().any():
            if nomenclatures[colonne].nom in variables:
                codes = codes - {lignes[colonne].mode().iloc[0]}
            sensibles |= lignes[colonne].map(lambda valeur, c=codes: _porte(valeur, c)).astype(bool)
    return sensibles


def _porte(valeur: object, codes: set[str]) -> bool:
    return isinstance(valeur, str) and not codes.isdisjoint(morceau.strip() for morceau in valeur.split(";"))
