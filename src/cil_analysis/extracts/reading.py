"""From a file to rows of text: which sheet holds the table, where its header is, and what surrounds it.

Everything is read as text. Line numbers count from 1 as a spreadsheet does, so that an anomaly can name the cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts.delimited import lire_texte
from cil_analysis.extracts.matching import reconnus
from cil_analysis.extracts.sources import Source, ouvrir
from cil_analysis.extracts.workbooks import COLONNES_MAXIMALES, Classeur, est_du_texte, lire_classeur
from cil_analysis.reference.texte import normaliser

_LIGNES_D_ENTETE = 60
_PART_REMPLIE = 0.8  # a header may leave a few columns without a title
_TOTAUX = ("total", "sous total", "ensemble")
# The word by itself, or followed by a name: then a row full of figures is a total as well.
_MOT_DE_TOTAL = re.compile(r"(?:sous )?total(?: .*)?|(?:sous )?totaux(?: .*)?|ensemble")
_TOTAUX_SEULS = frozenset({"total", "totaux", "sous total", "total general", "ensemble"})
_TOTAL_POSSIBLE = r"^(?:sous[ -]?)?tota|^ensemble"
_NUMERO_UNIQUE = re.compile(r"(?=.*[0-9])[0-9A-Za-z]{18}")
_COLONNES_DE_LIBELLE = 4  # where a total carries its word
_CELLULES_D_UNE_NOTE = 2  # a footnote and its sign


@dataclass(frozen=True)
class Brut:
    """The rows of one file below its header.

    ``entetes``: the headings, from left to right. ``table``: their cells, trimmed text, in that order. ``lignes``: the
    line number of each row. ``ignorees`` counts the lines set aside, by reason. ``decalage``: the blank
    columns before the first heading, if known. ``depuis_1904``: the date serials of this workbook count from 1904.
    ``debordent``: the rows with cells beyond the last heading. ``non_lues``: the other sheets that are not blank.
    """

    source: Source = field(repr=False)
    feuille: str
    entetes: list[str]
    table: pa.Table = field(repr=False)
    lignes: np.ndarray = field(repr=False)
    ligne_d_entete: int
    ignorees: dict[str, int]
    decalage: int | None = 0
    depuis_1904: bool = False
    debordent: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype="bool"), repr=False)
    non_lues: tuple[str, ...] = ()

    @property
    def nom(self) -> str:
        """What the user calls the file."""
        return self.source.nom

    @property
    def lues(self) -> int:
        """Every line of the sheet or file, headers and blank lines included."""
        return len(self.lignes) + sum(self.ignorees.values())

    def colonne(self, entete: str) -> pd.Series:
        """The cells under a heading, as text; the first one if it is there twice."""
        colonne: pd.Series = self.table.column(self.entetes.index(entete)).to_pandas().astype("str")
        return colonne

    def lettre(self, entete: str) -> str:
        """The letter that a spreadsheet gives to a heading's column; empty when the file does not tell."""
        if self.decalage is None:
            return ""
        rang, lettres = self.entetes.index(entete) + self.decalage + 1, ""
        while rang:
            rang, reste = divmod(rang - 1, 26)
            lettres = chr(65 + reste) + lettres
        return lettres

    def est_du_texte(self, entete: str) -> bool:
        """Whether no cell of a column was typed as a number, as far as the file can tell."""
        if not self.source.est_classeur:
            return False
        return est_du_texte(self.source, self.feuille, self.entetes.index(entete), self.ligne_d_entete)


def lire(fichier: Path | Source, entetes_connus: Sequence[frozenset[str]], *, entete_inconnu: bool = False) -> Brut:
    """Read a file as text and find its header: the line that holds the most known headings.

    ``entetes_connus``: for each possible extract, its normalised headings. ``entete_inconnu``: when no heading is
    known, take the first of the fullest lines rather than refuse. Raises ErreurCIL for a file that is missing, empty,
    protected, damaged, not a table, or without a recognisable header.
    """
    if isinstance(fichier, Path):
        sources = ouvrir(fichier)
        if len(sources) > 1:
            raise ErreurCIL(f"L’archive {fichier.name} contient plusieurs fichiers : extrayez celui qui convient.")
        return lire(sources[0], entetes_connus, entete_inconnu=entete_inconnu)
    source = fichier
    if source.est_classeur:
        classeur = lire_classeur(source)
    else:
        classeur = Classeur({"": lire_texte(source, entetes_connus)}, {"": 0})
    feuilles = {nom: table for nom, table in classeur.feuilles.items() if not _est_vide(table)}
    if not feuilles:
        raise ErreurCIL(f"Le fichier {source.nom} ne contient aucune cellule remplie : demandez-en un nouvel envoi.")
    for nom, table in feuilles.items():
        if table.num_columns > COLONNES_MAXIMALES:
            raise ErreurCIL(f"Le fichier {source.nom} a plus de {COLONNES_MAXIMALES} colonnes (« {nom} »).")
    place = _trouver_entete(feuilles, entetes_connus)
    if place is None and entete_inconnu:
        place = _ligne_la_plus_remplie(feuilles)
    if place is None:
        raise ErreurCIL(
            f"Aucune ligne d’en-têtes reconnue dans {source.nom} : ajoutez ses en-têtes au dictionnaire "
            "data/reference/columns (« cil colonnes » les montre et les ajoute)."
        )
    brut = _decouper(source, classeur, place)
    _refuser_feuille_jumelle(brut, classeur, feuilles, entetes_connus)
    return replace(brut, non_lues=tuple(nom for nom in feuilles if nom != brut.feuille))


