"""The colours of charts and maps, as those who confuse some of them see them, and their contrasts.

Two colours are told apart by their CIEDE2000 difference (ISO/CIE 11664-6). About 2 is the least that an eye sees of two
grounds that touch; at the ends of a chart, in a line or a small square of a legend, it takes several times that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

import pytest

from cil_analysis.rapport.cartes.communes import SIGNES
from cil_analysis.rapport.dessins import theme
from contrastes import contraste, luminance

# Lines that cross, known by their colour far from their names; then classes in order, which touch and have a figure.
ECART_DES_SERIES, ECART_DES_CLASSES = 15, 10
# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB: who lacks the red, the green or the blue cones.
VISIONS = {
    "habituelle": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopie": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutéranopie": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopie": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
BLANC_D65 = (0.95047, 1.0, 1.08883)
Vecteur = Sequence[float]


def produit(matrice: Sequence[Vecteur], vecteur: Vecteur) -> Vecteur:
    return [sum(a * b for a, b in zip(ligne, vecteur, strict=True)) for ligne in matrice]


def lab(couleur: str, vision: str) -> Vecteur:
    """CIELAB of a colour « #RRGGBB » as somebody sees it."""
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lineaires = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]
    vus = [min(1.0, max(0.0, c)) for c in produit(VISIONS[vision], lineaires)]
    xyz = [c / blanc for c, blanc in zip(produit(XYZ, vus), BLANC_D65, strict=True)]
    x, y, z = (c ** (1 / 3) if c > 216 / 24389 else (24389 / 27 * c + 16) / 116 for c in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(un: Vecteur, autre: Vecteur) -> float:
    (l1, a1, b1), (l2, a2, b2) = un, autre
    c7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    g = 1.5 - 0.5 * sqrt(c7 / (c7 + 25**7))
    c1, c2 = hypot(a1 * g, b1), hypot(a2 * g, b2)
    h1, h2 = degrees(atan2(b1, a1 * g)), degrees(atan2(b2, a2 * g))
    dh = (h2 - h1 + 180) % 360 - 180
    h, c, clarte = radians(h1 + dh / 2), (c1 + c2) / 2, ((l1 + l2) / 2 - 50) ** 2
    t = 1 - 0.17 * cos(h - radians(30)) + 0.24 * cos(2 * h)
    t += 0.32 * cos(3 * h + radians(6)) - 0.20 * cos(4 * h - radians(63))
    en_l = (l2 - l1) / (1 + 0.015 * clarte / sqrt(20 + clarte))
    en_c = (c2 - c1) / (1 + 0.045 * c)
    en_h = 2 * sqrt(c1 * c2) * sin(radians(dh / 2)) / (1 + 0.015 * c * t)
    rotation = -2 * sqrt(c**7 / (c**7 + 25**7)) * sin(radians(60 * exp(-((((degrees(h) % 360) - 275) / 25) ** 2))))
    return sqrt(en_l**2 + en_c**2 + en_h**2 + rotation * en_c * en_h)


def proches(paires: Iterable[tuple[str, str]], ecart: float) -> list[tuple[str, str, str, int]]:
    """The pairs that somebody would confuse."""
    vus = [(a, b, v, ciede2000(lab(a, v), lab(b, v))) for a, b in paires for v in VISIONS]
    return [(a, b, v, round(d)) for a, b, v, d in vus if d < ecart]


@pytest.mark.parametrize(
    ("un", "autre", "ecart"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_l_ecart_est_celui_des_exemples_publies(un: Vecteur, autre: Vecteur, ecart: float) -> None:
    """Sharma, Wu and Dalal (2005)."""
    assert ciede2000(un, autre) == pytest.approx(ecart, abs=1e-4)


def test_une_confusion_est_vue() -> None:
    """A red and a green of the same lightness, for who lacks the green cones alone."""
    assert {v for *_, v, _ in proches([("#C0504D", "#7F8A3C")], ECART_DES_CLASSES)} == {"deutéranopie"}


def test_chacun_distingue_les_series_d_un_graphique() -> None:
    """Four lines that may cross, among grey ones; what goes up or down; a result."""
    assert proches(combinations((*theme.CATEGORIES, theme.GRIS), 2), ECART_DES_SERIES) == []
    assert proches([(theme.ATTEINT, theme.NON_ATTEINT), (theme.GRIS, theme.GRIS_CLAIR)], ECART_DES_SERIES) == []


@pytest.mark.parametrize("nombre", range(2, len(theme.SEQUENTIELLE) + 1))
def test_chacun_distingue_les_classes_d_une_echelle(nombre: int) -> None:
    """Each from the next, and all from what is not known; lighter and lighter."""
    classes = theme.couleurs_modalites(nombre)
    assert proches([*pairwise(classes), *((c, theme.GRIS_CLAIR) for c in classes)], ECART_DES_CLASSES) == []
    assert [*classes] == sorted(classes, key=luminance)


def test_chacun_distingue_les_classes_d_une_carte() -> None:
    """Around an objective, any two, and from what has none; a sign is on each commune without a class."""
    for sous, sur in ((1, 1), (1, 2), (2, 1), (2, 2)):
        assert proches(combinations(theme.DIVERGENTE[2 - sous : 2 + sur], 2), ECART_DES_SERIES) == []
    assert proches(combinations(theme.DES_DEUX_COTES, 2), ECART_DES_SERIES) == []
    fonds, couleurs = {signe.fond for signe in SIGNES.values()}, {*theme.DIVERGENTE, *theme.DES_DEUX_COTES}
    assert proches([(c, fond) for c in couleurs for fond in fonds], ECART_DES_CLASSES) == []


def test_les_contrastes() -> None:
    """WCAG 2.1: text (1.4.3), then what a drawing is made of, on white and beside one another (1.4.11)."""
    for couleur in (*theme.SEQUENTIELLE, *theme.DIVERGENTE, *theme.DES_DEUX_COTES, theme.FOND_NEUTRE, theme.GRIS_CLAIR):
        assert contraste(theme.encre_sur(couleur), couleur) >= 4.5
    for fond in {*theme.SEQUENTIELLE, *theme.DIVERGENTE, *theme.DES_DEUX_COTES, *(s.fond for s in SIGNES.values())}:
        en_blanc = contraste(fond, theme.BLANC) >= contraste(fond, theme.ENCRE)
        assert (theme.encre_sur(fond) == theme.BLANC) == en_blanc, fond
    for encre in (theme.ENCRE, theme.GRIS_TEXTE, theme.ATTEINT, theme.NON_ATTEINT):
        assert contraste(encre, theme.BLANC) >= 4.5
    for trait in (theme.GRIS, *theme.CATEGORIES):
        assert contraste(trait, theme.BLANC) >= 3
    paires = (*pairwise(theme.DIVERGENTE), *pairwise(theme.DES_DEUX_COTES), *pairwise(theme.CATEGORIES))
    for a, b in (*paires, (theme.ACCENT, theme.GRIS)):
        assert contraste(a, b) >= 3
