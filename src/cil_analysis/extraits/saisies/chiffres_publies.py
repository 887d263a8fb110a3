"""Figures that an analyst typed from a published bilan: one row is one figure, in any usual form of table.

``definitions/chiffres_publies.yml`` says under which headings.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.tableau import lire_le_tableau
from cil_analysis.lecture_yaml import lire_du_logiciel

MOTS = lire_du_logiciel("definitions/chiffres_publies.yml")
ENTETES = tuple(MOTS["entetes"])
OBLIGATOIRES = ("indicateur", "annee", "valeur")
_CHAMPS = {forme: nom for nom, formes in MOTS["entetes"].items() for forme in formes}
_CHAMPS |= {forme: forme for forme in MOTS["precises"]}
_CONSEIL = "« cil comparer --modele MODELE.csv » écrit un fichier à remplir, avec les en-têtes attendus."


def lire_chiffres_publies(fichier: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The columns of ``ENTETES`` as text, with ``ligne``, the line number in the file; what is not read of it.

    The latter: the headings that mean nothing here, and the other sheets that are not blank. Blank lines and lines of
    comments are passed over. Raises ErreurCIL for a file that cannot be read, without the necessary headings, or
    without any figure.
    """
    tableau, non_lues = lire_le_tableau(fichier, _CHAMPS, OBLIGATOIRES, _CONSEIL)
    lignes = [{"ligne": numero} | _preciser(champs, numero) for numero, champs in tableau.lignes()]
    if not lignes:
        raise ErreurCIL(f"Le fichier {fichier.name} n’a aucun chiffre sous ses en-têtes : saisissez-en un par ligne.")
    return pd.DataFrame(lignes), non_lues


def _preciser(champs: dict[str, str], numero: int) -> dict[str, str]:
    """A column « Commune » names the perimeter, and says that it is a commune. Raises ErreurCIL for two names."""
    dits = dict.fromkeys(ENTETES, "") | champs
    for titre, (code, genre, nature) in MOTS["precises"].items():
        cellule = dits.pop(titre, "")
        if cellule and dits[code]:
            raise ErreurCIL(
                f"Ligne {numero} : « {cellule} » et l’autre nom de la ligne disent tous deux de qui est le chiffre. "
                "Gardez-en un."
            )
        if cellule:
            dits[code], dits[genre] = cellule, nature
    return dits
