"""N° unique and commune: codes that spreadsheets take for numbers (architecture, D6)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cil_analysis.extraits.cleaning.cellules import BLANCS, distinctes, est_absent, sans_formule, serrer, sont_de
from cil_analysis.reference.texte import normaliser

_LONGUEUR = 18
_IDENTIFIANT = re.compile(f"[0-9A-Z]{{{_LONGUEUR}}}")
_SIGNES = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE_EN_NOMBRE = re.compile(r"(\d{1,2} ?\d{3}|\d{3} \d{2})(?:[.,]0+)?", re.ASCII)
_CODE_SCIENTIFIQUE = re.compile(r"(\d)[.,](\d+)E\+?0?([34])", re.ASCII)
_CODE_CORSE = re.compile(r"(2[AB]) ?(\d{3})", re.ASCII)


def lire_identifiant(texte: str) -> str | None:
    """A N° unique: 18 digits or capitals (domain, §2.4), spaces aside, as text (:func:`sans_formule`).

    A number is refused in any form that shows it (« 7,2E+16 », « 72118016982001000.0 »); :func:`est_arrondi` and
    :func:`est_flottant` tell the ones that look like an identifier.

    >>> lire_identifiant(" 0721180169821g1104 ")
    '0721180169821G1104'
    """
    nu = sans_formule(texte)
    compact = BLANCS.sub("", nu).upper()
    if not _IDENTIFIANT.fullmatch(compact) and est_absent(nu):
        return None
    if not _IDENTIFIANT.fullmatch(compact):
        raise ValueError(texte)
    return compact


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
    if len(texte) >= 18 and texte.isascii() and texte.isalnum() and not texte.isdecimal():
        return False  # nearly every identifier
    compact = BLANCS.sub("", sans_formule(texte))
    return re.fullmatch(r"[0-9]{18}", compact) is not None and int(float(compact)) == int(compact)


def lire_identifiants(cellules: pd.Series) -> tuple[pd.Series, pd.Series]:
    """What :func:`lire_identifiant` reads in each cell of a column (str), and where it is unreadable.

    Nearly every cell is an identifier as it stands, and its own value: only the others go through the rule.

    >>> lus, illisibles = lire_identifiants(pd.Series(["0721180169821G1104", "0721180169821g1104", "x"], dtype="str"))
    >>> lus.tolist(), illisibles.tolist()
    (['0721180169821G1104', '0721180169821G1104', nan], [False, False, True])
    """
    autres = ~_en_forme(cellules)
    lus, illisibles = cellules.copy(), pd.Series(False, index=cellules.index)
    if autres.any():
        reste = distinctes(cellules[autres])
        valeurs, refusees = reste.lire(lire_identifiant)
        lus[autres], illisibles[autres] = reste.etaler(valeurs.astype("str")), reste.etaler(refusees)
    return lus, illisibles


def numeros_perdus(cellules: pd.Series, *, classeur: bool) -> pd.Series:
    """Where a column of identifiers holds what a spreadsheet keeps of a number.

    :func:`est_flottant` tells it of the cells of a workbook, :func:`est_arrondi` of those of delimited text.

    >>> numeros_perdus(pd.Series(["0721180169821G1104", "172118016982001000"], dtype="str"), classeur=False).tolist()
    [False, True]
    """
    textes = pa.array(cellules)
    possibles = pc.utf8_is_decimal(textes) if classeur else pc.ends_with(textes, "000")
    a_voir = ~_en_forme(cellules) | possibles.to_numpy(zero_copy_only=False)
    perdus = pd.Series(False, index=cellules.index)
    if a_voir.any():
        perdus[a_voir] = distinctes(cellules[a_voir]).ou(est_flottant if classeur else est_arrondi)
    return perdus


def _en_forme(cellules: pd.Series) -> pd.Series:
    """Where the cell is an identifier to the letter."""
    return sont_de(cellules, _SIGNES, _LONGUEUR)


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
