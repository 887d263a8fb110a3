"""A figure as it was typed, with the precision that its decimals give it.

« 25,3 » is any value from 25.25 to 25.35, both included, however its author rounded. A count has no tolerance.
"""

from __future__ import annotations

import re

from cil_analysis.extraits.cellules import est_absent, lire_nombre
from cil_analysis.extraits.cellules.textes import serrer
from cil_analysis.grammaire.indicateur import NOMBRE

_MARGE = 1e-9  # what binary fractions add or take: an exact tie is equal
_UNITE_ECRITE = re.compile(r"\s*(?:%|mois|ménages?)$", re.IGNORECASE)
_DECIMALES = re.compile(r"([.,])(\d+)(?:[eE]([-+]?\d+))?$")
_SIGNE_DU_SECRET = "s"


def lire_annee(texte: str) -> int | None:
    """The year of a row, or None when it cannot be read."""
    trouve = re.fullmatch(r"([12]\d{3})(?:[.,]0+)?", texte.strip())
    return int(trouve[1]) if trouve else None


def lire_publie(texte: str) -> tuple[float, int] | None:
    """A figure as it was typed, and how many decimals it has; None where there is none. ValueError when unreadable.

    >>> lire_publie("25,3 %"), lire_publie("1 234"), lire_publie("1.234,50"), lire_publie("nd")
    ((25.3, 1), (1234.0, 0), (1234.5, 2), None)
    """
    if est_absent(texte) or texte.strip() == _SIGNE_DU_SECRET:
        return None
    net = _UNITE_ECRITE.sub("", serrer(texte))
    nombre = lire_nombre(net)
    if nombre is None:
        return None
    trouve = _DECIMALES.search(net)
    if trouve is None or net.count(trouve[1]) > 1:
        return nombre, 0
    return nombre, max(0, len(trouve[2]) - int(trouve[3] or 0))


def egaux(publie: float, decimales: int, recalcule: float, unite: str) -> bool:
    """Whether a recomputed figure may have been printed as the published one."""
    tolerance = 0.0 if unite == NOMBRE else 0.5 * 10.0**-decimales
    return abs(recalcule - publie) <= tolerance + _MARGE
