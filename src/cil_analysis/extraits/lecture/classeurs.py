"""Workbooks as tables of text, within bounded memory and time: a file that was sent may be damaged or hostile.

What the file holds tells how it is read, not its extension. The archive of an .xlsx or .ods is checked before it is
read. An .xls, whose cells cannot be checked beforehand, is read in a process of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import fastexcel
import pyarrow as pa

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.controle_archive import controler
from cil_analysis.extraits.lecture.enfant import EchecIsole, lire_feuilles, lire_isole
from cil_analysis.extraits.lecture.sources import Source, abime

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK"
_CLASSEUR_OLE = "Workbook".encode("utf-16-le")
_CHIFFRE_OLE = "EncryptedPackage".encode("utf-16-le")
# Records Date1904, true, then CalcPrecision, in the order that [MS-XLS] 2.1.7.20.3 gives to the globals of a workbook.
_1904_OLE = bytes.fromhex("2200 0200 0100 0E00 0200")
_ERREUR_INCONNUE = re.compile(r"Unsupported cell error value '([^']*)'(?:.*loading sheet ([^\n]*))?", re.DOTALL)


@dataclass(frozen=True)
class Classeur:
    """The sheets of a workbook as tables of text; nulls are blank cells.

    ``decalages``: how many blank columns come before each table, by sheet, where it is known (the reader drops them).
    ``depuis_1904``: its date serials count from 1904.
    """

    feuilles: dict[str, pa.Table]
    decalages: dict[str, int] = field(default_factory=dict)
    depuis_1904: bool = False


def lire_classeur(source: Source) -> Classeur:
    """Every sheet of a workbook; a cell in error is the text of its error (« #N/A »).

    Raises ErreurCIL for a file that is protected, damaged, hostile or larger than what is read.
    """
    if source.contenu.startswith(_OLE):
        # Under the extension of a zip format, only an old .xls renamed is not encrypted.
        renomme = source.suffixe == ".xls" or _CLASSEUR_OLE in source.contenu
        if _CHIFFRE_OLE in source.contenu or not renomme:
            raise _protege(source)
        try:
            return Classeur(lire_isole(source.contenu), depuis_1904=_1904_OLE in source.contenu)
        except EchecIsole as erreur:
            raise _refus(source, str(erreur)) from erreur
    if not source.contenu.startswith(_ZIP):
        raise _refus_sans_signature(source)
    controle = controler(source)
    try:
        return Classeur(lire_feuilles(source.contenu), controle.decalages, controle.depuis_1904)
    except BaseException as erreur:
        # A panic of the reader's native code is a BaseException that cannot be imported.
        prevue = isinstance(erreur, fastexcel.FastExcelError | pa.ArrowException | ValueError)
        if prevue or type(erreur).__name__ == "PanicException":
            raise _refus(source, str(erreur)) from erreur
        raise  # an interruption, or a lack of memory


def est_du_texte(source: Source, feuille: str, rang: int, entete: int) -> bool:
    """Whether every filled cell of a column, below its header row (counted from 0), is text and none is a number."""
    if source.contenu.startswith(_OLE):
        return False  # Not told: the caller then supposes the worst.
    try:
        lue = fastexcel.read_excel(source.contenu).load_sheet(
            feuille, header_row=None, skip_rows=entete + 1, use_columns=[rang], dtype_coercion="strict"
        )
    except fastexcel.FastExcelError:
        return False  # text and numbers in one column
    return all(colonne.dtype == "string" for colonne in lue.selected_columns)


def _protege(source: Source) -> ErreurCIL:
    return ErreurCIL(
        f"Le classeur {source.nom} est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    )


def _refus(source: Source, message: str) -> ErreurCIL:
    """What to say of a failure of the reader."""
    if re.search("password|encrypt", message, re.IGNORECASE):
        return _protege(source)
    if inconnue := _ERREUR_INCONNUE.search(message):
        ou = f" de la feuille « {inconnue[2]} »" if inconnue[2] else ""
        return ErreurCIL(
            f"Le fichier {source.nom} n’est pas lu : une cellule{ou} est en erreur ({inconnue[1]}). Remplacez les "
            "cellules en erreur par des valeurs ou des cellules vides."
        )
    return abime(source.nom)


def _refus_sans_signature(source: Source) -> ErreurCIL:
    """A workbook by its extension only: say what the file looks like."""
    debut = source.contenu[:4096]
    texte = debut.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if texte.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")):
        return ErreurCIL(
            f"Le fichier {source.nom} est une page HTML sous un nom de classeur : ouvrez-la dans un tableur et "
            "enregistrez-la au format .xlsx."
        )
    if texte.startswith(b"<"):
        return ErreurCIL(
            f"Le fichier {source.nom} est un document XML sous un nom de classeur : ouvrez-le dans un tableur et "
            "enregistrez-le au format .xlsx."
        )
    utf16 = debut.startswith((b"\xff\xfe", b"\xfe\xff"))
    if utf16 or (b"\0" not in debut and re.search(rb"[;,\t|]", texte) and re.search(rb"[\r\n]", texte)):
        return ErreurCIL(
            f"Le fichier {source.nom} est du texte (un tableau délimité, semble-t-il) sous un nom de classeur : "
            "renommez-le en .csv."
        )
    return abime(source.nom)
