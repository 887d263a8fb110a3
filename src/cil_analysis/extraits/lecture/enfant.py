"""The sheets of a workbook by the native reader, here or in a process that a hostile file may exhaust without harm."""

from __future__ import annotations

import contextlib
import logging
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_MEMOIRE = 4 * 1024**3
_DELAI_S = 300
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
# The reader's warnings are in English, and of no use to who imports: without a handler Python prints them.
logging.getLogger("calamine").setLevel(logging.CRITICAL)


class EchecIsole(Exception):
    """The child could not read the workbook: what it wrote on its error output."""


def lire_feuilles(octets: bytes) -> dict[str, pa.Table]:
    """Every sheet, all cells as text; a cell in error is the text of its error (« #N/A »), nulls are blank cells."""
    classeur = fastexcel.read_excel(octets)
    feuilles = {}
    for nom in classeur.sheet_names:
        feuille = classeur.load_sheet(nom, header_row=None, skip_rows=0, dtypes="string")
        lot, erreurs = feuille.to_arrow_with_errors()
        table = pa.Table.from_batches([lot])
        feuilles[nom] = _rendre_les_erreurs(table, erreurs.errors) if erreurs else table
    return feuilles


def _rendre_les_erreurs(table: pa.Table, erreurs: Sequence[Any]) -> pa.Table:
    """The reader makes blanks of the cells in error, and says where they were."""
    par_colonne: dict[int, dict[int, str]] = {}
    for erreur in erreurs:
        ligne, colonne = erreur.offset_position
        nomme = _NOM_D_ERREUR.search(erreur.detail)
        par_colonne.setdefault(colonne, {})[ligne] = _ERREURS.get(nomme[1] if nomme else "", "#ERREUR")
    for colonne, textes in par_colonne.items():
        masque = np.zeros(table.num_rows, dtype="bool")
        masque[list(textes)] = True
        valeurs = pa.array([textes[ligne] for ligne in sorted(textes)], table.schema.field(colonne).type)
        # A chunked array is not accepted with a mask by every version.
        entiere = table.column(colonne).combine_chunks()
        remplie = pc.replace_with_mask(entiere, pa.array(masque), valeurs)
        table = table.set_column(colonne, table.schema.field(colonne), remplie)
    return table


def lire_isole(octets: bytes) -> dict[str, pa.Table]:
    """The same in a child process, of bounded memory (on Linux) and time. Raises EchecIsole."""
    try:
        fini = subprocess.run(
            # -P: a file of the current folder is no module.
            [sys.executable, "-P", "-c", f"from {__name__} import _servir; _servir()"],
            input=octets,
            capture_output=True,
            timeout=_DELAI_S,
        )
    except subprocess.TimeoutExpired as erreur:
        raise EchecIsole from erreur
    if fini.returncode:
        raise EchecIsole(fini.stderr.decode("utf-8", "replace"))
    feuilles: dict[str, pa.Table] = {}
    lecture = pa.BufferReader(fini.stdout)
    while lecture.tell() < lecture.size():
        table = pa.ipc.open_stream(lecture).read_all()
        feuilles[table.schema.metadata[b"feuille"].decode()] = table
    if not feuilles:
        raise EchecIsole
    return feuilles


def _servir() -> None:
    """The child: a workbook on the standard input, its sheets as Arrow streams on the standard output."""
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(ValueError, OSError):  # a limit that is already lower
            resource.setrlimit(resource.RLIMIT_AS, (_MEMOIRE, _MEMOIRE))
    for nom, table in lire_feuilles(sys.stdin.buffer.read()).items():
        nommee = table.replace_schema_metadata({b"feuille": nom.encode()})
        with pa.ipc.new_stream(sys.stdout.buffer, nommee.schema) as flux:
            flux.write_table(nommee)
