"""Delimited text as a table of text: any usual encoding, separator and line end; rows of any length.

pyarrow reads a text in which each line is a row, all of one width, and every quotation mark is where it should be. The
csv module, made strict, reads the others or refuses them: an unclosed mark would otherwise swallow all rows up to the
next one.
"""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as lecteur

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.classeurs import COLONNES_MAXIMALES
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.rapprochement import reconnus
from cil_analysis.repartition import coeurs, en_ordre

SEPARATEURS = ";\t,|"
# One byte a character: Windows first, then Excel for Mac and MS-DOS.
_CODAGES = ("cp1252", "mac_roman", "cp850")
_MARQUE = "\ufeff"
# Accented cp1252 text has next to no sequence that is a character in UTF-8: above this share, the file is in UTF-8.
_UTF8_FORTUITS = 0.1
_DEBUT = 4096
_RIEN = " \t\x1a"  # MS-DOS ends a file so
_LIGNES_EXAMINEES = 60
_PREMIERS_OCTETS = 1 << 20
_BLOC = 4 << 20  # larger blocks leave the cache of a processor
_LIGNES_D_UN_LOT = 1_000
# A row that is much wider than the others widens all of them: not beyond so many cells.
_CELLULES_MAXIMALES = 64_000_000
# So many of them in a cell of several lines are a row, even of a narrow table.
_SEPARATEURS_D_UNE_LIGNE = 4


def lire_texte(source: Source, entetes_connus: Sequence[frozenset[str]]) -> pa.Table:
    """The records of the file, blank ones included; cells that a short one lacks are null. Raises ErreurCIL."""
    octets = en_utf8(source, entetes_connus)
    # The lines by which a separator is chosen; the last may be cut, as may its last character.
    premiers = octets[:_PREMIERS_OCTETS].decode("utf-8", errors="ignore")
    debut = list(itertools.islice(io.StringIO(premiers, newline=None), _LIGNES_EXAMINEES))
    separateur = _separateur(debut, entetes_connus)
    if octets and _est_regulier(octets, separateur):
        # Rows of several widths, a line longer than a block or a cell beyond the limit: the csv module says which.
        with suppress(csv.Error, pa.ArrowInvalid):
            largeur = max(len(next(csv.reader(debut, delimiter=separateur), [])), 1)
            if largeur <= COLONNES_MAXIMALES:
                table = _par_pyarrow(octets, separateur, largeur)
                if all((pc.max(pc.binary_length(c)).as_py() or 0) <= csv.field_size_limit() for c in table.columns):
                    return table
    return _par_csv(source, octets, separateur)


def _separateur(debut: Sequence[str], entetes_connus: Sequence[frozenset[str]]) -> str:
    """The separator that shows the most known headings; the most frequent one of equals. Cells may hold the others."""

    def merite(separateur: str) -> tuple[int, int]:
        lignes = csv.reader(debut, delimiter=separateur)
        try:
            score = max((reconnus(ligne, entetes_connus) for ligne in lignes), default=0)
        except csv.Error:
            score = 0
        return score, sum(ligne.count(separateur) for ligne in debut)

    return max(SEPARATEURS, key=merite)


def _est_regulier(octets: bytes, separateur: str) -> bool:
    """Whether each line is a row, and quotation marks stand around whole cells alone, or doubled inside them."""
    with ThreadPoolExecutor(coeurs()) as equipe:  # numpy lets threads work at once.
        return all(en_ordre(equipe, partial(_lignes_regulieres, separateur.encode()), _en_blocs(octets)))


def _en_blocs(octets: bytes) -> Iterator[bytes]:
    """Whole lines, some megabytes at a time."""
    debut = 0
    while debut < len(octets):
        fin = octets.find(b"\n", debut + _BLOC) + 1 or len(octets)
        yield octets[debut:fin]
        debut = fin


def _lignes_regulieres(separateur: bytes, lignes: bytes) -> bool:
    """The same, of whole lines. One mark in two opens and the next closes; a doubled one closes and opens at once."""
    lus = np.frombuffer(b"\n%b%b\n" % (lignes, separateur), np.uint8)
    marques, sauts, retours = (np.flatnonzero(lus == ord(signe)) for signe in '"\n\r')
    bords = np.isin(np.arange(256), list(separateur + b'"\r\n'))
    entieres = bords[lus[marques[::2] - 1]].all() and bords[lus[marques[1::2] + 1]].all()
    fermees = not (np.searchsorted(marques, sauts) % 2).any()
    return bool(entieres and fermees and (lus[retours + 1] == ord("\n")).all())


