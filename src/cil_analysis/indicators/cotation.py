"""The cotation of requests and the evaluation of its experimentation: C01… (domain, §7.2)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import Indicateur

COTATION: tuple[Indicateur, ...] = ()
