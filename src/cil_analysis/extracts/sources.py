"""What was handed to an import: plain files, and the files of a zip archive, within bounds."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from cil_analysis.erreurs import ErreurCIL

CLASSEURS = (".xlsx", ".xlsm", ".xls", ".ods")
TEXTES = (".csv", ".txt", ".tsv")
ARCHIVES = (".zip",)
# A national year of requests is about 1.5 GB of text (the largest use foreseen); beyond, something is wrong.
OCTETS_MAXIMAUX = 3 * 1024**3
FICHIERS_MAXIMAUX = 500
_TRANCHE = 1 << 20


@dataclass(frozen=True)
class Source:
    """One file to read. ``nom``: what the user calls it (« envoi.zip/demandes.csv » inside an archive)."""

    nom: str
    octets: bytes = field(repr=False)

    @property
    def suffixe(self) -> str:
        """The extension, in lower case, with its dot."""
        return PurePosixPath(self.nom).suffix.lower()

    @property
    def est_classeur(self) -> bool:
        """Whether it is a workbook rather than delimited text."""
        return self.suffixe in CLASSEURS

    @cached_property
    def sha256(self) -> str:
        """Digest of the content."""
        return hashlib.sha256(self.octets).hexdigest()


def ouvrir(fichier: Path) -> list[Source]:
    """The file, or the files of the archive in the order of their names.

    Raises ErreurCIL for a file that is missing, empty, too large or of a type that is not read, and for an archive that
    is damaged, encrypted, empty or inflated.
    """
    if not fichier.is_file():
        raise ErreurCIL(f"Le fichier {fichier} est introuvable : vérifiez son nom et son dossier.")
    taille = fichier.stat().st_size
    if taille == 0:
        raise ErreurCIL(f"Le fichier {fichier.name} est vide (0 octet) : demandez-en un nouvel envoi.")
    if taille > OCTETS_MAXIMAUX:
        raise ErreurCIL(f"Le fichier {fichier.name} est démesuré : découpez-le en plusieurs fichiers.")
    suffixe = fichier.suffix.lower()
    if suffixe in CLASSEURS + TEXTES:
        return [Source(fichier.name, fichier.read_bytes())]
    if suffixe in ARCHIVES:
        return _ouvrir_archive(fichier)
    raise _type_inconnu(fichier.name)


def _type_inconnu(nom: str) -> ErreurCIL:
    return ErreurCIL(
        f"Le fichier {nom} n’est pas d’un type connu : attendu {', '.join(CLASSEURS + TEXTES + ARCHIVES)}."
    )


def _ouvrir_archive(fichier: Path) -> list[Source]:
    with ouvrir_zip(fichier.read_bytes(), fichier.name) as archive:
        membres = sorted((m for m in archive.infolist() if not _est_de_service(m)), key=lambda m: m.filename)
        if not membres:
            raise ErreurCIL(f"L’archive {fichier.name} ne contient aucun fichier : demandez-en un nouvel envoi.")
        sources = []
        for membre in membres:
            nom = f"{fichier.name}/{membre.filename}"
            if PurePosixPath(membre.filename).suffix.lower() not in CLASSEURS + TEXTES:
                raise ErreurCIL(
                    f"L’archive {fichier.name} contient « {membre.filename} », qui n’est pas un tableau à importer : "
                    "retirez-le de l’archive, ou extrayez-la et nommez les fichiers un à un."
                )
            octets = b"".join(tranches(archive, membre, fichier.name))
            if octets:
                sources.append(Source(nom, octets))
        if not sources:
            raise ErreurCIL(f"L’archive {fichier.name} ne contient que des fichiers vides : demandez un nouvel envoi.")
        return sources


def _est_de_service(membre: zipfile.ZipInfo) -> bool:
    """A folder, or what macOS adds to every archive."""
    chemin = PurePosixPath(membre.filename)
    return membre.is_dir() or "__MACOSX" in chemin.parts or chemin.name in (".DS_Store", "Thumbs.db")


def ouvrir_zip(octets: bytes, nom: str) -> zipfile.ZipFile:
    """A zip of bounded content: nothing is inflated yet. Raises ErreurCIL when it is damaged or declares too much."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(octets))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as erreur:
        raise abime(nom) from erreur
    membres = archive.infolist()
    if len(membres) > FICHIERS_MAXIMAUX or sum(m.file_size for m in membres) > OCTETS_MAXIMAUX:
        raise ErreurCIL(
            f"Le fichier {nom} est refusé : une fois décompressé, son contenu serait démesuré "
            f"(plus de {OCTETS_MAXIMAUX // 1024**3} Go ou de {FICHIERS_MAXIMAUX} fichiers). Demandez un nouvel envoi."
        )
    return archive


def tranches(archive: zipfile.ZipFile, membre: zipfile.ZipInfo, nom: str) -> Iterator[bytes]:
    """The content of a member, piece by piece.

    A member that inflates to more than it declares ends there, as a damaged one: its checksum is wrong.
    """
    try:
        with archive.open(membre) as flux:
            while tranche := flux.read(_TRANCHE):
                yield tranche
    except RuntimeError as erreur:  # zipfile says so of an encrypted member
        raise ErreurCIL(
            f"{nom} est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
        ) from erreur
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error) as erreur:
        raise abime(nom) from erreur


def abime(nom: str) -> ErreurCIL:
    """The refusal of a file that is not what its extension says, or is damaged."""
    quoi = "une archive lisible" if PurePosixPath(nom).suffix.lower() in ARCHIVES else "un classeur lisible"
    return ErreurCIL(
        f"Le fichier {nom} n’est pas {quoi}, ou il est abîmé : ouvrez-le avec le programme qui convient, "
        "enregistrez-le de nouveau, ou demandez-en un nouvel envoi."
    )
