"""A figure of matplotlib as inline SVG: real text, a title and a description, ids that belong to one drawing."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from cil_analysis.rapport.dessins.theme import BLANC, ENCRE, GRIS, PAR_REM, TEXTE
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


def envelopper(corps: str, identifiant: str, mots: tuple[str, str], cotes: tuple[float, float], taille: str) -> str:
    """The <svg> around a drawing. ``identifiant`` prefixes every id: unique in the page.

    ``mots``: its title and its description; ``cotes``: its width and height; ``taille``: its size on the page, as
    attributes.
    """
    if not _IDENTIFIANT.match(identifiant):
        raise ValueError(f"Not an id: {identifiant!r}")
    titre, dit = (echapper(typographie(texte)) for texte in mots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graphique" id="{identifiant}" role="img" '
        f'aria-labelledby="{identifiant}-titre {identifiant}-desc" viewBox="0 0 {n(cotes[0])} {n(cotes[1])}" {taille} '
        f'font-family="inherit" font-size="{n(TEXTE)}" fill="{ENCRE}">'
        f'<title id="{identifiant}-titre">{titre}</title><desc id="{identifiant}-desc">{dit}</desc>{corps}</svg>'
    )


def depuis_matplotlib(figure: Figure, identifiant: str, titre: str, description: str, largeur_max: str = "") -> str:
    """No prolog, no date, its ids prefixed, the font of the page. To call under the style that it is drawn in.

    ``largeur_max``: what the page stretches it to; as many rem as its width asks, unless told.
    """
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
    style = f"display:block;height:auto;max-width:{largeur_max or f'{n(largeur / PAR_REM)}rem'}"
    return envelopper(corps, identifiant, (titre, description), (largeur, hauteur), f'width="100%" style="{style}"')


def _arrondir(attribut: re.Match[str]) -> str:
    """An attribute of coordinates with one decimal, on one line: a third of the bytes.

    Points that follow each other by straight lines need no letter. Whole numbers too: matplotlib writes « -0 » or « 0 »
    after the last bit of a figure.
    """
    court = re.sub(r"-?\d+(?:\.\d+)?", lambda nombre: n(float(nombre.group())), attribut.group())
    court = re.sub(r"\s+", " ", court)
    return court if re.search("[CQ]", court) else re.sub(r" L (?=[-\d])", " ", court)
