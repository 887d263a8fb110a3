"""What each system of the action sheet adds to the rows of a year before they are counted."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes import cotation, flux, gouvernance, mouvements, occupation

Lignes = dict[str, pd.DataFrame]
# Each receives the rows by population, and returns them completed: new columns, new populations.
PREPARATIONS: tuple[Callable[[Lignes, References, int], Lignes], ...] = (
    flux.preparer,
    mouvements.preparer,
    occupation.preparer,
    cotation.preparer,
    gouvernance.preparer_la_gouvernance,
)
