"""Delimited text as a table of text: any usual encoding, separator and line end; rows of any length.

Python's own reader, made strict, is the rule: what it reads is the table, what it refuses is refused. The fast reader
gives the same table or gives up: it takes only files whose every record is a line and whose quotation marks all open,
close or are doubled. In them, the rows that have not the usual number of cells, few, are read apart and put back.
"""

from __future__ import annotations

import csv
import io
import itertools
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as lecteur

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.codages import en_utf8, fins_de_ligne
from cil_analysis.extraits.lecture.etendues import CELLULES_MAXIMALES, COLONNES_MAXIMALES
from cil_analysis.extraits.lecture.guillemets import guillemets_en_place
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.matching import reconnus

_LIGNES_EXAMINEES = 60
_LIGNES_INEGALES_MAXIMALES = 1_000
_BLOC = 4 << 20  # larger blocks leave the cache of a processor
_PREMIERS_OCTETS = 1 << 16
SEPARATEURS = ";\t,"


def lire_texte(source: Source, entetes_connus: Sequence[frozenset[str]]) -> pa.Table:
    """The records of the file, blank ones included; missing cells are empty.

    Raises ErreurCIL for a file that is not text or is in two encodings, has a quotation mark out of place or never
    closed, a cell beyond the limit of the csv module (131,072 characters), or too many columns.
    """
    if sys.platform == "linux" and "ARROW_DEFAULT_MEMORY_POOL" not in os.environ:
        # The pool of its own gives pages back to take them again: a quarter of the time of an import.
        pa.set_memory_pool(pa.system_memory_pool())
    octets = en_utf8(source)
    debut = _premieres_lignes(octets)
    if max((max(ligne.count(s) for s in SEPARATEURS) for ligne in debut), default=0) >= 2 * COLONNES_MAXIMALES:
        raise _trop_large(source)
    separateur = source.separateur or _separateur(debut, entetes_connus)
    table = _lire_vite(source, octets, separateur) or _lire_strictement(source, octets, separateur)
    if table.num_columns > COLONNES_MAXIMALES:
        raise _trop_large(source)
    return table


def separateur_de(octets: bytes, entetes_connus: Sequence[frozenset[str]]) -> str:
    """The separator of a text in UTF-8, as its first lines show it."""
    return _separateur(_premieres_lignes(octets), entetes_connus)


def _premieres_lignes(octets: bytes) -> list[str]:
    return list(itertools.islice(io.StringIO(_debut(octets), newline=None), _LIGNES_EXAMINEES))


def _debut(octets: bytes) -> str:
    """The text of the lines that are examined, and what follows them; the whole text when there are fewer."""
    taille = _PREMIERS_OCTETS
    while taille < len(octets) and fins_de_ligne(octets[:taille]) <= _LIGNES_EXAMINEES:
        taille *= 4
    return octets[:taille].decode("utf-8", errors="ignore")  # A last character may be cut.


def _trop_large(source: Source, largeur: int = COLONNES_MAXIMALES) -> ErreurCIL:
    return ErreurCIL(
        f"Le fichier {source.nom} a une ligne de plus de {largeur} cellules : ce n’est pas un extrait, ou son "
        "séparateur est mal choisi. Vérifiez l’export."
    )


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


