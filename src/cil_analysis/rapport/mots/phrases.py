"""Sentences made from published tables: they agree with the figures, and say nothing of a masked one."""

from __future__ import annotations

from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import accorder, mois, pourcentage
from cil_analysis.secret.table_publiee import LignePubliee

# A change below this share of the figure is called stable: a bilan does not comment on noise.
STABLE_PCT = 1.0
STABLE_POINTS = 0.5


def evolution(avant: float | None, apres: float | None) -> str:
    """« en hausse de 3,2 % », « en baisse de 0,4 % », « stable », or nothing when there is nothing to compare."""
    if avant is None or apres is None or avant == 0:
        return ""
    taux = (apres - avant) / avant * 100
    if abs(taux) < STABLE_PCT:
        return "stable"
    return f"en {'hausse' if taux > 0 else 'baisse'} de {pourcentage(abs(taux))}"


def evolution_points(avant: float | None, apres: float | None) -> str:
    """The same for a share, in points."""
    if avant is None or apres is None:
        return ""
    ecart = _ecart(avant, apres)
    if abs(ecart) < STABLE_POINTS:
        return "stable"
    return f"en {'hausse' if ecart > 0 else 'baisse'} de {accorder(abs(ecart), 'point', 'points')}"


def evolution_mois(avant: float | None, apres: float | None) -> str:
    """The same for a delay, in months: « en hausse de 0,7 mois »."""
    if avant is None or apres is None:
        return ""
    ecart = _ecart(avant, apres)
    if not ecart:
        return "stable"
    return f"en {'hausse' if ecart > 0 else 'baisse'} de {mois(abs(ecart))}"


def _ecart(avant: float, apres: float) -> float:
    """The difference that a reader finds between two shares as they are printed, with one decimal."""
    return round(round(apres, 1) - round(avant, 1), 1)


def objectif_en_mots(ligne: LignePubliee) -> str:
    """« au moins 25 % », « entre 20 et 30 % »."""
    return cibles.objectif(str(ligne["sens"]), float(ligne["cible"]), float(ligne["cible_max"]), str(ligne["unite"]))
