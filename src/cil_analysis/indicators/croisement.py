"""Rows crossed by several dimensions, and counts read for many figures at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cil_analysis.indicators.colonnes import Classes, Nombres
from cil_analysis.indicators.termes import ACTEUR, LIEU, MODALITE, Case

Tableau = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp] | int


class Axes(NamedTuple):
    """The codes that the variables of a case take: the figures are each place by each actor by each category."""

    lieux: Sequence[str] = ("",)
    acteurs: Sequence[str] = ("",)
    modalites: Sequence[str] = ("",)

    @property
    def forme(self) -> tuple[int, int, int]:
        """The shape of the figures."""
        return len(self.lieux), len(self.acteurs), len(self.modalites)


# The axis that each variable goes along.
_RANGS = {LIEU: 0, ACTEUR: 1, MODALITE: 2}
_COTES = ((-1, 1, 1), (1, -1, 1), (1, 1, -1))


def denombrer(classements: Sequence[Classes], effectif: int, poids: Nombres | None) -> Tableau:
    """How many of ``effectif`` rows, or what they weigh, by classes: one axis each, an empty place after the last."""
    tailles = _tailles(classements)
    comptes = np.bincount(_rangs(classements, effectif), poids, minlength=prod(tailles))
    return comptes.astype("float64", copy=False).reshape(tailles)


def places(case: Case, classements: Sequence[Classes], axes: Axes) -> tuple[Places, ...]:
    """Where the figures of a case are in its rows crossed, each variable along its own axis."""
    resultat: list[Places] = []
    for (_, valeur), classement in zip(sorted(case.conditions), classements, strict=True):
        if valeur in _RANGS:
            rang = _RANGS[valeur]
            resultat.append(np.array(classement.places(axes[rang]), np.intp).reshape(_COTES[rang]))
        else:
            resultat.append(classement.place(valeur))
    return tuple(resultat)


def repartir(case: Case, classements: Sequence[Classes], effectif: int, axes: Axes) -> Iterator[npt.NDArray[np.intp]]:
    """The rows that each figure of a case counts, in their order."""
    tailles = _tailles(classements)
    rangs = _rangs(classements, effectif).astype(np.min_scalar_type(prod(tailles)))  # Small numbers sort fast.
    ordre = np.argsort(rangs, kind="stable")
    fins = np.cumsum(np.bincount(rangs, minlength=prod(tailles)))
    cellules = np.arange(prod(tailles)).reshape(tailles)[places(case, classements, axes)]
    for cellule in np.broadcast_to(cellules, axes.forme).ravel().tolist():
        yield ordre[fins[cellule - 1] if cellule else 0 : fins[cellule]]


def _tailles(classements: Sequence[Classes]) -> tuple[int, ...]:
    return tuple(len(classement.noms) + 1 for classement in classements)


def _rangs(classements: Sequence[Classes], effectif: int) -> npt.NDArray[np.intp]:
    """The cell of each row."""
    rangs = np.zeros(effectif, np.intp)
    for classement in classements:
        rangs *= len(classement.noms) + 1
        rangs += classement.rangs
    return rangs
