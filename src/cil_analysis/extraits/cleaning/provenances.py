"""Where a household comes from: a commune anywhere in France, or elsewhere. It never refuses a row."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cil_analysis.extraits.cleaning.cellules import est_absent, sans_formule
from cil_analysis.extraits.cleaning.identifiants import code_insee, est_un_code
from cil_analysis.reference.texte import normaliser

AILLEURS = "HORS"
"""A commune or a country that a cell names, and that is not of the département."""

# A commune of the mainland, of Corsica or overseas, or a country of birth lists (99…).
CODE = r"(?:0[1-9]|[1-8]\d|9[0-578]|2[AB])\d{3}|99[1-5]\d{2}"
_CODE = re.compile(CODE, re.ASCII)
_LETTRES = re.compile(r"[^\W\d_]{2}")


def lire_provenance(texte: str, vers_commune: Mapping[str, str], departement: str) -> str | None:
    """A commune of origin, from its code or its name; ``vers_commune`` is keyed by the normalised form.

    A code outside ``departement`` is kept as it is; one inside that no commune has had is unreadable (a postal code).
    A name that is not known is AILLEURS. « 44000 Nantes », « Nantes (44) » and « NANTES CEDEX 2 » are read by their
    name, unless the number says another département.

    >>> connues = {"nantes": "44109", "44109": "44109"}
    >>> [lire_provenance(t, connues, "44") for t in ("44000 Nantes", "2a 004", "Laval (53)", "Nantes (53)", "NC")]
    ['44109', '2A004', 'HORS', 'HORS', None]
    """
    if est_un_code(texte) and texte in vers_commune:
        return vers_commune[texte]
    nu = sans_formule(texte)
    if est_absent(nu):
        return None
    code = code_insee(nu)
    connue = vers_commune.get(normaliser(code or nu))
    if connue is not None:
        return connue
    if code is not None and _CODE.fullmatch(code) and not code.startswith(departement):
        return code
    if not _est_un_nom(nu):
        raise ValueError(texte)
    return vers_commune.get(_nom_seul(normaliser(nu), departement), AILLEURS)


def _est_un_nom(texte: str) -> bool:
    """Whether a cell holds a word, and neither a number, a damaged code (« 7,2E+04 ») nor a failed formula (« #N/A »).

    A commune is called « Y ».
    """
    if texte.startswith("#"):
        return False
    chiffre = any(signe.isdigit() for signe in texte)
    return _LETTRES.search(texte) is not None or (not chiffre and any(map(str.isalpha, texte)))


def _nom_seul(forme: str, departement: str) -> str:
    """A normalised name without its numbers; empty when one of them is not of the département."""
    mots = forme.partition(" cedex")[0].split()
    ailleurs = any(mot.isdigit() and not mot.startswith(departement) for mot in mots)
    return "" if ailleurs else " ".join(mot for mot in mots if not mot.isdigit())
