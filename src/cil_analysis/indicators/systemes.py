"""What each system of the action sheet adds to the rows of a year before they are counted."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from cil_analysis.indicators import cotation_rangs, lignes_flux, mouvements, preparation_occupation
from cil_analysis.indicators.preparation_gouvernance import preparer_la_gouvernance
from cil_analysis.reference.ensemble import References

Lignes = dict[str, pd.DataFrame]
# Each receives the rows by population, and returns them completed: new columns, new populations.
PREPARATIONS: tuple[Callable[[Lignes, References, int], Lignes], ...] = (
    lignes_flux.preparer,
    mouvements.preparer,
    preparation_occupation.preparer,
    cotation_rangs.preparer,
    preparer_la_gouvernance,
)
