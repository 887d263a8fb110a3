"""Inline SVG: real text, a title and a description, ids that belong to one drawing, the same bytes at each render.

Charts are written directly (a chart in a millisecond, text at the size and in the font of the page); maps come from
matplotlib through :func:`depuis_matplotlib`. Both leave with the same envelope.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cil_analysis.rapport.dessins.theme import (
    BLANC,
    ENCRE,
    GRIS,
    LARGEUR,
    LARGEUR_MAX,
    TEXTE,
    style_matplotlib,
)
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_IDENTIFIANT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


def n(x: float) -> str:
    """A coordinate: one decimal, no trailing zero, no « -0 »."""
    texte = f"{x:.1f}".removesuffix(".0")
    return "0" if texte == "-0" else texte


def motif_hachures(identifiant: str, couleur: str = GRIS) -> str:
    """The pattern of what is masked."""
    return (
        f'<pattern id="{identifiant}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="{BLANC}"/><rect width="2.5" height="6" fill="{couleur}"/></pattern>'
    )


def envelopper(
    corps: str, identifiant: str, titre: str, description: str, largeur: float, hauteur: float, *,
    fixe: bool = False, largeur_max: str = LARGEUR_MAX, marge: float = 0,
) -> str:  # fmt: skip
    """The <svg> around a drawing. ``identifiant`` prefixes every id: unique in the page.

    ``fixe`` keeps its size; ``marge``: white on each side, for a font wider than the one measured.
    """
    if not _IDENTIFIANT.match(identifiant):
        raise ValueError(f"Not an id: {identifiant!r}")
    taille = (
        f'width="{n(largeur)}" height="{n(hauteur)}"'
        if fixe
        else f'width="100%" style="display:block;height:auto;max-width:{largeur_max}"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graphique" id="{identifiant}" role="img" '
        f'aria-labelledby="{identifiant}-titre {identifiant}-desc" '
        f'viewBox="{n(-marge)} 0 {n(largeur + 2 * marge)} {n(hauteur)}" {taille} '
        f'font-family="inherit" font-size="{n(TEXTE)}" fill="{ENCRE}">'
        f'<title id="{identifiant}-titre">{echapper(typographie(titre))}</title>'
        f'<desc id="{identifiant}-desc">{echapper(typographie(description))}</desc>{corps}</svg>'
    )


class Dessin:
    """A drawing under way: elements in the order in which they are painted. Texts are escaped here, once."""

    def __init__(self, identifiant: str, largeur: float = LARGEUR) -> None:
        self.identifiant = identifiant
        self.largeur = largeur
        self._elements: list[str] = []

    def ligne(
        self, points: Sequence[tuple[float, float]], couleur: str, epaisseur: float = 1, tirets: str = ""
    ) -> None:
        """A line through points."""
        chemin = "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)
        pointille = f' stroke-dasharray="{tirets}"' if tirets else ""
        self._elements.append(
            f'<path d="{chemin}" fill="none" stroke="{couleur}" stroke-width="{n(epaisseur)}" '
            f'stroke-linejoin="round"{pointille}/>'
        )

    def disque(
        self, x: float, y: float, rayon: float, couleur: str, contour: str = BLANC, epaisseur: float = 2
    ) -> None:
        """A disc; filled with white and outlined, it is a ring."""
        self._elements.append(
            f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(rayon)}" fill="{couleur}" stroke="{contour}" '
            f'stroke-width="{n(epaisseur)}"/>'
        )

    def texte(
        self, x: float, y: float, texte: str, *, taille: float = TEXTE, couleur: str = ENCRE, ancre: str = "start",
        gras: bool = False, halo: bool = False,
    ) -> None:  # fmt: skip
        """A text on its baseline (``y``); ``ancre``: start, middle or end. ``halo`` keeps it legible over lines."""
        attributs = "" if taille == TEXTE else f' font-size="{n(taille)}"'
        attributs += "" if couleur == ENCRE else f' fill="{couleur}"'
        attributs += "" if ancre == "start" else f' text-anchor="{ancre}"'
        attributs += ' font-weight="600"' if gras else ""
        attributs += f' stroke="{BLANC}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
        self._elements.append(f'<text x="{n(x)}" y="{n(y)}"{attributs}>{echapper(typographie(texte))}</text>')

    def rendre(self, hauteur: float, titre: str, description: str, *, fixe: bool = False) -> str:
        """The finished SVG."""
        corps = "".join(self._elements)
        return envelopper(
            corps, self.identifiant, titre, description, self.largeur, hauteur, fixe=fixe, marge=0 if fixe else 4
        )


def depuis_matplotlib(
    figure: Figure, identifiant: str, titre: str, description: str, largeur_max: str = LARGEUR_MAX
) -> str:
    """A matplotlib figure as inline SVG: no prolog, no date, its ids prefixed, the font of the page.

    Draw and call under ``theme.style_matplotlib``. The figure is closed by its owner.
    """
    with style_matplotlib(identifiant):
        tampon = io.StringIO()
        figure.savefig(tampon, format="svg", dpi=72, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    brut = tampon.getvalue()
    corps = brut[brut.index(">", brut.index("<svg")) + 1 : brut.rindex("</svg>")]
    corps = re.sub(r"<metadata>.*?</metadata>", "", corps, flags=re.S)
    corps = re.sub(r"<!--.*?-->", "", corps, flags=re.S)
    corps = re.sub(r'\bid="', f'id="{identifiant}-', corps)
    corps = re.sub(r"url\(#", f"url(#{identifiant}-", corps)
    corps = re.sub(r'(xlink:)?href="#', f'href="#{identifiant}-', corps)
    corps = re.sub(r"font-family: [^;\"]+;? ?", "", corps)
    corps = re.sub(r'\b(?:d|x|y|transform)="[^"]*"', _arrondir, corps)
    corps = re.sub(r"<style[^>]*>.*?</style>", "", corps, flags=re.S)  # a global rule would reach the whole page
    corps = re.sub(r">\s+<", "><", corps).strip()
    corps = f'<g stroke-linejoin="round" stroke-linecap="butt">{corps}</g>'
    largeur, hauteur = (cote * 72 for cote in figure.get_size_inches())
    return envelopper(corps, identifiant, titre, description, largeur, hauteur, largeur_max=largeur_max)


def _arrondir(attribut: re.Match[str]) -> str:
    """An attribute of coordinates with one decimal, on one line: a third of the bytes.

    Points that follow each other by straight lines need no letter. Whole numbers too: matplotlib writes « -0 » or « 0 »
    after the last bit of a figure.
    """
    court = re.sub(r"-?\d+(?:\.\d+)?", lambda nombre: n(float(nombre.group())), attribut.group())
    court = re.sub(r"\s+", " ", court)
    return court if re.search("[CQ]", court) else re.sub(r" L (?=[-\d])", " ", court)


__all__ = ["Dessin", "depuis_matplotlib", "envelopper", "motif_hachures", "n"]
