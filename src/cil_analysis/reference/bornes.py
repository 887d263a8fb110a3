"""What an objective asks of a count, in whole households and exact fractions: no division decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pandas as pd

from cil_analysis.reference.objectifs import INTERVALLE, NOMBRE, PLAFOND, PLANCHER


@dataclass(frozen=True)
class Bornes:
    """A floor (``haut`` None), a ceiling (``bas`` None) or an interval, in percent or, ``en_nombre``, in households.

    ``tolerance``: how far outside, in the same unit, still counts as held.
    """

    bas: Fraction | None
    haut: Fraction | None
    en_nombre: bool = False
    tolerance: Fraction = Fraction(0)

    @classmethod
    def de(cls, objectif: Mapping[Any, Any]) -> Bornes:
        """The bounds of a row of the objectives, which has a value."""
        valeur, sens = _exact(objectif["valeur"]), objectif["sens"]
        haut = _exact(objectif["valeur_max"]) if sens == INTERVALLE else valeur
        return cls(
            None if sens == PLAFOND else valeur,
            None if sens == PLANCHER else haut,
            objectif["unite"] == NOMBRE,
            Fraction(0) if pd.isna(objectif["tolerance"]) else _exact(objectif["tolerance"]),
        )

    def admis(self, ensemble: int) -> tuple[int, int | None]:
        """The least and the largest count that hold, among ``ensemble`` households; the largest is None when free.

        The least exceeds the largest when no whole number falls in the interval.
        """
        echelle = Fraction(1) if self.en_nombre else Fraction(ensemble, 100)
        bas = 0 if self.bas is None else max(0, ceil((self.bas - self.tolerance) * echelle))
        return bas, None if self.haut is None else floor((self.haut + self.tolerance) * echelle)

    def ecart(self, compte: int, ensemble: int) -> Fraction:
        """How far above (+) or below (-) the target: of an interval, its nearest bound, and 0 inside."""
        valeur = Fraction(compte) if self.en_nombre else Fraction(100 * compte, ensemble)
        if self.bas is not None and (self.haut is None or valeur < self.bas):
            return valeur - self.bas
        return valeur - self.haut if self.haut is not None and (self.bas is None or valeur > self.haut) else Fraction(0)

    def tenu(self, compte: int, ensemble: int) -> bool:
        """Whether the objective holds."""
        bas, haut = self.admis(ensemble)
        return bas <= compte and (haut is None or compte <= haut)

    def manquants(self, compte: int, ensemble: int) -> int | None:
        """The least number of households that would have had to be of the public, or not (D12).

        None when no whole number of households would have done.
        """
        bas, haut = self.admis(ensemble)
        if haut is not None and bas > haut:
            return None
        return max(bas - compte, 0 if haut is None else compte - haut, 0)


def _exact(nombre: float) -> Fraction:
    """A number as it is written: 33.3 is 333/10."""
    return Fraction(repr(float(nombre)))
