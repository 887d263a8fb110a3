"""No person is named in the governance tables: organisations and roles are (docs/guide.md, « Gouvernance »)."""

import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from cil_analysis.reference import tables

# « M. » before a name, not the initial of « S.E.M. » nor the end of « Habitat M. ».
_CIVILITE = re.compile(
    r"(?<![\w.])(?:M\.(?=\s*\w)|MM\.|(?:Mme|Mmes|Mlle|Mlles|Mr|Mrs|Monsieur|Messieurs|Madame|Mesdames|Mademoiselle)\b)",
    re.IGNORECASE,
)
_COURRIEL = re.compile(r"\S@\S")


def refuser_les_personnes(table: pd.DataFrame, colonnes: Collection[str], chemin: Path) -> None:
    """Check that no cell names a person, by the civility before a name or an e-mail address.

    Raises:
        ErreurCIL: naming the first line at fault, and never what it says.
    """
    for colonne in colonnes:
        for ligne, texte in table[colonne].items():
            if _CIVILITE.search(texte) or _COURRIEL.search(texte):
                message = (
                    f"la colonne {colonne} semble nommer une personne. Écrire l’organisation ou la fonction : "
                    "aucun nom de personne n’est conservé ni publié."
                )
                raise tables.erreur(chemin, message, int(str(ligne)))
