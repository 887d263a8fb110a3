"""What figures along steps are read against: an objective, a dashed stair; other territories; breaks between years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import LARGEUR, Entree, borde, unites
from cil_analysis.rapport.dessins.theme import largeur

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cil_analysis.rapport.annees import Rupture
    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.comparateurs import Series

# The height that each break takes above a drawing.
RANG = 19.0
_TIRETS: dict[str, Any] = {"linewidth": 2, "linestyle": (0, (4.0, 2.7))}  # in widths of the line
# One after the other, in widths of the line: dots, dots and dashes, dots two by two. As many as ``TERRITOIRES``.
_POINTILLES = ((1.0, 1.6), (1.0, 1.6, 4.0, 1.6), (1.0, 1.0, 1.0, 3.2))


class Reperes(NamedTuple):
    """``places``: where each step stands; ``niveaux``: by step, its target, or both bounds of an interval.

    ``mots``: the latest target, « au moins 25 % »; ``autres``: the figures of other territories; ``ruptures``: those of
    the series that fall between two of its steps.
    """

    places: Mapping[str, float]
    niveaux: Mapping[str, tuple[float, ...]]
    mots: str
    autres: Series
    ruptures: Sequence[Rupture]

    @property
    def hauteurs(self) -> list[float]:
        """Every level and every figure, for the axis to reach them."""
        siens = [y for niveaux in self.niveaux.values() for y in niveaux]
        return siens + [float(y) for lus in self.autres.values() for y in lus["valeur"]]

    def legende(self, *siennes: Entree) -> list[Entree]:
        """« objectif : au moins 25 % », those of the drawing, « France : 15,0 % en 2022 », its last figure."""
        objectif = Entree(f"objectif\u202f: {self.mots}", {"color": theme.ENCRE, **_TIRETS})
        return [*([objectif] if self.mots else []), *siennes] + [
            Entree(f"{nom}\u202f: {lus['dit'][max(lus.index)]} en {max(lus.index)}", _style(rang))
            for rang, (nom, lus) in enumerate(self.autres.items())
        ]

    def tracer(self, axes: Axes, marge: float = 6.0, *, en_marches: bool = False) -> None:
        """All of it; ``en_marches``: other territories as stairs too; ``marge``: what is left free above the axes."""
        for rang in range(max(map(len, self.niveaux.values()), default=0)):
            hauteurs = [(*self.niveaux.get(pas, ()), nan, nan)[rang] for pas in self.places]
            axes.plot(*self._marches(axes, hauteurs), **borde(2) | _TIRETS)
        for rang, lus in enumerate(self.autres.values()):
            siens = lus["valeur"].reindex(list(self.places)).astype("float64")
            connus = siens.dropna()
            trait: Any = ([self.places[pas] for pas in connus.index], list(connus))
            marque = "o" if len(connus) == 1 else ""
            if en_marches:
                trait, marque = self._marches(axes, list(siens)), ""
            axes.plot(*trait, color=theme.BLANC, linewidth=5, clip_on=False)  # where it crosses a column
            axes.plot(*trait, clip_on=False, marker=marque, **_style(rang))
        for rang, rupture in enumerate(reversed(self.ruptures)):
            self._rompre(axes, rupture, RANG * rang + marge)

    def _marches(self, axes: Axes, hauteurs: Sequence[float]) -> tuple[list[float], list[float]]:
        gauche, droite = axes.get_xlim()
        bords = [gauche, *((a + b) / 2 for a, b in pairwise(self.places.values())), droite]
        return [x for bouts in pairwise(bords) for x in bouts], [y for y in hauteurs for _ in range(2)]

    def _rompre(self, axes: Axes, rupture: Rupture, au_dessus: float) -> None:
        """A break, dashed between the years that it parts, which stand at 0, 1, 2…; its words on a row above."""
        (bas, sommet), (gauche, _), place = axes.get_ylim(), axes.get_xlim(), axes.get_position()
        unite = (sommet - bas) / (place.height * axes.figure.get_figheight() * 72)  # type: ignore[union-attr]
        x = sum(int(annee) < rupture.annee for annee in self.places) - 0.5
        y = sommet + au_dessus * unite
        style: dict[str, Any] = {"color": theme.GRIS_TEXTE, "clip_on": False}
        axes.plot([x, x], [bas, y], linewidth=1.5, linestyle=(0, (2, 2.7)), **style)
        demi = unites(axes, largeur([rupture.court], theme.PETIT) / 2)
        debut = gauche - unites(axes, place.x0 * LARGEUR)
        centre = min(max(x, debut + demi), debut + unites(axes, LARGEUR) - demi)
        axes.text(centre, y + 2 * unite, rupture.court, ha="center", fontsize=theme.PETIT, color=theme.GRIS_TEXTE)


def lire(
    chiffres: Iterable[Chiffre], places: Mapping[str, float], ruptures: Sequence[Rupture], autres: Series
) -> Reperes:
    """The marks of a drawing. An objective is that of all its published figures, or it has none."""
    niveaux, mots = dict[str, tuple[float, ...]](), dict[str, set[str]]()
    for c in chiffres:
        if c.est_publie and c.bornes:
            mots.setdefault(c.cle[-1], set()).add(c.objectif)
            niveaux[c.cle[-1]] = c.bornes
    if any(len(dits) > 1 for dits in mots.values()):
        niveaux, mots = {}, {}
    dernier = max(mots, key=list(places).index, default="")
    return Reperes(places, niveaux, "".join(mots.get(dernier, ())), autres, tracees(ruptures, list(places)))


def tracees(ruptures: Sequence[Rupture], annees: Sequence[str]) -> list[Rupture]:
    """The breaks that fall between two years of a drawing; one that leaves a year without figure is « nd » there."""
    lues = [int(annee) for annee in annees if annee.isdigit()]
    return [r for r in ruptures if r.avant is not None and lues and min(lues) < r.annee <= max(lues)]


def _style(rang: int) -> dict[str, Any]:
    return {"color": theme.GRIS_TEXTE, "linewidth": 3, "linestyle": (0, _POINTILLES[rang])}