def _par_pyarrow(octets: bytes, separateur: str, largeur: int) -> pa.Table:
    """Rows of so many cells. Raises ArrowInvalid for a row of another width, or a line longer than a block."""
    noms = [str(rang) for rang in range(largeur)]
    return lecteur.read_csv(
        pa.BufferReader(octets),
        lecteur.ReadOptions(block_size=_BLOC, column_names=noms),
        lecteur.ParseOptions(
            delimiter=separateur, quote_char='"' if b'"' in octets else False, ignore_empty_lines=False
        ),
        lecteur.ConvertOptions(column_types=dict.fromkeys(noms, pa.string()), strings_can_be_null=False),
    )


def _par_csv(source: Source, octets: bytes, separateur: str) -> pa.Table:
    """Any text, as the csv module reads it."""
    flux = io.TextIOWrapper(io.BytesIO(octets), encoding="utf-8", newline="")
    lignes = csv.reader(flux, delimiter=separateur, strict=True)
    tables, largeurs, derniere = [], Counter[int](), list[str]()
    try:
        while lot := list(itertools.islice(lignes, _LIGNES_D_UN_LOT)):
            tables.append(_en_table(source, lot))
            largeurs.update(map(len, lot))
            derniere = lot[-1]
    except csv.Error as erreur:
        raise ErreurCIL(
            f"Le fichier {source.nom} n’est pas un tableau délimité lisible : la lecture s’arrête à la ligne "
            f"{lignes.line_num}, sur un guillemet droit mal fermé ou une cellule démesurée. Corrigez l’export, ou "
            "enregistrez l’extrait au format .xlsx."
        ) from erreur
    tables = tables or [_en_table(source, [])]
    usuelle, largeur = max(largeurs, key=largeurs.__getitem__, default=1), max(t.num_columns for t in tables)
    if len(derniere) < usuelle and "".join(derniere).strip(_RIEN) and not octets.endswith((b"\n", b"\r")):
        raise ErreurCIL(
            f"Le fichier {source.nom} est coupé : il s’arrête à la ligne {lignes.line_num}, sans fin de ligne, sur "
            f"{len(derniere)} des {usuelle} cellules d’une ligne. Exportez-le de nouveau ; si cette ligne est une "
            "note, retirez-la."
        )
    if largeur > 2 * usuelle and largeur * sum(table.num_rows for table in tables) > _CELLULES_MAXIMALES:
        raise _trop_large(source, largeur - 1)
    table = pa.concat_tables(tables, promote_options="default")
    _refuser_les_lignes_avalees(source, table, max(usuelle - 1, _SEPARATEURS_D_UNE_LIGNE), separateur)
    return table


def _refuser_les_lignes_avalees(source: Source, table: pa.Table, au_moins: int, separateur: str) -> None:
    """Two marks out of place, in two rows, make one cell of all that is between them: rows would be lost in it."""
    sauts = np.zeros(table.num_rows, dtype="int64")
    avalees = np.zeros(table.num_rows, dtype="bool")
    for colonne in table.columns:
        siens = pc.fill_null(pc.count_substring_regex(colonne, r"\r\n?|\n"), 0).to_numpy()
        sauts += siens
        avalees |= (siens > 0) & (pc.fill_null(pc.count_substring(colonne, separateur), 0).to_numpy() >= au_moins)
    for rang in np.flatnonzero(avalees)[:1].tolist():
        raise ErreurCIL(
            f"Le fichier {source.nom} a, à la ligne {rang + 1 + int(sauts[:rang].sum())}, une cellule qui "
            "tient plusieurs lignes du tableau : un guillemet droit est de trop. Corrigez l’export, ou enregistrez-le "
            "au format .xlsx."
        )


def _en_table(source: Source, lignes: Sequence[Sequence[str]]) -> pa.Table:
    """Rows of any length as a table, of one column at least. Raises ErreurCIL for one that is too long."""
    if max(map(len, lignes), default=0) > COLONNES_MAXIMALES:
        raise _trop_large(source, COLONNES_MAXIMALES)
    colonnes = list(itertools.zip_longest(*lignes)) or [("",) * len(lignes)]
    return pa.table({str(rang): pa.array(colonne, pa.string()) for rang, colonne in enumerate(colonnes)})


