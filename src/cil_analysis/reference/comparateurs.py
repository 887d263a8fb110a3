"""Figures of other territories, drawn and said beside ours (data/reference/comparateurs.csv): public facts, sourced."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cil_analysis.reference.lecture import Tables, exiger_hors_refus
from cil_analysis.reference.tables import erreur

COMPARATEURS = "comparateurs"
# Of one indicator, as many as dotted lines can be told apart.
TERRITOIRES = 3


def charger_comparateurs(tables: Tables) -> pd.DataFrame:
    """One row is the figure of another territory in a year, comparable with ours: the index is its line in the file.

    ``annee`` is an int, ``valeur`` a float, ``consulte_le`` a datetime64. A project made before this table has none.
    Raises ErreurCIL, naming the line, for a cell that cannot be read, the same territory twice in a year, or more
    territories for an indicator than a drawing tells apart.
    """
    table = tables[COMPARATEURS]
    territoires = table.drop_duplicates(["indicateur", "perimetre"])
    for ligne in territoires.index[territoires.groupby("indicateur").cumcount() >= TERRITOIRES]:
        code, nom = (str(table.at[ligne, colonne]) for colonne in ("indicateur", "perimetre"))
        deja = territoires.loc[territoires["indicateur"] == code, "perimetre"].head(TERRITOIRES)
        message = (
            f"« {nom} » est un territoire de trop pour {code}, qui en a déjà {TERRITOIRES} "
            f"({', '.join(f'« {autre} »' for autre in deja)}) : un dessin n’en distingue pas plus. Retirer les lignes "
            "de l’un d’eux (colonne perimetre)."
        )
        raise erreur(tables.chemin(COMPARATEURS), message, int(ligne))
    return table.assign(annee=table["annee"].astype("int64"))


def exiger_les_indicateurs(table: pd.DataFrame, unites: Mapping[str, str], dossier: Path) -> None:
    """Check that each row is about an indicator of ``unites`` (code → unit), in its unit.

    Raises ErreurCIL, naming the first line at fault.
    """
    dits = table.assign(attendue=table["indicateur"].map(unites).astype("str"), possibles=", ".join(unites))
    exiger_hors_refus(dits, COMPARATEURS, dossier / f"{COMPARATEURS}.csv")
