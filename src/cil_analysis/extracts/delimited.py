"""Delimited text as a table of text: any usual encoding, separator and line end; rows of any length.

The fast reader takes the rows that have the usual number of cells; the others, few, are read apart and put back in
their place. Where it could mistake the limits of a row, Python's own reader, which is strict, reads the whole file.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.csv as lecteur

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts.matching import reconnus
from cil_analysis.extracts.sources import Source
from cil_analysis.extracts.workbooks import COLONNES_MAXIMALES

_LIGNES_EXAMINEES = 60
_LIGNES_INEGALES_MAXIMALES = 1_000
_BLOC = 16 << 20
SEPARATEURS = ";\t,"


def lire_texte(source: Source, entetes_connus: Sequence[frozenset[str]]) -> pa.Table:
    """The records of the file, blank ones included; missing cells are empty.

    Raises ErreurCIL for a file that is not text, has a quotation mark out of place, or too many columns.
    """
    texte = _decoder(source.octets)
    if texte is None:
        raise ErreurCIL(
            f"Le fichier {source.nom} n’est pas un fichier de texte : vérifiez son extension, ou demandez-en un "
            "nouvel envoi."
        )
    debut = list(itertools.islice(io.StringIO(texte, newline=None), _LIGNES_EXAMINEES))
    if max((max(ligne.count(s) for s in SEPARATEURS) for ligne in debut), default=0) >= 2 * COLONNES_MAXIMALES:
        raise _trop_large(source)
    separateur = _separateur(debut, entetes_connus)
    table = _lire_vite(texte, separateur) or _lire_strictement(source, texte, separateur)
    if table.num_columns > COLONNES_MAXIMALES:
        raise _trop_large(source)
    return table


def _trop_large(source: Source) -> ErreurCIL:
    return ErreurCIL(
        f"Le fichier {source.nom} a plus de {COLONNES_MAXIMALES} colonnes : ce n’est pas un extrait, ou son séparateur "
        "est mal choisi. Vérifiez l’export."
    )


def _decoder(octets: bytes) -> str | None:
    """The text of a file in UTF-8 or UTF-16 with a mark, UTF-8, or else cp1252; None for binary content."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", errors="replace")
    if b"\0" in octets[:4096]:
        return None
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five bytes have no character in cp1252; latin-1 gives one to each, so that no file is lost for them.
        try:
            return octets.decode("cp1252")
        except UnicodeDecodeError:
            return octets.decode("latin-1")


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


def _lire_vite(texte: str, separateur: str) -> pa.Table | None:
    """The file by the fast reader, or None when a record is not a line, or too many rows are uneven."""
    try:
        lignes = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
        entete = list(itertools.islice(lignes, _LIGNES_EXAMINEES))
    except csv.Error:
        return None
    largeur = max(map(len, entete), default=0)
    if largeur < 2:
        return None
    avant = next(rang for rang, ligne in enumerate(entete) if len(ligne) == largeur)
    inegales: dict[int, str] = {}

    def mettre_de_cote(ligne: lecteur.InvalidRow) -> str:
        inegales[ligne.number - 1] = ligne.text
        return "error" if len(inegales) > _LIGNES_INEGALES_MAXIMALES else "skip"

    octets = texte.encode("utf-8", errors="replace")
    noms = [str(rang) for rang in range(largeur)]
    try:
        egales = lecteur.read_csv(
            pa.BufferReader(octets),
            lecteur.ReadOptions(use_threads=False, block_size=_BLOC, skip_rows=avant, column_names=noms),
            lecteur.ParseOptions(
                delimiter=separateur,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=mettre_de_cote,
            ),
            lecteur.ConvertOptions(column_types=dict.fromkeys(noms, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowException:
        return None
    total = avant + egales.num_rows + len(inegales)
    if total != _nombre_de_lignes(octets):
        return None
    try:
        autres = {rang: entete[rang] for rang in range(avant)} | {
            rang: next(csv.reader([ligne], delimiter=separateur, strict=True), []) for rang, ligne in inegales.items()
        }
    except csv.Error:
        return None
    return _remettre_en_ordre(egales, autres, total)


def _nombre_de_lignes(octets: bytes) -> int:
    fins = octets.count(b"\n") or octets.count(b"\r")
    return fins + (not octets.endswith((b"\n", b"\r")))


def _remettre_en_ordre(egales: pa.Table, autres: dict[int, list[str]], total: int) -> pa.Table:
    if not autres:
        return egales
    rangs = sorted(autres)
    complement = en_table([autres[rang] for rang in rangs], egales.num_columns)
    vides = pa.array([""] * egales.num_rows, pa.string())
    while egales.num_columns < complement.num_columns:
        egales = egales.append_column(str(egales.num_columns), vides)
    ordre = []
    suivante = iter(range(egales.num_rows))
    place = {rang: egales.num_rows + i for i, rang in enumerate(rangs)}
    for rang in range(total):
        ordre.append(place[rang] if rang in place else next(suivante))
    return pa.concat_tables([egales, complement]).take(pa.array(ordre, pa.int64()))


def _lire_strictement(source: Source, texte: str, separateur: str) -> pa.Table:
    # Strict: an unclosed quotation mark would otherwise swallow every row up to the next one.
    lignes = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    try:
        return en_table(list(lignes), 1)
    except csv.Error as erreur:
        raise ErreurCIL(
            f"Le fichier {source.nom} n’est pas un tableau délimité lisible : la lecture s’arrête à la ligne "
            f"{lignes.line_num}, sur un guillemet droit mal fermé ou une cellule démesurée. Corrigez l’export, ou "
            "enregistrez l’extrait au format .xlsx."
        ) from erreur


def en_table(lignes: Sequence[Sequence[str]], largeur: int) -> pa.Table:
    """Rows of any length as a table of at least ``largeur`` columns."""
    largeur = max([largeur, *map(len, lignes)])
    carre = [[*ligne, *[""] * (largeur - len(ligne))] for ligne in lignes]
    colonnes = zip(*carre, strict=True) if carre else [()] * largeur
    return pa.table({str(rang): pa.array(colonne, pa.string()) for rang, colonne in enumerate(colonnes)})
