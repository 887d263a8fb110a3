"""Columns: one a year from zero, its figure above, the year of the report in the accent colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cil_analysis.presentation import theme
from cil_analysis.rapport.annees import RANG, marquer, ruptures_de, tracees
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessin import TALON, feuille, hachurer, unites

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HAUTEUR, _HAUT, _BAS, _LEGENDE = 200.0, 28.0, 32.0, 26.0
# The width of a column, of the place of a year; its part where a second one stands beside it.
_LARGEUR, _PART, _LARGEUR_MAX = 0.68, 0.62, 90.0


def dessiner(serie: Chiffres, constants: Sequence[Chiffre]) -> Axes:
    """``constants``: the figures at constant perimeter, a second, narrow column in the years that they are of."""
    chiffres, sujet, ruptures = list(serie), str(serie.rapport.annee), ruptures_de([serie])
    annees = [c.cle[0] for c in chiffres]
    secondes = {c.cle[0]: c for c in constants if c.cle[0] in annees}
    marques = tracees(ruptures, annees)
    haut, bas = _HAUT + RANG * len(marques), _BAS + (_LEGENDE if secondes else 0)
    axes = feuille(_HAUTEUR + haut + bas, haut=haut, bas=bas)
    axes.set_xlim(-0.5, len(chiffres) - 0.5)
    hauteurs = [c.valeur for c in (*chiffres, *secondes.values()) if c.est_publie]
    axes.set_ylim(0, max(hauteurs, default=0) or 1)
    axes.set_yticks([])
    axes.set_xticks(range(len(annees)), annees, fontsize=theme.TEXTE)
    axes.tick_params(axis="x", pad=6)
    axes.spines["left"].set_visible(False)
    for etiquette in axes.get_xticklabels():
        if etiquette.get_text() == sujet:
            etiquette.set(fontweight="bold", color=theme.ENCRE)
    large = min(_LARGEUR, unites(axes, _LARGEUR_MAX))
    for rang, c in enumerate(chiffres):
        _annee(axes, rang, c, secondes.get(c.cle[0]), large, est_sujet=c.cle[0] == sujet)
    marquer(axes, marques, annees, _HAUT)
    if secondes:
        _legender(axes, secondes)
    return axes


def _annee(axes: Axes, rang: int, c: Chiffre, seconde: Chiffre | None, large: float, *, est_sujet: bool) -> None:
    part = 1.0 if seconde is None else _PART
    gauche, couleur = rang - large / 2, theme.ACCENT if est_sujet else theme.GRIS
    sommet = _colonne(axes, c, gauche, large * part, couleur)
    if seconde is not None:
        _colonne(axes, seconde, gauche + large * part, large * (1 - part), theme.GRIS_CLAIR, theme.GRIS_TEXTE)
    axes.annotate(
        c.texte, (rang, sommet), xytext=(0, 6), textcoords="offset points", ha="center", annotation_clip=False,
        fontweight="bold" if est_sujet else "normal", color=theme.ENCRE if c.est_publie else theme.GRIS_TEXTE,
    )  # fmt: skip


def _colonne(axes: Axes, c: Chiffre, x: float, large: float, couleur: str, contour: str = "none") -> float:
    """One column, or the stub of a masked figure; returns where it ends."""
    if c.est_secret:
        talon = TALON * axes.get_ylim()[1] / _HAUTEUR
        hachurer(axes, x, 0, large, talon)
        return talon
    if not c.est_publie:
        return 0.0
    axes.bar(x, c.valeur, large, align="edge", color=couleur, edgecolor=contour)
    return c.valeur


def _legender(axes: Axes, secondes: Mapping[str, Chiffre]) -> None:
    """What the narrow columns are, below, and the figure of the last one."""
    derniere = max(secondes)
    pas = axes.get_ylim()[1] / _HAUTEUR
    y, gauche = -(_BAS + _LEGENDE / 2) * pas, axes.get_xlim()[0]
    axes.bar(
        gauche, 14 * pas, unites(axes, 14), bottom=y - 7 * pas, align="edge", color=theme.GRIS_CLAIR, clip_on=False
    )
    mots = f"à périmètre constant\u202f: {secondes[derniere].texte} en {derniere}"
    axes.text(gauche + unites(axes, 21), y, mots, va="center", fontsize=theme.PETIT)
