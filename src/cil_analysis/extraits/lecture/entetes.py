"""Where the header of a table is: below titles, on one line or two, on which sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from cil_analysis.extraits.rapprochement import reconnus

_LIGNES_D_ENTETE = 60
PART_REMPLIE = 0.8  # a header, or a full row, may leave a few columns blank


@dataclass(frozen=True)
class Place:
    """Where the header is: the rank of its last line, and its headings.

    ``lignes``: the one or two lines that it stands on; ``titres`` are then merged, cell by cell.
    """

    feuille: str
    rang: int
    titres: list[str]
    lignes: tuple[list[str], ...]


def taillee(colonne: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells without the blanks around them; blank cells are empty. Where nothing is to be done, the same cells."""
    remplie = pc.fill_null(colonne, "")
    sans_blancs = pc.utf8_trim_whitespace(remplie)
    return remplie if sans_blancs.equals(remplie) else sans_blancs  # A second copy of a national year is a gigabyte.


def premieres_lignes(table: pa.Table) -> list[list[str]]:
    """The lines among which a header is looked for."""
    colonnes = [taillee(colonne).to_pylist() for colonne in table.slice(0, _LIGNES_D_ENTETE).columns]
    return [list(ligne) for ligne in zip(*colonnes, strict=True)]


def trouver_entete(
    feuilles: Mapping[str, pa.Table], entetes_connus: Sequence[frozenset[str]], au_moins: int = 2
) -> Place | None:
    """The line, or the two lines merged cell by cell, with the most known headings; so many of them at least."""
    meilleure, place = au_moins - 1, None
    for nom, table in feuilles.items():
        precedente: list[str] = []
        for rang, ligne in enumerate(premieres_lignes(table)):
            # A heading merged over two lines stands in the upper one, above the parts of another.
            fondue = [bas or haut for bas, haut in zip(ligne, precedente, strict=False)]
            for titres, lignes in ((ligne, (ligne,)), (fondue, (precedente, ligne))):
                score = reconnus(titres, entetes_connus)
                if score > meilleure:
                    meilleure, place = score, Place(nom, rang, titres, lignes)
            precedente = ligne
    return place


def ligne_la_plus_remplie(feuilles: Mapping[str, pa.Table]) -> Place | None:
    """The first line that is nearly as full as any and holds no figure; failing that, the first of the fullest."""
    places = [
        (sum(map(bool, ligne)), Place(nom, rang, ligne, (ligne,)))
        for nom, table in feuilles.items()
        for rang, ligne in enumerate(premieres_lignes(table))
    ]
    pleine = max((n for n, _ in places), default=0)
    hautes = [place for n, place in places if n and n >= PART_REMPLIE * pleine]
    sans_chiffre = [p for p in hautes if not any(titre and not any(map(str.isalpha, titre)) for titre in p.titres)]
    return next(iter(sans_chiffre or hautes), None)
