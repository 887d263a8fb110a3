"""The stock and who lives in it: S01… (domain, §5.1 and §5.2)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import Indicateur

OCCUPATION: tuple[Indicateur, ...] = ()