def _lire_vite(source: Source, octets: bytes, separateur: str) -> pa.Table | None:
    """The table that the strict reader gives, by the fast one; None where it could give another, or is of no use.

    That is: when a record is not a line, a quotation mark neither opens, closes nor is doubled, a cell is beyond the
    limit of the strict reader, the table has one column, too many rows are uneven, or the text starts with a byte
    order mark of its own, which pyarrow drops.
    """
    if octets.startswith("\ufeff".encode()):
        return None
    try:
        lignes = csv.reader(io.StringIO(_debut(octets), newline=""), delimiter=separateur, strict=True)
        premieres = list(itertools.islice(lignes, _LIGNES_EXAMINEES))
    except csv.Error:
        return None
    # The usual width, not the widest: one row that is too long must not make uneven ones of all the others.
    largeur, _ = max(Counter(map(len, premieres)).items(), key=lambda c: (c[0] > 1, c[1], c[0]), default=(0, 0))
    if largeur < 2 or lignes.line_num != len(premieres):
        return None
    inegales: dict[int, str] = {}

    def mettre_de_cote(ligne: lecteur.InvalidRow) -> str:
        inegales[ligne.number - 1] = ligne.text
        return "error" if len(inegales) > _LIGNES_INEGALES_MAXIMALES else "skip"

    noms = [str(rang) for rang in range(largeur)]

    def lire(*, seul: bool) -> pa.Table | None:
        """``seul``: by one thread; several read faster, and do not tell which row is uneven."""
        try:
            return lecteur.read_csv(
                pa.BufferReader(octets),
                lecteur.ReadOptions(use_threads=not seul, block_size=_BLOC, column_names=noms),
                lecteur.ParseOptions(
                    delimiter=separateur,
                    ignore_empty_lines=False,
                    invalid_row_handler=mettre_de_cote if seul else None,
                ),
                lecteur.ConvertOptions(
                    column_types=dict.fromkeys(noms, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=False,  # The whole text has been checked, and is cut at signs of ASCII.
                ),
            )
        except pa.ArrowException:
            return None

    with ThreadPoolExecutor(1) as fil:  # These looks at the file are no work of Python: they go on together.
        en_place = fil.submit(guillemets_en_place, octets, separateur, sur_une_ligne=True)
        fins = fil.submit(fins_de_ligne, octets)
        egales = lire(seul=False) if _semblent_egales(premieres, octets, separateur, largeur) else None
        if egales is None:
            egales = lire(seul=True)
    if egales is None or not en_place.result():
        return None
    total = egales.num_rows + len(inegales)
    if total != fins.result() + (not octets.endswith((b"\n", b"\r"))) or _a_une_cellule_demesuree(egales):
        return None
    try:
        autres = {
            rang: next(csv.reader([ligne], delimiter=separateur, strict=True), []) for rang, ligne in inegales.items()
        }
    except csv.Error:
        return None
    _refuser_si_trop_large(source, total, max([largeur, *map(len, autres.values())]), largeur)
    return _remettre_en_ordre(egales, autres, total)


def _semblent_egales(premieres: list[list[str]], octets: bytes, separateur: str, largeur: int) -> bool:
    """Whether the first rows and the last ones are of one width: titles, totals and notes are what is not."""
    fin = octets[-_PREMIERS_OCTETS:].decode("utf-8", errors="ignore").splitlines()[1:]
    dernieres = csv.reader(fin[-_LIGNES_EXAMINEES:], delimiter=separateur)
    return {largeur} == set(map(len, premieres)) and {largeur} >= set(map(len, dernieres))


def _refuser_si_trop_large(source: Source, lignes: int, largeur: int, usuelle: int) -> None:
    """A single row is enough to widen the whole table. ``usuelle``: the width of the others."""
    if largeur > COLONNES_MAXIMALES or (largeur > 2 * usuelle and lignes * largeur > CELLULES_MAXIMALES):
        raise _trop_large(source, min(largeur - 1, COLONNES_MAXIMALES))


def _a_une_cellule_demesuree(table: pa.Table) -> bool:
    """Whether a cell may be beyond the limit of the strict reader: it counts characters, these are bytes."""
    plus_longues = (pc.max(pc.binary_length(colonne)).as_py() or 0 for colonne in table.columns)
    return max(plus_longues, default=0) > csv.field_size_limit()


def _remettre_en_ordre(egales: pa.Table, autres: dict[int, list[str]], total: int) -> pa.Table:
    if not autres:
        return egales
    rangs = sorted(autres)
    complement = en_table([autres[rang] for rang in rangs], egales.num_columns)
    vides = pa.array([""] * egales.num_rows, pa.string())
    while egales.num_columns < complement.num_columns:
        egales = egales.append_column(str(egales.num_columns), vides)
    a_part = np.zeros(total, bool)
    a_part[rangs] = True
    ordre = np.empty(total, np.int64)
    ordre[~a_part] = np.arange(egales.num_rows)
    ordre[a_part] = np.arange(egales.num_rows, total)
    return pa.concat_tables([egales, complement]).take(pa.array(ordre))


def _lire_strictement(source: Source, octets: bytes, separateur: str) -> pa.Table:
    """The file by Python's own reader, strict: an unclosed mark would otherwise swallow all rows up to the next one.

    Each cell is an object of its own: it takes about 17 times the size of the file (measured: 25 MB of text, 410 MB).
    A very large file with one cell on several lines may thus ask for more memory than there is.
    """
    lignes = csv.reader(io.StringIO(octets.decode("utf-8"), newline=""), delimiter=separateur, strict=True)
    try:
        toutes = list(lignes)
    except csv.Error as erreur:
        raise ErreurCIL(
            f"Le fichier {source.nom} n’est pas un tableau délimité lisible : la lecture s’arrête à la ligne "
            f"{lignes.line_num}, sur un guillemet droit mal fermé ou une cellule démesurée. Corrigez l’export, ou "
            "enregistrez l’extrait au format .xlsx."
        ) from erreur
    longueurs = sorted(map(len, toutes)) or [0]
    _refuser_si_trop_large(source, len(toutes), longueurs[-1], longueurs[len(longueurs) // 2])
    return en_table(toutes, 1)


def en_table(lignes: Sequence[Sequence[str]], largeur: int) -> pa.Table:
    """Rows of any length as a table of at least ``largeur`` columns."""
    largeur = max([largeur, *map(len, lignes)])
    carre = [[*ligne, *[""] * (largeur - len(ligne))] for ligne in lignes]
    colonnes = zip(*carre, strict=True) if carre else [()] * largeur
    return pa.table({str(rang): pa.array(colonne, pa.string()) for rang, colonne in enumerate(colonnes)})
