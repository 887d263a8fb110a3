"""The text of a file that does not say how it is encoded."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

import pyarrow as pa

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.sources import Source

_MARQUE = "\ufeff"
# Accented cp1252 text has next to no sequence that is a character in UTF-8: above this share, the file is in UTF-8.
_UTF8_FORTUITS = 0.1
# Latin letters have a null byte in UTF-16; a file has a few others (’ or €).
_PART_NULLE_UTF16 = 0.7
_DEBUT = 4096
_BLOC = 1 << 20  # a text is decoded piece by piece: one with an emoji takes four bytes a character in memory


def en_utf8(source: Source) -> bytes:
    """The text of a file, as UTF-8 without its mark: its own bytes when it is in UTF-8 already.

    It is in UTF-16 (with a mark, or evidently so), or else in cp1252. Raises ErreurCIL for binary content, and for
    UTF-8 with bytes of another encoding: read as cp1252, all of its accents would be lost for one byte.
    """
    octets = source.octets
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        texte = octets.decode("utf-16", errors="replace")
    elif b"\0" in octets[:_DEBUT]:
        texte = _utf16_sans_marque(source)
    else:
        etranger = None if _est_en_utf8(octets) else _premier_etranger(octets)
        if etranger is not None:
            texte = _decoder_octet_par_octet(source, etranger)
        else:
            while octets.startswith(_MARQUE.encode()):
                octets = octets.removeprefix(_MARQUE.encode())
            return octets
    return texte.lstrip(_MARQUE).encode("utf-8")


def _est_en_utf8(octets: bytes) -> bool:
    bornes = pa.array([0, len(octets)], pa.int64()).buffers()[1]
    texte = pa.Array.from_buffers(pa.large_string(), 1, [None, bornes, pa.py_buffer(octets)])
    try:
        texte.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _blocs(octets: bytes) -> Iterator[bytes]:
    return (octets[debut : debut + _BLOC] for debut in range(0, len(octets), _BLOC))


def _premier_etranger(octets: bytes) -> int | None:
    """Where the first byte that is no UTF-8 stands."""
    decodeur, lus = codecs.getincrementaldecoder("utf-8")(), 0
    for bloc in _blocs(octets):
        en_attente = len(decodeur.getstate()[0])  # the beginning of a character, at the end of the block before
        lus += len(bloc)
        try:
            decodeur.decode(bloc, final=lus == len(octets))
        except UnicodeDecodeError as erreur:
            return lus - len(bloc) - en_attente + erreur.start
    return None


def _decoder_octet_par_octet(source: Source, premier: int) -> str:
    """The text of a file with one byte a character; ``premier``: where the first that is no UTF-8 stands."""
    octets = source.octets
    etrangers, accents = len(octets), 0
    for lisible in codecs.iterdecode(_blocs(octets), "utf-8", errors="ignore"):
        etrangers -= len(lisible.encode("utf-8"))
        accents += len(lisible) - len(lisible.encode("ascii", errors="ignore"))
    if octets.startswith(_MARQUE.encode()) or accents > _UTF8_FORTUITS * etrangers:
        ligne = len((octets[:premier] + b".").splitlines())
        raise ErreurCIL(
            f"Le fichier {source.nom} mêle deux codages : il est en UTF-8, mais un caractère de la ligne {ligne} ne "
            "l’est pas. Corrigez-le dans un éditeur de texte, ou refaites l’export en UTF-8."
        )
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        # Five bytes have no character in cp1252; latin-1 gives one to each, so that no file is lost for them.
        return octets.decode("latin-1")


def _utf16_sans_marque(source: Source) -> str:
    """The text of UTF-16 without a mark, when nothing else is possible: null bytes at every other place, and only."""
    octets = source.octets
    pairs, impairs = octets[:_DEBUT:2], octets[1:_DEBUT:2]
    for codage, pleins, nuls in (("utf-16-le", pairs, impairs), ("utf-16-be", impairs, pairs)):
        if pleins.count(0) == 0 and nuls.count(0) > _PART_NULLE_UTF16 * len(nuls):
            texte = octets.decode(codage, errors="replace")
            if "\0" not in texte and "\ufffd" not in texte:
                return texte
    raise ErreurCIL(
        f"Le fichier {source.nom} n’est pas un fichier de texte : vérifiez son extension, ou demandez-en un nouvel "
        "envoi."
    )
