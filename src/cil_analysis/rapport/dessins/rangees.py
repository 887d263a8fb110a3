"""Rows: one a name, which is written at its left, on a horizontal scale that begins at zero."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import Entree, feuille
from cil_analysis.rapport.dessins.lettres import INTERLIGNE, couper, largeur

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ECART = 8.0
RANGEE = 30.0
_PLACE_DU_NOM, _BLANC = 148.0, 8.0


def poser(
    noms: Sequence[str], maximum: float, *, rangee: float = RANGEE, droite: float = 0,
    marges: tuple[float, float] = (4, 4), legende: Sequence[Entree] = (),
) -> tuple[Axes, list[float]]:  # fmt: skip
    """The axes, and the middle of each row. ``rangee``: the height of one, whose name may ask for more.

    ``maximum``: what the scale reaches; ``droite``, ``marges``: what is left at the right, above and below.
    """
    ecrits = [couper(nom, _PLACE_DU_NOM) for nom in noms]
    hauteurs = [max(rangee, (nom.count("\n") + 1) * theme.TEXTE * INTERLIGNE + _BLANC) for nom in ecrits]
    haut, bas = marges
    gauche = largeur(ecrits) + ECART
    axes = feuille(sum(hauteurs), gauche=gauche, droite=droite, haut=haut, bas=bas, legende=legende)
    axes.set_xlim(0, maximum or 1)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    milieux = [fin - hauteur / 2 for fin, hauteur in zip(accumulate(hauteurs), hauteurs, strict=True)]
    axes.set_yticks([])
    for nom, milieu in zip(ecrits, milieux, strict=True):
        _nommer(axes, nom.split("\n"), milieu)
    return axes, milieux


def _nommer(axes: Axes, lignes: Sequence[str], milieu: float) -> None:
    """Each line is a text that ends at the axis, whatever the font of the page."""
    for rang, ligne in enumerate(lignes):
        plus_bas = (rang - (len(lignes) - 1) / 2) * theme.TEXTE * INTERLIGNE
        axes.annotate(ligne, (0, milieu), xycoords=axes.get_yaxis_transform(), xytext=(-ECART, -plus_bas),
                      textcoords="offset points", ha="right", va="center", annotation_clip=False)  # fmt: skip
