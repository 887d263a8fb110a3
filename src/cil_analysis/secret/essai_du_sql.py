"""The SQL of dimensions, tried on no row: what DuckDB does not understand is refused before anything is counted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NoReturn

import duckdb
import pandas as pd

from cil_analysis.comptage.base import Base
from cil_analysis.grammaire.bloc import refuser
from cil_analysis.grammaire.dimensions import Dimension
from cil_analysis.grammaire.verification import exiger_une_colonne, types_des_colonnes
from cil_analysis.reference.ensemble import References

# The population without a row that the SQL is tried on.
_ESSAI = "essai"
_INCONNUE = re.compile(r'Referenced column "(\w+)" not found')


def essayer_le_sql(dimensions: Collection[Dimension], connues: Mapping[str, Dimension], references: References) -> None:
    """Refuse what the base does not understand, and what gives something else than a class. Raises ErreurCIL."""
    colonnes = types_des_colonnes(references)
    vide = pd.DataFrame({"commune_insee": pd.Series(dtype="str")})
    base = Base([{"exercice": 0}], [{_ESSAI: vide}], references.nomenclatures, colonnes, connues)
    for une in dimensions:
        cle = une.forme
        try:
            if base.type(_ESSAI, une.nom) not in ("VARCHAR", '"NULL"'):
                refuser(une, f"clé « {cle} » : ce n’est pas un texte", "Écrire les classes entre apostrophes")
            cle = "muette"
            if une.muettes:
                base.muettes(_ESSAI, une)
        except duckdb.Error as erreur:
            _refuser(une, cle, erreur, colonnes)


def _refuser(une: Dimension, cle: str, erreur: duckdb.Error, colonnes: Collection[str]) -> NoReturn:
    if trouvee := _INCONNUE.search(str(erreur)):
        exiger_une_colonne(une, cle, trouvee[1], colonnes)
    refuser_l_incompris(une, cle)


def refuser_l_incompris(une: Dimension, cle: str) -> NoReturn:
    """Say that the expression of a key is no SQL that DuckDB takes. Raises ErreurCIL."""
    quoi = f"clé « {cle} » : DuckDB ne comprend pas cette expression"
    refuser(une, quoi, "La corriger, ou l’essayer dans DuckDB")
