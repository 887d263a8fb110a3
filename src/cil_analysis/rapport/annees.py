"""What a series of years has of its own: its breaks, told and drawn, and the same figures at constant perimeter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from cil_analysis.grammaire.indicateur import EPCI
from cil_analysis.rapport import comparateurs
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import reperes, theme
from cil_analysis.rapport.dessins.dessin import LARGEUR, unites, unites_verticales
from cil_analysis.rapport.dessins.lettres import largeur
from cil_analysis.rapport.figure import Dits
from cil_analysis.rapport.mots.signes import en_mots
from cil_analysis.rapport.ruptures import Rupture, concerne
from cil_analysis.reference.texte import typographie

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
    return tuple(dict.fromkeys(r for x in tous for r in x.rapport.ruptures if concerne(r, x.indicateur)))


def au_perimetre_constant(chiffres: Chiffres) -> list[Chiffre]:
    """The figures of the communes that are members in every year, in the years when the EPCI has others.

    They are published for the series of the EPCI alone.
    """
    if chiffres.axes != ("annee",) or any(nom != "annee" for nom, _ in chiffres.conditions):
        return []
    return [c for c in chiffres.a_perimetre_constant if c.ligne["perimetre_type"] != EPCI]


# --- What is said ----------------------------------------------------------------------------------------------------


def note(chiffres: Sequence[Chiffres]) -> str:
    """What is said below a series: its breaks and, of one alone, which communes the constant perimeter is."""
    ruptures = note_des_ruptures(ruptures_de(chiffres))
    if len(chiffres) != 1 or not au_perimetre_constant(chiffres[0]):
        return ruptures
    annees, territoire = chiffres[0].rapport.annees, chiffres[0].rapport.references.territoire
    nombre = len(territoire.constantes(annees))
    sont_les_premieres = nombre == len(territoire.membres(date(annees[0], 12, 31)))
    lesquelles = f"de {annees[0]}" if sont_les_premieres else "membres toutes ces années"
    return joindre(ruptures, f"À périmètre constant : les {nombre} communes {lesquelles}.")


def note_des_ruptures(marques: Sequence[Rupture]) -> str:
    """What the reader of a series is told of its breaks, in one sentence."""
    if not marques:
        return ""
    debut = "Rupture de série" if len(marques) == 1 else "Ruptures de série"
    return typographie(f"{debut} : {' ; '.join(r.phrase for r in marques)}.")


def en_series(
    dits: Dits, tables: Sequence[Chiffres], constants: Sequence[Chiffre] = (), autres: Series = MappingProxyType({})
) -> Dits:
    """What is said of a figure by year: its objective, its breaks, what stands beside it.

    ``constants``: the figures at constant perimeter, ``autres``: those of other territories.
    """
    alternative = joindre(
        dits.alternative,
        f"À périmètre constant : {' ; '.join(map(en_mots, constants))}." if constants else "",
        reperes.phrase(tables[0]),
        note_des_ruptures(ruptures_de(tables)),
        comparateurs.en_suite(autres),
    )
    return dits._replace(
        note=joindre(dits.note, note(tables)), alternative=alternative, source=comparateurs.sources(autres)
    )


def joindre(*phrases: str) -> str:
    """Sentences that follow each other."""
    return " ".join(phrase for phrase in phrases if phrase)


# --- What is drawn ---------------------------------------------------------------------------------------------------


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
