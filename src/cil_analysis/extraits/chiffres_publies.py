"""Figures that an analyst typed from a published bilan: one row is one figure, in any usual form of table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.classeurs import lire_classeur
from cil_analysis.extraits.lecture.entetes import Place, taillee, trouver_entete
from cil_analysis.extraits.lecture.sources import Source, ouvrir
from cil_analysis.extraits.lecture.textes import lire_texte
from cil_analysis.reference.texte import normaliser

# Column → the headings that it is known by, in comparison form.
ENTETES: Mapping[str, tuple[str, ...]] = {
    "indicateur": ("indicateur", "indicateurs", "code", "code indicateur", "code de l indicateur"),
    "annee": ("annee", "exercice", "millesime"),
    "perimetre_type": ("perimetre type", "type de perimetre", "type perimetre"),
    "perimetre_code": ("perimetre code", "perimetre", "code perimetre", "nom du perimetre", "territoire"),
    "acteur_type": ("acteur type", "type d acteur", "type acteur"),
    "acteur_code": ("acteur code", "acteur", "code acteur", "nom de l acteur"),
    "modalite": ("modalite", "categorie", "classe"),
    "valeur": ("valeur", "valeur publiee", "chiffre", "chiffre publie"),
    "numerateur": ("numerateur", "menages concernes"),
    "denominateur": ("denominateur", "ensemble"),
    "note": ("note", "notes", "remarque", "commentaire"),
}
# Headings that say what their cells name: the column that takes the cell, the one that takes the type, and the type.
PRECISES: Mapping[str, tuple[str, str, str]] = {
    "commune": ("perimetre_code", "perimetre_type", "commune"),
    "qpv": ("perimetre_code", "perimetre_type", "qpv"),
    "quartier": ("perimetre_code", "perimetre_type", "qpv"),
    "quartier prioritaire": ("perimetre_code", "perimetre_type", "qpv"),
    "bailleur": ("acteur_code", "acteur_type", "bailleur"),
    "reservataire": ("acteur_code", "acteur_type", "reservataire"),
}
OBLIGATOIRES = ("indicateur", "annee", "valeur")
# A line that begins so is for the person who types, not for the reader.
COMMENTAIRE = "#"
_COLONNES = {forme: nom for nom, formes in ENTETES.items() for forme in formes}


@dataclass(frozen=True)
class ChiffresLus:
    """What was typed: ``table`` has the columns of ``ENTETES`` as text, and ``ligne``, the line number in the file.

    ``non_lues``: the headings that mean nothing here, and the other sheets that are not blank.
    """

    table: pd.DataFrame
    non_lues: tuple[str, ...]


def lire_chiffres_publies(fichier: Path) -> ChiffresLus:
    """Read a file of published figures; blank lines and lines of comments are passed over.

    Raises ErreurCIL for a file that cannot be read, without the necessary headings, or without any figure.
    """
    sources = ouvrir(fichier)
    if len(sources) > 1:
        raise ErreurCIL(f"L’archive {fichier.name} contient plusieurs fichiers : extrayez celui qui convient.")
    feuilles = _feuilles(sources[0])
    place = trouver_entete(feuilles, [frozenset(_COLONNES)])
    if place is None:
        raise _sans_entetes(fichier.name, OBLIGATOIRES)
    rangs = _colonnes(place, fichier.name)
    lignes = feuilles[place.feuille].slice(place.rang + 1)
    colonnes = {nom: _textes(lignes.column(rang)) for nom, rang in rangs.items()}
    table = pd.DataFrame({nom: colonnes.get(nom, [""] * len(lignes)) for nom in ENTETES}, dtype="str")
    table.insert(0, "ligne", range(place.rang + 2, place.rang + 2 + len(table)))
    premiere = pd.Series(_textes(lignes.column(0)), index=table.index, dtype="str")
    commentaires = premiere.str.startswith(COMMENTAIRE)
    precis = {rang: PRECISES[forme] for rang, t in enumerate(place.titres) if (forme := normaliser(t)) in PRECISES}
    for rang, (code, genre, nature) in precis.items():
        _preciser(table, _textes(lignes.column(rang)), code, genre, nature)
    remplie = table[list(ENTETES)].apply("".join, axis=1).ne("")
    table = table[remplie & ~commentaires]
    if not sources[0].est_classeur:
        largeur = max(rang for rang, titre in enumerate(place.titres) if titre) + 1
        _refuser_les_cellules_de_trop(lignes.columns[largeur:], table["ligne"], fichier.name)
    if table.empty:
        raise ErreurCIL(f"Le fichier {fichier.name} n’a aucun chiffre sous ses en-têtes : saisissez-en un par ligne.")
    autres = [titre for rang, titre in enumerate(place.titres) if titre and rang not in {*rangs.values(), *precis}]
    autres += [f"feuille {nom}" for nom, t in feuilles.items() if nom != place.feuille and t.num_rows]
    return ChiffresLus(table.reset_index(drop=True), tuple(autres))


def _textes(colonne: pa.ChunkedArray) -> list[str]:
    textes: list[str] = taillee(colonne).to_pylist()
    return textes


def _preciser(table: pd.DataFrame, cellules: list[str], code: str, genre: str, nature: str) -> None:
    """A column « Commune » names the perimeter, and says that it is a commune. Raises ErreurCIL for two names."""
    for rang, cellule in enumerate(cellules):
        if cellule and table.loc[rang, code]:
            raise ErreurCIL(
                f"Ligne {table['ligne'].iloc[rang]} : « {cellule} » et l’autre nom de la ligne disent tous deux de qui "
                "est le chiffre. Gardez-en un."
            )
        if cellule:
            table.loc[rang, [code, genre]] = [cellule, nature]


def _refuser_les_cellules_de_trop(colonnes: Sequence[pa.ChunkedArray], numeros: pd.Series, fichier: str) -> None:
    """A decimal comma that nothing protects is a separator: what follows it would be lost.

    ``colonnes``: those beyond the headings. ``numeros``: by rank, the numbers of the lines that are figures.
    """
    for colonne in colonnes:
        textes = _textes(colonne)
        for rang, numero in numeros.items():
            if cellule := textes[int(str(rang))]:
                raise ErreurCIL(
                    f"{fichier}, ligne {numero} : « {cellule} » est au-delà des en-têtes. Si c’est une décimale, "
                    "mettez le nombre entre guillemets droits, ou séparez les colonnes par des points-virgules."
                )


def _feuilles(source: Source) -> Mapping[str, pa.Table]:
    if source.est_classeur:
        return lire_classeur(source).feuilles
    return {"": lire_texte(source, [frozenset(_COLONNES)])}


def _colonnes(place: Place, fichier: str) -> dict[str, int]:
    """Column → its rank. Raises ErreurCIL when one is missing, or there twice."""
    rangs: dict[str, int] = {}
    for rang, titre in enumerate(place.titres):
        nom = _COLONNES.get(normaliser(titre))
        if nom in rangs:
            raise ErreurCIL(
                f"{fichier} : les en-têtes « {place.titres[rangs[nom]]} » et « {titre} » désignent la même colonne, "
                f"« {nom} ». N’en gardez qu’un."
            )
        if nom is not None:
            rangs[nom] = rang
    manquantes = [nom for nom in OBLIGATOIRES if nom not in rangs]
    if manquantes:
        raise _sans_entetes(fichier, manquantes)
    return rangs


def _sans_entetes(fichier: str, manquantes: tuple[str, ...] | list[str]) -> ErreurCIL:
    return ErreurCIL(
        f"{fichier} : en-têtes introuvables : {', '.join(f'« {nom} »' for nom in manquantes)}. « cil comparer --modele "
        "MODELE.csv » écrit un fichier à remplir, avec les en-têtes attendus."
    )
