"""Tables of text, and what the user calls columns and codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cil_analysis.extraits.journal import sans_hors_quartier
from cil_analysis.reference.colonnes import QUARTIER, SITUATION, Dictionnaire, colonnes_absentes
from cil_analysis.reference.texte import enumerer

USAGE_INTERNE = "usage interne : effectifs bruts, ne pas diffuser"


def tableau(entetes: Sequence[str], lignes: Sequence[Sequence[str]], retrait: int = 2) -> list[str]:
    """A table as lines of text: the first column to the left, the others to the right.

    >>> tableau(("Colonne", "2022"), [("Âge", "98,2")], retrait=0)
    ['Colonne  2022', 'Âge      98,2']
    """
    largeurs = [max(len(cellule) for cellule in colonne) for colonne in zip(entetes, *lignes, strict=True)]
    rendues = []
    for ligne in (entetes, *lignes):
        cellules = [ligne[0].ljust(largeurs[0]), *(c.rjust(n) for c, n in zip(ligne[1:], largeurs[1:], strict=True))]
        rendues.append((" " * retrait + "  ".join(cellules)).rstrip())
    return rendues


def dire_les_colonnes_absentes(journal: Mapping[str, Any], dictionnaire: Dictionnaire) -> list[str]:
    """The files of an import that lack what others of it give: whoever is in them would be read as having none.

    And those that leave unknown who is outside the priority districts.
    """
    libelles = libelles_des_colonnes(dictionnaire)
    vides = [
        f"{fichier} donne « {libelles[QUARTIER]} » sans « {libelles[SITUATION]} » : une case vide n’y dit pas hors "
        "quartier, et sa situation est inconnue si la commune a un quartier. Demandez cette colonne (oui ou non), ou "
        "« Hors QPV » dans les cases vides."
        for fichier in sans_hors_quartier(journal)
    ]
    return vides + [
        f"{fichier} n’a pas {enumerer([f'« {libelles.get(nom, nom)} »' for nom in noms])}, que d’autres fichiers de "
        "l’année donnent : ses lignes comptent comme non renseignées. Demandez un fichier complet à qui l’envoie."
        for fichier, noms in colonnes_absentes(journal["fichiers"]).items()
    ]


def libelles_des_colonnes(dictionnaire: Dictionnaire) -> dict[str, str]:
    """Stored column → what the user calls it."""
    libelles = {nom: colonne.libelle for nom, colonne in dictionnaire.colonnes.items()}
    if "numero_unique" in libelles:
        libelles["demande_pseudonyme"] = libelles["numero_unique"]
    return libelles
