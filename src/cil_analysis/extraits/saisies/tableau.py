"""A table that somebody typed, in a workbook or in text: where its headings are, and its rows by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.lignes import Place, trouver_entete
from cil_analysis.extraits.lecture.sources import ouvrir_un
from cil_analysis.extraits.lecture.tableau import lire_feuilles
from cil_analysis.reference.texte import normaliser

# A line that begins so is for the person who types, not for the reader.
COMMENTAIRE = "#"


@dataclass(frozen=True)
class Tableau:
    """One sheet of a workbook, or a file of text, in which ``feuille`` is empty.

    ``ou``: how a message names it. ``entete``: the number of its line of headings, ``titres``; 0 when it has none.
    ``champs``: field → rank of its column. ``cellules``: those of each line below that is not blank, by its number.
    """

    ou: str
    feuille: str
    est_classeur: bool
    entete: int
    titres: list[str]
    champs: dict[str, int]
    cellules: dict[int, list[str]]

    def lignes(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The number of each line that is neither blank nor a comment, and its cells by field.

        Raises ErreurCIL for a cell of text beyond the headings: a decimal comma that nothing protects is a separator,
        and what follows it would be lost.
        """
        largeur = max((rang for rang, titre in enumerate(self.titres, start=1) if titre), default=0)
        for numero, cellules in self.cellules.items():
            egaree = "" if self.est_classeur else next(filter(None, cellules[largeur:]), "")
            if egaree and not cellules[0].startswith(COMMENTAIRE):
                raise ErreurCIL(
                    f"{self.ou}, ligne {numero} : « {egaree} » est au-delà des en-têtes. Si c’est une décimale, mettez "
                    "le nombre entre guillemets droits, ou séparez les colonnes par des points-virgules."
                )
            lus = {champ: cellules[rang] for champ, rang in self.champs.items()}
            if any(lus.values()) and not cellules[0].startswith(COMMENTAIRE):
                yield numero, lus


def lire_tableaux(fichier: Path, entetes: Mapping[str, str]) -> list[Tableau]:
    """Every sheet of a workbook, or the one table of a text. ``entetes``: heading in comparison form → field."""
    source, connus = ouvrir_un(fichier), [frozenset(entetes)]
    tableaux = []
    for feuille in lire_feuilles(source, connus):
        ou = f"{fichier.name}, feuille « {feuille.nom} »" if feuille.nom else fichier.name
        place = trouver_entete([feuille], connus) or Place(feuille, -1, [], ())
        colonnes, debut = feuille.table.slice(place.rang + 1).to_pydict().values(), place.rang + 2
        lignes = enumerate(map(list, zip(*colonnes, strict=True)), start=debut)
        remplies = {numero: cellules for numero, cellules in lignes if any(cellules)}
        champs = _champs(place.titres, entetes, ou)
        tableaux.append(Tableau(ou, feuille.nom, source.est_classeur, debut - 1, place.titres, champs, remplies))
    return tableaux


def lire_le_tableau(
    fichier: Path, entetes: Mapping[str, str], exiges: Sequence[str], conseil: str
) -> tuple[Tableau, tuple[str, ...]]:
    """The sheet that has the most fields; the headings that mean nothing here, and the other sheets not blank.

    ``conseil``: what to do for a file without the fields ``exiges``, which is refused.
    """
    tableaux = lire_tableaux(fichier, entetes)
    lu = max(tableaux, key=lambda tableau: len(tableau.champs))
    if absents := [nom for nom in exiges if nom not in lu.champs]:
        noms = ", ".join(f"« {nom} »" for nom in absents)
        raise ErreurCIL(f"{fichier.name} : en-têtes introuvables : {noms}. {conseil}")
    non_lues = [titre for rang, titre in enumerate(lu.titres) if titre and rang not in lu.champs.values()]
    return lu, (*non_lues, *(f"feuille {t.feuille}" for t in tableaux if t is not lu and t.cellules))


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
