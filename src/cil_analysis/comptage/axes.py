"""The figures of a ventilation as an array: each year by each place by each actor by each category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Tableau = npt.NDArray[np.float64]
Booleens = npt.NDArray[np.bool_]
Rangs = npt.NDArray[np.int32]


class Axe:
    """The codes that one variable takes: one row a year, in which what a year has not is None (``connus`` is false)."""

    def __init__(self, codes: Sequence[Sequence[str | None]]) -> None:
        self.largeur = max(map(len, codes), default=0)
        self.codes: npt.NDArray[Any] = np.full((len(codes), self.largeur), None, dtype=object)
        for rangee, siens in zip(self.codes, codes, strict=True):
            rangee[: len(siens)] = siens
        self.connus: Booleens = np.asarray(pd.notna(self.codes))

    @property
    def noms(self) -> list[str | None]:
        """What each place is, where it is the same of every year that has it; None where no year has it."""
        return [next((code for code in places if code is not None), None) for places in self.codes.T]

    def rangs(self, classes: Mapping[str, int]) -> Rangs:
        """The place along the axis of each class in each year, -1 where it has none."""
        rangs = np.full((len(self.codes), len(classes)), -1, dtype=np.int32)
        annees, places = np.nonzero(self.connus)
        lues = np.array([classes.get(code, -1) for code in self.codes[self.connus]], dtype=np.intp)
        rangs[annees[lues >= 0], lues[lues >= 0]] = places[lues >= 0]
        return rangs


class Axes(NamedTuple):
    """The codes that the variables of a case take (see ``termes``)."""

    lieux: Axe
    acteurs: Axe
    modalites: Axe

    @property
    def forme(self) -> tuple[int, int, int, int]:
        """The shape of the figures."""
        return len(self.lieux.codes), self.lieux.largeur, self.acteurs.largeur, self.modalites.largeur

    @property
    def connus(self) -> Booleens:
        """Which figures there are: those whose codes their year has."""
        lieux, acteurs, modalites = (axe.connus for axe in self)
        return lieux[:, :, None, None] & acteurs[:, None, :, None] & modalites[:, None, None, :]

    def codes(self) -> tuple[npt.NDArray[Any], ...]:
        """The place, the actor and the category of each figure that there is."""
        annees, *places = np.nonzero(self.connus)
        return tuple(axe.codes[annees, rangs] for axe, rangs in zip(self, places, strict=True))
