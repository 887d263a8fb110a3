"""Numbers as French people and spreadsheets write them, and those that mean « not given »."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from cil_analysis.extraits.cellules.textes import est_absent, serrer

# What separates thousands: any space of one line (no-break, thin, figure, punctuation…).
_ESPACE = "[ \u00a0\u2000-\u200a\u202f\u205f]"
# How a number may be written, with the separator of its thousands. « 1.234 » and « 1,234 » are decimals; two different
# separators, or the same one twice, leave no doubt: « 1.234,50 », « 1,234.50 », « 1.234.567 ».
_FORMES_DE_NOMBRE = (
    (re.compile(r"\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?", re.ASCII), ""),
    (re.compile(rf"\d{{1,3}}(?:{_ESPACE}\d{{3}})+(?:[.,]\d+)?", re.ASCII), _ESPACE),
    (re.compile(r"\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})", re.ASCII), r"\."),
    (re.compile(r"\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})", re.ASCII), ","),
)
_NU = re.compile(r"\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)  # nearly every number: nothing to look for
_DEVISE = re.compile(r"\s*(?:€|eur|euros?)$", re.IGNORECASE)
_ENTIER_MAXIMAL = 10**15  # beyond, a spreadsheet or a float has rounded it


def lire_nombre(texte: str, *, sentinelles: Collection[str] = (), pourcentage: bool = False) -> float | None:
    """A decimal number, with a comma or a point, and any French space between groups of three digits.

    ``sentinelles``: the column's own numbers for « not given ». ``pourcentage``: « % » may follow; otherwise « € » or
    « euros » may. « 1.234 » is a decimal, « 1.234,50 » and « 1,234.50 » are above a thousand; infinity is refused.

    >>> lire_nombre("1 234,50"), lire_nombre("1234.5 €"), lire_nombre("1.234,50"), lire_nombre("nc")
    (1234.5, 1234.5, 1234.5, None)
    >>> lire_nombre("−3"), lire_nombre("12,5 %", pourcentage=True), lire_nombre("999,0", sentinelles=("999",))
    (-3.0, 12.5, None)
    """
    if not sentinelles and _NU.fullmatch(texte):
        return float(texte.replace(",", "."))
    if est_absent(texte) or est_sentinelle(texte, sentinelles):
        return None
    net = serrer(texte)
    net = net.removesuffix("%") if pourcentage else _DEVISE.sub("", net)
    return _nombre(net)


def lire_entier(texte: str, *, sentinelles: Collection[str] = ()) -> int | None:
    """A whole number; « 3.0 », which spreadsheets write, is 3. ``sentinelles``: as for :func:`lire_nombre`.

    >>> lire_entier("3.0"), lire_entier("999", sentinelles=("99", "999"))
    (3, None)
    """
    nombre = lire_nombre(texte, sentinelles=sentinelles)
    if nombre is None:
        return None
    if nombre != int(nombre) or abs(nombre) > _ENTIER_MAXIMAL:
        raise ValueError(texte)
    return int(nombre)


def est_sentinelle(texte: str, sentinelles: Collection[str]) -> bool:
    """Whether a cell holds one of the numbers that mean « not given » in its column, however it is written.

    >>> [est_sentinelle(nombre, ("99", "9999")) for nombre in ("99.0", "9 999", "999")]
    [True, True, False]
    """
    if not sentinelles:
        return False
    try:
        return _nombre(serrer(texte)) in {_nombre(sentinelle) for sentinelle in sentinelles}
    except ValueError:
        return False


def _nombre(texte: str) -> float:
    chiffres = texte.replace("−", "-").strip()
    signe = chiffres[:1] if chiffres[:1] in ("-", "+") else ""
    chiffres = chiffres.removeprefix(signe).strip()
    for forme, milliers in _FORMES_DE_NOMBRE:
        if forme.fullmatch(chiffres):
            nombre = float(signe + (re.sub(milliers, "", chiffres) if milliers else chiffres).replace(",", "."))
            if math.isfinite(nombre):
                return nombre
    raise ValueError(texte)
