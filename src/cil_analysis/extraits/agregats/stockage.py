"""The aggregated tables that are stored, and the years that they give beside those of rows.

One row is a count: an extract, a dimension, a commune (INSEE code), a class, a number of households. Of an extract and
year, a project has rows or aggregated tables, never both: whoever would be counted twice is nobody.
"""

from collections.abc import Iterable

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import AGREGATS

COLONNES = {"extrait": "str", "dimension": "str", "commune": "str", "classe": "str", "effectif": "int64"}


def annees(projet: Projet, extrait: str) -> list[int]:
    """The years that an extract can be counted in, oldest first: those of its rows, those of its aggregated tables."""
    agregees = [a for a in store.annees(projet, AGREGATS) if extrait in extraits_agreges(projet, a)]
    return sorted({*store.annees(projet, extrait), *agregees})


def extraits_agreges(projet: Projet, annee: int) -> list[str]:
    """The extracts of which a year has aggregated tables, and no rows."""
    if annee not in store.annees(projet, AGREGATS):
        return []
    return sorted(store.lire(projet, AGREGATS, annee, ["extrait"])["extrait"].unique())


def lire(projet: Projet, annee: int) -> pd.DataFrame | None:
    """The aggregated tables of a year, or None. Raises ErreurCIL where it has rows too, which no import leaves."""
    if annee not in store.annees(projet, AGREGATS):
        return None
    table = store.lire(projet, AGREGATS, annee)
    refuser_s_il_y_a_des_lignes(projet, table["extrait"].unique(), annee)
    return table


def refuser_s_il_y_a_des_lignes(projet: Projet, extraits: Iterable[str], annee: int) -> None:
    """Raises ErreurCIL for extracts whose rows of the year are imported: the same households would count twice."""
    for extrait in extraits:
        if annee in store.annees(projet, extrait):
            raise ErreurCIL(
                f"L’extrait « {extrait} » de {annee} est déjà importé, ligne par ligne : ses tableaux agrégés le "
                "compteraient une seconde fois. Gardez les lignes, qui permettent tous les indicateurs, et retirez ses "
                f"feuilles du classeur ; ou, pour les remplacer, supprimez data/processed/{extrait}/annee={annee} et "
                f"data/processed/journal/{extrait}-{annee}.json, puis relancez."
            )


def refuser_s_il_est_agrege(projet: Projet, extrait: str, annee: int) -> None:
    """The same, of rows beside aggregated tables."""
    if extrait in extraits_agreges(projet, annee):
        raise ErreurCIL(
            f"L’extrait « {extrait} » de {annee} est déjà donné par des tableaux agrégés : ses lignes le compteraient "
            "une seconde fois. Pour les remplacer par ces lignes, supprimez "
            f"data/processed/{AGREGATS}/annee={annee} et data/processed/journal/{AGREGATS}-{annee}.json, relancez, "
            "puis réimportez s’il y a lieu les tableaux agrégés des autres extraits."
        )
