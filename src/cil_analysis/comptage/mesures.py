"""The statistics of a stored column that some figures are, instead of counts: medians, means, shares of a curve."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from cil_analysis.comptage.exercice import Axes, Exercice, Tableau
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.grammaire.termes import Case
from cil_analysis.grammaire.vocabulaire import ATTENTE
from cil_analysis.systemes.attente import (
    DEBUT,
    FIN,
    ISSUE,
    Courbe,
    kaplan_meier,
    mediane_en_mois,
    part_en_attente,
)

AGREGATS = {
    "moyenne": "avg({})",
    "premier_quartile": "quantile_cont({}, 0.25)",
    "mediane": "quantile_cont({}, 0.5)",
    "troisieme_quartile": "quantile_cont({}, 0.75)",
}


def mesurer(indicateur: Indicateur, exercice: Exercice, case: Case, axes: Axes) -> Tableau:
    """The statistic over the rows of a case, with one decimal, for each figure; of the wait, see :mod:`attente`."""
    colonne, statistique = indicateur.compte.mesure
    valeurs: Iterator[float]
    if statistique == ATTENTE:
        valeurs = _attentes(indicateur, exercice, case, axes)
    elif not exercice.connait(case.population, colonne):
        return np.full(axes.forme, np.nan)
    else:
        resumes = exercice.resumer(case, axes, AGREGATS[statistique].format(colonne))
        valeurs = (float("nan") if resume is None else round(resume, 1) for resume in resumes)
    return np.fromiter(valeurs, "float64").reshape(axes.forme)


def _attentes(indicateur: Indicateur, exercice: Exercice, case: Case, axes: Axes) -> Iterator[float]:
    """The median wait, or the share that still waits after each length of time that the categories are."""
    minimum = exercice.regles.attente_minimale
    if not indicateur.compte.duree:
        return (mediane_en_mois(trace, minimum) for trace in _courbes(exercice, case, axes))
    durees = {code: minimum for code, minimum, _ in exercice.nomenclatures[indicateur.modalites].bornes}
    mois = [durees[modalite] for modalite in axes.modalites]
    traces = _courbes(exercice, case, axes._replace(modalites=("",)))
    return (part_en_attente(trace, duree, minimum) for trace in traces for duree in mois)


def _courbes(exercice: Exercice, case: Case, axes: Axes) -> Iterator[Courbe]:
    """The curve of each figure, those without dates left out; nobody's where an extract was not imported."""
    parties = [Case(population, case.conditions) for population in case.population.split("+")]
    if any(partie.population not in exercice.lignes for partie in parties):
        return iter([_tracer([])] * prod(axes.forme))
    agregats = [f"list({nom}) FILTER ({FIN} IS NOT NULL)" for nom in (DEBUT, FIN, ISSUE)]
    return map(_tracer, zip(*(exercice.resumer(partie, axes, *agregats) for partie in parties), strict=True))


def _tracer(morceaux: Any) -> Courbe:
    """The curve of what is seen of several populations; nothing of one without rows."""
    vus = [morceau for morceau in morceaux if morceau is not None and morceau[0] is not None]
    debut, fin, issue = (np.array([x for morceau in vus for x in morceau[rang]]) for rang in range(3))
    return kaplan_meier(debut, fin, issue.astype(bool))
