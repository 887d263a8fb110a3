"""One look for every drawing: colours, sizes of text, and the matplotlib style of the maps.

Contrasts are those of WCAG 2.1 (:func:`contraste`); tests/rapport checks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

ACCENT, VERT, PRUNE, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
CATEGORIES = (ACCENT, VERT, PRUNE, ORANGE)
ENCRE = "#1A1D21"  # text
GRIS_TEXTE = "#55595F"  # secondary text, 4.5:1 on white
GRIS = "#8A9099"  # context bars and lines, 3:1 on white
GRIS_CLAIR = "#C9CDD2"
GRILLE = "#E3E5E8"
FOND_NEUTRE = "#EEF0F2"
BLANC = "#FFFFFF"
ATTEINT, NON_ATTEINT = ACCENT, "#B5460F"

# An ordered scale in one hue, darkest first: text is white on the first two, dark on the others.
SEQUENTIELLE = ("#12436D", "#3F73A3", "#8DB1D3", "#C6D9EA", "#E6EFF7")
# Around an objective: missed by far, missed, met, met by far. Neighbours are 3:1 apart (see divergente).
DIVERGENTE = ("#A63C06", "#FCC79B", "#2B79A6", "#0B2238")

LARGEUR = 520  # of a drawing, in its own units: the page stretches it
TEXTE, PETIT = 16.0, 14.0  # sizes of text in the same units; on a phone style.css keeps them at 12 px or more
LARGEUR_MAX = "40rem"


def couleurs_modalites(n: int, *, ordonnees: bool = False) -> tuple[str, ...]:
    """Colours of n classes: the categorical ones (4 at most), or one hue from dark to light for ordered classes (5).

    Raises ValueError beyond: a drawing with more colours cannot be read.
    """
    palette: tuple[str, ...] = SEQUENTIELLE if ordonnees else CATEGORIES
    if n > len(palette):
        raise ValueError(f"{n} classes: at most {len(palette)} colours can be told apart")
    if ordonnees and n <= 3:  # spread over the hue rather than three dark blues
        return palette[::2][:n]
    return palette[:n]


def divergente(manques: int, atteints: int) -> tuple[str, ...]:
    """Colours of the classes below the objective then above it, from the worst to the best (two of each at most)."""
    if not (1 <= manques <= 2 and 1 <= atteints <= 2):
        raise ValueError("One or two classes on each side of the objective")
    sous = DIVERGENTE[:2] if manques == 2 else DIVERGENTE[1:2]
    return (*sous, *(DIVERGENTE[2:] if atteints == 2 else DIVERGENTE[2:3]))


def luminance(couleur: str) -> float:
    """Relative luminance (WCAG 2.1) of a colour « #RRGGBB »."""
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, v, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux)
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def contraste(a: str, b: str) -> float:
    """Contrast ratio (WCAG 2.1) of two colours, from 1 to 21."""
    sombre, clair = sorted((luminance(a), luminance(b)))
    return (clair + 0.05) / (sombre + 0.05)


def encre_sur(fond: str) -> str:
    """The more legible of white and ink on a ground."""
    return BLANC if contraste(fond, BLANC) >= contraste(fond, ENCRE) else ENCRE


@lru_cache(maxsize=2)
def _police(gras: bool) -> FT2Font:
    import matplotlib
    from matplotlib.ft2font import FT2Font

    nom = "DejaVuSans-Bold.ttf" if gras else "DejaVuSans.ttf"
    return FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / nom))


@lru_cache(maxsize=4096)
def largeur_texte(texte: str, taille: float, gras: bool = False) -> float:
    """Width of a text in the units of its size, in DejaVu Sans: the widest of the system fonts, so an upper bound."""
    police = _police(gras)
    police.set_size(100, 72)
    police.set_text(texte, 0.0)
    return float(police.get_width_height()[0]) / 64 * taille / 100


def couper(texte: str, largeur: float, taille: float, lignes: int = 3) -> list[str]:
    """Break a text at its spaces and after its hyphens so that each line fits a width, in as few lines as it takes.

    Lines are evened out. A word wider than the width stays whole; beyond ``lignes`` lines the last one keeps the rest,
    so nothing is lost.
    """
    meilleur = _couper(texte, largeur, taille, lignes)
    while len(meilleur) > 1:
        etroit = max(largeur_texte(ligne, taille) for ligne in meilleur) - 0.1
        plus_etroit = _couper(texte, etroit, taille, lignes)
        if len(plus_etroit) > len(meilleur) or max(largeur_texte(x, taille) for x in plus_etroit) > etroit:
            break
        meilleur = plus_etroit
    return meilleur


def _couper(texte: str, largeur: float, taille: float, lignes: int) -> list[str]:
    mots = texte.replace(" - ", "\u00a0- ").replace("-", "-\0").replace(" ", " \0").split("\0")
    resultat = [mots[0]]
    for mot in mots[1:]:
        if largeur_texte((resultat[-1] + mot).rstrip(), taille) <= largeur or len(resultat) == lignes:
            resultat[-1] += mot
        else:
            resultat.append(mot)
    return [ligne.strip() for ligne in resultat]


@contextmanager
def style_matplotlib(sel: str = "cil") -> Iterator[None]:
    """Matplotlib as the page draws: real text, deterministic ids (from ``sel``), sober axes, decimal comma.

    For the maps, and for whoever adds a drawing in a notebook; ``svg.depuis_matplotlib`` makes it ready for the page.
    """
    import matplotlib as mpl
    from cycler import cycler

    with mpl.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": sel,
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans"],  # measures; the page sets its own font
            "font.size": TEXTE,
            "text.color": ENCRE,
            "axes.labelcolor": ENCRE,
            "axes.edgecolor": GRIS,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.prop_cycle": cycler(color=list(CATEGORIES)),
            "axes.formatter.use_locale": False,
            "grid.color": GRILLE,
            "xtick.color": GRIS_TEXTE,
            "ytick.color": GRIS_TEXTE,
            "hatch.color": GRIS,
            "hatch.linewidth": 1.5,
            "figure.dpi": 72,  # one point is one unit of the SVG
            "figure.facecolor": "none",
        }
    ):
        yield


def graduations(bas: float, haut: float, cible: int = 4) -> Sequence[float]:
    """Round ticks that cover an interval: about ``cible`` steps of 1, 2 or 5 times a power of ten, at least one."""
    from math import ceil, floor, log10

    etendue = (haut - bas) or abs(haut) or 1.0
    brut = etendue / cible
    puissance = 10.0 ** floor(log10(brut))
    pas = next(m * puissance for m in (1, 2, 5, 10) if m * puissance >= brut * 0.999)
    debut, fin = floor(bas / pas + 1e-9), ceil(haut / pas - 1e-9)
    return [round(i * pas, 10) for i in range(debut, max(fin, debut + 1) + 1)]
