"""Numbers, dates and the N° unique, as French people write them, and as spreadsheets keep them (D6)."""

import math
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from cil_analysis.extraits.cellules.textes import BLANCS, distinctes, est_absent, sans_formule, serrer

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
_MILLE_OU_UN = re.compile(r"[1-9]\d?[.,]\d{3}", re.ASCII)
_DEVISE = re.compile(r"\s*(?:€|eur|euros?)$", re.IGNORECASE)
_ENTIER_MAXIMAL = 10**15  # beyond, a spreadsheet or a float has rounded it
_IDENTIFIANT = re.compile("[0-9A-Z]{18}")


def lire_nombre(
    texte: str, *, sentinelles: Collection[str] = (), pourcentage: bool = False, euros: bool = False
) -> float | None:
    """A decimal number, with a comma or a point, and any French space between groups of three digits.

    ``sentinelles``: the column's own numbers for « not given ». ``pourcentage``: « % » may follow; otherwise « € » or
    « euros » may. « 1.234 » is a decimal, and is refused of ``euros``, which have no thousandth; « 1.234,50 » and
    « 1,234.50 » are above a thousand; infinity is refused.

    >>> lire_nombre("1 234,50"), lire_nombre("1234.5 €"), lire_nombre("1.234,50"), lire_nombre("nc")
    (1234.5, 1234.5, 1234.5, None)
    >>> lire_nombre("−3"), lire_nombre("12,5 %", pourcentage=True), lire_nombre("999,0", sentinelles=("999",))
    (-3.0, 12.5, None)
    """
    if not sentinelles and _NU.fullmatch(texte) and not (euros and _MILLE_OU_UN.fullmatch(texte)):
        return float(texte.replace(",", "."))
    if est_absent(texte) or est_sentinelle(texte, sentinelles):
        return None
    net = serrer(texte)
    net = net.removesuffix("%") if pourcentage else _DEVISE.sub("", net)
    if euros and _MILLE_OU_UN.fullmatch(net):
        raise ValueError(texte)
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


def lire_identifiant(texte: str) -> str | None:
    """A N° unique: 18 digits or capitals (domain, §2.4), spaces aside, as text (:func:`sans_formule`).

    A number is refused in any form that shows it (« 7,2E+16 », « 72118016982001000.0 »); :func:`est_arrondi` and
    :func:`est_flottant` tell the ones that look like an identifier.

    >>> lire_identifiant(" 0721180169821g1104 ")
    '0721180169821G1104'
    """
    if _IDENTIFIANT.fullmatch(texte):
        return texte  # nearly every one
    nu = sans_formule(texte)
    compact = BLANCS.sub("", nu).upper()
    if _IDENTIFIANT.fullmatch(compact):
        return compact
    if est_absent(nu):
        return None
    raise ValueError(texte)


def est_arrondi(texte: str) -> bool:
    """Whether 18 digits look rounded by a spreadsheet: it keeps 15 of them, and fills the others with zeros.

    For delimited text, which keeps no type: a file that says that the cell is text is believed.

    >>> est_arrondi("172118016982001000"), est_arrondi("172118016982001001")
    (True, False)
    """
    compact = BLANCS.sub("", texte)
    return len(compact) == 18 and compact.isdecimal() and compact.endswith("000")


def est_flottant(texte: str) -> bool:
    """Whether an identifier of 18 digits may be a rounded number: a double holds it exactly.

    So does one true identifier in 64 or so: to be asked only where a file cannot tell text from numbers.

    >>> est_flottant("172118016982001024"), est_flottant("172118016982001025"), est_flottant("0721180169821G1104")
    (True, False, False)
    """
    compact = BLANCS.sub("", sans_formule(texte))
    return re.fullmatch(r"[0-9]{18}", compact) is not None and int(float(compact)) == int(compact)


def numeros_perdus(cellules: pd.Series, *, classeur: bool) -> pd.Series:
    """Where a column of identifiers holds what a spreadsheet keeps of a number.

    :func:`est_flottant` tells it of the cells of a workbook, :func:`est_arrondi` of those of delimited text.

    >>> numeros_perdus(pd.Series(["0721180169821G1104", "172118016982001000"], dtype="str"), classeur=False).tolist()
    [False, True]
    """
    perdus = ~cellules.str.contains("[A-Za-z]")  # Nearly every identifier holds a letter: no number does.
    perdus[perdus] = distinctes(cellules[perdus]).ou(est_flottant if classeur else est_arrondi)
    return perdus


# --- Dates: dd/mm/yyyy, mm/yyyy, ISO, and the day numbers of spreadsheets in both epochs ------------------------------

_HEURE = r"(?:[ T]\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?)?"
_FRANCAISE = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_HEURE}", re.ASCII)
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_HEURE}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
_MOIS = re.compile(r"(\d{1,2})[/-](\d{4})|(\d{4})-(\d{2})", re.ASCII)
# From 1927 on: a bare year such as 2022 is no serial.
_SERIE = re.compile(r"([1-9]\d{4})(?:[.,]\d+)?", re.ASCII)
_SERIE_1904 = re.compile(r"([1-9]\d{3,4})([.,]\d+)?", re.ASCII)
# The years of what programs write for no date: a spreadsheet shows a blank that a formula copies as 00/01/1900.
_SANS_DATE = frozenset({0, 1, 1899, 1900})
_PARIS = ZoneInfo("Europe/Paris")
_ORIGINE_EXCEL = date(1899, 12, 30)
_INVERSEES_MINIMALES = 10  # days of one kind and of the other; fewer prove nothing
_JOURS_ENTRE_EPOQUES = 1462  # from 1 January 1900 to 1 January 1904, with Excel's 29 February 1900
_PREMIERE_SERIE_1904 = 10000 - _JOURS_ENTRE_EPOQUES


