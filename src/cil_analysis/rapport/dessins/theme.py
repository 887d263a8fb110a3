"""The colours of a drawing, its sizes and its round ticks; cil.mplstyle has the rest of the look.

Contrasts are those of WCAG 2.1, and each colour that a drawing tells from another differs from it for every reader:
tests/rapport/test_couleurs.py measures them, and looks at them as a colour-blind reader does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from textwrap import TextWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

ACCENT, AZUR, BRUN, ORANGE = "#12436D", "#0098E0", "#5C1A06", "#F46A25"
CATEGORIES = (ACCENT, AZUR, BRUN, ORANGE)
ENCRE = "#1A1D21"  # text
GRIS_TEXTE = "#55595F"  # secondary text, 4.5:1 on white
GRIS = "#8A9099"  # context bars and lines, 3:1 on white
GRIS_CLAIR = "#C9C3B8"  # what is not known, beside the scale in blue; the rest of a whole
GRILLE = "#E3E5E8"
FOND_NEUTRE = "#EEF0F2"
BLANC = "#FFFFFF"
ATTEINT, NON_ATTEINT = ACCENT, "#B5460F"

# An ordered scale in one hue, darkest first.
SEQUENTIELLE = ("#12436D", "#38699A", "#6D9AC6", "#A6C5E1", "#E8F1F9")
# Around an objective: missed by far, missed, met, met by far. Neighbours are 3:1 apart.
DIVERGENTE = ("#A63C06", "#FCC79B", "#2B79A6", "#0B2238")
# The same where it may be missed on either side: under it, met, above it.
DES_DEUX_COTES = (*DIVERGENTE[1:3], "#4A1404")
_FONCES = (*SEQUENTIELLE[:2], DIVERGENTE[0], *DIVERGENTE[2:], DES_DEUX_COTES[-1])  # text on them is white

# Of a drawing, in its own units: the page stretches it to so many a rem, and a phone shows it whole, its small text at
# 12 px or more (style.css).
LARGEUR, PAR_REM = 390.0, 13.0
TEXTE, PETIT = 16.0, 14.0  # sizes of text in the same units


def couleurs_modalites(n: int) -> tuple[str, ...]:
    """Colours of n ordered classes (5 at most), from dark to light."""
    return SEQUENTIELLE[::2][:n] if n <= 3 else SEQUENTIELLE[:n]  # Spread over the hue rather than three dark blues.


def encre_sur(fond: str) -> str:
    """The more legible of white and ink on the ground of a class or of a sign."""
    return BLANC if fond in _FONCES else ENCRE


def graduations(bas: float, haut: float) -> Sequence[float]:
    """Round ticks that cover an interval: about four steps of 1, 2 or 5 times a power of ten, at least one."""
    from matplotlib.ticker import MaxNLocator

    pas = MaxNLocator(4, steps=(1, 2, 5, 10), min_n_ticks=1)
    return [round(float(x), 10) for x in pas.tick_values(bas, haut)]


# --- Letters, in DejaVu Sans, the widest of the system fonts: how wide a text is at most, where it is cut -------------


INTERLIGNE = 1.15
# What a browser may add to a text, whose letters it rounds to the pixels of a small screen.
_JEU = 2.0
_LETTRE = 0.5  # the usual width of a letter, of the size of its text


def largeur(textes: Iterable[str], taille: float = TEXTE, *, gras: bool = False) -> float:
    """The width of the widest line of some texts, in the units of their size."""
    larges = (_mesurer(ligne, gras) * taille / 100 for texte in textes for ligne in texte.split("\n"))
    return max((large + _JEU for large in larges if large), default=0)


class _Cesure(TextWrapper):
    """Where lines end. Two years keep their hyphen: « 2016-2021 »."""

    wordsep_re = re.compile(r"( +|(?<=-)(?!\d))")


def couper(texte: str, place: float, taille: float = TEXTE) -> str:
    """A text broken at its spaces and after its hyphens, in lines of about a width; a longer word stays whole."""
    lignes = _Cesure(max(1, round(place / taille / _LETTRE)), break_long_words=False)
    return "\n".join(lignes.wrap(texte.replace(" - ", "\u00a0- ")))


@cache
def _mesurer(ligne: str, gras: bool) -> float:
    police = _police(gras)
    police.set_text(ligne, 0.0)
    return float(police.get_width_height()[0]) / 64


@cache
def _police(gras: bool) -> FT2Font:
    import matplotlib
    from matplotlib.ft2font import FT2Font

    nom = "DejaVuSans-Bold.ttf" if gras else "DejaVuSans.ttf"
    police = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / nom))
    police.set_size(100, 72)
    return police
