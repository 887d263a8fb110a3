"""Workbooks as tables of text, within bounded memory and time: a file that was sent may be damaged or hostile.

What the file holds tells how it is read, not its extension. The archive of an .xlsx or .ods is checked first (what it
declares, its sums, no entity); then a process of its own reads it, with no more memory than a table of its size takes.
"""

import itertools
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Timer
from xml.parsers import expat

import numpy as np
import pyarrow as pa
from openpyxl.utils import get_column_letter

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture import enfant
from cil_analysis.extraits.lecture.mise_en_page import CONTENU_ODS, MiseEnPage, MisesEnPageOds, feuilles_de
from cil_analysis.extraits.lecture.sources import Source, abime, nom_lisible, ouvrir_zip, tranches

COLONNES_MAXIMALES = 2_000
_ZIP = b"PK"
_CLASSEUR_OLE = "Workbook".encode("utf-16-le")
_CHIFFRE_OLE = "EncryptedPackage".encode("utf-16-le")
# Records Date1904, true, then CalcPrecision, in the order that [MS-XLS] 2.1.7.20.3 gives to the globals of a workbook.
_1904_OLE = bytes.fromhex("2200 0200 0100 0E00 0200")
_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")
_CLASSEUR_XLSX, _CLASSEUR_XLSB = "xl/workbook.xml", "xl/workbook.bin"
# To read a cell takes some ten times the bytes that it is written in; its text alone, less than a third of that.
_MEMOIRE, _MEMOIRE_PAR_OCTET, _MEMOIRE_MAXIMALE = 768 << 20, 10, 8 << 30
_PART_DE_LA_REPONSE = 3
_DELAI_S = 300
# One thread, which is what is used: each of the others takes memory as it is loaded.
_UN_SEUL_FIL = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_TRANCHE = 1 << 20
_NON_INSTALLE = re.compile(r"^(?:ModuleNotFound|Import)Error\b", re.MULTILINE)
_EPUISE = re.compile("memory|malloc|capacity overflow", re.IGNORECASE)
_ERREUR_INCONNUE = re.compile(r"Unsupported cell error value '([^']*)'(?:.*loading sheet ([^\n]*))?", re.DOTALL)


@dataclass(frozen=True)
class Feuille:
    """A sheet as a table of text; nulls are blank cells.

    ``decalage``: how many blank columns come before its table (the reader drops them). ``en_texte``: the ranks of the
    columns whose numbers of 18 digits are typed as text, as far as the file tells. ``depuis_1904``: its date serials
    count from 1904. ``ecrites``: how many cells each line of a text has, if not all have as many.
    """

    nom: str
    table: pa.Table = field(repr=False)
    decalage: int = 0
    en_texte: frozenset[int] = frozenset()
    depuis_1904: bool = False
    mise_en_page: MiseEnPage = field(default_factory=MiseEnPage, repr=False)
    ecrites: np.ndarray | None = field(default=None, repr=False)

    def lettre(self, rang: int) -> str:
        """The letter that a spreadsheet gives to a column of the table, by its rank."""
        return str(get_column_letter(rang + self.decalage + 1))


def lire_classeur(source: Source) -> list[Feuille]:
    """Every sheet of a workbook; a cell in error is the text of its error (« #N/A »). Raises ErreurCIL."""
    taille, depuis_1904, mises_en_page = _controler(source)
    feuilles: list[Feuille] = []
    lecture = pa.BufferReader(_demander(source, taille))
    while lecture.tell() < lecture.size():
        table = pa.ipc.open_stream(lecture).read_all()
        nom, decalage, en_texte = (table.schema.metadata[dit].decode() for dit in enfant.DITS)
        rangs = frozenset(map(int, en_texte.split()))
        page = mises_en_page.get(nom, MiseEnPage())
        feuilles.append(Feuille(nom, table, int(decalage), rangs, depuis_1904, page))
    # No spreadsheet writes two sheets of one name, nor two rows of one number: an anomaly could be of either.
    redite = any(feuille.mise_en_page.redite for feuille in feuilles)
    if redite or not feuilles or len({feuille.nom for feuille in feuilles}) < len(feuilles):
        raise abime(source.nom)
    return [replace(feuille, nom=nom_lisible(feuille.nom)) for feuille in feuilles]


def _demander(source: Source, taille: int) -> bytearray:
    """What the process apart answers: see :mod:`.enfant`. ``taille``: in how many bytes the workbook is written."""
    memoire = min(_MEMOIRE + _MEMOIRE_PAR_OCTET * taille, _MEMOIRE_MAXIMALE)
    reponse, borne = bytearray(), memoire // _PART_DE_LA_REPONSE
    tuyau = subprocess.PIPE
    with subprocess.Popen(
        # -P: no file of the current folder changes what it runs; -X utf8: what it says is read as such.
        [sys.executable, "-P", "-X", "utf8", enfant.__file__, str(memoire)],
        stdin=tuyau, stdout=tuyau, stderr=tuyau, env=os.environ | _UN_SEUL_FIL,
    ) as processus:  # fmt: skip
        assert processus.stdin and processus.stdout and processus.stderr
        minuterie = Timer(_DELAI_S, processus.kill)
        minuterie.start()
        try:
            # It reads everything before it answers: no pipe waits for the other. It may end before: it then says why.
            with suppress(OSError), processus.stdin as entree:
                entree.write(source.octets)
            while len(reponse) <= borne and (tranche := processus.stdout.read(_TRANCHE)):
                reponse += tranche
            if len(reponse) > borne:
                raise _demesure(source)
            plainte = processus.stderr.read().decode("utf-8", "replace")
            processus.wait()
        finally:
            minuterie.cancel()
            processus.kill()
    if processus.returncode:
        raise _refus(source, plainte)
    return reponse


