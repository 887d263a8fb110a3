"""From a file to rows of text: which sheet holds the table, where its header is, and what surrounds it.

Everything is read as text. Line numbers count from 1 as a spreadsheet does, so that an anomaly can name the cell.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import sans_titre
from cil_analysis.extraits.cellules.valeurs import jours_inverses, numeros_perdus, serie_1904_vers_1900
from cil_analysis.extraits.lecture.classeurs import COLONNES_MAXIMALES, Feuille, lire_classeur
from cil_analysis.extraits.lecture.lignes import (
    AUTRE_ORDRE,
    PART_REMPLIE,
    Place,
    a_une_donnee,
    est_en_une_colonne,
    ligne_la_plus_remplie,
    motifs_d_ignorance,
    premieres_lignes,
    trouver_entete,
)
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.textes import bien_decode, lire_texte
from cil_analysis.extraits.rapprochement import Appariement
from cil_analysis.reference.texte import normaliser

# Of the table of thresholds that « cil seuils » reads, in comparison form.
_QUARTILES = frozenset({"q1 annuel", "q2 annuel", "q3 annuel"})


@dataclass(frozen=True)
class Brut:
    """The rows of one file below its header.

    ``feuille``: its sheet, of those rows alone, trimmed text. ``entetes``: the headings, from left to
    right. ``lignes``: the line number of each row. ``ignorees`` counts the lines set aside, by reason. ``debordent``:
    the rows with cells beyond the last heading. ``masquees``: how many are hidden.
    ``incalculees``: how many of their cells are formulas without a value.
    ``non_lues``: the other sheets that are not blank, each with its headings, if it has rows below some.
    ``appariement``: what the headings are for an extract, once it is known.
    """

    source: Source = field(repr=False)
    feuille: Feuille
    entetes: list[str]
    lignes: np.ndarray = field(repr=False)
    ligne_d_entete: int
    ignorees: dict[str, int]
    debordent: np.ndarray = field(repr=False)
    masquees: int = 0
    incalculees: int = 0
    non_lues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    appariement: Appariement = field(default_factory=lambda: Appariement({}, [], [], [], []), repr=False)

    @property
    def nom(self) -> str:
        """What the user calls the file."""
        return self.source.nom

    @property
    def lues(self) -> int:
        """Every line of the sheet or file, headers and blank lines included."""
        return len(self.lignes) + sum(self.ignorees.values())

    def en_bref(self) -> dict[str, Any]:
        """What a journal says of the file: no content of it."""
        return {
            "nom": self.nom,
            "sha256": self.source.sha256,
            "octets": self.source.taille,
            "feuille": self.feuille.nom,
            "lignes": self.lues,
            "feuilles_non_lues": [*self.non_lues],
            "masquees": self.masquees,
            "incalculees": self.incalculees,
        }

    def colonne(self, entete: str, genre: str = "") -> pd.Series:
        """The cells under a heading, as text; the first one if it is there twice.

        ``genre``: the type of the column: what the file alone knows of a date or of an identifier is written into it.
        """
        rang = self.entetes.index(entete)
        textes: pd.Series = self.feuille.table.column(rang).to_pandas().astype("str")
        if genre == "date" and self.source.est_classeur and jours_inverses(textes.unique()):
            raise ErreurCIL(
                f"{self.nom} : un tableur réglé en anglais a pris le jour pour le mois dans les dates de « {entete} » "
                f"(colonne {self.lettre(entete)}) ; au-delà du 12, elles sont restées du texte. Rien n’est importé : "
                "repartez du fichier d’origine, ou demandez des dates jj/mm/aaaa."
            )
        if genre == "date" and self.feuille.depuis_1904:
            return serie_1904_vers_1900(textes)
        if genre == "identifiant" and rang not in self.feuille.en_texte:
            # What a spreadsheet kept of a number of 18 digits is no identifier.
            perdus = numeros_perdus(textes, classeur=self.source.est_classeur)
            return textes.where(~perdus, textes + ",0") if perdus.any() else textes
        return textes

    def lettre(self, entete: str) -> str:
        """The letter that a spreadsheet gives to a heading's column."""
        return self.feuille.lettre(self.entetes.index(entete))


