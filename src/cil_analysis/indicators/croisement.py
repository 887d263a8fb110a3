"""Rows crossed by several dimensions, and counts read for many figures at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from cil_analysis.indicators.colonnes import Classes, Nombres
from cil_analysis.indicators.termes import ACTEUR, LIEU, MODALITE, Case

Tableau = npt.NDArray[np.float64]
# For each variable of a case, the codes that it takes: the figures are their product, in the order of VARIABLES.
Axes = Mapping[str, Sequence[str]]
VARIABLES = (LIEU, ACTEUR, MODALITE)
SANS_AXE: Axes = {}


def forme(axes: Axes) -> tuple[int, ...]:
    """The shape of the figures: how many places, actors and categories."""
    return tuple(len(axes.get(variable, ("",))) for variable in VARIABLES)


def denombrer(classements: Sequence[Classes], effectif: int, poids: Nombres | None) -> Tableau:
    """How many of ``effectif`` rows, or what they weigh, by classes: one axis each, an empty place after the last."""
    tailles = _tailles(classements)
    comptes = np.bincount(_rangs(classements, effectif), poids, minlength=prod(tailles))
    return comptes.astype("float64", copy=False).reshape(tailles)


def lire(tableau: Tableau, case: Case, classements: Sequence[Classes], axes: Axes) -> Tableau:
    """The count of each figure of a case, from the rows crossed by its dimensions."""
    return np.broadcast_to(tableau[_places(case, classements, axes)], forme(axes))


def repartir(case: Case, classements: Sequence[Classes], effectif: int, axes: Axes) -> Iterator[npt.NDArray[np.intp]]:
    """The rows that each figure of a case counts, in their order."""
    tailles = _tailles(classements)
    rangs = _rangs(classements, effectif).astype(np.min_scalar_type(prod(tailles)))  # Small numbers sort fast.
    ordre = np.argsort(rangs, kind="stable")
    debuts = np.concatenate([[0], np.cumsum(np.bincount(rangs, minlength=prod(tailles)))])
    cellules = np.arange(prod(tailles)).reshape(tailles)[_places(case, classements, axes)]
    for cellule in np.broadcast_to(cellules, forme(axes)).ravel().tolist():
        yield ordre[debuts[cellule] : debuts[cellule + 1]]


def _tailles(classements: Sequence[Classes]) -> tuple[int, ...]:
    return tuple(len(classement.noms) + 1 for classement in classements)


def _rangs(classements: Sequence[Classes], effectif: int) -> npt.NDArray[np.intp]:
    """The cell of each row."""
    rangs = np.zeros(effectif, np.intp)
    for classement in classements:
        rangs *= len(classement.noms) + 1
        rangs += classement.rangs
    return rangs


def _places(case: Case, classements: Sequence[Classes], axes: Axes) -> tuple[npt.NDArray[np.intp] | int, ...]:
    """Where the classes of each condition are in the table, each variable along its own axis."""
    places: list[npt.NDArray[np.intp] | int] = []
    for (_, valeur), classement in zip(sorted(case.conditions), classements, strict=True):
        if valeur in axes:
            cote = [1] * len(VARIABLES)
            cote[VARIABLES.index(valeur)] = -1
            places.append(np.array(classement.places(axes[valeur]), np.intp).reshape(cote))
        else:
            places.append(classement.places([valeur])[0])
    return tuple(places)
