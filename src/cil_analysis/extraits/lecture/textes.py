"""Delimited text as a table of text: any usual encoding, separator and line end; rows of any length.

pyarrow makes the table of a text in which each line is a row. A text with quotation marks is first written again
without them, by Python's csv module made strict: an unclosed mark would otherwise swallow all rows up to the next one.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Sequence

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
_BLOC_MAXIMAL = 2**31 - 1  # pyarrow counts the bytes of a block in 32 bits
_LIGNES_D_UN_LOT = 500  # more leave the cache of a processor
# What parts the cells of a text that is written again; a cell that holds it is put back apart.
_SEPARATEUR_INTERNE = "\x1f"
# A row that is much wider than the others widens all of them: not beyond so many cells.
_CELLULES_MAXIMALES = 64_000_000

Rangees = dict[int, list[str]]
"""The cells of a few rows, by their rank in the file."""


def lire_texte(source: Source, entetes_connus: Sequence[frozenset[str]]) -> pa.Table:
    """The records of the file, blank ones included; missing cells are empty.

    Raises ErreurCIL for a file that is not text or is in two encodings, has a quotation mark out of place or never
    closed, a cell beyond the limit of the csv module (131,072 characters), or too many columns.
    """
    octets = en_utf8(source)
    separateur = _separateur(_premieres_lignes(octets), entetes_connus)
    if b'"' in octets or octets.count(b"\r") != octets.count(b"\r\n"):
        octets, a_part = _sans_guillemets(source, octets, separateur)
        return _lire_des_lignes(source, octets, _SEPARATEUR_INTERNE, a_part)
    table = _lire_des_lignes(source, octets, separateur, {})
    longueurs = (pc.max(pc.utf8_length(colonne)).as_py() or 0 for colonne in table.columns)
    if max(longueurs, default=0) > csv.field_size_limit():
        _sans_guillemets(source, octets, separateur)  # refuses the cell, and says where
    return table


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


def _sans_guillemets(source: Source, octets: bytes, separateur: str) -> tuple[bytes, Rangees]:
    """The text with one record a line and no quotation mark; and the rows that cannot be so written, left blank."""
    flux = io.TextIOWrapper(io.BytesIO(octets), encoding="utf-8", newline="")
    lignes = csv.reader(flux, delimiter=separateur, strict=True)
    ecrit, a_part, rang = io.BytesIO(), Rangees(), 0
    try:
        while lot := list(itertools.islice(lignes, _LIGNES_D_UN_LOT)):
            textes = list(map(_SEPARATEUR_INTERNE.join, lot))
            if not _est_fidele("\n".join(textes), lot):
                for place, ligne in enumerate(lot):
                    if not _est_fidele(textes[place], [ligne]):
                        a_part[rang + place], textes[place] = ligne, ""
            ecrit.write(("\n".join(textes) + "\n").encode("utf-8"))
            rang += len(lot)
    except csv.Error as erreur:
        raise ErreurCIL(
            f"Le fichier {source.nom} n’est pas un tableau délimité lisible : la lecture s’arrête à la ligne "
            f"{lignes.line_num}, sur un guillemet droit mal fermé ou une cellule démesurée. Corrigez l’export, ou "
            "enregistrez l’extrait au format .xlsx."
        ) from erreur
    return ecrit.getvalue(), a_part


def _est_fidele(texte: str, lignes: Sequence[Sequence[str]]) -> bool:
    """Whether rows can be read again from the text that they were joined in: none of their cells parts it."""
    separateurs = sum(max(len(ligne) - 1, 0) for ligne in lignes)
    fins = len(lignes) - 1
    return texte.count(_SEPARATEUR_INTERNE) == separateurs and texte.count("\n") == fins and "\r" not in texte


def _lire_des_lignes(source: Source, octets: bytes, separateur: str, a_part: Rangees) -> pa.Table:
    """A text in which every line is a record; ``a_part``: the cells of rows whose line is blank."""
    if not octets:
        return en_table([], 1)
    largeurs = Counter(ligne.count(separateur) + 1 for ligne in _premieres_lignes(octets))
    # The usual width, not the widest: one row that is too long must not make uneven ones of all the others.
    largeur = max(largeurs, key=lambda n: (n > 1, largeurs[n], n), default=1)
    if largeur > COLONNES_MAXIMALES:
        raise _trop_large(source, COLONNES_MAXIMALES)
    try:
        egales, inegales = _par_pyarrow(octets, separateur, largeur, _BLOC)
    except pa.ArrowInvalid:  # a line longer than a block
        try:
            egales, inegales = _par_pyarrow(octets, separateur, largeur, min(len(octets), _BLOC_MAXIMAL))
        except pa.ArrowInvalid as erreur:
            raise ErreurCIL(
                f"Le fichier {source.nom} a une ligne démesurée : ce n’est pas un extrait, ou ses fins de ligne "
                "manquent. Vérifiez l’export."
            ) from erreur
    return _remettre_en_ordre(source, egales, inegales, a_part)


def _par_pyarrow(octets: bytes, separateur: str, largeur: int, bloc: int) -> tuple[pa.Table, Rangees]:
    """The rows of so many cells, the blank ones included, and the others."""
    inegales: Rangees = {}

    def mettre_de_cote(ligne: lecteur.InvalidRow) -> str:
        inegales[ligne.number - 1] = ligne.text.split(separateur)
        return "skip"

    noms = [str(rang) for rang in range(largeur)]
    egales = lecteur.read_csv(
        pa.BufferReader(octets),
        lecteur.ReadOptions(use_threads=False, block_size=bloc, column_names=noms),  # Threads do not number rows.
        lecteur.ParseOptions(
            delimiter=separateur, quote_char=False, ignore_empty_lines=False, invalid_row_handler=mettre_de_cote
        ),
        lecteur.ConvertOptions(column_types=dict.fromkeys(noms, pa.string()), strings_can_be_null=False),
    )
    return egales, inegales


def _remettre_en_ordre(source: Source, egales: pa.Table, inegales: Rangees, a_part: Rangees) -> pa.Table:
    """Every row at its place: ``inegales`` are not among ``egales``, ``a_part`` are blank there."""
    autres = inegales | a_part
    if not autres:
        return egales
    total = egales.num_rows + len(inegales)
    largeur = max(map(len, autres.values()))
    if largeur > COLONNES_MAXIMALES or (largeur > 2 * egales.num_columns and total * largeur > _CELLULES_MAXIMALES):
        raise _trop_large(source, min(largeur - 1, COLONNES_MAXIMALES))
    rangs = sorted(autres)
    complement = en_table([autres[rang] for rang in rangs], egales.num_columns)
    vides = pa.array([""] * egales.num_rows, pa.string())
    while egales.num_columns < complement.num_columns:
        egales = egales.append_column(str(egales.num_columns), vides)
    a_sa_place = np.ones(total, bool)
    a_sa_place[list(inegales)] = False
    ordre = np.empty(total, np.int64)
    ordre[a_sa_place] = np.arange(egales.num_rows)
    ordre[rangs] = np.arange(egales.num_rows, egales.num_rows + len(rangs))
    return pa.concat_tables([egales, complement]).take(pa.array(ordre))


def en_table(lignes: Sequence[Sequence[str]], largeur: int) -> pa.Table:
    """Rows of any length as a table of at least ``largeur`` columns."""
    largeur = max([largeur, *map(len, lignes)])
    carre = [[*ligne, *[""] * (largeur - len(ligne))] for ligne in lignes]
    colonnes = zip(*carre, strict=True) if carre else [()] * largeur
    return pa.table({str(rang): pa.array(colonne, pa.string()) for rang, colonne in enumerate(colonnes)})
