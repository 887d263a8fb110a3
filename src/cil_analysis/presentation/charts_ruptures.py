"""The breaks of a series on its drawing: a dashed vertical line between two years, and a few words at its top."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cil_analysis.presentation import theme
from cil_analysis.presentation.ruptures import Rupture
from cil_analysis.presentation.svg import Dessin

RANG = 19.0  # the height that each break takes above the drawing


def ruptures_dessinees(ruptures: Sequence[Rupture], annees: Sequence[int]) -> list[Rupture]:
    """The breaks that fall between two years of a drawing; one that leaves a year without figure is « nd » there."""
    return [r for r in ruptures if r.avant is not None and annees and min(annees) < r.annee <= max(annees)]


def marquer_ruptures(
    dessin: Dessin, ruptures: Sequence[Rupture], annees: Sequence[int], x: Callable[[int], float], socle: float
) -> None:
    """Draw each break between the years that it parts, its words on a row of its own so that none overlaps another."""
    for rang, rupture in enumerate(ruptures):
        avant = max(a for a in annees if a < rupture.annee)
        apres = min(a for a in annees if a >= rupture.annee)
        milieu, haut = (x(avant) + x(apres)) / 2, RANG * rang
        dessin.ligne([(milieu, haut + RANG), (milieu, socle)], theme.GRIS_TEXTE, 1.5, "3 4")
        demi = theme.largeur_texte(rupture.court, theme.PETIT) / 2
        centre = min(max(milieu, demi), dessin.largeur - demi)
        dessin.texte(
            centre, haut + 14, rupture.court, taille=theme.PETIT, couleur=theme.GRIS_TEXTE, ancre="middle", halo=True
        )
