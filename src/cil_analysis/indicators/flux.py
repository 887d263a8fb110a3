"""The gestion en flux of reserved dwellings: F01… (domain, §7.1)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import Indicateur

FLUX: tuple[Indicateur, ...] = ()
