"""A workbook read by a process of its own, of bounded memory: what exhausts it does no harm to the one that imports.

The process runs this very file, and of this package nothing else: a workbook on its standard input, an answer on its
standard output. Its first argument is the memory that it may ask for, in bytes, once its libraries are loaded.
"""

import contextlib
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

DITS = b"feuille", b"premiere_colonne", b"numeros_en_texte"
"""What the metadata of a table say: the name of its sheet, the rank from 0 of its first column in it, and the ranks in
the table of the columns that hold numbers of 18 digits typed as text: no spreadsheet has rounded these."""
# The reader names an error of a cell in its own way. The text is what a spreadsheet shows.
_ERREURS = {
    "NA": "#N/A",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "Div0": "#DIV/0!",
    "Name": "#NAME?",
    "Num": "#NUM!",
    "Null": "#NULL!",
    "GettingData": "#GETTING_DATA",
}
_NOM_D_ERREUR = re.compile(r"Error\((\w+)\)")
_NUMERO = r"""^[\s='"]*(?:[0-9]\s*){18}"?\s*$"""
OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # An .xls does not tell how its cells are typed: the worst is supposed.


def lire_feuilles(octets: bytes) -> Iterator[pa.Table]:
    """Every sheet, all cells as text; a cell in error is the text of its error (« #N/A »), nulls are blank cells."""
    import fastexcel  # Nobody but the child needs it.

    classeur = fastexcel.read_excel(octets)
    for rang, nom in enumerate(classeur.sheet_names):
        feuille = classeur.load_sheet(rang, header_row=None, skip_rows=0, dtypes="string")
        lot, erreurs = feuille.to_arrow_with_errors()
        table = _rendre_les_erreurs(pa.Table.from_batches([lot]), erreurs.errors if erreurs else [])
        premiere = min((colonne.absolute_index for colonne in feuille.selected_columns), default=0)
        en_texte = [] if octets.startswith(OLE) else _numeros_en_texte(classeur, rang, premiere, table)
        dits = (nom, str(premiere), " ".join(map(str, en_texte)))
        yield table.replace_schema_metadata({cle: dit.encode() for cle, dit in zip(DITS, dits, strict=True)})


def _rendre_les_erreurs(table: pa.Table, erreurs: Sequence[Any]) -> pa.Table:
    """The reader makes blanks of the cells in error, and says where they were."""
    par_colonne: dict[int, dict[int, str]] = {}
    for erreur in erreurs:
        ligne, colonne = erreur.offset_position
        nomme = _NOM_D_ERREUR.search(erreur.detail)
        par_colonne.setdefault(colonne, {})[ligne] = _ERREURS.get(nomme[1] if nomme else "", "#ERREUR")
    for colonne, textes in par_colonne.items():
        cellules, champ = table.column(colonne).to_pylist(), table.schema.field(colonne)
        for ligne, texte in textes.items():
            cellules[ligne] = texte
        table = table.set_column(colonne, champ, pa.array(cellules, champ.type))
    return table


def _numeros_en_texte(classeur: Any, feuille: int, premiere: int, table: pa.Table) -> Iterator[int]:
    import fastexcel

    for rang, colonne in enumerate(table.columns):
        if not pc.any(pc.match_substring_regex(colonne, _NUMERO)).as_py():
            continue
        try:
            lue = classeur.load_sheet(feuille, header_row=None, use_columns=[premiere + rang], dtype_coercion="strict")
        except fastexcel.FastExcelError:
            continue  # text and numbers in one column
        if all(colonne.dtype == "string" for colonne in lue.selected_columns):
            yield rang


def _borner(memoire: int) -> None:
    """Let this process ask for so many bytes more than it has: its libraries take what the machine makes them take."""
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limite = pages * resource.getpagesize() + memoire
    with contextlib.suppress(ValueError, OSError):  # a limit that is already lower
        resource.setrlimit(resource.RLIMIT_AS, (limite, limite))


def ecrire_feuilles(octets: bytes, sortie: BinaryIO) -> None:
    """Every sheet of a workbook as an Arrow stream, one after another, on a binary stream."""
    for table in lire_feuilles(octets):
        with pa.ipc.new_stream(sortie, table.schema) as flux:
            flux.write_table(table)


def _servir(memoire: str) -> None:
    """Answer with every sheet."""
    import fastexcel  # noqa: F401  # Loaded before the limit, which is for what the workbook takes.

    if sys.platform == "linux":
        _borner(int(memoire))
    # The reader's warnings are in English, and of no use to who imports: without a handler Python prints them.
    logging.getLogger("calamine").setLevel(logging.CRITICAL)
    ecrire_feuilles(sys.stdin.buffer.read(), sys.stdout.buffer)


if __name__ == "__main__":
    _servir(*sys.argv[1:])
