"""The classes that the requests as a file of their own is counted by."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.indicators.classement import Dimension

DIMENSIONS: Mapping[str, Dimension] = {}