def _controler(source: Source) -> tuple[int, bool, Mapping[str, MiseEnPage]]:
    """In how many bytes a workbook is written, once inflated; whether its date serials count from 1904; its sheets."""
    if source.octets.startswith(enfant.OLE):
        # Under the extension of a zip format, only an old .xls renamed is not encrypted.
        renomme = source.suffixe == ".xls" or _CLASSEUR_OLE in source.octets
        if _CHIFFRE_OLE in source.octets or not renomme:
            raise _protege(source)
        return len(source.octets), _1904_OLE in source.octets, {}
    if not source.octets.startswith(_ZIP):
        raise _refus_sans_signature(source)
    with ouvrir_zip(source.octets, source.nom) as archive:
        pages = {membre.filename: _controler_membre(archive, membre, source) for membre in archive.infolist()}
        if any(membre.filename.lower() == _CLASSEUR_XLSB for membre in archive.infolist()):
            raise ErreurCIL(
                f"Le fichier {source.nom} est un classeur binaire (.xlsb) sous un autre nom : ouvrez-le dans un "
                "tableur et enregistrez-le au format .xlsx."
            )
        ecrit = sum(membre.file_size for membre in archive.infolist())
        if _CLASSEUR_XLSX not in archive.namelist():
            contenu = pages.get(CONTENU_ODS)
            return ecrit, False, contenu.feuilles if isinstance(contenu, MisesEnPageOds) else {}
        classeur = b"".join(tranches(archive, archive.getinfo(_CLASSEUR_XLSX), source.nom))
        mises_en_page = {nom: pages[membre] for nom, membre in feuilles_de(archive).items() if membre in pages}
        return ecrit, _1904.search(classeur) is not None, mises_en_page


class _RacineAtteinte(Exception):
    """The root element of a document: no entity is declared below."""


def _controler_membre(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> MiseEnPage:
    """Inflate a member to the end, which checks its sum; refuse XML that declares entities before its root."""
    page = MisesEnPageOds() if membre.filename == CONTENU_ODS else MiseEnPage()

    def entites(*_: object) -> None:
        raise ErreurCIL(
            f"Le fichier {source.nom} est refusé : il déclare des entités XML, ce qu’aucun tableur n’écrit. "
            "Demandez-en un nouvel envoi."
        )

    def racine(*_: object) -> None:
        raise _RacineAtteinte

    analyseur = expat.ParserCreate()
    analyseur.StartDoctypeDeclHandler, analyseur.StartElementHandler = entites, racine
    a_voir = membre.filename.lower().endswith((".xml", ".rels"))
    # The end is told too: a recent parser puts off what it has not seen enough of.
    for tranche in itertools.chain(tranches(archive, membre, source.nom), [b""]):
        page.voir(tranche)
        try:
            if a_voir:
                analyseur.Parse(tranche, not tranche)
        except (_RacineAtteinte, expat.ExpatError, ValueError, LookupError):
            a_voir = False  # What is no XML, the reader says.
    return page


def _protege(source: Source) -> ErreurCIL:
    return ErreurCIL(
        f"Le classeur {source.nom} est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    )


def _demesure(source: Source) -> ErreurCIL:
    return ErreurCIL(
        f"Le fichier {source.nom} est démesuré : le lire demande bien plus de mémoire ou de temps qu’un tableau de sa "
        "taille, souvent pour quelques cellules égarées loin du tableau. Effacez-les, retirez les feuilles inutiles, "
        "ou découpez le fichier."
    )


def _refus(source: Source, message: str) -> ErreurCIL:
    """What to say of a failure of the reader, by what it has written. A process that is killed writes nothing."""
    if re.search("password|encrypt", message, re.IGNORECASE):
        return _protege(source)
    if not message.strip() or _EPUISE.search(message):
        return _demesure(source)
    if _NON_INSTALLE.search(message):
        return ErreurCIL(
            f"Le classeur {source.nom} n’est pas lu : l’installation du logiciel est incomplète, une bibliothèque qui "
            "lit les classeurs manque ou ne se charge pas (numpy, pyarrow ou fastexcel). Réinstallez le logiciel avec "
            "ses dépendances, puis relancez."
        )
    if inconnue := _ERREUR_INCONNUE.search(message):
        ou = f" de la feuille « {inconnue[2]} »" if inconnue[2] else ""
        return ErreurCIL(
            f"Le fichier {source.nom} n’est pas lu : une cellule{ou} est en erreur ({inconnue[1]}). Remplacez les "
            "cellules en erreur par des valeurs ou des cellules vides."
        )
    return abime(source.nom)


def _refus_sans_signature(source: Source) -> ErreurCIL:
    """A workbook by its extension only: text, or whatever else."""
    debut = source.octets[:4096]
    texte = debut.removeprefix(b"\xef\xbb\xbf").lstrip()
    delimite = b"\0" not in debut and re.search(rb"[;,\t|]", texte) and re.search(rb"[\r\n]", texte)
    if not (delimite or texte.startswith((b"<", b"\xff\xfe", b"\xfe\xff"))):
        return abime(source.nom)
    return ErreurCIL(
        f"Le fichier {source.nom} est du texte sous un nom de classeur : renommez-le en .csv si c’est un tableau "
        "délimité ; si c’est une page HTML ou un document XML, ouvrez-le dans un tableur et enregistrez-le au format "
        ".xlsx."
    )
