"""The tiny series of a card: a line without an axis, the last figure in the accent colour."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, groupby

from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.svg import envelopper, n
from cil_analysis.rapport.mots.formats import echapper

_LARGEUR, _HAUTEUR, _MARGE = 120.0, 32.0, 8.0


def dessiner(chiffres: Sequence[Chiffre], identifiant: str, mots: tuple[str, str]) -> str:
    """From the first year told; ``mots``: its title and its text alternative. Written directly: pages have dozens."""
    connus = list(dropwhile(lambda c: not (c.est_publie or c.est_secret), chiffres)) or list(chiffres)
    valeurs = [c.valeur for c in connus if c.est_publie]
    bas, haut = min(valeurs, default=0), max(valeurs, default=1)
    pas = (_LARGEUR - 2 * _MARGE) / max(len(connus) - 1, 1)

    def place(rang: int, c: Chiffre) -> tuple[float, float]:
        return _MARGE + rang * pas, 24 - 16 * ((c.valeur - bas) / (haut - bas) if haut > bas else 0.5)

    corps = ""
    for publie, suite in groupby(enumerate(connus), key=lambda e: e[1].est_publie):
        if publie:
            points = [place(rang, c) for rang, c in suite]
            chemin = "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)
            corps += f'<path d="{chemin}" fill="none" stroke="{theme.GRIS}" stroke-width="2" stroke-linejoin="round"/>'
            corps += "".join(
                _disque(point, 2, theme.GRIS, f'stroke="{theme.GRIS}" stroke-width="0"') for point in points
            )
        else:
            corps += "".join(
                f'<text x="{n(_MARGE + rang * pas)}" y="28" font-size="13" fill="{theme.GRIS_TEXTE}" '
                f'text-anchor="middle">{echapper(c.texte)}</text>'
                for rang, c in suite
            )
    if connus and connus[-1].est_publie:
        dernier = place(len(connus) - 1, connus[-1])
        corps += _disque(dernier, 4.5, theme.ACCENT, f'stroke="{theme.BLANC}" stroke-width="2"')
    taille = f'width="{n(_LARGEUR)}" height="{n(_HAUTEUR)}"'
    return envelopper(corps, identifiant, mots, (_LARGEUR, _HAUTEUR), taille)


def _disque(centre: tuple[float, float], rayon: float, couleur: str, contour: str) -> str:
    return f'<circle cx="{n(centre[0])}" cy="{n(centre[1])}" r="{n(rayon)}" fill="{couleur}" {contour}/>'
