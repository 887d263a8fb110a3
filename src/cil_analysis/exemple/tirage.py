"""What every made-up extract is drawn with: the dice of one extract and year, and the draws that several share.

One row is one household in canonical columns; the files are written from it by :mod:`cil_analysis.exemple.fichiers`.
No row describes anyone: numbers, incomes and dates are drawn at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cil_analysis.exemple.projet import Decor
from cil_analysis.exemple.tables import DIT
from cil_analysis.reference.ensemble import References


@dataclass(frozen=True)
class Tirage:
    """The draw of one extract and year; ``rang`` counts the years from 0, so that figures can move in time."""

    annee: int
    rang: int
    hasard: np.random.Generator
    decor: Decor
    references: References

    def choix(self, valeurs: Sequence[object] | np.ndarray, n: int, poids: Sequence[float] | np.ndarray) -> np.ndarray:
        """Draw n values with the given weights."""
        return self.hasard.choice(np.asarray(valeurs), size=n, p=normer(poids))

    def codes(self, nom: str, n: int) -> np.ndarray:
        """Draw n codes of a table of decor.yml: code → weight."""
        poids: Mapping[str, float] = DIT[nom]
        return self.choix(list(poids), n, list(poids.values()))

    def jours(self, n: int) -> pd.Series:
        """Days of the year."""
        debut, fin = pd.Timestamp(self.annee, 1, 1), pd.Timestamp(self.annee, 12, 31)
        tires = self.hasard.integers(0, (fin - debut).days + 1, n)
        return pd.Series(debut + pd.to_timedelta(tires, unit="D"))

    def avant(self, jours: pd.Series, moyenne: float, plafond: int) -> pd.Series:
        """Days that come before others, from one day to ``plafond`` of them."""
        ecarts = np.clip(self.hasard.gamma(2.0, moyenne / 2, len(jours)), 1, plafond).astype(int)
        return jours - pd.to_timedelta(ecarts, unit="D")

    def numeros(self, n: int, serie: str) -> list[str]:
        """18 characters that say « FICT »: the shape of a N° unique, of nobody."""
        tires = self.hasard.choice(9_999_999, size=n, replace=False)
        return [f"{self.references.projet.departement:0>3}{serie}{self.annee % 1000:03d}{t:07d}FICT" for t in tires]

    def typologies(self, taille: np.ndarray) -> np.ndarray:
        """The number of rooms that a household of a size needs, or one more."""
        ideal = np.clip(taille + self.hasard.choice([0, 1], size=len(taille), p=[0.62, 0.38]), 1, 6)
        types: np.ndarray = np.asarray(["", "T1", "T2", "T3", "T4", "T5", "T6P"])[ideal]
        return types


def normer(poids: Sequence[float] | np.ndarray) -> np.ndarray:
    """Weights that sum to 1."""
    p = np.asarray(poids, dtype=float)
    return np.asarray(p / p.sum())