def lire(
    source: Source, entetes_connus: Sequence[frozenset[str]], *, entete_inconnu: bool = False, au_moins: int = 2
) -> Brut:
    """Read a file as text and find its header: the line that holds the most known headings.

    ``entetes_connus``: for each possible extract, its normalised headings. ``entete_inconnu``: when no heading is
    known, take the first of the fullest lines rather than refuse. ``au_moins``: how many known headings make a header.
    """
    feuilles = [feuille for feuille in lire_feuilles(source, entetes_connus) if est_remplie(feuille.table)]
    if not feuilles:
        raise ErreurCIL(f"Le fichier {source.nom} ne contient aucune cellule remplie : demandez-en un nouvel envoi.")
    place = trouver_entete(feuilles, entetes_connus, au_moins)
    if place is None and est_en_une_colonne(feuilles, entetes_connus):
        raise ErreurCIL(
            f"{source.nom} n’est pas coupé en colonnes : chaque ligne y tient dans une cellule. Repartez du fichier "
            "d’origine, tel que reçu ; ou coupez-le dans Excel : Données, « Convertir », « Délimité »."
        )
    if place is None and entete_inconnu:
        place = ligne_la_plus_remplie(feuilles)
    if (lue := place or ligne_la_plus_remplie(feuilles)) and {*map(normaliser, lue.titres)} >= _QUARTILES:
        raise ErreurCIL(
            f"{source.nom} est un tableau de quartiles, non un extrait : « cil seuils FICHIER » lit celui de l’État."
        )
    _refuser_mal_decode(source, lue.titres if lue else (), frozenset().union(*entetes_connus))
    if place is None:
        raise ErreurCIL(
            f"Aucune ligne d’en-têtes reconnue dans {source.nom} : ajoutez ses en-têtes au dictionnaire "
            "data/reference/columns (« cil colonnes » les montre et les ajoute)."
        )
    brut = _decouper(source, place)
    autres = [feuille for feuille in feuilles if feuille is not place.feuille]
    return replace(brut, non_lues={f.nom: _entetes_d_une_autre(brut, f, entetes_connus, au_moins) for f in autres})


def _refuser_mal_decode(source: Source, titres: Sequence[str], connus: frozenset[str]) -> None:
    """UTF-8 that was opened as Windows text, then saved: labels would be lost as the headings are."""
    bons = {titre: bon for titre in titres if (bon := bien_decode(titre)) != titre and normaliser(bon) in connus}
    for titre, bon in bons.items():
        raise ErreurCIL(
            f"{source.nom} : l’en-tête « {titre} » est « {bon} », mal lu : un texte en UTF-8 a été ouvert en codage "
            "Windows, puis enregistré. Repartez du fichier d’origine, tel que reçu ; pour le voir dans Excel : "
            "Données, « À partir d’un fichier texte/CSV », origine « 65001 : Unicode (UTF-8) »."
        )


def lire_feuilles(source: Source, entetes_connus: Sequence[frozenset[str]] = ()) -> list[Feuille]:
    """The sheets of a workbook, or the one table of a text under an empty name; no blank around the cells, no null."""
    lues = lire_classeur(source) if source.est_classeur else [Feuille("", lire_texte(source, entetes_connus))]
    for rang, feuille in enumerate(lues):
        if feuille.table.num_columns > COLONNES_MAXIMALES:
            quoi = f"a plus de {COLONNES_MAXIMALES} colonnes (« {feuille.nom} »)"
            raise ErreurCIL(f"Le fichier {source.nom} {quoi} : supprimez les vides.")
        table = pa.table({str(r): _taillee(c) for r, c in enumerate(feuille.table.columns)})
        inegale = not source.est_classeur and any(colonne.null_count for colonne in feuille.table.columns)
        ecrites = derniers([c.is_valid().to_numpy() for c in feuille.table.columns]) if inegale else None
        lues[rang] = replace(feuille, table=table, ecrites=ecrites)
    return lues


def derniers(presentes: Sequence[np.ndarray]) -> np.ndarray:
    """The place of the last cell of each row that is there, 0 for none; ``presentes``: for each column, which are."""
    rangs = np.zeros(len(presentes[0]), "int32")
    for rang, presente in enumerate(presentes, 1):
        rangs[presente] = rang
    return rangs


