"""What each system adds to the rows of a year before they are counted, and to what protects their figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes import cotation, flux, gouvernance, occupation, parcours, priorites, rattachement
from cil_analysis.systemes.colonnes import Lignes

# Each receives the rows by population, and returns them completed: new columns, new populations.
PREPARATIONS: tuple[Callable[[Lignes, References, int], Lignes], ...] = (
    flux.preparer,
    parcours.preparer,
    occupation.preparer,
    cotation.preparer,
    gouvernance.preparer,
    priorites.preparer,
    rattachement.preparer,
)
# Those that change what a column of the leases says: they are due under other rules of counting as well.
DES_COLONNES = (priorites.preparer,)
# What protects figures, and one of them tells: of landlords, of households that rules make priority ones, of two
# dimensions that cut the same number.
sans_ventilation, conventions, communes_dominees = flux.sans_ventilation, flux.conventions, occupation.communes_dominees
inclusions, partages = priorites.inclusions, cotation.partages
SansVentilation = flux.SansVentilation
# What proposals have of the requests and the leases of their households, of which aggregated tables name none.
DES_MENAGES = ("revenu_du_menage_eur", cotation.SCORE, "rang_score")


def regroupements(
    references: References, jour: date
) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...], tuple[str, ...]]]:
    """The classes that gather those of another dimension: (dimension, class), the other, its classes, those in part."""
    for groupe in (*cotation.regroupements(references, jour), *priorites.regroupements(references, jour)):
        yield *groupe, ()
    yield from cotation.trimestres(references, jour)
