"""The requests as a file of their own, stock and flows: D01…."""

from __future__ import annotations

from cil_analysis.indicators.cadre import Indicateur

FICHIER_DEPARTEMENTAL: tuple[Indicateur, ...] = ()
