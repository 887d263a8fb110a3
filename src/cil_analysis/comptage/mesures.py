"""The statistics of a stored column that some figures are, instead of counts: medians, means, shares of a curve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from math import prod
from typing import Any

import numpy as np

from cil_analysis.comptage.exercice import Axes, Exercice, Tableau
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.grammaire.termes import Case
from cil_analysis.grammaire.vocabulaire import AGREGATS
from cil_analysis.systemes.preparations import ESTIMATIONS, Estimation


def mesurer(indicateur: Indicateur, exercice: Exercice, case: Case, axes: Axes) -> Tableau:
    """The statistic over the rows of a case, with one decimal, for each figure, or what a program estimates of them."""
    colonne, statistique = indicateur.compte.mesure
    valeurs: Iterator[float]
    if statistique in ESTIMATIONS:
        valeurs = _estimer(ESTIMATIONS[statistique], indicateur, exercice, case, axes)
    elif not exercice.connait(case.population, colonne):
        return np.full(axes.forme, np.nan)
    else:
        resumes = exercice.resumer(case, axes, AGREGATS[statistique].format(colonne))
        valeurs = (float("nan") if resume is None else round(resume, 1) for resume in resumes)
    return np.fromiter(valeurs, "float64").reshape(axes.forme)


def _estimer(
    estimation: Estimation, indicateur: Indicateur, exercice: Exercice, case: Case, axes: Axes
) -> Iterator[float]:
    """What is estimated for each figure: once, or at each of the lengths of time that the categories are."""
    durees: Sequence[float] | None = None
    if indicateur.compte.duree:
        connues = {code: debut for code, debut, _ in exercice.nomenclatures[indicateur.modalites].bornes}
        durees, axes = [connues[modalite] for modalite in axes.modalites], axes._replace(modalites=("",))
    for morceaux in _morceaux(estimation, exercice, case, axes):
        yield from estimation.estimer(morceaux, durees, exercice.regles)


def _morceaux(estimation: Estimation, exercice: Exercice, case: Case, axes: Axes) -> Iterator[Sequence[Any]]:
    """What its aggregates give of the rows of each figure, by population; nothing without one of the extracts."""
    if any(p.population not in exercice.lignes or p.population in exercice.agreges for p in case.parties):
        return repeat((), prod(axes.forme))
    return zip(*(exercice.resumer(partie, axes, *estimation.agregats) for partie in case.parties), strict=True)
