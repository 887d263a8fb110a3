"""What the rows of the systems tell of a landlord: where it holds nearly all the stock, what it does not break down.

Where one landlord holds nearly all, what its tenants are would be told of it (domain, §8.1); what a breakdown leaves
out is those that do not give it.
"""

from __future__ import annotations

from typing import NamedTuple


class SansVentilation(NamedTuple):
    """Dwellings whose class in a dimension is not known: all those of the pair, or a part of them (``en_partie``)."""

    dimension: str
    bailleur: str
    reservataire: str
    en_partie: bool


class Bailleurs(NamedTuple):
    """``dominees``: the communes of a survey where one landlord holds nearly all; none without a survey or a rule.

    ``sans_ventilation``: the dwellings that are not broken down. ``conventions``: the landlords and réservataires for
    whom dwellings are reserved (a rate and a base), as the report says to readers; None where nobody tells.
    """

    dominees: frozenset[str] = frozenset()
    sans_ventilation: frozenset[SansVentilation] = frozenset()
    conventions: frozenset[tuple[str, str]] | None = None


AUCUN_BAILLEUR = Bailleurs()
