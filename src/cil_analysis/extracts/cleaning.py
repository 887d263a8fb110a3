"""Cleaning rules: one text cell to one value. Pure functions; a cell that cannot be read raises ValueError.

``None`` is « not given »: blank, or one of the words that extracts use for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar

import pandas as pd

from cil_analysis.reference.texte import normaliser

T = TypeVar("T")

# Words for « not given », in comparison form (domain, §5.3).
ABSENTS = frozenset({"", "na", "n a", "na na", "nc", "nr", "nd", "z", "non renseigne", "non renseignee",
                     "non communique", "ne sait pas", "inconnu", "inconnue", "sans objet", "non documente",
                     "nondoc"})  # fmt: skip
OUI = frozenset({"oui", "o", "vrai", "true", "1", "yes", "x"})
NON = frozenset({"non", "n", "faux", "false", "0", "no"})

_ESPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_FRANCAISE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
# From 1927 on: a bare year such as 2022 is no serial.
_SERIE = re.compile(r"^[1-9]\d{4}(?:\.\d+)?$")
_ORIGINE_EXCEL = date(1899, 12, 30)
_ENTIER_MAXIMAL = 10**15  # beyond, a spreadsheet or a float has rounded it
_CODE_EN_NOMBRE = re.compile(r"^(\d{1,2})\s?(\d{3})(?:[.,]0+)?$")
_IDENTIFIANT = re.compile(r"^[0-9A-Z]{18}$")


def est_absent(texte: str) -> bool:
    """Whether a cell says that nothing is given.

    >>> est_absent("Non renseigné"), est_absent("0")
    (True, False)
    """
    return normaliser(texte) in ABSENTS


def lire_date(texte: str) -> date | None:
    """A day, from dd/mm/yyyy, ISO, or an Excel serial of the 1900 epoch.

    >>> lire_date("03/01/2022"), lire_date("2022-01-03 00:00:00"), lire_date("44564")
    (datetime.date(2022, 1, 3), datetime.date(2022, 1, 3), datetime.date(2022, 1, 3))
    """
    if est_absent(texte):
        return None
    texte = texte.strip()
    if trouve := _FRANCAISE.match(texte):
        jour, mois, an = map(int, trouve.groups())
        return date(an, mois, jour)
    if trouve := _ISO.match(texte):
        an, mois, jour = map(int, trouve.groups())
        return date(an, mois, jour)
    if _SERIE.match(texte):
        return _ORIGINE_EXCEL + timedelta(days=int(float(texte)))
    raise ValueError(texte)


def lire_nombre(texte: str) -> float | None:
    """A decimal number, with a comma or a point and any French space between thousands.

    >>> lire_nombre("1 234,50"), lire_nombre("1234.5 €"), lire_nombre("nc")
    (1234.5, 1234.5, None)
    """
    if est_absent(texte):
        return None
    compact = _ESPACES.sub("", texte).removesuffix("€").replace(",", ".")
    if not re.fullmatch(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?", compact):
        raise ValueError(texte)
    return float(compact)


def lire_entier(texte: str) -> int | None:
    """A whole number; « 3.0 », which spreadsheets write, is 3.

    >>> lire_entier("3.0")
    3
    """
    nombre = lire_nombre(texte)
    if nombre is None:
        return None
    if nombre != int(nombre) or abs(nombre) > _ENTIER_MAXIMAL:
        raise ValueError(texte)
    return int(nombre)


def lire_oui_non(texte: str) -> bool | None:
    """A yes or a no, in the words of extracts.

    >>> lire_oui_non("OUI"), lire_oui_non("N"), lire_oui_non("")
    (True, False, None)
    """
    mot = normaliser(texte)
    if mot in ABSENTS:
        return None
    if mot in OUI:
        return True
    if mot in NON:
        return False
    raise ValueError(texte)


def lire_identifiant(texte: str) -> str | None:
    """A N° unique: 18 digits or capitals (domain, §2.4).

    A number that a spreadsheet rounded is refused: it keeps 15 digits, and fills the others with zeros.

    >>> lire_identifiant(" 0721180169821g1104 ")
    '0721180169821G1104'
    """
    if est_absent(texte):
        return None
    compact = _ESPACES.sub("", texte).upper()
    if not _IDENTIFIANT.match(compact) or (compact.isdigit() and compact.endswith("000")):
        raise ValueError(texte)
    return compact


def lire_code(texte: str, vers_code: Mapping[str, str]) -> str | None:
    """A code, from its label, an alias or the code itself; ``vers_code`` is keyed by the normalised form."""
    if est_absent(texte) and normaliser(texte) not in vers_code:
        return None
    code = vers_code.get(normaliser(texte))
    if code is None:
        raise ValueError(texte)
    return code


def lire_codes(texte: str, vers_code: Mapping[str, str]) -> str | None:
    """A set of codes written in one cell, separated by « ; » or « | »; the result is sorted and joined by « ; ».

    An unknown label takes nothing from the others: :func:`a_un_code_inconnu` tells that there is one.

    >>> lire_codes("Handicap ; autre chose", {"handicap": "a"})
    'a'
    """
    codes = {vers_code.get(normaliser(morceau)) for morceau in _morceaux(texte)}
    return ";".join(sorted(code for code in codes if code)) or None


def a_un_code_inconnu(texte: str, vers_code: Mapping[str, str]) -> bool:
    """Whether a cell of codes holds a label that is neither known nor a word for « not given ».

    >>> [a_un_code_inconnu(f"Handicap ; {suite}", {"handicap": "a"}) for suite in ("autre chose", "NC")]
    [True, False]
    """
    return any(normaliser(morceau) not in vers_code and not est_absent(morceau) for morceau in _morceaux(texte))


def _morceaux(texte: str) -> list[str]:
    return re.split(r"[;|]", texte)


def lire_commune(texte: str, vers_commune: Mapping[str, str]) -> str | None:
    """A commune, from its code (typed as a number too: « 72181.0 », « 72 181 », a lost leading zero) or its name.

    >>> lire_commune("1001", {"01001": "01001"})
    '01001'
    """
    if est_absent(texte):
        return None
    compact = texte.strip()
    if trouve := _CODE_EN_NOMBRE.match(compact):
        compact = "".join(trouve.groups()).zfill(5)
    code = vers_commune.get(normaliser(compact))
    if code is None:
        raise ValueError(texte)
    return code


def appliquer(colonne: pd.Series, lire: Callable[[str], T | None]) -> tuple[pd.Series, pd.Series]:
    """Read each distinct cell once. Returns the values (object, None for missing) and where the cell was unreadable."""
    valeurs: dict[str, T | None] = {}
    illisibles: set[str] = set()
    for texte in colonne.unique():
        try:
            valeurs[texte] = lire(texte)
        except (ValueError, OverflowError):
            valeurs[texte] = None
            illisibles.add(texte)
    lues = pd.Series([valeurs[texte] for texte in colonne], index=colonne.index, dtype="object")
    return lues, colonne.isin(illisibles)


def annees_revolues(naissance: pd.Series, jour: pd.Series) -> pd.Series:
    """Age in completed years at a day, both datetime64."""
    pas_encore = (jour.dt.month * 100 + jour.dt.day) < (naissance.dt.month * 100 + naissance.dt.day)
    ages: pd.Series = (jour.dt.year - naissance.dt.year - pas_encore.astype("int64")).astype("Float64").astype("Int64")
    return ages
