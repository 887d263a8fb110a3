"""Figures that an analyst typed from a published bilan: one row is one figure, in any usual form of table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.tableau import le_mieux_titre, lire_tableaux

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
_CHAMPS = {forme: nom for nom, formes in ENTETES.items() for forme in formes} | {forme: forme for forme in PRECISES}


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
    tableaux = lire_tableaux(fichier, _CHAMPS)
    lu = le_mieux_titre(tableaux)
    if manquantes := [nom for nom in OBLIGATOIRES if nom not in lu.champs]:
        raise ErreurCIL(
            f"{fichier.name} : en-têtes introuvables : {', '.join(f'« {nom} »' for nom in manquantes)}. « cil comparer "
            "--modele MODELE.csv » écrit un fichier à remplir, avec les en-têtes attendus."
        )
    lignes = []
    for numero, cellules in lu.lignes:
        if cellules[0].startswith(COMMENTAIRE):
            continue
        champs = dict.fromkeys(ENTETES, "") | lu.lire(numero, cellules)
        _preciser(champs, numero)
        if any(champs[nom] for nom in ENTETES):
            lignes.append({"ligne": numero} | {nom: champs[nom] for nom in ENTETES})
    if not lignes:
        raise ErreurCIL(f"Le fichier {fichier.name} n’a aucun chiffre sous ses en-têtes : saisissez-en un par ligne.")
    autres = [titre for rang, titre in enumerate(lu.titres) if titre and rang not in lu.champs.values()]
    autres += [f"feuille {t.feuille}" for t in tableaux if t is not lu and t.lignes]
    return ChiffresLus(pd.DataFrame(lignes), tuple(autres))


def _preciser(champs: dict[str, str], numero: int) -> None:
    """A column « Commune » names the perimeter, and says that it is a commune. Raises ErreurCIL for two names."""
    for titre, (code, genre, nature) in PRECISES.items():
        cellule = champs.get(titre, "")
        if cellule and champs[code]:
            raise ErreurCIL(
                f"Ligne {numero} : « {cellule} » et l’autre nom de la ligne disent tous deux de qui est le chiffre. "
                "Gardez-en un."
            )
        if cellule:
            champs[code], champs[genre] = cellule, nature
