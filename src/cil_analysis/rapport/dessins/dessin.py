"""Une feuille de dessin : des axes de matplotlib à la charte, puis le SVG de la page, au texte vrai."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.rapport.bloc import remplir
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.theme import largeur
from cil_analysis.rapport.usages import exiger_un_identifiant

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHARTE = Path(__file__).with_name("cil.mplstyle")
LARGEUR = theme.LARGEUR
# The stub of a masked figure, in units of the drawing: its length says nothing of what it hides.
TALON = 22.0
FOND = {"facecolor": theme.BLANC, "edgecolor": "none", "pad": 1}  # of a text on lines or hatching
# The height of a line of the legend, its sign, the white between two entries.
LIGNE, _SIGNE, _BLANC = 22.0, 24.0, 16.0
_AXES = 40.0  # the least width of the axes


@contextmanager
def charte(identifiant: str = "cil") -> Iterator[None]:
    """Matplotlib à la charte, pour qui dessine dans un carnet. ``identifiant`` rend le dessin le même à chaque fois."""
    import matplotlib.style

    with matplotlib.style.context([CHARTE, {"svg.hashsalt": identifiant}]):
        yield


class Entree(NamedTuple):
    """What a sign of a drawing means; ``forme``: how matplotlib draws it, nothing where the words hold it."""

    mots: str
    forme: Mapping[str, Any]
    encre: str = theme.ENCRE

    @property
    def place(self) -> float:
        """The width that it takes."""
        return (_SIGNE if self.forme else 0) + largeur([self.mots], theme.PETIT)


def carre(couleur: str) -> dict[str, Any]:
    """The sign of what is painted in a colour."""
    return {"marker": "s", "markersize": 14, "color": couleur, "markeredgecolor": theme.GRIS, "markeredgewidth": 0.5}


def feuille(
    hauteur: float, *, gauche: float = 0, droite: float = 0, haut: float = 0, bas: float = 0,
    legende: Sequence[Entree] = (),
) -> Axes:  # fmt: skip
    """Axes of a height, their margins and a legend above, in units of the page; y downwards from 0, x not yet set."""
    from matplotlib.figure import Figure

    if legende:
        haut += (_couler(legende)[-1][1] + 1) * LIGNE + 4
    total = hauteur + haut + bas
    droite = min(droite, LARGEUR - gauche - _AXES)  # A project may give things names that leave no place.
    figure = Figure(figsize=(LARGEUR / 72, total / 72))
    axes = figure.add_axes((gauche / LARGEUR, bas / total, (LARGEUR - gauche - droite) / LARGEUR, hauteur / total))
    axes.set_ylim(hauteur, 0)
    _legender(axes, legende, total)
    return axes


def _couler(legende: Sequence[Entree]) -> list[tuple[float, int]]:
    """Where each entry is: its place from the left, its line."""
    places: list[tuple[float, int]] = []
    x, rang = 0.0, 0
    for entree in legende:
        if x and x + entree.place > LARGEUR:
            x, rang = 0.0, rang + 1
        places.append((x, rang))
        x += entree.place + _BLANC
    return places


def _legender(axes: Axes, legende: Sequence[Entree], hauteur: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.transforms import Affine2D

    figure = axes.figure
    page = Affine2D().scale(1 / 72) + figure.dpi_scale_trans
    for entree, (x, rang) in zip(legende, _couler(legende), strict=True):
        y = hauteur - (rang + 0.5) * LIGNE
        if entree.forme:
            bouts = [x + 9] if "marker" in entree.forme else [x, x + 18]
            figure.add_artist(Line2D(bouts, [y] * len(bouts), transform=page, **entree.forme))
        x += _SIGNE if entree.forme else 0
        axes.text(x, y, entree.mots, transform=page, va="center", fontsize=theme.PETIT, color=entree.encre)


def peindre(axes: Axes, x: float, y: float, longueur: float, hauteur: float, **style: Any) -> None:
    """A rectangle from its corner, on axes whose limits are set: ``bar`` and ``barh`` would work out where they are."""
    from matplotlib.patches import Rectangle

    axes.add_artist(Rectangle((x, y), longueur, hauteur, **style))


def hachurer(axes: Axes, x: float, y: float, longueur: float, hauteur: float) -> None:
    """The stub of a masked figure."""
    peindre(axes, x, y, longueur, hauteur, facecolor=theme.BLANC, edgecolor=theme.GRIS, hatch="////")


def ecrire(
    axes: Axes, texte: str, ou: tuple[float, float], decalage: tuple[float, float] = (0, 0), **style: Any
) -> None:
    """A text beside a point of the axes, moved by some units of the page."""
    axes.annotate(
        texte, ou, xytext=decalage, textcoords="offset points", annotation_clip=False, **{"va": "center", **style}
    )


def unites(axes: Axes, longueur: float) -> float:
    """A horizontal length of the page, in the units of the axis."""
    gauche, droite = axes.get_xlim()
    return longueur * (droite - gauche) / (axes.get_position().width * LARGEUR)


def borde(large: float) -> dict[str, Any]:
    """The style of a line of that width, edged in white where it crosses a bar."""
    from matplotlib.patheffects import withStroke

    bord = withStroke(linewidth=large + 3, foreground=theme.BLANC)
    return {"color": theme.ENCRE, "linewidth": large, "clip_on": False, "path_effects": [bord]}


# What matplotlib writes, and what the page has in its place: « {} » is the id of the drawing.
_DE_LA_PAGE = {
    r"<metadata>.*?</metadata>|<!--.*?-->": "",
    r"<style[^>]*>.*?</style>": "",  # a global rule would reach the whole page
    r'\bid="': 'id="{}-',
    r"url\(#": "url(#{}-",
    r'(?:xlink:)?href="#': 'href="#{}-',
    r"font-family: [^;\"]+;? ?": "",
    r">\s+<": "><",
}


# --- In the page ------------------------------------------------------------------------------------------------------


def n(x: float) -> str:
    """A coordinate: one decimal, no trailing zero, no « -0 »."""
    return f"{round(x, 1) + 0:g}"


def en_svg(axes: Axes, identifiant: str, titre: str, description: str, largeur_max: str = "") -> str:
    """The drawing, as the page holds it: no prolog, no date, its ids prefixed, the font of the page. Under its charte.

    ``identifiant``: unique in the page. ``largeur_max``: by default, as many rem as its width asks.
    """
    exiger_un_identifiant(identifiant)
    figure: Any = axes.figure
    tampon = io.StringIO()
    figure.savefig(tampon, format="svg", dpi=72, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    brut = tampon.getvalue()
    corps = brut[brut.index(">", brut.index("<svg")) + 1 : brut.rindex("</svg>")]
    for motif, par in _DE_LA_PAGE.items():
        corps = re.sub(motif, par.format(identifiant), corps, flags=re.S)
    corps = re.sub(r'\b(?:d|x|y|transform)="[^"]*"', _arrondir, corps).strip()
    corps = f'<g stroke-linejoin="round" stroke-linecap="butt">{corps}</g>'
    cotes = [cote * 72 for cote in figure.get_size_inches()]
    style = f"display:block;height:auto;max-width:{largeur_max or f'{n(cotes[0] / theme.PAR_REM)}rem'}"
    faits = {"mots": (titre, description), "cotes": [n(x) for x in cotes], "taille": f'width="100%" style="{style}"'}
    return remplir("svg", id=identifiant, corps=corps, theme=theme, **faits)


def _arrondir(attribut: re.Match[str]) -> str:
    """An attribute of coordinates with one decimal, on one line and without the letter of straight lines: a third.

    Whole numbers too: matplotlib writes « -0 » or « 0 » after the last bit of a figure.
    """
    court = re.sub(r"-?\d+(?:\.\d+)?", lambda nombre: n(float(nombre.group())), attribut.group())
    court = re.sub(r"\s+", " ", court)
    return court if re.search("[CQ]", court) else re.sub(r" L (?=[-\d])", " ", court)
