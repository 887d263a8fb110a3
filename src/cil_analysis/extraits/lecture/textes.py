"""Delimited text as a table of text: any usual encoding, separator and line end; rows of any length.

A text without a quotation mark is read by pyarrow: each line is a row. Any other is read by Python's csv module, made
strict: an unclosed mark would otherwise swallow all rows up to the next one.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as lecteur

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.classeurs import COLONNES_MAXIMALES
from cil_analysis.extraits.lecture.codages import en_utf8
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.rapprochement import reconnus

SEPARATEURS = ";\t,"
_LIGNES_EXAMINEES = 60
_PREMIERS_OCTETS = 1 << 20
_BLOC = 4 << 20  # larger blocks leave the cache of a processor
_LIGNES_INEGALES_MAXIMALES = 1_000
_LIGNES_D_UN_LOT = 10_000
# A row that is much wider than the others widens all of them: not beyond so many cells.
_CELLULES_MAXIMALES = 64_000_000


def lire_texte(source: Source, entetes_connus: Sequence[frozenset[str]]) -> pa.Table:
    """The records of the file, blank ones included; missing cells are empty.

    Raises ErreurCIL for a file that is not text or is in two encodings, has a quotation mark out of place or never
    closed, a cell beyond the limit of the csv module (131,072 characters), or too many columns.
    """
    octets = en_utf8(source)
    debut = _premieres_lignes(octets)
    if max((max(ligne.count(s) for s in SEPARATEURS) for ligne in debut), default=0) >= 2 * COLONNES_MAXIMALES:
        raise _trop_large(source, COLONNES_MAXIMALES)
    separateur = _separateur(debut, entetes_connus)
    table = None
    if b'"' not in octets and octets.count(b"\r") == octets.count(b"\r\n"):
        table = _lire_des_lignes(source, octets, separateur)
    return _lire_des_enregistrements(source, octets, separateur) if table is None else table


def _premieres_lignes(octets: bytes) -> list[str]:
    """The lines by which a separator is chosen; the last may be cut, as may its last character."""
    debut = octets[:_PREMIERS_OCTETS].decode("utf-8", errors="ignore")
    return list(itertools.islice(io.StringIO(debut, newline=None), _LIGNES_EXAMINEES))


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


def _trop_large(source: Source, largeur: int) -> ErreurCIL:
    return ErreurCIL(
        f"Le fichier {source.nom} a une ligne de plus de {largeur} cellules : ce n’est pas un extrait, ou son "
        "séparateur est mal choisi. Vérifiez l’export."
    )


def _refuser_si_trop_large(source: Source, largeurs: Counter[int]) -> None:
    """``largeurs``: how many rows have so many cells. A single row is enough to widen the whole table."""
    plus_large, usuelle = max(largeurs, default=0), max(largeurs, key=lambda n: (n > 1, largeurs[n]), default=0)
    demesuree = plus_large > 2 * usuelle and largeurs.total() * plus_large > _CELLULES_MAXIMALES
    if plus_large > COLONNES_MAXIMALES or demesuree:
        raise _trop_large(source, min(plus_large - 1, COLONNES_MAXIMALES))


def _lire_des_lignes(source: Source, octets: bytes, separateur: str) -> pa.Table | None:
    """A text in which every line is a record. Rows that have not the usual number of cells, few, are put back apart.

    None where the csv module has to tell: a cell beyond its limit, a single column, too many uneven rows, or a text
    that starts with a byte order mark of its own, which pyarrow drops.
    """
    largeurs = Counter(ligne.count(separateur) + 1 for ligne in _premieres_lignes(octets))
    largeur = max(largeurs, key=lambda n: (n > 1, largeurs[n], n), default=0)
    if largeur < 2 or octets.startswith("\ufeff".encode()):
        return None
    inegales: dict[int, list[str]] = {}

    def mettre_de_cote(ligne: lecteur.InvalidRow) -> str:
        inegales[ligne.number - 1] = ligne.text.split(separateur) if ligne.text else []
        return "error" if len(inegales) > _LIGNES_INEGALES_MAXIMALES else "skip"

    noms = [str(rang) for rang in range(largeur)]
    try:
        egales = lecteur.read_csv(
            pa.BufferReader(octets),
            lecteur.ReadOptions(use_threads=False, block_size=_BLOC, column_names=noms),  # Threads do not number rows.
            lecteur.ParseOptions(
                delimiter=separateur, quote_char=False, ignore_empty_lines=False, invalid_row_handler=mettre_de_cote
            ),
            lecteur.ConvertOptions(column_types=dict.fromkeys(noms, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    plus_longues = (pc.max(pc.binary_length(colonne)).as_py() or 0 for colonne in egales.columns)
    # The limit is in characters, and these are bytes: the csv module then tells.
    if max(plus_longues, default=0) > csv.field_size_limit():
        return None
    _refuser_si_trop_large(source, Counter({largeur: egales.num_rows}) + Counter(map(len, inegales.values())))
    return _remettre_en_ordre(egales, inegales)


def _remettre_en_ordre(egales: pa.Table, inegales: dict[int, list[str]]) -> pa.Table:
    """``inegales``: the cells of each row that was set aside, by its rank in the file."""
    if not inegales:
        return egales
    rangs = sorted(inegales)
    total = egales.num_rows + len(rangs)
    a_part = np.zeros(total, bool)
    a_part[rangs] = True
    ordre = np.empty(total, np.int64)
    ordre[~a_part] = np.arange(egales.num_rows)
    ordre[a_part] = np.arange(egales.num_rows, total)
    return _mettre_bout_a_bout([egales, en_table([inegales[rang] for rang in rangs], 1)]).take(pa.array(ordre))


def _lire_des_enregistrements(source: Source, octets: bytes, separateur: str) -> pa.Table:
    """A text in which a record may stand on several lines, between quotation marks."""
    flux = io.TextIOWrapper(io.BytesIO(octets), encoding="utf-8", newline="")
    lignes = csv.reader(flux, delimiter=separateur, strict=True)
    largeurs: Counter[int] = Counter()
    tables = [en_table([], 1)]
    try:
        while lot := list(itertools.islice(lignes, _LIGNES_D_UN_LOT)):
            largeurs.update(map(len, lot))
            _refuser_si_trop_large(source, largeurs)
            tables.append(en_table(lot, 1))
    except csv.Error as erreur:
        raise ErreurCIL(
            f"Le fichier {source.nom} n’est pas un tableau délimité lisible : la lecture s’arrête à la ligne "
            f"{lignes.line_num}, sur un guillemet droit mal fermé ou une cellule démesurée. Corrigez l’export, ou "
            "enregistrez l’extrait au format .xlsx."
        ) from erreur
    return _mettre_bout_a_bout(tables)


def _mettre_bout_a_bout(tables: Iterable[pa.Table]) -> pa.Table:
    """Tables of any width: the cells that one lacks are empty."""
    tables = list(tables)
    largeur = max(table.num_columns for table in tables)
    completes = []
    for table in tables:
        vide = pa.array([""] * table.num_rows, pa.string())
        while table.num_columns < largeur:
            table = table.append_column(str(table.num_columns), vide)
        completes.append(table)
    return pa.concat_tables(completes)


def en_table(lignes: Sequence[Sequence[str]], largeur: int) -> pa.Table:
    """Rows of any length as a table of at least ``largeur`` columns."""
    largeur = max([largeur, *map(len, lignes)])
    carre = [[*ligne, *[""] * (largeur - len(ligne))] for ligne in lignes]
    colonnes = zip(*carre, strict=True) if carre else [()] * largeur
    return pa.table({str(rang): pa.array(colonne, pa.string()) for rang, colonne in enumerate(colonnes)})
