"""The life of the CIL: sessions, decisions, documents, actions: G01… (domain, §0)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import Indicateur

GOUVERNANCE: tuple[Indicateur, ...] = ()