@dataclass(frozen=True)
class _Place:
    """Where the header is: the rank of its last line, and its headings.

    ``lignes``: the one or two lines that it stands on; ``titres`` are then merged, cell by cell.
    """

    feuille: str
    rang: int
    titres: list[str]
    lignes: tuple[list[str], ...]


def _est_vide(table: pa.Table) -> bool:
    return not any(pc.any(_remplies(colonne)).as_py() for colonne in table.columns)


def _taillee(colonne: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_trim_whitespace(pc.fill_null(colonne, ""))


def _remplies(colonne: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.not_equal(_taillee(colonne), "")


def _premieres_lignes(table: pa.Table) -> list[list[str]]:
    colonnes = [_taillee(colonne).to_pylist() for colonne in table.slice(0, _LIGNES_D_ENTETE).columns]
    return [list(ligne) for ligne in zip(*colonnes, strict=True)]


def _trouver_entete(feuilles: Mapping[str, pa.Table], entetes_connus: Sequence[frozenset[str]]) -> _Place | None:
    """The line, or the two lines merged cell by cell, with the most known headings; at least two of them."""
    meilleure, place = 1, None
    for nom, table in feuilles.items():
        precedente: list[str] = []
        for rang, ligne in enumerate(_premieres_lignes(table)):
            # A heading merged over two lines stands in the upper one, above the parts of another.
            fondue = [bas or haut for bas, haut in zip(ligne, precedente, strict=False)]
            for titres, lignes in ((ligne, (ligne,)), (fondue, (precedente, ligne))):
                score = reconnus(titres, entetes_connus)
                if score > meilleure:
                    meilleure, place = score, _Place(nom, rang, titres, lignes)
            precedente = ligne
    return place


def _ligne_la_plus_remplie(feuilles: Mapping[str, pa.Table]) -> _Place | None:
    """The first line that is nearly as full as any and holds no figure; failing that, the first of the fullest."""
    places = [
        (sum(map(bool, ligne)), _Place(nom, rang, ligne, (ligne,)))
        for nom, table in feuilles.items()
        for rang, ligne in enumerate(_premieres_lignes(table))
    ]
    pleine = max((n for n, _ in places), default=0)
    hautes = [place for n, place in places if n and n >= _PART_REMPLIE * pleine]
    sans_chiffre = [p for p in hautes if not any(titre and not any(map(str.isalpha, titre)) for titre in p.titres)]
    return next(iter(sans_chiffre or hautes), None)


def _refuser_feuille_jumelle(
    brut: Brut, classeur: Classeur, feuilles: Mapping[str, pa.Table], entetes_connus: Sequence[frozenset[str]]
) -> None:
    """One sheet is read: another with rows of its own and half of its known headings would be lost without a word."""
    connus = frozenset[str]().union(*entetes_connus)
    reconnues = {normaliser(entete) for entete in brut.entetes} & connus
    for nom, table in feuilles.items():
        if nom == brut.feuille:
            continue
        place = _trouver_entete({nom: table}, entetes_connus)
        if place is None:
            _refuser_suite(brut, nom, table)
            continue
        autre = _decouper(brut.source, classeur, place)
        communes = reconnues & {normaliser(titre) for titre in autre.entetes}
        if len(autre.lignes) and 2 * len(communes) >= len(reconnues):
            raise ErreurCIL(
                f"Le classeur {brut.nom} a plusieurs feuilles de données (« {brut.feuille} » et "
                f"« {nom} ») : enregistrez chacune dans un fichier et importez ces fichiers ensemble, ou ne gardez que "
                "la bonne."
            )


def _refuser_suite(brut: Brut, nom: str, table: pa.Table) -> None:
    """A sheet without headings, nearly as wide as the table, goes on with it: Excel 97 stopped at 65,536 rows."""
    lignes = _premieres_lignes(table)
    larges = [ligne for ligne in lignes if sum(map(bool, ligne)) >= _PART_REMPLIE * len(brut.entetes)]
    if larges and all(map(_a_une_donnee, larges)) and 2 * len(larges) > len(lignes):
        raise ErreurCIL(
            f"Le classeur {brut.nom} a une feuille « {nom} » sans en-têtes, aussi large que le tableau de "
            f"« {brut.feuille} » : si elle en est la suite, copiez ses lignes sous ce tableau ; sinon, retirez-la du "
            "classeur."
        )


def _decouper(source: Source, classeur: Classeur, place: _Place) -> Brut:
    """Separate the data rows from titles, blank lines, repeated headers, totals and notes."""
    corps = classeur.feuilles[place.feuille].slice(place.rang + 1)
    taillees = [_taillee(colonne) for colonne in corps.columns]
    pleines = [pc.not_equal(colonne, "").to_numpy() for colonne in taillees]
    # A row longer than the header shifts nothing out of sight: its cells get columns, which the journal names.
    titree = max(rang for rang, t in enumerate(place.titres, 1) if t)
    largeur = max([titree, *(rang for rang, pleine in enumerate(pleines, 1) if pleine.any())])
    titres = [" ".join(titre.splitlines()) for titre in place.titres[:largeur]]  # a heading on two lines is one
    taillees, pleines = taillees[:largeur], pleines[:largeur]
    remplies = np.sum(pleines, axis=0, dtype="int32") if len(corps) else np.zeros(0, dtype="int32")
    douteuses = remplies <= max(1, largeur / 2)
    for ligne in place.lignes:
        repere = next(rang for rang, titre in enumerate(ligne) if titre)
        if repere < largeur:
            douteuses |= pc.equal(pc.utf8_lower(taillees[repere]), ligne[repere].lower()).to_numpy()
    for colonne in taillees[:_COLONNES_DE_LIBELLE]:
        douteuses |= pc.match_substring_regex(colonne, _TOTAL_POSSIBLE, ignore_case=True).to_numpy()
    derniere = max(np.flatnonzero(remplies > _CELLULES_D_UNE_NOTE), default=-1)  # below: footnotes, if anything

    ignorees = {"titre": place.rang, "en_tete": 1}
    gardees = np.ones(len(corps), dtype="bool")
    normes = [[normaliser(titre) for titre in ligne[:largeur]] for ligne in place.lignes]
    for rang in np.flatnonzero(douteuses):
        cellules = [c[rang].as_py() for c in taillees]
        motif = "vide" if remplies[rang] == 0 else _motif_d_ignorance(cellules, normes)
        if not motif and rang > derniere and largeur > 2 * _CELLULES_D_UNE_NOTE and not _a_une_donnee(cellules):
            motif = "note"
        if motif:
            gardees[rang] = False
            ignorees[motif] = ignorees.get(motif, 0) + 1
    if len(corps) > 1 and gardees[:2].all():
        premieres = [[c[rang].as_py() for c in taillees] for rang in (0, 1)]
        if remplies[0] > largeur / 2 and not _a_une_donnee(premieres[0]) and _a_une_donnee(premieres[1]):
            gardees[0] = False  # the labels of codes, on a second header row (RPLS)
            ignorees["en_tete"] += 1
    debordent = np.any(pleines[titree:], axis=0) if titree < largeur else np.zeros(len(corps), dtype="bool")
    entetes = [titre or f"(sans en-tête {rang})" for rang, titre in enumerate(titres, start=1)]
    donnees = pa.table(taillees, names=[str(rang) for rang in range(largeur)])
    return Brut(
        source=source,
        feuille=place.feuille,
        entetes=entetes,
        table=donnees if gardees.all() else donnees.filter(pa.array(gardees)),
        lignes=np.flatnonzero(gardees) + place.rang + 2,
        ligne_d_entete=place.rang,
        ignorees={motif: n for motif, n in ignorees.items() if n},
        decalage=classeur.decalages.get(place.feuille),
        depuis_1904=classeur.depuis_1904,
        debordent=debordent[gardees],
    )


def _a_une_donnee(cellules: Sequence[str]) -> bool:
    """Whether a line holds a number, a date or an identifier, as every row of every extract does."""
    return any(2 * sum(map(str.isdigit, cellule)) >= len(cellule) for cellule in cellules if cellule)


def _motif_d_ignorance(cellules: Sequence[str], entetes: Sequence[Sequence[str]]) -> str:
    """Why a line that is not blank is no row, or empty; ``entetes``: the normalised lines of the header."""
    formes = [normaliser(cellule) for cellule in cellules]
    if any(formes[: len(ligne)] == ligne for ligne in entetes):
        return "en_tete_repete"
    if any(map(_NUMERO_UNIQUE.fullmatch, cellules)):
        return ""  # somebody's row, whatever else it holds
    # A total carries its word in its first filled cell, or alone in a column of labels.
    remplies = [forme for cellule, forme in zip(cellules, formes, strict=True) if cellule]
    if _MOT_DE_TOTAL.fullmatch(remplies[0]) or not _TOTAUX_SEULS.isdisjoint(formes[:_COLONNES_DE_LIBELLE]):
        return "total"
    if remplies[0].startswith(_TOTAUX) and len(remplies) <= len(cellules) / 2:
        return "total"
    return "note" if len(remplies) == 1 and len(cellules) > 2 else ""
