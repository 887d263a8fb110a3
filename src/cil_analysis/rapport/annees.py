"""What a series of years has of its own: the breaks to mark on its drawing, the same figures at constant perimeter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.rapport import series
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import paliers, theme
from cil_analysis.rapport.dessins.dessin import LARGEUR, unites, unites_verticales
from cil_analysis.rapport.dessins.lettres import largeur
from cil_analysis.rapport.figure import Mots
from cil_analysis.rapport.ruptures import Rupture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The height that each break takes above a drawing.
RANG = 19.0
_TIRETS = (0, (2, 2.7))


def ruptures_de(chiffres: Iterable[Chiffres]) -> tuple[Rupture, ...]:
    """The breaks that touch one of the indicators of a drawing, when it is cut by year."""
    tous = list(chiffres)
    if not all("annee" in x.axes for x in tous):
        return ()
    return tuple(dict.fromkeys(r for x in tous for r in series.ruptures_de(x.rapport, x.indicateur)))


def au_perimetre_constant(chiffres: Chiffres) -> list[Chiffre]:
    """The figures of the communes that are members in every year, in the years when the EPCI has others."""
    if not est_une_serie(chiffres):
        return []
    table = series.constante(chiffres.rapport, chiffres.indicateur.code)
    return [
        Chiffre((str(ligne["annee"]),), (str(ligne["annee"]),), ligne, chiffres.terme_lu) for ligne in table.lignes()
    ]


def en_colonne(chiffres: Sequence[Chiffre]) -> pd.Series:
    """The figures at constant perimeter as a column of words; of a year where both are the same, the figure."""
    return pd.Series({c.cle[0]: c.texte for c in chiffres}, dtype="object")


def note(chiffres: Sequence[Chiffres]) -> str:
    """What is said below a series: its breaks, and which communes the constant perimeter is."""
    marques = ruptures_de(chiffres)
    if len(chiffres) != 1 or not est_une_serie(chiffres[0]):
        return series.note_des_ruptures(marques)
    [seule] = chiffres
    return series.note(seule.rapport, series.constante(seule.rapport, seule.indicateur.code), marques)


def avec_les_ruptures(mots: Mots, chiffres: Sequence[Chiffres]) -> Mots:
    """What is said of a figure, with its objective and the breaks of its years."""
    dite = series.joindre(mots.alternative, paliers.phrase(chiffres[0]))
    alternative = series.decrire_ruptures(dite, ruptures_de(chiffres))
    return mots._replace(note=series.joindre(mots.note, note(chiffres)), alternative=alternative)


def est_une_serie(chiffres: Chiffres) -> bool:
    """Whether figures are those of the EPCI, one a year: the constant perimeter is published for these alone."""
    return chiffres.axes == ("annee",) and all(nom == "annee" for nom, _ in chiffres.conditions)


def tracees(ruptures: Sequence[Rupture], annees: Sequence[str]) -> list[Rupture]:
    """The breaks that fall between two years of a drawing; one that leaves a year without figure is « nd » there."""
    lues = [int(annee) for annee in annees if annee.isdigit()]
    return [r for r in ruptures if r.avant is not None and lues and min(lues) < r.annee <= max(lues)]


def marquer(axes: Axes, ruptures: Sequence[Rupture], annees: Sequence[str], marge_haute: float = 6.0) -> None:
    """Each break, dashed between the years that it parts, which stand at 0, 1, 2…; its words on a row above.

    ``marge_haute``: what is left free above the axes.
    """
    bas, sommet = axes.get_ylim()
    unite = unites_verticales(axes, 1)
    gauche = axes.get_xlim()[0]
    marge = unites(axes, axes.get_position().x0 * LARGEUR)
    fin = gauche - marge + unites(axes, LARGEUR)
    for rang, rupture in enumerate(reversed(ruptures)):
        x = sum(int(annee) < rupture.annee for annee in annees) - 0.5
        y = sommet + (RANG * rang + marge_haute) * unite
        axes.plot([x, x], [bas, y], color=theme.GRIS_TEXTE, linewidth=1.5, linestyle=_TIRETS, clip_on=False)
        demi = unites(axes, largeur([rupture.court], theme.PETIT) / 2)
        centre = min(max(x, gauche - marge + demi), fin - demi)
        axes.text(centre, y + 2 * unite, rupture.court, ha="center", fontsize=theme.PETIT, color=theme.GRIS_TEXTE)
