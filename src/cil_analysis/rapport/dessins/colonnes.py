"""Columns: one a year from zero, its figure above, the year of the report in the accent colour.

Of a figure that has an objective, each column says its result by a shape, and the target is a dashed stair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import reperes, theme
from cil_analysis.rapport.dessins.barres import encre, resultat, resultats
from cil_analysis.rapport.dessins.dessin import FOND, TALON, ecrire, feuille, hachurer, peindre, unites
from cil_analysis.rapport.dessins.theme import largeur
from cil_analysis.rapport.mots.formats import unite_une_fois

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cil_analysis.rapport.annees import Rupture

_HAUTEUR, _HAUT, _BAS = 170.0, 28.0, 32.0
_LARGEUR, _LARGEUR_MAX = 0.68, 70.0  # the width of a column, of the place of a year
# The place of a figure above its column: a target that falls there is below it, as the figure says by a shape that it
# misses it; the line of another territory goes behind the figure, which on it would be taken for its own.
_PLACE_DU_CHIFFRE = 24.0


def dessiner(chiffres: Sequence[Chiffre], annee: int, ruptures: Sequence[Rupture], autres: Series) -> Axes:
    """``annee``: that of the report; ``autres``: the figures of other territories."""
    places = {c.cle[0]: float(rang) for rang, c in enumerate(chiffres)}
    lus = reperes.lire(chiffres, places, ruptures, autres)
    haut = _HAUT + reperes.RANG * len(lus.ruptures)
    legende = lus.legende(*resultats([c for c in chiffres if c.verdict]))
    axes = feuille(_HAUTEUR, haut=haut, bas=_BAS, legende=legende)
    publies = [c.valeur for c in chiffres if c.est_publie]
    axes.set(xlim=(-0.5, len(chiffres) - 0.5), ylim=(0, max([*publies, *lus.hauteurs], default=0) or 1), yticks=[])
    axes.set_xticks(range(len(places)), list(places), fontsize=theme.TEXTE)
    axes.tick_params(axis="x", pad=6)
    axes.spines["left"].set_visible(False)
    large = min(_LARGEUR, unites(axes, _LARGEUR_MAX))
    textes = unite_une_fois(resultat(c) if c.verdict else c.texte for c in chiffres)
    for (code, x), c, texte in zip(places.items(), chiffres, textes, strict=True):
        est_sujet = code == str(annee)
        if est_sujet:
            axes.get_xticklabels()[int(x)].set(fontweight="bold", color=theme.ENCRE)
        if c.est_secret:
            hachurer(axes, x - large / 2, 0, large, _unites_de_haut(axes, TALON))
        elif c.est_publie:
            peindre(axes, x - large / 2, 0, large, c.valeur, facecolor=theme.ACCENT if est_sujet else theme.GRIS)
        pied = _pied(axes, c)
        if unites(axes, largeur([texte], gras=est_sujet)) > 1:  # wider than its year
            texte = texte.replace(" ", "\n", 1)
        style = {"ha": "center", "va": "baseline", "fontweight": "bold" if est_sujet else "normal"}
        ecrire(axes, texte, (x, pied), (0, 6), color=encre(c), bbox=FOND, **style)
    lus.tracer(axes, _HAUT, en_marches=True)
    return axes


def _pied(axes: Axes, c: Chiffre) -> float:
    """Where the figure of a year stands: on its column, or above the target that is drawn where it would be."""
    pied = _unites_de_haut(axes, TALON) if c.est_secret else c.valeur if c.est_publie else 0.0
    for niveau in sorted(c.bornes):
        if pied <= niveau < pied + _unites_de_haut(axes, _PLACE_DU_CHIFFRE):
            pied = niveau
    return pied


def _unites_de_haut(axes: Axes, hauteur: float) -> float:
    """A height of the page, in the units of the axis."""
    return hauteur * axes.get_ylim()[1] / _HAUTEUR
