"""What was handed to an import: plain files, and the files of a zip archive, within bounds."""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.texte import DOMICILE, NUMERO_UNIQUE

CLASSEURS = (".xlsx", ".xlsm", ".xls", ".ods")
TEXTES = (".csv", ".txt", ".tsv")
ARCHIVES = (".zip",)
# A national year of requests is about 1.5 GB of text (the largest use foreseen); beyond, something is wrong.
OCTETS_MAXIMAUX = 3 * 1024**3
FICHIERS_MAXIMAUX = 500
# A table shrinks ten to fifty times; what shrinks more, and is large, was made to exhaust who opens it.
TAUX_MAXIMAL = 250
OCTETS_SANS_SOUPCON = 256 * 1024**2
# An e-mail address, a telephone, or the N° unique of a request: a name is printed, stored and published.
_PERSONNEL = re.compile(
    r"[\w.+-]{1,64}@[\w-]+|(?<!\d)(?:(?:0|(?:\+|00)33\s?)[1-9](?P<entre>[\s._-]?)\d\d(?:(?P=entre)\d\d){3}"
    rf"|{NUMERO_UNIQUE})(?!\d)"
)
_TRANCHE = 1 << 20
_CHIFFRE = 1  # bit 0 of the flags of a member: it is encrypted
_ABIMES = (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, struct.error, zlib.error)


@dataclass
class Source:
    """One file to read. ``nom``: what the user calls it; ``chemin``: as it, or its archive, was named in a command."""

    nom: str
    octets: bytes = field(repr=False)
    chemin: str = ""

    @property
    def suffixe(self) -> str:
        """The extension, in lower case, with its dot."""
        return PurePosixPath(self.nom).suffix.lower()

    @cached_property
    def taille(self) -> int:
        """How many bytes the content has."""
        return len(self.octets)

    @property
    def est_classeur(self) -> bool:
        """Whether it is a workbook rather than delimited text."""
        return self.suffixe in CLASSEURS

    @cached_property
    def sha256(self) -> str:
        """Digest of the content."""
        return hashlib.sha256(self.octets).hexdigest()

    def oublier(self) -> None:
        """Free the content, once it is read; its digest and its size stay known."""
        _ = self.sha256, self.taille
        self.octets = b""


def ouvrir(fichier: Path) -> list[Source]:
    """The file, or the files of the archive in the order of their names. Raises ErreurCIL for what is not read."""
    nom = nom_lisible(fichier.name)
    if fichier.is_dir():
        raise ErreurCIL(f"{fichier} est un dossier : nommez les fichiers à lire.")
    if not fichier.is_file():
        raise ErreurCIL(
            f"Le fichier {fichier} est introuvable : vérifiez son dossier, et son nom (entre guillemets s’il a "
            "des espaces)."
        )
    if est_un_verrou(fichier.name):
        raise ErreurCIL(f"{nom} est ce qu’Excel écrit à côté d’un classeur ouvert : nommez le classeur lui-même.")
    taille = fichier.stat().st_size
    if taille == 0:
        raise ErreurCIL(f"Le fichier {nom} est vide (0 octet) : demandez-en un nouvel envoi.")
    if taille > OCTETS_MAXIMAUX:
        raise ErreurCIL(f"Le fichier {nom} est démesuré : découpez-le en plusieurs fichiers.")
    suffixe = fichier.suffix.lower()
    if suffixe in CLASSEURS + TEXTES:
        return [Source(nom, fichier.read_bytes(), chemin=str(fichier))]
    if suffixe in ARCHIVES:
        return _ouvrir_archive(fichier)
    raise ErreurCIL(f"Le fichier {nom} n’est pas d’un type connu : attendu {', '.join(CLASSEURS + TEXTES + ARCHIVES)}.")


def ouvrir_un(fichier: Path) -> Source:
    """The file, which is no archive of several. Raises ErreurCIL as :func:`ouvrir`."""
    sources = ouvrir(fichier)
    if len(sources) > 1:
        raise ErreurCIL(
            f"L’archive {nom_lisible(fichier.name)} contient plusieurs fichiers : extrayez celui qui convient."
        )
    return sources[0]


def est_un_verrou(nom: str) -> bool:
    """Whether a file is what Excel writes beside a workbook that somebody has open: « ~$attributions.xlsx »."""
    return nom.startswith("~$")


