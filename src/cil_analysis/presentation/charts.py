"""The charts of the report. Each takes published tables already filtered and returns an inline SVG.

``identifiant`` prefixes every id (unique in the page); ``titre`` and ``description`` are the accessible name and text
alternative; ``libelles`` maps codes to what the reader sees.
"""

from cil_analysis.presentation.charts_barres import (
    barres_annees,
    barres_communes,
)
from cil_analysis.presentation.charts_empilees import barres_empilees, empiler
from cil_analysis.presentation.charts_etendues import etendues
from cil_analysis.presentation.charts_lignes import courbes_annees

__all__ = [
    "barres_annees",
    "barres_communes",
    "barres_empilees",
    "courbes_annees",
    "empiler",
    "etendues",
]
