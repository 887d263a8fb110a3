"""The classes that the cotation of requests is counted by."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.indicators.classement import Dimension

DIMENSIONS: Mapping[str, Dimension] = {}
