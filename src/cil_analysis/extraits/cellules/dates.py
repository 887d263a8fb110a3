"""Dates: dd/mm/yyyy, mm/yyyy, ISO, and the day numbers of spreadsheets in both epochs."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from cil_analysis.extraits.cellules.textes import est_absent, serrer

_HEURE = r"(?:[ T]\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?)?"
_FRANCAISE = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_HEURE}", re.ASCII)
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_HEURE}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
_MOIS = re.compile(r"(\d{1,2})[/-](\d{4})|(\d{4})-(\d{2})", re.ASCII)
# From 1927 on: a bare year such as 2022 is no serial.
_SERIE = re.compile(r"([1-9]\d{4})(?:[.,]\d+)?", re.ASCII)
_SERIE_1904 = re.compile(r"([1-9]\d{3,4})([.,]\d+)?", re.ASCII)
_PARIS = ZoneInfo("Europe/Paris")
_ORIGINE_EXCEL = date(1899, 12, 30)
_JOURS_ENTRE_EPOQUES = 1462  # from 1 January 1900 to 1 January 1904, with Excel's 29 February 1900
_PREMIERE_SERIE_1904 = 10000 - _JOURS_ENTRE_EPOQUES


def est_mois_jour(texte: str) -> bool:
    """Whether a text is a day in American order alone, « 03/25/2022 »: where there are some, the others are swapped.

    >>> est_mois_jour("03/25/2022"), est_mois_jour("03/04/2022"), est_mois_jour("33/25/2022")
    (True, False, False)
    """
    trouve = _FRANCAISE.fullmatch(serrer(texte))
    return trouve is not None and int(trouve[1]) <= 12 < int(trouve[2]) <= 31


def lire_date(texte: str) -> date | None:
    """A day, from dd/mm/yyyy, ISO, or an Excel serial of the 1900 epoch; the time is dropped.

    « mm/yyyy » and « yyyy-mm » are the first day of the month: the month is what is known (:func:`est_un_mois`). An ISO
    instant with its zone is the day it was in Paris: midnight there is 22:00 or 23:00 UTC of the day before. A year
    of two digits is refused. The serials of a workbook that counts from 1904 go through
    :func:`serie_1904_vers_1900` first.

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
        return date(an, mois, jour)
    if trouve := _ISO.fullmatch(texte):
        an, mois, jour = map(int, trouve.groups())
        return date(an, mois, jour)
    if trouve := _MOIS.fullmatch(texte):
        francais_mois, francais_an, iso_an, iso_mois = trouve.groups()
        return date(int(francais_an or iso_an), int(francais_mois or iso_mois), 1)
    if trouve := _SERIE.fullmatch(texte):
        return _ORIGINE_EXCEL + timedelta(days=int(trouve.group(1)))
    if _INSTANT.fullmatch(texte):
        return _jour_a_paris(texte)
    raise ValueError(texte)


def _jour_a_paris(instant: str) -> date:
    try:
        return datetime.fromisoformat(instant).astimezone(_PARIS).date()
    except OverflowError:  # the first and the last day of the calendar
        raise ValueError(instant) from None


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
