"""How a figure has changed: « en hausse de 3,2 % », « en baisse de 0,4 point », « stable »."""

from __future__ import annotations

from cil_analysis.grammaire.indicateur import MOIS, NOMBRE, PCT
from cil_analysis.rapport.mots.formats import accorder, mois, pourcentage

# A change below this share of the figure is called stable: a bilan does not comment on noise.
STABLE_PCT = 1.0
STABLE_POINTS = 0.5


def evolution(avant: float | None, apres: float | None, unite: str = NOMBRE) -> str:
    """Of a share in points, of a delay in months, of another figure in percent; nothing when there is none to compare.

    In points or in months, the difference is the one that a reader finds between the two as they are printed.
    """
    if avant is None or apres is None:
        return ""
    if unite in (PCT, MOIS):
        ecart = round(round(apres, 1) - round(avant, 1), 1)
        est_stable = abs(ecart) < STABLE_POINTS if unite == PCT else not ecart
        dit = accorder(abs(ecart), "point", "points") if unite == PCT else mois(abs(ecart))
    elif avant == 0:
        return ""
    else:
        ecart = (apres - avant) / avant * 100
        est_stable, dit = abs(ecart) < STABLE_PCT, pourcentage(abs(ecart))
    return "stable" if est_stable else f"en {'hausse' if ecart > 0 else 'baisse'} de {dit}"