def _trop_large(source: Source, largeur: int) -> ErreurCIL:
    return ErreurCIL(
        f"Le fichier {source.nom} a une ligne de plus de {largeur} cellules : ce n’est pas un extrait, ou son "
        "séparateur est mal choisi. Vérifiez l’export."
    )


# --- The encoding of a file, which does not say it ------------------------------------------------------------------


def en_utf8(source: Source, entetes_connus: Sequence[frozenset[str]]) -> bytes:
    """The text of a file, as UTF-8 without its mark: its own bytes when it is in UTF-8 already.

    A mark stands in the middle too, where files were put end to end: there it would hide the headings of the second.
    It is in UTF-16, which a mark or its bytes tell, or else has one byte a character. Raises ErreurCIL for binary
    content, and for UTF-8 with bytes of another encoding: read as cp1252, all of its accents would be lost for one.
    """
    octets = source.octets
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        texte = octets.decode("utf-16", errors="replace")
    elif b"\0" in (debut := octets[:_DEBUT]):
        # Of UTF-16 without its mark, one byte in two is none, but for a few signs.
        codages = [codage for rang, codage in enumerate(("utf-16-le", "utf-16-be")) if b"\0" not in debut[rang::2]]
        if not codages or 4 * debut.count(0) < len(debut):
            raise ErreurCIL(
                f"Le fichier {source.nom} n’est pas un fichier de texte : vérifiez son extension, ou demandez-en un "
                "nouvel envoi."
            )
        texte = octets.decode(codages[0], errors="replace")
    elif not _est_en_utf8(octets):
        texte = _decoder_octet_par_octet(source, entetes_connus)
    else:
        return octets.replace(_MARQUE.encode(), b"")
    return texte.replace(_MARQUE, "").encode("utf-8")


def _est_en_utf8(octets: bytes) -> bool:
    """Nothing is copied: a text with an emoji takes four bytes a character once it is decoded."""
    bornes = pa.array([0, len(octets)], pa.int64()).buffers()[1]
    texte = pa.Array.from_buffers(pa.large_string(), 1, [None, bornes, pa.py_buffer(octets)])
    try:
        texte.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decoder_octet_par_octet(source: Source, entetes_connus: Sequence[frozenset[str]]) -> str:
    """The text of a file with one byte a character, in the encoding that shows the most known headings."""
    octets = source.octets
    lisible = octets.decode("utf-8", errors="ignore")
    etrangers = len(octets) - len(lisible.encode("utf-8"))
    accents = len(lisible) - len(lisible.encode("ascii", errors="ignore"))
    if octets.startswith(_MARQUE.encode()) or accents > _UTF8_FORTUITS * etrangers:
        try:
            octets.decode("utf-8")
        except UnicodeDecodeError as erreur:
            ligne = len((octets[: erreur.start] + b".").splitlines())
            raise ErreurCIL(
                f"Le fichier {source.nom} mêle deux codages : il est en UTF-8, mais un caractère de la ligne {ligne} "
                "ne l’est pas. Corrigez-le dans un éditeur de texte, ou refaites l’export en UTF-8."
            ) from erreur

    def merite(codage: str) -> int:
        lignes = octets[:_PREMIERS_OCTETS].decode(codage, errors="replace").splitlines()[:_LIGNES_EXAMINEES]
        return max(reconnus(re.split(f'[{SEPARATEURS}"]', ligne), entetes_connus) for ligne in lignes)

    try:
        return octets.decode(max(_CODAGES, key=merite))
    except UnicodeDecodeError:
        # Five bytes have no character in cp1252; latin-1 gives one to each, so that no file is lost for them.
        return octets.decode("latin-1")


def bien_decode(texte: str) -> str:
    """What a text was before its UTF-8 was read as cp1252, or the text itself.

    >>> bien_decode("NÂ° unique"), bien_decode("Âge à l’entrée")
    ('N° unique', 'Âge à l’entrée')
    """
    with suppress(UnicodeError):
        return texte.encode("cp1252").decode("utf-8")
    return texte
