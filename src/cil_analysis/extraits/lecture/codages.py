"""The text of a file that does not say how it is encoded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.sources import Octets, Source

_MARQUE = "\ufeff"
# Accented cp1252 text has next to no sequence that is a character in UTF-8: above this share, the file is in UTF-8.
_UTF8_FORTUITS = 0.1
# Latin letters have a null byte in UTF-16; a file has a few others (’ or €).
_PART_NULLE_UTF16 = 0.7
_TRONCON = 16 << 20
_MORCEAU = 1 << 16


def en_utf8(source: Source) -> bytes:
    """The bytes in UTF-8 of the text of a file, without its mark: its own bytes when it is in UTF-8 already.

    Raises the ErreurCIL of :func:`decoder`.
    """
    octets = source.contenu
    if b"\0" not in octets[:4096] and _est_de_l_utf8(octets):
        while octets.startswith(_MARQUE.encode()):
            octets = octets.removeprefix(_MARQUE.encode())
        return octets
    return decoder(source).encode("utf-8")


def _est_de_l_utf8(octets: Octets) -> bool:
    """Whether all the bytes are valid UTF-8, without a copy: decoded, a large file is up to four times larger."""
    bornes = pa.py_buffer(np.array([0, len(octets)], dtype="int64"))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, bornes, pa.py_buffer(octets)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def decoder(source: Source) -> str:
    """The text of a file in UTF-8, in UTF-16 (with a mark, or evidently so), or else in cp1252; without its mark.

    Raises ErreurCIL for binary content, and for UTF-8 with bytes of another encoding: read as cp1252, all of its
    accents would be lost for one byte.
    """
    octets = source.contenu
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", errors="replace").lstrip(_MARQUE)
    if b"\0" in octets[:4096]:
        texte = _utf16_sans_marque(octets)
        if texte is None:
            raise ErreurCIL(
                f"Le fichier {source.nom} n’est pas un fichier de texte : vérifiez son extension, ou demandez-en un "
                "nouvel envoi."
            )
        return texte
    try:
        return octets.decode("utf-8").lstrip(_MARQUE)
    except UnicodeDecodeError:
        return octets.decode(codage_d_un_octet(source))


def codage_d_un_octet(source: Source) -> str:
    """The encoding, among those that extend ASCII, of a whole file, which is read piece by piece. Raises ErreurCIL."""
    octets = source.octets  # maybe a window on the disk
    if _est_de_l_utf8(octets):
        return "utf-8"
    premier = _premier_octet_etranger(octets)
    accents = etrangers = 0
    for _, morceau in _morceaux(octets):
        lisible = morceau.decode("utf-8", errors="ignore")
        etrangers += len(morceau) - len(lisible.encode("utf-8"))
        accents += len(lisible) - len(lisible.encode("ascii", errors="ignore"))
    if octets[:3] == _MARQUE.encode() or accents > _UTF8_FORTUITS * etrangers:
        raise ErreurCIL(
            f"Le fichier {source.nom} mêle deux codages : il est en UTF-8, mais un caractère de la ligne "
            f"{fins_de_ligne(octets[:premier]) + 1} ne l’est pas. Corrigez-le dans un éditeur de texte, ou "
            "refaites l’export en UTF-8."
        )
    # Five bytes have no character in cp1252; latin-1 gives one to each, so that no file is lost for them.
    try:
        for _, morceau in _morceaux(octets):
            morceau.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _premier_octet_etranger(octets: Octets) -> int:
    """Where bytes that are not all UTF-8 stop being so."""
    for debut, morceau in _morceaux(octets):
        try:
            morceau.decode("utf-8")
        except UnicodeDecodeError as erreur:
            return debut + erreur.start
    return len(octets)


def _morceaux(octets: Octets) -> Iterator[tuple[int, bytes]]:
    """The bytes in pieces that end with a line, each with its place: no character is cut."""
    debut = 0
    while debut < len(octets):
        fin = octets.find(b"\n", debut + _TRONCON) + 1 or len(octets)
        yield debut, octets[debut:fin]
        debut = fin


def _utf16_sans_marque(octets: bytes) -> str | None:
    """The text of UTF-16 without a mark, when nothing else is possible: null bytes at every other place, and only."""
    pairs, impairs = octets[:4096:2], octets[1:4096:2]
    for codage, pleins, nuls in (("utf-16-le", pairs, impairs), ("utf-16-be", impairs, pairs)):
        if pleins.count(0) == 0 and nuls.count(0) > _PART_NULLE_UTF16 * len(nuls):
            try:
                texte = octets.decode(codage)
            except UnicodeDecodeError:
                return None
            return None if "\0" in texte else texte
    return None


def fins_de_ligne(octets: bytes) -> int:
    """How many of LF, CR and CRLF there are."""
    tous = np.frombuffer(octets, dtype="uint8")
    if octets.find(b"\r") < 0:
        return sum(int(np.count_nonzero(tous[d : d + _MORCEAU] == ord("\n"))) for d in range(0, len(tous), _MORCEAU))
    total = doubles = 0
    for debut in range(0, len(tous), _MORCEAU):
        lf, cr = (tous[debut : debut + _MORCEAU + 1] == fin for fin in b"\n\r")
        total += int(np.count_nonzero(lf[:_MORCEAU])) + int(np.count_nonzero(cr[:_MORCEAU]))
        doubles += int(np.count_nonzero(lf[1:] & cr[:-1]))
    return total - doubles
