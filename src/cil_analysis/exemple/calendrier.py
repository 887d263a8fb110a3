"""The days on which the made-up CIL meets and decides: working days, neither in August nor at the end of the year."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_FIXES = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_APRES_PAQUES = (1, 39, 50)  # Easter Monday, Ascension Day, Whit Monday
_AOUT, _FETES = 8, (12, 24)


@cache
def jours_ouvres(annee: int) -> tuple[date, ...]:
    """The days of a year on which the CIL may meet, in order."""
    feries = {date(annee, mois, jour) for mois, jour in _FIXES}
    feries |= {_paques(annee) + timedelta(days=ecart) for ecart in _APRES_PAQUES}
    debut = date(annee, 1, 1)
    jours = (debut + timedelta(days=rang) for rang in range((date(annee, *_FETES) - debut).days))
    return tuple(jour for jour in jours if jour.weekday() < 5 and jour.month != _AOUT and jour not in feries)


def jour_ouvre(jour: date) -> date:
    """The day itself, or the first possible one after it."""
    return next(j for annee in (jour.year, jour.year + 1) for j in jours_ouvres(annee) if j >= jour)


def veille_ouvree(jour: date) -> date:
    """The last possible day before a day."""
    return next(j for annee in (jour.year, jour.year - 1) for j in reversed(jours_ouvres(annee)) if j < jour)


def _paques(annee: int) -> date:
    """Easter Sunday in the Gregorian calendar (the algorithm of Oudin, 1940)."""
    siecle, or_ = annee // 100, annee % 19
    k = (siecle - 17) // 25
    i = (siecle - siecle // 4 - (siecle - k) // 3 + 19 * or_ + 15) % 30
    i -= (i // 28) * (1 - (i // 28) * (29 // (i + 1)) * ((21 - or_) // 11))
    j = (annee + annee // 4 + i + 2 - siecle + siecle // 4) % 7
    ecart = i - j
    mois = 3 + (ecart + 40) // 44
    return date(annee, mois, ecart + 28 - 31 * (mois // 4))
