"""Labels of one column, so that none overlaps another."""

from __future__ import annotations

from collections.abc import Mapping


def ecarter(
    positions: Mapping[str, float], hauteurs: Mapping[str, float], debut: float, fin: float
) -> dict[str, float]:
    """Centres of labels of one column, moved as little as needed so that none overlaps, in their order.

    From ``debut`` down, then back up from ``fin``; they go past ``fin`` only when there is no room for them all.
    """
    ordre = sorted(positions, key=lambda cle: positions[cle])
    centres: dict[str, float] = {}
    limite = debut
    for cle in ordre:
        centres[cle] = max(positions[cle], limite + hauteurs[cle] / 2)
        limite = centres[cle] + hauteurs[cle] / 2
    limite = max(fin, debut + sum(hauteurs.values()))
    for cle in reversed(ordre):
        centres[cle] = min(centres[cle], limite - hauteurs[cle] / 2)
        limite = centres[cle] - hauteurs[cle] / 2
    return centres