def nom_lisible(nom: str) -> str:
    """A file name or of a sheet, as it can be printed and stored: no personal number or address, all in UTF-8."""
    dit = _PERSONNEL.sub("(masqué)", nom.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    for adresse in reversed([*DOMICILE.finditer(re.sub("[_-]", " ", dit))]):
        dit = f"{dit[: adresse.start()]}(masqué){dit[adresse.end() :]}"
    return dit


def _ouvrir_archive(fichier: Path) -> list[Source]:
    archive_nom = nom_lisible(fichier.name)
    with ouvrir_zip(fichier.read_bytes(), archive_nom) as archive:
        membres = sorted((m for m in archive.infolist() if not _est_de_service(m)), key=lambda m: m.filename)
        sources = []
        for membre in membres:
            nom = nom_lisible(f"{archive_nom}/{membre.filename}")
            if PurePosixPath(membre.filename).suffix.lower() not in CLASSEURS + TEXTES:
                raise ErreurCIL(
                    f"L’archive {archive_nom} contient « {nom_lisible(membre.filename)} », qui n’est pas un tableau à "
                    "importer : retirez-le de l’archive, ou extrayez-la et nommez les fichiers un à un."
                )
            if octets := b"".join(tranches(archive, membre, archive_nom)):
                sources.append(Source(nom, octets, chemin=str(fichier)))
        if not sources:
            raise ErreurCIL(f"L’archive {archive_nom} ne contient aucun fichier rempli : demandez un nouvel envoi.")
        return sources


def _est_de_service(membre: zipfile.ZipInfo) -> bool:
    """A folder, what macOS adds to every archive, or what Excel writes beside an open workbook."""
    chemin = PurePosixPath(membre.filename)
    a_part = "__MACOSX" in chemin.parts or chemin.name in (".DS_Store", "Thumbs.db")
    return membre.is_dir() or a_part or est_un_verrou(chemin.name)


def ouvrir_zip(octets: bytes, nom: str) -> zipfile.ZipFile:
    """A zip of bounded content: nothing is inflated yet. Raises ErreurCIL when it is damaged or declares too much."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(octets))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as erreur:
        raise abime(nom) from erreur
    membres = archive.infolist()
    promis = sum(membre.file_size for membre in membres)
    gonfle = promis > OCTETS_SANS_SOUPCON and promis > TAUX_MAXIMAL * len(octets)
    if len(membres) > FICHIERS_MAXIMAUX or promis > OCTETS_MAXIMAUX or gonfle:
        raise ErreurCIL(
            f"Le fichier {nom} est refusé : une fois décompressé, son contenu serait démesuré "
            f"(plus de {OCTETS_MAXIMAUX // 1024**3} Go ou de {FICHIERS_MAXIMAUX} fichiers). Demandez un nouvel envoi."
        )
    return archive


def tranches(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, nom: str) -> Iterator[bytes]:
    """The content of a member, piece by piece. Raises ErreurCIL."""
    if membre.flag_bits & _CHIFFRE:
        raise _illisible(nom, "est protégé par un mot de passe", "enregistrez-en une copie sans mot de passe")
    if membre.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        pourquoi = "est compressé d’une façon que le logiciel ne lit pas (Deflate64, BZip2 ou LZMA, par exemple)"
        raise _illisible(nom, pourquoi, "ouvrez-le dans un tableur et enregistrez-le de nouveau")
    try:
        with archive.open(membre) as flux:
            yield from iter(partial(flux.read, _TRANCHE), b"")
    except _ABIMES as erreur:
        raise abime(nom) from erreur


def _illisible(nom: str, pourquoi: str, si_c_est_un_classeur: str) -> ErreurCIL:
    une_archive = PurePosixPath(nom).suffix.lower() in ARCHIVES
    que_faire = "extrayez l’archive et nommez ses fichiers" if une_archive else si_c_est_un_classeur
    return ErreurCIL(f"Le fichier {nom} {pourquoi} : {que_faire}.")


def abime(nom: str) -> ErreurCIL:
    """The refusal of a file that is not what its extension says, or is damaged."""
    quoi = "une archive lisible" if PurePosixPath(nom).suffix.lower() in ARCHIVES else "un classeur lisible"
    return ErreurCIL(
        f"Le fichier {nom} n’est pas {quoi}, ou il est abîmé : ouvrez-le avec le programme qui convient, "
        "enregistrez-le de nouveau, ou demandez-en un nouvel envoi."
    )