def _taillee(colonne: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where nothing is to be done, the same cells: a second copy of a national year is a gigabyte."""
    remplie = pc.fill_null(colonne, "")
    sans_blancs = pc.utf8_trim_whitespace(remplie)
    return remplie if sans_blancs.equals(remplie) else sans_blancs


def est_remplie(table: pa.Table) -> bool:
    """Whether a sheet has a cell that is not blank."""
    return any(pc.max(pc.binary_length(colonne)).as_py() for colonne in table.columns)


def _entetes_d_une_autre(
    brut: Brut, feuille: Feuille, entetes_connus: Sequence[frozenset[str]], au_moins: int
) -> Sequence[str]:
    """The headings of a sheet that is not read, if it has rows; those of half of the table's would be lost for it."""
    place = trouver_entete([feuille], entetes_connus, au_moins)
    if place is None:
        _refuser_suite(brut, feuille)
        return ()
    autre = _decouper(brut.source, place)
    connus = frozenset[str]().union(*entetes_connus)
    reconnues = {normaliser(entete) for entete in brut.entetes} & connus
    communes = reconnues & {normaliser(titre) for titre in autre.entetes}
    if len(autre.lignes) and 2 * len(communes) >= len(reconnues):
        raise plusieurs_feuilles(brut, feuille.nom)
    return autre.entetes if len(autre.lignes) else ()


def plusieurs_feuilles(brut: Brut, autre: str) -> ErreurCIL:
    """The refusal of a workbook of which another sheet has rows as well."""
    return ErreurCIL(
        f"Le classeur {brut.nom} a plusieurs feuilles de données (« {brut.feuille.nom} » et « {autre} ») : enregistrez "
        "chacune dans un fichier et importez ces fichiers ensemble, ou ne gardez que la bonne (une feuille masquée "
        "s’affiche par un clic droit sur les onglets)."
    )


def _refuser_suite(brut: Brut, feuille: Feuille) -> None:
    """A sheet without headings, nearly as wide as the table, goes on with it: Excel 97 stopped at 65,536 rows."""
    lignes = premieres_lignes(feuille.table)
    larges = [ligne for ligne in lignes if sum(map(bool, ligne)) >= PART_REMPLIE * len(brut.entetes)]
    if larges and all(map(a_une_donnee, larges)) and 2 * len(larges) > len(lignes):
        raise ErreurCIL(
            f"Le classeur {brut.nom} a une feuille « {feuille.nom} » sans en-têtes, aussi large que le tableau de "
            f"« {brut.feuille.nom} » : si elle en est la suite, copiez ses lignes sous ce tableau ; sinon, retirez-la "
            "du classeur."
        )


def _decouper(source: Source, place: Place) -> Brut:
    """Separate the data rows from titles, blank lines, repeated headers, totals and notes."""
    feuille, corps = place.feuille, place.feuille.table.slice(place.rang + 1)
    pleines = [pc.greater(pc.binary_length(colonne), 0).to_numpy() for colonne in corps.columns]
    # A row longer than the header shifts nothing out of sight: its cells get columns, which the journal names.
    titree = max(rang for rang, t in enumerate(place.titres, 1) if t)
    largeur = max([titree, *(rang for rang, pleine in enumerate(pleines, 1) if pleine.any())])
    donnees = corps.select(range(largeur))
    remplies = np.sum(pleines[:largeur], axis=0, dtype="int32")
    motifs = motifs_d_ignorance(donnees, remplies, place)
    for rang in (rang for rang, motif in motifs.items() if motif == AUTRE_ORDRE):
        raise ErreurCIL(
            f"{source.nom} : la ligne {place.rang + rang + 2} reprend les en-têtes dans un autre ordre, et les lignes "
            "au-dessous ne se lisent pas comme celles du dessus. Enregistrez chaque tableau dans un fichier, et "
            "importez ces fichiers ensemble."
        )
    gardees = np.ones(len(corps), dtype="bool")
    gardees[list(motifs)] = False
    lignes = np.flatnonzero(gardees) + place.rang + 2
    refuser_les_fusions(source.nom, feuille, {*lignes.tolist()})
    ignorees = Counter({"titre": place.rang, "en_tete": 1}) + Counter(motifs.values())
    debordent = np.any(pleines[titree:], axis=0) if titree < largeur else np.zeros(len(corps), dtype="bool")
    titres = [" ".join(titre.splitlines()) for titre in place.titres[:largeur]]  # a heading on two lines is one
    return Brut(
        source=source,
        feuille=replace(
            feuille,
            table=donnees if gardees.all() else donnees.filter(pa.array(gardees)),
            ecrites=None if feuille.ecrites is None else feuille.ecrites[place.rang + 1 :][gardees],
        ),
        entetes=[titre or sans_titre(rang) for rang, titre in enumerate(titres, start=1)],
        lignes=lignes,
        ligne_d_entete=place.rang,
        ignorees=dict(ignorees),
        debordent=debordent[gardees],
        masquees=len(feuille.mise_en_page.masquees.intersection(lignes.tolist())),
        incalculees=int(np.isin(feuille.mise_en_page.incalculees, lignes).sum()),
    )


def refuser_les_fusions(fichier: str, feuille: Feuille, lignes: Set[int]) -> None:
    """Of merged cells the first alone holds the value: the others of these rows would be blank."""
    colonnes = feuille.table.columns
    for ligne, colonne, dite in feuille.mise_en_page.fusions:
        rang = 0 if colonne is None else colonne - feuille.decalage
        remplie = colonne is None or (0 <= rang < len(colonnes) and colonnes[rang][ligne - 1].as_py())
        if ligne in lignes and remplie:
            raise ErreurCIL(
                f"{fichier} : des cellules du tableau sont fusionnées (feuille « {feuille.nom} », {dite}), et la "
                "première seule garde leur valeur. Dans un tableur, choisissez « Annuler la fusion », puis remplissez "
                "chaque cellule."
            )
