"""Workbooks as tables of text, within bounded memory and time: a file that was sent may be damaged or hostile.

The reader builds a dense grid from the first cell to the last: before it is called, the cells' addresses are checked.
An .xls, whose cells cannot be checked beforehand, is read in a process of its own.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

import fastexcel
import pyarrow as pa

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts.sources import Source, abime, ouvrir_zip, tranches

COLONNES_MAXIMALES = 2_000
CELLULES_MAXIMALES = 64_000_000  # about 2 GB in the reader
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_MEMOIRE_ISOLEE = 4 * 1024**3
_DELAI_ISOLE_S = 300
# An address of three letters is beyond column ZZ (702); six digits are 100,000 rows or more. The literal start makes
# the search fast, once what XML allows between « r » and its value is gone.
_ADRESSE_LOINTAINE = re.compile(rb'r="(?:[A-Za-z]{3}|[A-Za-z]{0,2}[0-9]{6})')
_ADRESSE = re.compile(rb'r="([A-Za-z]{0,8})([0-9]{0,12})"')
_UN_GUILLEMET = bytes.maketrans(b"'", b'"')
_BLANCS = b" \t\r\n"
_RECOUVREMENT = 64  # An address cut between two pieces is seen whole in the next one.
_1904 = re.compile(rb'date1904="(?:1|true)"')
_CELLULE_REMPLIE = re.compile(rb'<c [^>]*?\br="([A-Za-z]{1,3})[0-9]+"[^>]*[^/]>')
_ESPACE_XLSX = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESPACE_LIEN = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ESPACE_ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


@dataclass(frozen=True)
class Classeur:
    """The sheets of a workbook as tables of text; nulls are blank cells.

    ``decalages``: how many blank columns come before each table, by sheet, where it is known (the reader drops them).
    ``depuis_1904``: its date serials count from 1904.
    """

    feuilles: dict[str, pa.Table]
    decalages: dict[str, int] = field(default_factory=dict)
    depuis_1904: bool = False


@dataclass
class _Controle:
    """What the inspection of the archive has seen: blank columns by member or sheet, and the epoch."""

    decalages: dict[str, int] = field(default_factory=dict)
    depuis_1904: bool = False


def lire_classeur(source: Source) -> Classeur:
    """Every sheet of a workbook.

    Raises ErreurCIL for a file that is protected, damaged, hostile or larger than what is read.
    """
    protege = ErreurCIL(
        f"Le classeur {source.nom} est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    )
    if source.suffixe == ".xls" or source.octets.startswith(_OLE):
        if source.suffixe != ".xls" and "Workbook".encode("utf-16-le") not in source.octets:
            raise protege
        return Classeur(_lire_isole(source, protege))
    controle = _controler(source)
    try:
        return Classeur(lire_feuilles(source.octets), controle.decalages, controle.depuis_1904)
    except BaseException as erreur:
        raise _refus(source, erreur, protege) from erreur


def _refus(source: Source, erreur: BaseException, protege: ErreurCIL) -> BaseException:
    """What to say of a failure of the reader; an interruption or a lack of memory is passed on."""
    if re.search("password|encrypt", str(erreur), re.IGNORECASE):
        return protege
    # A panic of the reader's native code is a BaseException that cannot be imported.
    prevue = isinstance(erreur, fastexcel.FastExcelError | pa.ArrowException | ValueError)
    return abime(source.nom) if prevue or type(erreur).__name__ == "PanicException" else erreur


def lire_feuilles(octets: bytes) -> dict[str, pa.Table]:
    """Every sheet, all cells as text."""
    classeur = fastexcel.read_excel(octets)
    feuilles = {}
    for nom in classeur.sheet_names:
        lot = classeur.load_sheet(nom, header_row=None, skip_rows=0, dtypes="string").to_arrow()
        feuilles[nom] = pa.Table.from_batches([lot])
    return feuilles


def est_du_texte(source: Source, feuille: str, rang: int, entete: int) -> bool:
    """Whether every filled cell of a column, below its header row (counted from 0), is text and none is a number."""
    if source.suffixe == ".xls":
        return False  # Not told: the caller then supposes the worst.
    try:
        lue = fastexcel.read_excel(source.octets).load_sheet(
            feuille, header_row=None, skip_rows=entete + 1, use_columns=[rang], dtype_coercion="strict"
        )
    except fastexcel.FastExcelError:
        return False  # text and numbers in one column
    return all(colonne.dtype == "string" for colonne in lue.selected_columns)


def _controler(source: Source) -> _Controle:
    """Refuse what would exhaust memory or play with entities."""
    controle = _Controle()
    with ouvrir_zip(source.octets, source.nom) as archive:
        for membre in archive.infolist():
            chemin = membre.filename.lower()
            if not chemin.endswith((".xml", ".rels")):
                continue
            feuille = chemin.startswith("xl/worksheets/")
            if _parcourir(archive, membre, source, feuille=feuille):
                _refuser_grille_demesuree(archive, membre, source)
        if source.suffixe == ".ods":
            _refuser_repetitions_demesurees(archive, source, controle)
        else:
            _lire_plan(archive, source, controle)
    return controle


def _lire_plan(archive: zipfile.ZipFile, source: Source, controle: _Controle) -> None:
    """The epoch of an Office workbook, and the blank columns before the table of each sheet."""
    try:
        classeur = archive.read("xl/workbook.xml")
        liens = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        controle.depuis_1904 = _1904.search(classeur) is not None
        chemins = {lien.get("Id", ""): lien.get("Target", "") for lien in liens}
        for feuille in ElementTree.fromstring(classeur).iter(f"{_ESPACE_XLSX}sheet"):
            chemin = chemins.get(feuille.get(f"{_ESPACE_LIEN}id", ""), "")
            membre = archive.getinfo(chemin.removeprefix("/") if chemin.startswith("/") else f"xl/{chemin}")
            controle.decalages[feuille.get("name", "")] = _premiere_colonne(archive, membre, source)
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile):
        return  # The reader says what is wrong with such a file, or finds its way in it: then no letter is named.


def _premiere_colonne(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> int:
    """The rank, from 0, of the first column with a filled cell: in the first piece, nearly always."""
    premiere = COLONNES_MAXIMALES
    for tranche in tranches(archive, membre, source.nom):
        remplies = set(_CELLULE_REMPLIE.findall(tranche.translate(_UN_GUILLEMET)))
        premiere = min([premiere, *(_rang(lettres) - 1 for lettres in remplies)])
        if premiere == 0:
            break
    return premiere


def _parcourir(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source, *, feuille: bool) -> bool:
    """Inflate a member piece by piece. Returns whether it has a cell so far away that the grid must be measured."""
    lointaine = vu = False
    reste = b""
    for tranche in tranches(archive, membre, source.nom):
        morceau = reste + tranche
        if not vu and b"<!DOCTYPE" in morceau:  # before the first element, or nowhere
            raise ErreurCIL(
                f"Le fichier {source.nom} est refusé : il déclare des entités XML, ce qu’aucun tableur n’écrit. "
                "Demandez-en un nouvel envoi."
            )
        vu = True
        if feuille and not lointaine:
            lointaine = _ADRESSE_LOINTAINE.search(morceau.translate(_UN_GUILLEMET, _BLANCS)) is not None
        reste = morceau[-_RECOUVREMENT:]
    return lointaine


def _refuser_grille_demesuree(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> None:
    colonnes: set[bytes] = set()
    ligne = 0
    reste = b""
    for tranche in tranches(archive, membre, source.nom):
        morceau = (reste + tranche).translate(_UN_GUILLEMET, _BLANCS)
        for lettres, chiffres in set(_ADRESSE.findall(morceau)):
            colonnes.add(lettres)
            ligne = max(ligne, int(chiffres or 0))
        reste = morceau[-_RECOUVREMENT:]
    _refuser_dimensions(source, ligne, max((_rang(lettres) for lettres in colonnes), default=0))


def _rang(lettres: bytes) -> int:
    """« A » is 1, « AA » is 27."""
    rang = 0
    for lettre in lettres.upper():
        rang = rang * 26 + lettre - 64
    return rang


def _refuser_dimensions(source: Source, lignes: int, colonnes: int) -> None:
    if colonnes > COLONNES_MAXIMALES or lignes * colonnes > CELLULES_MAXIMALES:
        raise ErreurCIL(
            f"Le fichier {source.nom} est refusé : ses cellules s’étendent sur {lignes} lignes et {colonnes} colonnes "
            f"(au plus {COLONNES_MAXIMALES} colonnes et {CELLULES_MAXIMALES // 1_000_000} millions de cellules). "
            "Effacez les cellules égarées loin du tableau, ou découpez le fichier."
        )


def _refuser_repetitions_demesurees(archive: zipfile.ZipFile, source: Source, controle: _Controle) -> None:
    """OpenDocument repeats cells and rows by attribute: a few bytes can stand for millions of filled cells."""
    lignes = colonnes = largeur = pleine = 0
    premiere = COLONNES_MAXIMALES
    try:
        with archive.open("content.xml") as flux:
            for _, element in ElementTree.iterparse(flux):
                if element.tag == f"{_ESPACE_ODS}table-cell":
                    if len(element):  # A cell that shows something has a paragraph.
                        premiere = min(premiere, largeur)
                        pleine = largeur + _repetitions(element, "columns")
                    largeur += _repetitions(element, "columns")
                elif element.tag == f"{_ESPACE_ODS}table-row":
                    colonnes = max(colonnes, pleine)
                    lignes += _repetitions(element, "rows") if pleine else 1
                    largeur = pleine = 0
                    element.clear()
                elif element.tag == f"{_ESPACE_ODS}table":
                    _refuser_dimensions(source, lignes, colonnes)
                    controle.decalages[element.get(f"{_ESPACE_ODS}name", "")] = premiere
                    lignes = colonnes = 0
                    premiere = COLONNES_MAXIMALES
    except (KeyError, ElementTree.ParseError, ValueError, zipfile.BadZipFile) as erreur:
        raise abime(source.nom) from erreur


def _repetitions(element: ElementTree.Element, sens: str) -> int:
    return int(element.get(f"{_ESPACE_ODS}number-{sens}-repeated", "1"))


def _lire_isole(source: Source, protege: ErreurCIL) -> dict[str, pa.Table]:
    """Read in a child process, which a hostile file may exhaust without harm to this one."""
    try:
        fini = subprocess.run(
            [sys.executable, "-c", f"from {__name__} import _servir; _servir()"],
            input=source.octets,
            capture_output=True,
            timeout=_DELAI_ISOLE_S,
        )
    except subprocess.TimeoutExpired as erreur:
        raise abime(source.nom) from erreur
    if fini.returncode:
        if re.search(rb"password|encrypt", fini.stderr, re.IGNORECASE):
            raise protege
        raise abime(source.nom)
    feuilles: dict[str, pa.Table] = {}
    lecture = pa.BufferReader(fini.stdout)
    while lecture.tell() < lecture.size():
        table = pa.ipc.open_stream(lecture).read_all()
        feuilles[table.schema.metadata[b"feuille"].decode()] = table
    if not feuilles:
        raise abime(source.nom)
    return feuilles


def _servir() -> None:
    """The child: a workbook on the standard input, its sheets as Arrow streams on the standard output."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMOIRE_ISOLEE, _MEMOIRE_ISOLEE))
    for nom, table in lire_feuilles(sys.stdin.buffer.read()).items():
        nommee = table.replace_schema_metadata({b"feuille": nom.encode()})
        with pa.ipc.new_stream(sys.stdout.buffer, nommee.schema) as flux:
            flux.write_table(nommee)