def est_mois_jour(texte: str) -> bool:
    """Whether a text is a day in American order alone, « 03/25/2022 »: where there are some, the others are swapped.

    >>> est_mois_jour("03/25/2022"), est_mois_jour("03/04/2022"), est_mois_jour("33/25/2022")
    (True, False, False)
    """
    trouve = _FRANCAISE.fullmatch(serrer(texte))
    return trouve is not None and int(trouve[1]) <= 12 < int(trouve[2]) <= 31


def jours_inverses(cellules: Iterable[str]) -> bool:
    """Whether an English spreadsheet has read dd/mm/yyyy: it swaps days up to the twelfth, the others stay text.

    >>> jours_inverses([f"2022-{mois:02d}-03" for mois in range(1, 13)] + ["25/03/2022"] * 9)
    False
    >>> jours_inverses([f"2022-{mois:02d}-03" for mois in range(1, 13)] + [f"{j}/03/2022" for j in range(13, 31)])
    True
    """
    lues = [(_ISO.fullmatch(cellule), _FRANCAISE.fullmatch(cellule)) for cellule in cellules]
    dates, textes = [int(iso[3]) for iso, _ in lues if iso], [int(fr[1]) for _, fr in lues if fr]
    return min(len(dates), len(textes)) >= _INVERSEES_MINIMALES and max(dates) <= 12 < min(textes)


def lire_date(texte: str) -> date | None:
    """A day, from dd/mm/yyyy, ISO, or an Excel serial of the 1900 epoch; the time is dropped.

    « mm/yyyy » and « yyyy-mm » are the first day of the month: the month is what is known (:func:`est_un_mois`). An ISO
    instant with its zone is the day it was in Paris: midnight there is 22:00 or 23:00 UTC of the day before. A year
    of two digits is refused, and so is one before 1900, but for _SANS_DATE. The serials of a workbook that counts from
    1904 go through :func:`serie_1904_vers_1900` first.

    >>> lire_date("03/01/2022"), lire_date("2022-01-03 00:00:00"), lire_date("44564")
    (datetime.date(2022, 1, 3), datetime.date(2022, 1, 3), datetime.date(2022, 1, 3))
    >>> lire_date("03/2022"), lire_date("2022-06-30T22:00:00.000Z")
    (datetime.date(2022, 3, 1), datetime.date(2022, 7, 1))
    """
    if est_absent(texte):
        return None
    texte = serrer(texte)
    if trouve := _FRANCAISE.fullmatch(texte):
        jour, mois, an = map(int, trouve.groups())
        return _jour(an, mois, jour)
    if trouve := _ISO.fullmatch(texte):
        an, mois, jour = map(int, trouve.groups())
        return _jour(an, mois, jour)
    if trouve := _MOIS.fullmatch(texte):
        francais_mois, francais_an, iso_an, iso_mois = trouve.groups()
        return _jour(int(francais_an or iso_an), int(francais_mois or iso_mois), 1)
    if trouve := _SERIE.fullmatch(texte):
        return _ORIGINE_EXCEL + timedelta(days=int(trouve.group(1)))
    if _INSTANT.fullmatch(texte):
        with suppress(OverflowError):  # the first and the last day of the calendar
            instant = datetime.fromisoformat(texte).astimezone(_PARIS)
            return _jour(instant.year, instant.month, instant.day)
    raise ValueError(texte)


def _jour(an: int, mois: int, jour: int) -> date | None:
    if an in _SANS_DATE:
        return None
    if an < max(_SANS_DATE):
        raise ValueError(an)
    return date(an, mois, jour)


def est_un_mois(texte: str) -> bool:
    """Whether a cell gives a month without its day.

    >>> est_un_mois("03/2022"), est_un_mois("03/01/2022")
    (True, False)
    """
    return _MOIS.fullmatch(serrer(texte)) is not None


def serie_1904_vers_1900(texte: pd.Series) -> pd.Series:
    """The cells of a date column of a workbook that counts days from 1904, with its bare serials counted from 1900.

    Anything else is left as it is, a bare year included: serials before May 1927 are out of the range of
    :func:`lire_date` in both epochs.

    >>> serie_1904_vers_1900(pd.Series(["43102", "43102.75", "03/01/2022", "2022", ""])).tolist()
    ['44564', '44564.75', '03/01/2022', '2022', '']
    """

    def decaler(cellule: str) -> str:
        trouve = _SERIE_1904.fullmatch(serrer(cellule))
        if trouve is None or int(trouve.group(1)) < _PREMIERE_SERIE_1904:
            return cellule
        return f"{int(trouve.group(1)) + _JOURS_ENTRE_EPOQUES}{trouve.group(2) or ''}"

    return texte.map({cellule: decaler(cellule) for cellule in texte.unique()}).astype(texte.dtype)
