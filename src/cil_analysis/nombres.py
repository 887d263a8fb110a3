"""Numbers as a French reader writes them.

Thousands take a narrow no-break space (U+202F), a noun a no-break space (U+00A0), the minus is U+2212. Halves round
away from zero, as a spreadsheet does, so that the page and the workbook agree.
"""

import math
from decimal import ROUND_HALF_UP, Decimal

FINE = "\u202f"
INSECABLE = "\u00a0"
MOINS = "\u2212"
RIEN = "\u2013"
Nombre = float | None


def francais(ecrit: str) -> str:
    r"""A number as Python writes it, with the signs of French: « 1,234.5 » becomes « 1 234,5 ».

    >>> francais(f"{1234.5:,.1f}")
    '1\u202f234,5'
    """
    return ecrit.replace(",", "\u202f").replace(".", ",")


def arrondi(x: Nombre, decimales: int) -> Decimal | None:
    """The number rounded half away from zero, or None when there is none (None, NaN, NA, infinite)."""
    try:
        flottant = float(x)  # type: ignore[arg-type]  # numpy scalars too
    except TypeError:  # None, and the NA of pandas, which the ground floor does not load
        return None
    if not math.isfinite(flottant):
        return None
    # the ninth decimal first: 12.349999999999998 is 12.35 for the reader
    return Decimal(repr(round(flottant, 9))).quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)


def nombre(x: Nombre, decimales: int = 0) -> str:
    r"""Un nombre, ses milliers séparés.

    >>> nombre(12345.678, 1)
    '12\u202f345,7'
    >>> nombre(-3), nombre(-0.2), nombre(float("nan"))
    ('−3', '0', '–')
    """
    d = arrondi(x, decimales)
    return RIEN if d is None else f"{MOINS if d < 0 else ''}{francais(f'{abs(d):,f}')}"


def accorder(n: Nombre, singulier: str, pluriel: str) -> str:
    r"""A count and its noun; in French the plural begins at 2.

    >>> accorder(1, "ménage", "ménages"), accorder(2500, "ménage", "ménages")
    ('1\xa0ménage', '2\u202f500\xa0ménages')
    >>> accorder(0, "ménage", "ménages"), accorder(1.9, "point", "points")
    ('0\xa0ménage', '1,9\xa0point')
    """
    decimales = 0 if arrondi(n, 0) == arrondi(n, 9) else 1
    d = arrondi(n, decimales)
    return f"{nombre(n, decimales)}{INSECABLE}{singulier if d is not None and abs(d) < 2 else pluriel}"
