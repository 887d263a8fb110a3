"""Which one or two lines of a sheet are its header, which ones below are rows, and why the others are not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cil_analysis.extraits.lecture.classeurs import Feuille
from cil_analysis.extraits.rapprochement import reconnus
from cil_analysis.reference.texte import normaliser

_LIGNES_D_ENTETE = 60
PART_REMPLIE = 0.8  # a header, or a full row, may leave a few columns blank
_TOTAUX = ("total", "sous total", "ensemble")
# The word by itself, or followed by a name: then a row full of figures is a total as well.
_MOT_DE_TOTAL = re.compile(r"(?:(?:sous )?(?:total|totaux)|moyenne|mediane)(?: .*)?|somme|ensemble")
TOTAUX = frozenset({"total", "totaux", "sous total", "total general", "ensemble"})
_TOTAL_POSSIBLE = r"^(?:sous[ -]?)?tota|^ensemble|^moyenne|^m[eé]diane|^somme"
_NUMERO_UNIQUE = re.compile(r"(?=.*[0-9])[0-9A-Za-z]{18}")
_JOUR = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{2,4}(?:[ T].*)?")
_SEPARATEURS = re.compile(r"[;,|\t\"]")
AUTRE_ORDRE = "autre_ordre"  # headings again, each above another column: no row below is as those above
_COLONNES_DE_LIBELLE = 4  # where a total carries its word
_PART_DE_LIBELLES = 6  # a row holds so many times the figures of a line of labels
_CELLULES_D_UNE_NOTE = 2  # a footnote and its sign


@dataclass(frozen=True)
class Place:
    """Where the header is: the rank of its last line, and its headings, merged from the ``lignes`` it stands on."""

    feuille: Feuille
    rang: int
    titres: list[str]
    lignes: tuple[list[str], ...]


def premieres_lignes(table: pa.Table) -> list[list[str]]:
    """The lines among which a header is looked for."""
    return [list(ligne) for ligne in zip(*table.slice(0, _LIGNES_D_ENTETE).to_pydict().values(), strict=True)]


def trouver_entete(
    feuilles: Sequence[Feuille], entetes_connus: Sequence[frozenset[str]], au_moins: int = 2
) -> Place | None:
    """The line, or the two lines merged cell by cell, with the most known headings; so many of them at least."""
    meilleure, place = au_moins - 1, None
    for feuille in feuilles:
        precedente: list[str] = []
        for rang, ligne in enumerate(premieres_lignes(feuille.table)):
            # A heading merged over two lines stands in the upper one, above the parts of another.
            fondue = [bas or haut for bas, haut in zip(ligne, precedente, strict=False)]
            for titres, lignes in ((ligne, (ligne,)), (fondue, (precedente, ligne))):
                score = reconnus(titres, entetes_connus)
                if score > meilleure:
                    meilleure, place = score, Place(feuille, rang, titres, lignes)
            precedente = ligne
    return place


def est_en_une_colonne(feuilles: Sequence[Feuille], entetes_connus: Sequence[frozenset[str]]) -> bool:
    """Whether one cell holds a whole header: delimited text that a spreadsheet did not cut into columns."""
    cellules = (c for feuille in feuilles for ligne in premieres_lignes(feuille.table) for c in ligne)
    return any(reconnus(_SEPARATEURS.split(cellule), entetes_connus) > 1 for cellule in cellules)


def ligne_la_plus_remplie(feuilles: Sequence[Feuille]) -> Place | None:
    """The first line that is nearly as full as any and holds no figure; failing that, the first of the fullest."""
    places = [
        (sum(map(bool, ligne)), Place(feuille, rang, ligne, (ligne,)))
        for feuille in feuilles
        for rang, ligne in enumerate(premieres_lignes(feuille.table))
    ]
    pleine = max((n for n, _ in places), default=0)
    hautes = [place for n, place in places if n and n >= PART_REMPLIE * pleine]
    sans_chiffre = [p for p in hautes if not any(titre and not any(map(str.isalpha, titre)) for titre in p.titres)]
    return next(iter(sans_chiffre or hautes), None)


# --- Below the header -----------------------------------------------------------------------------------------------


def motifs_d_ignorance(donnees: pa.Table, remplies: np.ndarray, place: Place) -> dict[int, str]:
    """By rank below the header, why a line is no row. ``remplies``: how many cells of each line are filled.

    Few lines are looked at one by one: those half empty, and those that repeat a heading or begin as a total does.
    """
    largeur = donnees.num_columns
    douteuses = remplies <= max(1, largeur / 2)
    for ligne in place.lignes:
        repere = next(rang for rang, titre in enumerate(ligne) if titre)
        if repere < largeur:
            douteuses |= pc.equal(pc.utf8_lower(donnees.column(repere)), ligne[repere].lower()).to_numpy()
    titres = [normaliser(titre) for titre in place.titres[:largeur]]
    ecrits = pa.array([titre.lower() for titre in place.titres if titre], pa.string())
    for colonne in donnees.columns[:_COLONNES_DE_LIBELLE]:
        douteuses |= pc.is_in(pc.utf8_lower(colonne), ecrits).to_numpy()
        douteuses |= pc.match_substring_regex(colonne, _TOTAL_POSSIBLE, ignore_case=True).to_numpy()
    derniere = np.flatnonzero(remplies > _CELLULES_D_UNE_NOTE).max(initial=-1)  # below: footnotes, if anything
    normes = [[normaliser(titre) for titre in ligne[:largeur]] for ligne in place.lignes]
    motifs: dict[int, str] = {}
    for rang in np.flatnonzero(douteuses).tolist():
        cellules = _cellules(donnees, rang)
        motif = "vide" if remplies[rang] == 0 else _motif_d_ignorance(cellules, normes, titres)
        if not motif and rang > derniere and largeur > 2 * _CELLULES_D_UNE_NOTE and not a_une_donnee(cellules):
            motif = "note"
        if motif:
            motifs[rang] = motif
    premiere = {*_cellules(donnees, 0)} - {""} if donnees.num_rows > 1 else ()
    # Labels are different; a row that hides its counts has « s » in all of them.
    if 2 * len(premiere) > largeur and not motifs.keys() & {0, 1}:
        chiffrees = [sum(a_une_donnee([cellule]) for cellule in _cellules(donnees, rang)) for rang in (0, 1)]
        # A label may hold a year (« QPV 2024 »), a row of a wide table much more.
        if chiffrees[1] and _PART_DE_LIBELLES * chiffrees[0] <= chiffrees[1]:
            motifs[0] = "en_tete"  # the labels of codes, on a second header row (RPLS)
    return motifs


def _cellules(donnees: pa.Table, rang: int) -> list[str]:
    return [colonne[rang].as_py() for colonne in donnees.columns]


def a_une_donnee(cellules: Sequence[str]) -> bool:
    """Whether a line holds a number, a date or an identifier, as every row of every extract does."""
    return any(2 * sum(map(str.isdigit, cellule)) >= len(cellule) for cellule in cellules if cellule)


def _motif_d_ignorance(cellules: Sequence[str], entetes: Sequence[Sequence[str]], titres: Sequence[str]) -> str:
    """Why a line that is not blank is no row, or empty; ``entetes``: the lines of the header, ``titres``: its headings.

    Both are normalised.
    """
    formes = [normaliser(cellule) for cellule in cellules]
    if any(formes[: len(ligne)] == ligne for ligne in entetes):
        return "en_tete_repete"
    repris = [rang for rang, forme in enumerate(formes) if forme and forme in titres]
    deplaces = any(formes[rang] != titres[rang] for rang in repris if rang < len(titres))
    if deplaces and len(repris) > 2 and 2 * len(repris) >= sum(map(bool, titres)):
        return AUTRE_ORDRE
    if any(_NUMERO_UNIQUE.fullmatch(cellule) or _JOUR.fullmatch(cellule) for cellule in cellules):
        return ""  # somebody's row, whatever else it holds: a total has neither
    # A total carries its word in its first filled cell, or alone in a column of labels.
    remplies = [forme for cellule, forme in zip(cellules, formes, strict=True) if cellule]
    if _MOT_DE_TOTAL.fullmatch(remplies[0]) or not TOTAUX.isdisjoint(formes[:_COLONNES_DE_LIBELLE]):
        return "total"
    if remplies[0].startswith(_TOTAUX) and len(remplies) <= len(cellules) / 2:
        return "total"
    if len(remplies) > 1 or len(cellules) <= 2:
        return ""
    seule = next(filter(None, cellules))
    return "" if _est_une_ligne_collee(seule, len(cellules)) else "note"


def _est_une_ligne_collee(cellule: str, largeur: int) -> bool:
    """Whether a cell holds a whole row: written with another separator, between quotes, or pasted into one column."""
    morceaux = [morceau.strip() for morceau in _SEPARATEURS.split(cellule)]
    mots = cellule.replace('"', " ").split()
    return (
        any(map(_NUMERO_UNIQUE.fullmatch, [*morceaux, *mots]))
        or (len(morceaux) > 1 and any(map(_JOUR.fullmatch, morceaux)))
        or len(morceaux) >= max(largeur - 1, 4)
    )
