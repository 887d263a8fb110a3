"""Ranges: for each class, the middle half of a distribution and its median."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.grammaire.indicateur import MOIS
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, Entree, ecrire, hachurer, unites
from cil_analysis.rapport.dessins.rangees import poser
from cil_analysis.rapport.mots.formats import INSECABLE, nombre

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAS, _DROITE = 26.0, 40.0
_RANGEE, _SOUS_LE_MILIEU = 40.0, 6.0
_MOITIE: dict[str, Any] = {"color": theme.GRIS_CLAIR, "linewidth": 9, "solid_capstyle": "butt"}
_MEDIANE: dict[str, Any] = {"color": theme.ACCENT, "marker": "o", "markersize": 13}


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
    line holds, « la moitié des ménages ». The axis says where the quartiles are.
    """
    valeurs = [c.valeur for r in rangees for c in (*r.bornes, r.centre) if c.est_publie]
    graduations = theme.graduations(0, max(valeurs, default=1))
    axes, milieux = poser(
        [r.centre.nom for r in rangees],
        graduations[-1],
        rangee=_RANGEE,
        droite=_DROITE,
        marges=(4, _BAS),
        legende=[Entree(moitie, _MOITIE), Entree("médiane", _MEDIANE)],
    )
    unite = f"{INSECABLE}mois" if any(r.centre.ligne["unite"] == MOIS for r in rangees) else ""
    ecrites = [nombre(g, 0 if g == int(g) else 1) for g in graduations]
    axes.set_xticks(graduations, [*ecrites[:-1], f"{ecrites[-1]}{unite}"])
    axes.grid(axis="x")
    for rangee, milieu in zip(rangees, milieux, strict=True):
        _tracer(axes, rangee, milieu)
    return axes


def _tracer(axes: Axes, rangee: Etendue, milieu: float) -> None:
    centre, y = rangee.centre, milieu + _SOUS_LE_MILIEU
    if not centre.est_publie:
        if centre.est_secret:
            hachurer(axes, 0, milieu - 10, unites(axes, TALON), 20)
        ecrire(axes, centre.texte, (0, milieu), (TALON + 6 if centre.est_secret else 4, 0), color=theme.GRIS_TEXTE)
        return
    if rangee.bornes:
        axes.plot([c.valeur for c in rangee.bornes], [y, y], **_MOITIE)
    axes.plot([centre.valeur], [y], clip_on=False, **_MEDIANE)
    mots = nombre(centre.valeur, 1)
    axes.text(
        centre.valeur, milieu - 10, mots, ha="center", va="center", color=theme.ACCENT, fontweight="bold"
    )  # fmt: skip
