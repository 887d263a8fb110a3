"""The yearly series of an indicator for the whole EPCI: what one line, or few, can draw."""

from __future__ import annotations

import pandas as pd

from cil_analysis.grammaire.indicateur import EPCI

# More classes than colours that can be told apart are no lines in one drawing.
_MODALITES_MAXIMALES = 4


def series_de_l_ensemble(lignes: pd.DataFrame) -> pd.DataFrame:
    """The rows of the whole EPCI over at least two years, class by class, then year by year.

    An indicator with a figure for all its classes together has one series; another has one a class, four at most. No
    row: there is no such series.
    """
    ensemble = lignes[lignes["perimetre_type"].eq(EPCI) & lignes["acteur_type"].eq("")]
    if ensemble["modalite"].eq("").any():
        ensemble = ensemble[ensemble["modalite"].eq("")]
    annees = [set(serie["annee"]) for _, serie in ensemble.groupby("modalite")]
    if not 0 < len(annees) <= _MODALITES_MAXIMALES or len(annees[0]) < 2 or any(a != annees[0] for a in annees):
        return ensemble.iloc[:0]
    ordre = {modalite: rang for rang, modalite in enumerate(dict.fromkeys(ensemble["modalite"]))}
    rangs = ensemble["modalite"].map(ordre)
    return ensemble.assign(_rang=rangs).sort_values(["_rang", "annee"], kind="stable").drop(columns="_rang")
