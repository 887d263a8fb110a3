"""The classes that the stock and its occupants is counted by."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.indicators.classement import Dimension

DIMENSIONS: Mapping[str, Dimension] = {}
