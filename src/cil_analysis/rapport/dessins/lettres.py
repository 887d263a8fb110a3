"""How wide a text is, and where it is cut: in DejaVu Sans, the widest of the system fonts, so an upper bound."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.rapport.dessins.theme import TEXTE

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

INTERLIGNE = 1.15
# What a browser may add to a text, whose letters it rounds to the pixels of a small screen.
_JEU = 2.0
_LIGNES = 3


def largeur(textes: Iterable[str], taille: float = TEXTE, *, gras: bool = False) -> float:
    """The width of the widest line of some texts, in the units of their size."""
    larges = (_mesurer(ligne, gras) * taille / 100 for texte in textes for ligne in texte.split("\n"))
    return max((large + _JEU for large in larges if large), default=0)


def couper(texte: str, place: float, taille: float = TEXTE) -> str:
    """A text broken at its spaces and after its hyphens so that each line fits a width, in as few as it takes.

    Lines are evened out. A word wider than the place stays whole; beyond three lines the last one keeps the rest, so
    nothing is lost.
    """
    place_en_centiemes = place / taille * 100
    lignes = _couper(texte, place_en_centiemes)
    while len(lignes) > 1:
        etroit = max(map(_mesurer, lignes)) - 1
        autres = _couper(texte, etroit)
        if len(autres) > len(lignes) or max(map(_mesurer, autres)) > etroit:
            break
        lignes = autres
    return "\n".join(lignes)


def _couper(texte: str, place: float) -> list[str]:
    mots = texte.replace(" - ", "\u00a0- ").replace("-", "-\0").replace(" ", " \0").split("\0")
    lignes = [mots[0]]
    for mot in mots[1:]:
        if _mesurer((lignes[-1] + mot).rstrip()) <= place or len(lignes) == _LIGNES:
            lignes[-1] += mot
        else:
            lignes.append(mot)
    return [ligne.strip() for ligne in lignes]


@lru_cache(maxsize=4096)
def _mesurer(texte: str, gras: bool = False) -> float:
    """The width of a line of size 100."""
    police = _police(gras)
    police.set_size(100, 72)
    police.set_text(texte, 0.0)
    return float(police.get_width_height()[0]) / 64


@lru_cache(maxsize=2)
def _police(gras: bool) -> FT2Font:
    import matplotlib
    from matplotlib.ft2font import FT2Font

    nom = "DejaVuSans-Bold.ttf" if gras else "DejaVuSans.ttf"
    return FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / nom))
