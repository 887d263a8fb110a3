"""Ranges: for each class, the middle half of a distribution and its median."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.grammaire.indicateur import MOIS
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, couper, feuille, hachurer, hauteur_de, largeur, unites
from cil_analysis.rapport.mots.formats import INSECABLE, nombre

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ECART, _HAUT, _BAS, _DROITE = 8.0, 30.0, 26.0, 40.0
_PLACE_DU_NOM, _RANGEE, _SOUS_LE_MILIEU = 170.0, 40.0, 6.0


class Etendue(NamedTuple):
    """A class: its first quartile, its median and its third quartile; a quartile may be missing."""

    bas: Chiffre | None
    centre: Chiffre
    haut: Chiffre | None

    @property
    def bornes(self) -> list[Chiffre]:
        """The two quartiles, if both are published; else none."""
        publies = [c for c in (self.bas, self.haut) if c is not None and c.est_publie]
        return publies if len(publies) == 2 else []


def dessiner(rangees: Sequence[Etendue], moitie: str) -> Axes:
    """One row a class: a thick line from the first quartile to the third, a disc on the median, from zero.

    A class whose median is masked is a stub; one that lacks a quartile shows its median alone. ``moitie``: what the
    line holds, « la moitié des ménages ».
    """
    noms = [couper(r.centre.nom, _PLACE_DU_NOM) for r in rangees]
    hauteurs = [hauteur_de(nom, _RANGEE) for nom in noms]
    gauche = largeur(noms) + _ECART
    axes = feuille(sum(hauteurs) + _HAUT + _BAS, gauche=gauche, droite=_DROITE, haut=_HAUT, bas=_BAS)
    valeurs = [c.valeur for r in rangees for c in (*r.bornes, r.centre) if c.est_publie]
    graduations = theme.graduations(0, max(valeurs, default=1))
    axes.set_xlim(0, graduations[-1])
    _graduer(axes, graduations, rangees)
    y = 0.0
    for nom, rangee, hauteur in zip(noms, rangees, hauteurs, strict=True):
        axes.text(-unites(axes, _ECART), y + hauteur / 2, nom, ha="right", va="center", linespacing=1.15)
        _tracer(axes, rangee, y + hauteur / 2)
        y += hauteur
    _legender(axes, gauche, moitie)
    return axes


def _graduer(axes: Axes, graduations: Sequence[float], rangees: Sequence[Etendue]) -> None:
    unite = f"{INSECABLE}mois" if any(r.centre.ligne["unite"] == MOIS for r in rangees) else ""
    ecrites = [nombre(g, 0 if g == int(g) else 1) for g in graduations]
    axes.set_xticks(graduations, [*ecrites[:-1], f"{ecrites[-1]}{unite}"])
    axes.set_yticks([])
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)


def _tracer(axes: Axes, rangee: Etendue, milieu: float) -> None:
    centre, y = rangee.centre, milieu + _SOUS_LE_MILIEU
    if not centre.est_publie:
        if centre.est_secret:
            hachurer(axes, 0, milieu - 10, unites(axes, TALON), 20)
        x = unites(axes, TALON + 6 if centre.est_secret else 4)
        axes.text(x, milieu, centre.texte, va="center", color=theme.GRIS_TEXTE)
        return
    if rangee.bornes:
        premier, dernier = rangee.bornes
        axes.plot([premier.valeur, dernier.valeur], [y, y], color=theme.GRIS_CLAIR, linewidth=9, solid_capstyle="butt")
        _borner(axes, premier.valeur, -1, y)
        _borner(axes, dernier.valeur, 1, y)
    axes.plot([centre.valeur], [y], "o", color=theme.ACCENT, markersize=13, clip_on=False)
    axes.text(centre.valeur, milieu - 10, nombre(centre.valeur, 1), ha="center", va="center", color=theme.ACCENT,
              fontweight="bold", clip_on=False)  # fmt: skip


def _borner(axes: Axes, valeur: float, sens: int, y: float) -> None:
    """The figure of a quartile beyond its end of the line, where there is room for it."""
    texte = nombre(valeur, 1)
    if sens < 0 and valeur < unites(axes, largeur([texte], theme.PETIT) + 5):
        return
    axes.text(valeur + sens * unites(axes, 5), y, texte, ha="right" if sens < 0 else "left", va="center",
              fontsize=theme.PETIT, color=theme.GRIS_TEXTE)  # fmt: skip


def _legender(axes: Axes, gauche: float, moitie: str) -> None:
    """What the line and the disc are, above the rows."""
    x, y = -unites(axes, gauche), -_HAUT / 2 - 2
    axes.plot([x, x + unites(axes, 34)], [y, y], color=theme.GRIS_CLAIR, linewidth=9, solid_capstyle="butt",
              clip_on=False)  # fmt: skip
    axes.text(x + unites(axes, 42), y, moitie, va="center", fontsize=theme.PETIT)
    x += unites(axes, 42 + largeur([moitie], theme.PETIT) + 26)
    axes.plot([x], [y], "o", color=theme.ACCENT, markersize=13, clip_on=False)
    axes.text(x + unites(axes, 13), y, "médiane", va="center", fontsize=theme.PETIT)
