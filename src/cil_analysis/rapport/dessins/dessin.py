"""Une feuille de dessin : des axes de matplotlib à la charte, puis le SVG de la page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.svg import depuis_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHARTE = Path(__file__).with_name("cil.mplstyle")
LARGEUR = float(theme.LARGEUR)
# The stub of a masked figure, in units of the drawing: its length says nothing of what it hides.
TALON = 22.0
# What a browser may add to a text, whose letters it rounds to the pixels of a small screen.
_JEU = 2.0
_INTERLIGNE = 1.15


@contextmanager
def charte(identifiant: str = "cil") -> Iterator[None]:
    """Matplotlib à la charte, pour qui dessine dans un carnet. ``identifiant`` rend le dessin le même à chaque fois."""
    import matplotlib.style

    with matplotlib.style.context([str(CHARTE), {"svg.hashsalt": identifiant}]):
        yield


def feuille(hauteur: float, *, gauche: float = 0, droite: float = 0, haut: float = 0, bas: float = 0) -> Axes:
    """Axes of a drawing of a height, margins left around them; all in units of the page, y downwards from 0.

    The horizontal axis is left to who draws.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(LARGEUR / 72, hauteur / 72))
    axes = figure.add_axes(
        (gauche / LARGEUR, bas / hauteur, (LARGEUR - gauche - droite) / LARGEUR, (hauteur - haut - bas) / hauteur)
    )
    axes.set_ylim(hauteur - haut - bas, 0)
    return axes


def largeur(textes: Sequence[str], taille: float = theme.TEXTE, *, gras: bool = False) -> float:
    """The width of the widest text."""
    larges = (theme.largeur_texte(t, taille, gras) for texte in textes for t in texte.split("\n"))
    return max((large + _JEU for large in larges if large), default=0)


def couper(texte: str, place: float, taille: float = theme.TEXTE) -> str:
    """A text on as many lines as a width asks."""
    return "\n".join(theme.couper(texte, place, taille))


def hauteur_de(texte: str, rangee: float) -> float:
    """The height of the row of a label."""
    return max(rangee, (texte.count("\n") + 1) * theme.TEXTE * _INTERLIGNE + rangee - 22)


def hachurer(axes: Axes, x: float, y: float, longueur: float, hauteur: float) -> None:
    """The stub of a masked figure."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x, y), longueur, hauteur, facecolor=theme.BLANC, edgecolor=theme.GRIS, hatch="////"))


def unites(axes: Axes, longueur: float) -> float:
    """A horizontal length of the page, in the units of the axis."""
    gauche, droite = axes.get_xlim()
    return longueur * (droite - gauche) / (axes.get_position().width * LARGEUR)


def unites_verticales(axes: Axes, longueur: float) -> float:
    """A vertical length of the page, in the units of the axis."""
    figure = axes.get_figure(root=True)
    bas, haut = axes.get_ylim()
    return (
        0.0 if figure is None else longueur * (haut - bas) / (axes.get_position().height * figure.get_figheight() * 72)
    )


def en_svg(axes: Axes, identifiant: str, titre: str, description: str) -> str:
    """The drawing, as the page holds it."""
    figure = axes.figure
    return depuis_matplotlib(figure, identifiant, titre, description)  # type: ignore[arg-type]
