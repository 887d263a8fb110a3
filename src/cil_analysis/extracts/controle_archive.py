"""What an .xlsx or .ods holds, checked before it is read: its grids, its entities, its epoch.

The reader builds a dense grid from the first cell of a sheet to the last, sheet after sheet: a few bytes can ask for
gigabytes. Here a sheet is searched once for its bounds, in a time that is small beside its reading; it is parsed only
when its cells are written as few programs do, or when its bounds are not good enough.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts.sources import Source, abime, ouvrir_zip, tranches

COLONNES_MAXIMALES = 2_000
CELLULES_MAXIMALES = 64_000_000  # over all sheets: about 2 GB in the reader
# A blank grid is paid like a full one. A cell takes 20 to 50 bytes of XML: beyond these two bounds, a grid is some 200
# times larger than what it holds.
_CELLULES_SANS_SOUPCON = 20_000_000
_CELLULES_PAR_OCTET = 8
_TEXTE_REPETE_MAXIMAL = 1 << 30  # characters
_FEUILLE = b"sheetData"
_CELLULE = re.compile(rb'<c r="([A-Z]{1,2})([1-9][0-9]{0,6})"')
_CELLULE_PREFIXEE = re.compile(rb":c[\s/>]")
_ADRESSE = re.compile("([A-Za-z]{1,8})([0-9]{1,12})")
_SANS_BALISE = 1 << 20  # a longer cell is not written by a spreadsheet (32,767 characters)
_UN_GUILLEMET = bytes.maketrans(b"'", b'"')
_1904 = re.compile(rb'date1904\s*=\s*"(?:1|true)"')
_CELLULE_REMPLIE = re.compile(rb'<c\s[^>]*?\br="([A-Za-z]{1,3})[0-9]+"[^>]*(?<!/)>')
_ESPACE_XLSX = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESPACE_LIEN = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass
class Controle:
    """What the inspection has seen: the blank columns before the table of each sheet, where known, and the epoch."""

    decalages: dict[str, int] = field(default_factory=dict)
    depuis_1904: bool = False


class _Etendue(NamedTuple):
    """The grid of a sheet. ``adressees``: every cell says where it is."""

    lignes: int = 0
    colonnes: int = 0
    adressees: bool = True

    @property
    def aire(self) -> int:
        return self.lignes * self.colonnes


def controler(source: Source) -> Controle:
    """Raises ErreurCIL for an archive that would exhaust memory, declares entities, is damaged or cannot be checked."""
    controle = Controle()
    with ouvrir_zip(source.octets, source.nom) as archive:
        noms = archive.namelist()
        if "xl/workbook.bin" in noms:
            raise abime(source.nom)  # .xlsb: its cells cannot be checked beforehand.
        sans_adresses = _controler_feuilles(archive, source)
        if "content.xml" in noms:
            controle.decalages = _controler_opendocument(archive, source)
        else:
            _lire_plan(archive, source, controle, sans_adresses)
    return controle


def _controler_feuilles(archive: zipfile.ZipFile, source: Source) -> set[str]:
    """Bound the grids of the Office sheets. Returns the members with cells that do not say where they are."""
    etendues: dict[str, _Etendue] = {}
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
        _refuser_demesure(source, list(etendues.values()), octets)
    except ErreurCIL:
        # The bounds are a little too large.
        for membre in archive.infolist():
            rang = f"{membre.filename}\0{membre.header_offset}"
            if rang in etendues:
                etendues[rang] = _mesurer(archive, membre, source)
        _refuser_demesure(source, list(etendues.values()), octets)
    return {rang.partition("\0")[0] for rang, etendue in etendues.items() if not etendue.adressees}


def _refuser_demesure(source: Source, etendues: list[_Etendue], octets: int) -> None:
    """``octets``: the size of the XML that the sheets were measured in."""
    if not etendues:
        return
    grande = max(etendues, key=lambda etendue: (etendue.colonnes > COLONNES_MAXIMALES, etendue.aire))
    aire = sum(etendue.aire for etendue in etendues)
    creuse = aire > _CELLULES_SANS_SOUPCON and aire > _CELLULES_PAR_OCTET * octets
    if grande.colonnes <= COLONNES_MAXIMALES and aire <= CELLULES_MAXIMALES and not creuse:
        return
    ou = "ses cellules s’étendent" if len(etendues) == 1 else "les cellules d’une de ses feuilles s’étendent"
    somme = "" if len(etendues) == 1 else f", et ses {len(etendues)} feuilles en comptent {aire} ensemble"
    rapport = ", sans rapport avec la taille du fichier" if creuse and aire <= CELLULES_MAXIMALES else ""
    raise ErreurCIL(
        f"Le fichier {source.nom} est refusé : {ou} sur {grande.lignes} lignes et {grande.colonnes} colonnes"
        f"{somme}{rapport} (au plus {COLONNES_MAXIMALES} colonnes et {CELLULES_MAXIMALES // 1_000_000} millions de "
        "cellules). Effacez les cellules égarées loin du tableau, retirez les feuilles inutiles, ou découpez le "
        "fichier."
    )


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

    def etendue(self) -> _Etendue:
        colonnes = _rang(self._lettre + "Z" * self._deux_lettres)
        return _Etendue(int(self._rang), colonnes)

    def ajouter(self, morceau: bytes, fin: int) -> None:
        """A piece of the sheet up to ``fin``, where a tag starts."""
        if b":" in morceau and _CELLULE_PREFIXEE.search(morceau, 0, fin):
            self.ordinaire = False
        place = 0
        while self.ordinaire and (autre := self._au_dela.search(morceau, place, fin)):
            cellule = _CELLULE.match(morceau, autre.start())
            if cellule is None:
                self.ordinaire = False
                return
            place = autre.start()
            self._inclure(cellule[1].decode(), cellule[2].decode())

    def _inclure(self, lettres: str, chiffres: str) -> None:
        """Columns are rounded up to the next 26, rows after their first or second digit."""
        deux = len(lettres) == 2
        if (deux, lettres[0]) > (self._deux_lettres, self._lettre):
            self._deux_lettres, self._lettre = deux, lettres[0]
        if int(chiffres) > int(self._rang):
            self._rang = chiffres[: 2 if len(chiffres) > 4 else 1].ljust(len(chiffres), "9")
        self._elargir()

    def _elargir(self) -> None:
        colonnes = f"[A-{self._lettre}]?[A-Z]" if self._deux_lettres else f"[A-{self._lettre}]"
        unite, reste = len(self._rang) - 1, "[0-9]"
        premier, second = self._rang[0], self._rang[1:2]
        # Up to « 27999 »: fewer digits, a smaller first one, or the same and a second one that is no greater.
        lignes = [f"[0-9]{{1,{unite}}}"] if unite else [f"[0-{premier}]"]
        if unite:
            lignes.append(f"{premier}[0-{second}]{reste}{{{unite - 1}}}")
        if unite and premier > "1":
            lignes.append(f"[1-{chr(ord(premier) - 1)}]{reste}{{{unite}}}")
        self._au_dela = re.compile(f'<c(?! r="{colonnes}(?:{"|".join(lignes)})"|[A-Za-z])'.encode())


def _parcourir(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> _Releve:
    """Inflate a member piece by piece; refuse entities."""
    releve = _Releve()
    est_du_xml = membre.filename.lower().endswith((".xml", ".rels"))
    morceau = reste = b""
    for tranche in tranches(archive, membre, source.nom):
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
        releve.ajouter(reste, len(reste))
    return releve


def _mesurer(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> _Etendue:
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
            colonne = _rang(adresse[1]) if adresse else colonne + 1
            colonnes = max(colonnes, colonne)
            lignes = max(lignes, int(adresse[2]) if adresse else ligne)

    analyseur = expat.ParserCreate()
    analyseur.StartElementHandler = ouvrir
    _analyser(analyseur, archive, membre, source)
    return _Etendue(lignes, colonnes, adressees)


def _analyser(
    analyseur: expat.XMLParserType, archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source
) -> None:
    try:
        for tranche in tranches(archive, membre, source.nom):
            analyseur.Parse(tranche, False)
        analyseur.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as erreur:
        raise abime(source.nom) from erreur


def _rang(lettres: str) -> int:
    """« A » is 1, « AA » is 27."""
    rang = 0
    for lettre in lettres.upper():
        rang = rang * 26 + ord(lettre) - 64
    return rang


def _lire_plan(archive: zipfile.ZipFile, source: Source, controle: Controle, sans_adresses: set[str]) -> None:
    """The epoch of an Office workbook, and the blank columns before the table of each sheet."""
    try:
        classeur = archive.read("xl/workbook.xml")
        liens = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        controle.depuis_1904 = _1904.search(classeur.translate(_UN_GUILLEMET)) is not None
        chemins = {lien.get("Id", ""): lien.get("Target", "") for lien in liens}
        for feuille in ElementTree.fromstring(classeur).iter(f"{_ESPACE_XLSX}sheet"):
            chemin = chemins.get(feuille.get(f"{_ESPACE_LIEN}id", ""), "")
            membre = archive.getinfo(chemin.removeprefix("/") if chemin.startswith("/") else f"xl/{chemin}")
            premiere = _premiere_colonne(archive, membre, source)
            if premiere is not None and membre.filename not in sans_adresses:
                controle.decalages[feuille.get("name", "")] = premiere
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile):
        return  # The reader says what is wrong with such a file, or finds its way in it: then no letter is named.


def _premiere_colonne(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> int | None:
    """The rank, from 0, of the first column with a filled cell: in the first piece, nearly always."""
    premiere: int | None = None
    for tranche in tranches(archive, membre, source.nom):
        remplies = set(_CELLULE_REMPLIE.findall(tranche.translate(_UN_GUILLEMET)))
        rangs = [_rang(lettres.decode()) - 1 for lettres in remplies]
        premiere = min([*rangs, *([] if premiere is None else [premiere])], default=None)
        if premiere == 0:
            break
    return premiere


def _controler_opendocument(archive: zipfile.ZipFile, source: Source) -> dict[str, int]:
    """Bound the grids of the sheets. Returns the blank columns before the table of each."""
    tables = _Tables()
    octets = 0
    for membre in archive.infolist():
        if membre.filename == "content.xml":
            octets += membre.file_size
            analyseur = expat.ParserCreate()
            analyseur.StartElementHandler = tables.ouvrir
            analyseur.EndElementHandler = tables.fermer
            analyseur.CharacterDataHandler = tables.ecrire
            _analyser(analyseur, archive, membre, source)
    _refuser_demesure(source, tables.etendues, octets)
    if tables.texte_repete > _TEXTE_REPETE_MAXIMAL:
        raise ErreurCIL(
            f"Le fichier {source.nom} est refusé : des textes y sont répétés d’une cellule à l’autre, jusqu’à "
            f"{tables.texte_repete // 1_000_000} millions de caractères. Demandez-en un nouvel envoi."
        )
    return tables.premieres


class _Tables:
    """OpenDocument repeats cells and rows by attribute: a few bytes can stand for millions of filled cells.

    Blank cells and rows count where a filled one follows: a spreadsheet styles them down to the end of the sheet.
    Names are looked at without their prefix: the reader looks at no more than that.
    """

    def __init__(self) -> None:
        self.etendues: list[_Etendue] = []
        self.premieres: dict[str, int] = {}
        self.texte_repete = 0
        self._dans: list[str] = []  # table, row, cell
        self._nom = ""
        self._premiere: int | None = None
        self._lignes = self._lignes_vides = self._colonnes = 0  # of the table
        self._fois = self._largeur = self._pleine = self._texte = 0  # of the row
        self._cellules = self._longueur = 0  # of the cell
        self._remplie = False

    def ouvrir(self, balise: str, attributs: Mapping[str, str]) -> None:
        nom = _sans_prefixe(balise)
        if nom in ("table", "table-row", "table-cell", "covered-table-cell"):
            if nom in self._dans or self._dans[-1:] in (["table-cell"], ["covered-table-cell"]):
                raise ValueError(nom)  # One inside the other: no spreadsheet does it, and readers do not agree on it.
            self._dans.append(nom)
        if nom == "table":
            self._nom = next((v for cle, v in attributs.items() if _sans_prefixe(cle) == "name"), "")
            self._premiere, self._lignes, self._lignes_vides, self._colonnes = None, 0, 0, 0
        elif nom == "table-row":
            self._fois, self._largeur, self._pleine, self._texte = _repetitions(attributs, "rows"), 0, 0, 0
        elif nom in ("table-cell", "covered-table-cell"):
            self._cellules = _repetitions(attributs, "columns")
            # « value-type », « value », « string-value », « date-value »…: a cell may show nothing and hold a value.
            self._remplie = any(cle.endswith(("value", "value-type", "formula")) for cle in attributs)
            self._longueur = sum(map(len, attributs.values()))
        elif self._dans[-1:] in (["table-cell"], ["covered-table-cell"]):
            self._remplie = True

    def ecrire(self, texte: str) -> None:
        self._longueur += len(texte)

    def fermer(self, balise: str) -> None:
        nom = _sans_prefixe(balise)
        if self._dans[-1:] != [nom]:
            return
        self._dans.pop()
        if nom == "table":
            self.etendues.append(_Etendue(self._lignes, self._colonnes))
            if self._premiere is not None:
                self.premieres[self._nom] = self._premiere
        elif nom == "table-row":
            if self._pleine:
                self._lignes += self._lignes_vides + self._fois
                self._lignes_vides = 0
            else:
                self._lignes_vides += self._fois
            self._colonnes = max(self._colonnes, self._pleine)
            self.texte_repete += self._texte * self._fois
        else:
            if self._remplie:
                self._premiere = self._largeur if self._premiere is None else min(self._premiere, self._largeur)
                self._pleine = self._largeur + self._cellules
                if self._cellules > 1 or self._fois > 1:
                    self._texte += self._longueur * self._cellules
            self._largeur += self._cellules


def _sans_prefixe(nom: str) -> str:
    return nom.rpartition(":")[2]


def _repetitions(attributs: Mapping[str, str], sens: str) -> int:
    cherche = f"number-{sens}-repeated"
    return max(0, int(next((v for cle, v in attributs.items() if cle.endswith(cherche)), "1")))
