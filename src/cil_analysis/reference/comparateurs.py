"""Figures of other territories, drawn and said beside ours (data/reference/comparateurs.csv): public facts, sourced."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cil_analysis.reference.lecture import Tables, exiger_hors_refus

COMPARATEURS = "comparateurs"
# Of one indicator, as many as dotted lines can be told apart.
TERRITOIRES = 3


def charger_comparateurs(tables: Tables) -> pd.DataFrame:
    """One row is the figure of another territory in a year, comparable with ours: the index is its line in the file.

    ``annee`` is an int, ``valeur`` a float, ``consulte_le`` a datetime64. Raises ErreurCIL, naming the line, for more
    territories of an indicator than a drawing tells apart.
    """
    table = tables[COMPARATEURS]
    lieux = table.drop_duplicates(["indicateur", "perimetre"])
    noms = lieux.groupby("indicateur")["perimetre"]
    deja = noms.transform(lambda siens: ", ".join(f"« {nom} »" for nom in siens.head(TERRITOIRES)))
    dits = lieux.assign(rang=noms.cumcount(), maximum=TERRITOIRES, deja=deja)
    exiger_hors_refus(dits, "territoires", tables.chemin(COMPARATEURS))
    return table.assign(annee=table["annee"].astype("int64"))


def exiger_les_indicateurs(table: pd.DataFrame, unites: Mapping[str, str], dossier: Path) -> None:
    """Refuse a row that is about no indicator of ``unites`` (code → unit), or not in its unit."""
    dits = table.assign(attendue=table["indicateur"].map(unites).astype("str"), possibles=", ".join(unites))
    exiger_hors_refus(dits, COMPARATEURS, dossier / f"{COMPARATEURS}.csv")
