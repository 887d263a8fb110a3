"""What every chart of bars shares: labels, swatches, one bar, the stub of a masked figure."""

from __future__ import annotations

from collections.abc import Iterable

from cil_analysis.presentation import theme
from cil_analysis.presentation.lecture import Chiffre
from cil_analysis.presentation.svg import Dessin

TALON = 22.0  # the constant length of the stub of a masked figure
RANGEES = 30  # beyond, rows are closer, so that a chart of many communes still fits a printed page
ECART = 8.0


def barre(
    dessin: Dessin, c: Chiffre, x0: float, milieu: float, echelle: float, couleur: str, epaisseur: float = 20
) -> float:
    """One horizontal bar, or the stub of a masked figure; returns where it ends."""
    if c.est_secret:
        dessin.hachures(x0, milieu - epaisseur / 2, TALON, epaisseur)
        return x0 + TALON
    if not c.est_publie:
        return x0
    longueur = max(c.valeur, 0) * echelle
    dessin.rect(x0, milieu - epaisseur / 2, longueur, epaisseur, couleur)
    return x0 + longueur


def encre_de(c: Chiffre) -> str:
    """Ink for a figure, grey for what has none."""
    return theme.ENCRE if c.est_publie else theme.GRIS_TEXTE


def etiqueter(textes: list[str], largeur: float = 175) -> list[list[str]]:
    """Labels broken into lines that fit a width."""
    return [theme.couper(texte, largeur, theme.TEXTE) for texte in textes]


def largeur_de(etiquettes: list[list[str]], *, gras: bool = False) -> float:
    """Width of the widest line."""
    return max((theme.largeur_texte(ligne, theme.TEXTE, gras) for lignes in etiquettes for ligne in lignes), default=0)


def rangee_de(nombre: int) -> tuple[float, float]:
    """Height of a row of one line, and thickness of its bar, for so many rows."""
    return (30.0, 20.0) if nombre <= RANGEES else (23.0, 15.0)


def hauteur_de(lignes: list[str], rangee: float = 30.0) -> float:
    """Height of the row of a label."""
    return max(rangee, len(lignes) * theme.TEXTE * 1.15 + rangee - 22)


def poser_legende(dessin: Dessin, entrees: Iterable[tuple[str, str]]) -> float:
    """Swatches and words above the bars, on as many lines as they need; returns where the bars begin."""
    x, y = 0.0, 16.0
    for couleur, texte in entrees:
        largeur = theme.largeur_texte(texte, theme.PETIT) + 40
        if x and x + largeur - 16 > dessin.largeur:
            x, y = 0.0, y + 22
        dessin.rect(x, y - 12, 15, 15, couleur, theme.GRIS)
        dessin.texte(x + 21, y, texte, taille=theme.PETIT)
        x += largeur
    return y + 12
