"""A table that somebody typed, in a workbook or in text: where its headings are, and its rows by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.lignes import Place, trouver_entete
from cil_analysis.extraits.lecture.sources import ouvrir_un
from cil_analysis.extraits.lecture.tableau import lire_feuilles
from cil_analysis.reference.texte import normaliser


@dataclass(frozen=True)
class Tableau:
    """One sheet of a workbook, or a file of text, in which ``feuille`` is empty.

    ``ou``: how a message names it. ``entete``: the number of its line of headings, ``titres``; 0 when it has none.
    ``champs``: field → rank of its column. ``lignes``: the number and the cells of each line below that is not blank.
    """

    ou: str
    feuille: str
    est_classeur: bool
    entete: int
    titres: list[str]
    champs: dict[str, int]
    lignes: list[tuple[int, list[str]]]

    def lire(self, numero: int, cellules: list[str]) -> dict[str, str]:
        """The cells of a line by field.

        Raises ErreurCIL for a cell of text beyond the headings: a decimal comma that nothing protects is a separator,
        and what follows it would be lost.
        """
        largeur = max(rang for rang, titre in enumerate(self.titres, start=1) if titre)
        egarees = [] if self.est_classeur else [cellule for cellule in cellules[largeur:] if cellule]
        if egarees:
            raise ErreurCIL(
                f"{self.ou}, ligne {numero} : « {egarees[0]} » est au-delà des en-têtes. Si c’est une décimale, mettez "
                "le nombre entre guillemets droits, ou séparez les colonnes par des points-virgules."
            )
        return {champ: cellules[rang] for champ, rang in self.champs.items()}


def lire_tableaux(fichier: Path, entetes: Mapping[str, str]) -> list[Tableau]:
    """Every sheet of a workbook, or the one table of a text. ``entetes``: heading in comparison form → field.

    Raises ErreurCIL for a file that cannot be read, an archive of several, and two headings for one field.
    """
    source, connus = ouvrir_un(fichier), [frozenset(entetes)]
    tableaux = []
    for nom, table in lire_feuilles(source, connus).feuilles.items():
        ou = f"{fichier.name}, feuille « {nom} »" if nom else fichier.name
        place = trouver_entete({nom: table}, connus) or Place(nom, -1, [], ())
        colonnes = table.slice(place.rang + 1).to_pydict().values()
        lignes = enumerate(map(list, zip(*colonnes, strict=True)), start=place.rang + 2)
        tableaux.append(
            Tableau(
                ou=ou,
                feuille=nom,
                est_classeur=source.est_classeur,
                entete=place.rang + 1,
                titres=place.titres,
                champs=_champs(place.titres, entetes, ou),
                lignes=[(numero, cellules) for numero, cellules in lignes if any(cellules)],
            )
        )
    return tableaux


def le_mieux_titre(tableaux: list[Tableau]) -> Tableau:
    """The sheet that has the most fields."""
    return max(tableaux, key=lambda tableau: len(tableau.champs))


def _champs(titres: list[str], entetes: Mapping[str, str], ou: str) -> dict[str, int]:
    champs: dict[str, int] = {}
    for rang, titre in enumerate(titres):
        champ = entetes.get(normaliser(titre))
        if champ in champs:
            raise ErreurCIL(
                f"{ou} : les en-têtes « {titres[champs[champ]]} » et « {titre} » désignent la même colonne, "
                f"« {champ} ». N’en gardez qu’un."
            )
        if champ is not None:
            champs[champ] = rang
    return champs
