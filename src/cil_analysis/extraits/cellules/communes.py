"""Communes: codes that spreadsheets take for numbers (architecture, D6), names, and where a household comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cil_analysis.extraits.cellules.textes import BLANCS, est_absent, sans_formule, serrer
from cil_analysis.reference.texte import normaliser

AILLEURS = "HORS"
"""A commune or a country that a cell names, and that is not of the département."""
# A commune of the mainland, of Corsica or overseas, or a country of birth lists (99…).
CODE = r"(?:0[1-9]|[1-8]\d|9[0-578]|2[AB])\d{3}|99[1-5]\d{2}"
_CODE = re.compile(CODE, re.ASCII)
_CODE_EN_NOMBRE = re.compile(r"(\d{1,2} ?\d{3}|\d{3} \d{2})(?:[.,]0+)?", re.ASCII)
_CODE_SCIENTIFIQUE = re.compile(r"(\d)[.,](\d+)E\+?0?([34])", re.ASCII)
_CODE_CORSE = re.compile(r"(2[AB]) ?(\d{3})", re.ASCII)
_LETTRES = re.compile(r"[^\W\d_]{2}")


def lire_commune(texte: str, vers_commune: Mapping[str, str]) -> str | None:
    """A commune, from its code or its name; ``vers_commune`` is keyed by the normalised form.

    A code that a spreadsheet holds as a number is read back exactly: « 44109.0 », « 44 109 », « 4,4109E+04 », a lost
    leading zero (:func:`code_retabli`). « 4,41E+04 » does not show all its digits, and is refused.

    >>> lire_commune("1001", {"01001": "01001"}), lire_commune("2a 004", {"2a004": "2A004"})
    ('01001', '2A004')
    """
    if est_un_code(texte) and texte in vers_commune:
        return vers_commune[texte]
    nu = sans_formule(texte)
    if est_absent(nu):
        return None
    code = vers_commune.get(normaliser(code_insee(nu) or nu))
    if code is None:
        raise ValueError(texte)
    return code


def est_un_code(texte: str) -> bool:
    """Whether a cell is an INSEE code to the digit, as nearly all are in a column of codes; not in Corsica."""
    return len(texte) == 5 and texte.isascii() and texte.isdigit()


def code_retabli(texte: str) -> bool:
    """Whether a cell holds an INSEE code that had to be mended: a lost zero, decimals, scientific notation.

    Spaces, letter case and ``="…"`` are no damage.

    >>> [code_retabli(code) for code in ("1001", "44109.0", "4,4109E+04", "44109", "44 109", "2a004", "Nantes")]
    [True, True, True, False, False, False, False]
    """
    if est_un_code(texte):
        return False
    nu = sans_formule(texte)
    code = code_insee(nu)
    return code is not None and code != BLANCS.sub("", nu).upper()


def code_insee(texte: str) -> str | None:
    """The INSEE code that a cell spells, as five characters; None when it spells none.

    >>> code_insee("1001"), code_insee("2a 004"), code_insee("Nantes")
    ('01001', '2A004', None)
    """
    net = serrer(texte).upper()
    if trouve := _CODE_CORSE.fullmatch(net):
        return "".join(trouve.groups())
    if trouve := _CODE_EN_NOMBRE.fullmatch(net):
        return trouve.group(1).replace(" ", "").zfill(5)
    if trouve := _CODE_SCIENTIFIQUE.fullmatch(net):
        tete, decimales, exposant = trouve.group(1), trouve.group(2), int(trouve.group(3))
        entiers, reste = decimales[:exposant], decimales[exposant:]
        if len(entiers) == exposant and not reste.strip("0") and tete != "0":
            return f"{tete}{entiers}".zfill(5)
    return None


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
