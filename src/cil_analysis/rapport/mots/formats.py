"""Figures as a French reader writes them: pure functions from a number to a string.

Percent takes a narrow no-break space (U+202F), a unit a no-break space (U+00A0), as in ``nombres``.
"""

import html
from collections.abc import Iterable
from datetime import date

from cil_analysis.grammaire.indicateur import MOIS, NOMBRE, PCT, RATIO
from cil_analysis.typographie import FINE, INSECABLE, RIEN, Nombre, arrondi, nombre

SECRET_COURT = "s"
NON_DISPONIBLE = "nd"
# Of 100,000 households, one is a thousandth of a percent.
DECIMALES_MAXIMUM = 4
COCHE, CROIX, CERCLE_POINTILLE = "\u2713", "\u2717", "\u25cc"

_MOIS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
         "décembre")  # fmt: skip

# How many decimals a figure has, and what is written after it.
_UNITES = {
    PCT: (1, f"{FINE}%"), MOIS: (1, f"{INSECABLE}mois"), "eur": (0, f"{INSECABLE}€"), NOMBRE: (0, ""), RATIO: (1, ""),
    "points": (1, f"{INSECABLE}points"),
}  # fmt: skip


def valeur(x: Nombre, unite: str, decimales: int | None = None) -> str:
    r"""Un chiffre dans son unité (nombre, pct, ratio, mois, points, eur), avec les décimales usuelles à défaut.

    >>> valeur(3012, "nombre"), valeur(25, "pct"), valeur(4.01, "ratio"), valeur(9, "mois")
    ('3\u202f012', '25,0\u202f%', '4,0', '9,0\xa0mois')
    """
    # One decimal for every score, so that two of them compare at sight.
    return _avec_unite(x, nombre(x, _UNITES[unite][0] if decimales is None else decimales), unite)


def _avec_unite(x: Nombre, texte: str, unite: str) -> str:
    """A figure that is written already, and its unit; nothing has none, and « points » agrees with one decimal."""
    d = arrondi(x, 1)
    au_singulier = unite == "points" and d is not None and abs(d) < 2
    return texte if texte == RIEN else f"{texte}{_UNITES[unite][1].removesuffix('s' if au_singulier else '')}"


def signer(x: Nombre, decimales: int = 0) -> str:
    r"""Une différence, avec son signe.

    >>> signer(1200), signer(-45), signer(0.04, 1)
    ('+1\u202f200', '−45', '0,0')
    """
    d = arrondi(x, decimales)
    return f"{'+' if d is not None and d > 0 else ''}{nombre(x, decimales)}"


def points(x: Nombre, decimales: int = 1) -> str:
    r"""A signed difference of two percentages; the noun agrees with what is printed.

    >>> points(1.2), points(-3), points(0.04)
    ('+1,2\xa0point', '−3,0\xa0points', '0,0\xa0point')
    """
    return _avec_unite(x, signer(x, decimales), "points")


def unite_une_fois(textes: Iterable[str]) -> list[str]:
    r"""Figures of one drawing: the unit is written at the first one that has it.

    >>> unite_une_fois(["s", "12,5\u202f%", "8,0\u202f%"])
    ['s', '12,5\u202f%', '8,0']
    >>> unite_une_fois(["55,0\xa0points", "32,0\xa0points"])
    ['55,0\xa0points', '32,0']
    """
    vues, ecrits = set[str](), list[str]()
    for texte in textes:
        unite = next((u for _, u in _UNITES.values() if u and texte.endswith(u)), "")
        ecrits.append(texte.removesuffix(unite) if unite in vues else texte)
        vues |= {unite} if unite else set()
    return ecrits


def decimales(x: float) -> int:
    """How many a number has, and no more than a share is written with.

    >>> decimales(25.0), decimales(33.33)
    (0, 2)
    """
    justes = (n for n in range(DECIMALES_MAXIMUM) if arrondi(x, n) == arrondi(x, DECIMALES_MAXIMUM))
    return next(justes, DECIMALES_MAXIMUM)


def imprime(x: float, unite: str = PCT) -> float:
    """A figure as a reader sees it, by default a share or a delay, to tell the difference of two or its class.

    >>> imprime(18.25)
    18.3
    """
    return float(arrondi(x, _UNITES[unite][0]) or 0)


def date_en_mots(jour: date) -> str:
    """« 1er janvier 2022 »."""
    return f"{'1er' if jour.day == 1 else jour.day}{INSECABLE}{_MOIS[jour.month - 1]} {jour.year}"


def mois_et_annee(jour: date) -> str:
    """« décembre 2021 » : de certaines dates, on ne connaît que le mois."""
    return date_en_mots(jour).partition(INSECABLE)[2]


def echapper(texte: object) -> str:
    """A text made safe inside HTML, SVG or a double-quoted attribute.

    >>> echapper('<b>"La Ville" & Cie</b>')
    '&lt;b&gt;&quot;La Ville&quot; &amp; Cie&lt;/b&gt;'
    """
    return html.escape(str(texte), quote=True)


# What has not moved, and the share whose change chance may explain: a reader takes « stable » for the first.
STABLE, SANS_CHANGEMENT = "stable", "sans changement net"
# A change below this share of the figure, or so many points, is not told: a bilan does not comment on noise.
STABLE_PCT = 1.0
STABLE_POINTS = 0.5
# Below, a change is told by its number, and that of a ratio or of a delay is not: of a handful it says nothing.
PETIT = 50


def evolution(avant: float | None, apres: float | None, unite: str = NOMBRE) -> str:
    """Of a count in percent, or its number for a handful; of any other figure, in its unit, a share in points.

    That is the difference that a reader finds between the two as they are printed. Nothing when none is to compare.
    """
    if avant is None or apres is None:
        return ""
    if unite == NOMBRE and max(avant, apres) >= PETIT:
        if avant == 0:
            return ""
        ecart = (apres - avant) / avant * 100
        est_stable, dit = abs(ecart) < STABLE_PCT, valeur(abs(ecart), PCT)
    else:
        ecart = round(imprime(apres, unite) - imprime(avant, unite), 1)
        est_stable = abs(ecart) < STABLE_POINTS if unite == PCT else not ecart
        dit = valeur(abs(ecart), "points" if unite == PCT else unite)
    immobile = SANS_CHANGEMENT if unite == PCT else STABLE
    return immobile if est_stable else f"en {'hausse' if ecart > 0 else 'baisse'} de {dit}"
