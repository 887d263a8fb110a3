"""What an .xlsx or .ods holds, checked before it is read: its grids, its entities, its epoch.

An Office sheet is searched once for its bounds, in a time that is small beside its reading; it is parsed only when its
cells are written as few programs do, or when its bounds are not good enough.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat, takewhile
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.controle_opendocument import controler_opendocument
from cil_analysis.extraits.lecture.etendues import Etendue, analyser, rang_de_colonne, refuser_demesure
from cil_analysis.extraits.lecture.sources import Source, abime, lire_membre, ouvrir_zip, tranches
from cil_analysis.repartition import Equipe

_FEUILLE = b"sheetData"
_DEBUT_DE_CELLULE = b'<c r="'
_GRAND_MEMBRE = 4 << 20
_CELLULE = re.compile(rb'<c r="([A-Z]{1,2})([1-9][0-9]{0,6})"')
_CELLULE_PREFIXEE = re.compile(rb":c[\s/>]")
_ADRESSE = re.compile("([A-Za-z]{1,8})([0-9]{1,12})")
_UNE_BALISE = 1 << 12  # no program writes a longer one
_SANS_BALISE = 1 << 20  # a longer cell is not written by a spreadsheet (32,767 characters)
_UN_GUILLEMET = bytes.maketrans(b"'", b'"')
_1904 = re.compile(rb'date1904\s*=\s*"(?:1|true)"')
_ATTRIBUT = rb'\s++(?!r\s*+=)[^\s<>="/]++\s*+=\s*+"[^"<]*+"'
# Never back over what was read, nor beyond the next tag: a hostile sheet takes no longer than another.
_CELLULE_REMPLIE = re.compile(
    rb'<c(?:%b)*+\s++r\s*+=\s*+"([A-Za-z]{1,3})[0-9]++"(?:%b)*+\s*+>' % (_ATTRIBUT, _ATTRIBUT)
)
_ESPACE_XLSX = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESPACE_LIEN = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass
class Controle:
    """What the inspection has seen: the blank columns before the table of each sheet, where known, and the epoch."""

    decalages: dict[str, int] = field(default_factory=dict)
    depuis_1904: bool = False


def controler(source: Source) -> Controle:
    """Raises ErreurCIL for an archive that would exhaust memory, declares entities, is damaged or cannot be checked."""
    controle = Controle()
    with ouvrir_zip(source.contenu, source.nom) as archive:
        noms = archive.namelist()
        if "xl/workbook.bin" in noms:
            raise abime(source.nom)  # .xlsb: its cells cannot be checked beforehand.
        sans_adresses = _controler_feuilles(archive, source)
        if "content.xml" in noms:
            controle.decalages = controler_opendocument(archive, source)
        else:
            _lire_plan(archive, source, controle, sans_adresses)
    return controle


def _controler_feuilles(archive: zipfile.ZipFile, source: Source) -> set[str]:
    """Bound the grids of the Office sheets. Returns the members with cells that do not say where they are."""
    etendues: dict[str, Etendue] = {}
    octets = 0
    for membre in archive.infolist():
        # A hostile file may keep its sheets anywhere, under any name: what a member holds tells, not its path.
        releve = _parcourir(archive, membre, source)
        if releve.est_une_feuille:
            octets += membre.file_size
            # A member may be there twice: both count.
            rang = f"{membre.filename}\0{membre.header_offset}"
            etendues[rang] = releve.etendue() if releve.ordinaire else _mesurer(archive, membre, source)
    try:
        refuser_demesure(source, list(etendues.values()), octets)
    except ErreurCIL:
        # The bounds are a little too large.
        for membre in archive.infolist():
            rang = f"{membre.filename}\0{membre.header_offset}"
            if rang in etendues:
                etendues[rang] = _mesurer(archive, membre, source)
        refuser_demesure(source, list(etendues.values()), octets)
    return {rang.partition("\0")[0] for rang, etendue in etendues.items() if not etendue.adressees}


class _Releve:
    """The bounds of the cells of a sheet, found without parsing it.

    ``ordinaire``: every cell seen so far starts as spreadsheets write it, « <c r="AB12" ». One search looks for a cell
    that starts otherwise or is beyond the bounds; each find moves them, at most some two hundred times.
    """

    def __init__(self) -> None:
        self.est_une_feuille = False
        self.ordinaire = True
        self._lettre, self._deux_lettres, self._rang = "A", False, "9"
        self._elargir()

    def etendue(self) -> Etendue:
        colonnes = rang_de_colonne(self._lettre + "Z" * self._deux_lettres)
        return Etendue(int(self._rang), colonnes)

    def ajouter(self, morceau: bytes, fin: int) -> None:
        """A piece of the sheet up to ``fin``, where a tag starts, of which the first sign is there."""
        if b":" in morceau and _CELLULE_PREFIXEE.search(morceau, 0, fin):
            self.ordinaire = False
        place = max(morceau.rfind(_DEBUT_DE_CELLULE, 0, fin), 0)
        if derniere := _CELLULE.match(morceau, place):  # Rows grow: nearly always, it moves the bounds enough.
            self._inclure(derniere[1].decode(), derniere[2].decode())
        place = 0 if self.ordinaire and self._depasse(morceau, fin + 1) else fin
        while self.ordinaire and (autre := re.compile(self._au_dela.encode()).search(morceau, place, fin + 1)):
            cellule = _CELLULE.match(morceau, autre.start())
            if cellule is None:
                self.ordinaire = False
                return
            place = autre.start()
            self._inclure(cellule[1].decode(), cellule[2].decode())

    def _depasse(self, morceau: bytes, fin: int) -> bool:
        """Whether there is anything to find: this engine is twice as fast, and does not say where."""
        bornes = pa.py_buffer(np.array([0, fin], dtype="int64"))
        texte = pa.Array.from_buffers(pa.large_binary(), 1, [None, bornes, pa.py_buffer(morceau)])
        trouve: bool = pc.match_substring_regex(texte, self._au_dela)[0].as_py()
        return trouve

    def _inclure(self, lettres: str, chiffres: str) -> None:
        """Columns are rounded up to the next 26, rows after their first or second digit."""
        deux = len(lettres) == 2
        if (deux, lettres[0]) > (self._deux_lettres, self._lettre):
            self._deux_lettres, self._lettre = deux, lettres[0]
        if int(chiffres) > int(self._rang):
            self._rang = chiffres[: 2 if len(chiffres) > 4 else 1].ljust(len(chiffres), "9")
        self._elargir()

    def _elargir(self) -> None:
        """What follows « <c » in a cell that is not « r="AB12" » within the bounds; a longer word is another tag."""
        rang, suite = self._rang, len(self._rang) - 1
        premier, second = rang[0], rang[1:2]
        lignes = [f"[0-9]{{{suite + 2}}}", f'[0-9]{{1,{suite + 1}}}[^0-9"]']
        lignes += [f"0[0-9]{{{suite}}}"] if suite else []
        if premier < "9":
            lignes.append(f"[{_apres(premier)}-9][0-9]{{{suite}}}")
        if suite and second < "9":
            lignes.append(f"{premier}[{_apres(second)}-9][0-9]{{{suite - 1}}}")
        ligne = "|".join(lignes)
        if self._deux_lettres:
            adresses = [f"[^A-Z]|[A-Z](?:[^A-Z0-9]|{ligne})|[A-{self._lettre}][A-Z](?:[^0-9]|{ligne})"]
            adresses += [f"[{_apres(self._lettre)}-Z][A-Z]"] if self._lettre < "Z" else []
        else:
            adresses = [f"[^A-{self._lettre}]|[A-{self._lettre}](?:[^0-9]|{ligne})"]
        self._au_dela = f'<c(?:[^A-Za-z ]| (?:[^r]|r(?:[^=]|=(?:[^"]|"(?:{"|".join(adresses)})))))'


def _apres(signe: str) -> str:
    return chr(ord(signe) + 1)


def _parcourir(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> _Releve:
    """Inflate a member piece by piece; refuse entities."""
    releve = _Releve()
    est_du_xml = membre.filename.lower().endswith((".xml", ".rels"))
    morceau = reste = b""
    for tranche in _d_avance(tranches(archive, membre, source.nom), membre.file_size):
        morceau = reste + tranche
        fin = morceau.rfind(b"<")  # A tag cut between two pieces is seen whole in the next one.
        if fin < 0 or len(morceau) - fin > _SANS_BALISE:
            fin = len(morceau)
            releve.ordinaire = False
        releve.est_une_feuille = releve.est_une_feuille or _FEUILLE in morceau
        if releve.est_une_feuille:
            releve.ajouter(morceau, fin)
        # A single character is found many times faster.
        if (est_du_xml or releve.est_une_feuille) and b"!" in morceau and b"<!DOCTYPE" in morceau:
            raise ErreurCIL(
                f"Le fichier {source.nom} est refusé : il déclare des entités XML, ce qu’aucun tableur n’écrit. "
                "Demandez-en un nouvel envoi."
            )
        reste = morceau[fin:]
    if releve.est_une_feuille:
        releve.ajouter(reste + b"<", len(reste))
    return releve


def _d_avance(morceaux: Iterator[bytes], taille: int) -> Iterator[bytes]:
    """The same pieces, inflated while those before are looked at; a small member is not worth a thread."""
    if taille < _GRAND_MEMBRE:
        yield from morceaux
        return
    with ThreadPoolExecutor(1) as fil:
        # Sent ahead as for two workers, so that the one there is never waits.
        suivants = Equipe(fil, 2).repartir(next, repeat((morceaux, None)))
        yield from takewhile(lambda morceau: morceau is not None, suivants)


def _mesurer(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> Etendue:
    """The exact grid of a sheet, whose cells may leave out their address or write it in any way of XML."""
    ligne = colonne = lignes = colonnes = 0
    adressees = True

    def ouvrir(balise: str, attributs: Mapping[str, str]) -> None:
        nonlocal ligne, colonne, lignes, colonnes, adressees
        nom = balise.rpartition(":")[2]
        if nom == "row":
            ligne, colonne = int(attributs.get("r", ligne + 1)), 0
        elif nom == "c":
            adresse = _ADRESSE.fullmatch(attributs.get("r", ""))
            adressees = adressees and adresse is not None
            colonne = rang_de_colonne(adresse[1]) if adresse else colonne + 1
            colonnes = max(colonnes, colonne)
            lignes = max(lignes, int(adresse[2]) if adresse else ligne)

    analyseur = expat.ParserCreate()
    analyseur.StartElementHandler = ouvrir
    analyser(analyseur, archive, membre, source)
    return Etendue(lignes, colonnes, adressees)


def _lire_plan(archive: zipfile.ZipFile, source: Source, controle: Controle, sans_adresses: set[str]) -> None:
    """The epoch of an Office workbook, and the blank columns before the table of each sheet."""
    try:
        classeur, relations = (
            lire_membre(archive, archive.getinfo(nom), source.nom)
            for nom in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        )
        liens = ElementTree.fromstring(relations)
        controle.depuis_1904 = _1904.search(classeur.translate(_UN_GUILLEMET)) is not None
        chemins = {lien.get("Id", ""): lien.get("Target", "") for lien in liens}
        for feuille in ElementTree.fromstring(classeur).iter(f"{_ESPACE_XLSX}sheet"):
            chemin = chemins.get(feuille.get(f"{_ESPACE_LIEN}id", ""), "")
            membre = archive.getinfo(chemin.removeprefix("/") if chemin.startswith("/") else f"xl/{chemin}")
            premiere = _premiere_colonne(archive, membre, source)
            if premiere is not None and membre.filename not in sans_adresses:
                controle.decalages[feuille.get("name", "")] = premiere
    except (KeyError, ElementTree.ParseError):
        return  # The reader says what is wrong with such a file, or finds its way in it: then no letter is named.


def _premiere_colonne(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> int | None:
    """The rank, from 0, of the first column with a filled cell: in the first piece, nearly always."""
    premiere: int | None = None
    reste = b""
    for tranche in tranches(archive, membre, source.nom):
        morceau = reste + tranche.translate(_UN_GUILLEMET)
        reste = morceau[morceau.rfind(b"<", -_UNE_BALISE) :]  # A tag cut in two is seen whole in the next piece.
        remplies = set(_CELLULE_REMPLIE.findall(morceau))
        rangs = [rang_de_colonne(lettres.decode()) - 1 for lettres in remplies]
        premiere = min([*rangs, *([] if premiere is None else [premiere])], default=None)
        if premiere == 0:
            break
    return premiere
