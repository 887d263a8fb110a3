"""Le cours d’une année : jusqu’où vont les baux dont un bilan parle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple


class Cours(NamedTuple):
    """Jusqu’où vont les baux d’une année : la part de l’année (None : elle n’est pas publiée), le dernier jour."""

    ecoule: float | None
    jour: date

    def atteints(self, trimestres: list[str]) -> list[str]:
        """Les trimestres qu’ils atteignent : les suivants répètent le dernier compte."""
        return trimestres[: (self.jour.month + 2) // 3]


def cours_de_l_annee(ecoule_pct: float | None, close: date | None, annee: int) -> Cours:
    """Le cours d’une année dont la part écoulée est publiée ; elle est tenue pour finie à partir du jour ``close``."""
    fin = date(annee, 12, 31)
    jours = fin.timetuple().tm_yday
    if ecoule_pct is None or (close is not None and ecoule_pct >= 100 * close.timetuple().tm_yday / jours):
        return Cours(None if ecoule_pct is None else 1.0, fin)
    return Cours(ecoule_pct / 100, date(annee, 1, 1) + timedelta(days=round(ecoule_pct / 100 * jours) - 1))
