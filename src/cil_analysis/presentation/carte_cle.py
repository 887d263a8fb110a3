"""The key of a map of many communes: the number on each, its name and its figure, in two columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.presentation import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TAILLE = theme.PETIT
INTERLIGNE = TAILLE * 1.3
_NUMERO, _FIGURE, _GOUTTIERE = 34.0, 74.0, 12.0  # widths of a number and of a figure; white between the two columns


class Entree(NamedTuple):
    """One commune of the key."""

    numero: str
    nom: str
    texte: str


def _noms(entrees: Sequence[Entree], largeur: float) -> list[list[str]]:
    """The lines of each name, in the width that a column leaves to them."""
    place = (largeur - _GOUTTIERE) / 2 - _NUMERO - _FIGURE
    return [theme.couper(entree.nom, place, TAILLE) for entree in entrees]


def _colonnes(entrees: Sequence[Entree], largeur: float) -> tuple[list[list[str]], int]:
    """The lines of each name, and how many entries the first column holds: as much height as the second."""
    noms = _noms(entrees, largeur)
    total, hauteur = sum(map(len, noms)), 0
    for rang, lignes in enumerate(noms):
        if hauteur >= total / 2:
            return noms, rang
        hauteur += len(lignes)
    return noms, len(noms)


def hauteur_de_la_cle(entrees: Sequence[Entree], largeur: float) -> float:
    """The height that the key takes in a drawing."""
    noms, premiere = _colonnes(entrees, largeur)
    return max(sum(map(len, noms[:premiere])), sum(map(len, noms[premiere:]))) * INTERLIGNE + 8


def ecrire_la_cle(axe: Axes, entrees: Sequence[Entree], haut: float, largeur: float) -> None:
    """Write the entries from ``haut`` down, in order, the first column then the second."""
    noms, premiere = _colonnes(entrees, largeur)
    colonne = (largeur - _GOUTTIERE) / 2
    for debut, fin, x in ((0, premiere, 0.0), (premiere, len(entrees), colonne + _GOUTTIERE)):
        y = haut
        for entree, lignes in zip(entrees[debut:fin], noms[debut:fin], strict=True):
            axe.text(x + _NUMERO - 7, y, entree.numero, size=TAILLE, weight="bold", ha="right", va="center")
            axe.text(x + colonne, y, entree.texte, size=TAILLE, weight="bold", ha="right", va="center")
            for ligne in lignes:
                axe.text(x + _NUMERO, y, ligne, size=TAILLE, va="center")
                y += INTERLIGNE
