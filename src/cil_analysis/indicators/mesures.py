"""The statistics of a stored column that some figures are, instead of counts: medians, means, shares of a curve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from math import ceil, floor, prod

import numpy as np

from cil_analysis.indicators.attente import (
    DEBUT,
    FIN,
    ISSUE,
    Courbe,
    kaplan_meier,
    mediane_en_mois,
    part_en_attente,
)
from cil_analysis.indicators.cadre import Indicateur
from cil_analysis.indicators.colonnes import Colonnes, Nombres, Rangs
from cil_analysis.indicators.croisement import Axes, Tableau
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.termes import Case, extrait_de
from cil_analysis.indicators.vocabulaire import ATTENTE

_QUANTILES = {"mediane": 0.5, "premier_quartile": 0.25, "troisieme_quartile": 0.75}


def mesurer(indicateur: Indicateur, exercice: Exercice, case: Case, axes: Axes) -> Tableau:
    """The statistic over the rows of a case, with one decimal, for each figure; of the wait, see :mod:`attente`."""
    colonne, statistique = indicateur.compte.mesure
    valeurs: Iterator[float]
    if statistique == ATTENTE:
        valeurs = _attentes(indicateur, exercice, case, axes)
    else:
        extrait = extrait_de(case.population)
        if extrait not in exercice.lignes or colonne not in exercice.lues(extrait):
            return np.full(axes.forme, np.nan)
        nombres = exercice.lues(extrait).nombres(colonne)
        valeurs = (_resumer(nombres[rangs], statistique) for rangs in exercice.repartir(case, axes))
    return np.fromiter(valeurs, "float64").reshape(axes.forme)


def _resumer(valeurs: Nombres, statistique: str) -> float:
    connues = valeurs[~np.isnan(valeurs)]
    if not len(connues):
        return float("nan")
    resume = connues.mean() if statistique == "moyenne" else _quantile(np.sort(connues), _QUANTILES[statistique])
    return round(float(resume), 1)


def _quantile(tries: Nombres, part: float) -> float:
    """The number that a share of sorted numbers does not exceed, between the two nearest: numpy's, but at no cost."""
    rang = part * (len(tries) - 1)
    avant, apres = tries[floor(rang)], tries[ceil(rang)]
    reste = rang - floor(rang)
    return float(avant + (apres - avant) * reste if reste < 0.5 else apres - (apres - avant) * (1 - reste))


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
        return repeat(kaplan_meier(np.array([]), np.array([]), np.array([], bool)), prod(axes.forme))
    return (
        _tracer([(exercice.lues(partie.population), rangs) for partie, rangs in zip(parties, morceaux, strict=True)])
        for morceaux in zip(*(exercice.repartir(partie, axes) for partie in parties), strict=True)
    )


def _tracer(morceaux: Sequence[tuple[Colonnes, Rangs]]) -> Courbe:
    debut, fin = (np.concatenate([lues.nombres(nom)[rangs] for lues, rangs in morceaux]) for nom in (DEBUT, FIN))
    issue = np.concatenate([lues.vrai(ISSUE)[rangs] for lues, rangs in morceaux])
    dates = ~np.isnan(fin)
    return kaplan_meier(debut[dates], fin[dates], issue[dates])
