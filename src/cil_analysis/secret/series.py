"""The yearly series of an indicator for the whole EPCI: what one line, or few, can draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cil_analysis.grammaire.indicateur import EPCI

# More classes than colours that can be told apart are no lines in one drawing.
_MODALITES_MAXIMALES = 4


def series_de_l_ensemble(lignes: Iterable[Mapping[Any, Any]]) -> list[list[Mapping[Any, Any]]]:
    """The rows of the whole EPCI over at least two years, class by class, each year by year.

    An indicator with a figure for all its classes together has one series; another has one a class, four at most. None:
    there is no such series.
    """
    series: dict[str, list[Mapping[Any, Any]]] = {}
    for ligne in lignes:
        if ligne["perimetre_type"] == EPCI and not ligne["acteur_type"]:
            series.setdefault(ligne["modalite"], []).append(ligne)
    gardees = [series[""]] if "" in series else [*series.values()]
    annees = {frozenset(ligne["annee"] for ligne in serie) for serie in gardees}
    if len(gardees) > _MODALITES_MAXIMALES or len(annees) != 1 or any(len(a) < 2 for a in annees):
        return []
    return [sorted(serie, key=lambda ligne: int(ligne["annee"])) for serie in gardees]
