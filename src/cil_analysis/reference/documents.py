"""The governance documents of the EPCI: CIL, CIA, PPGDLSID… (data/reference/governance/documents.csv)."""

from pathlib import Path

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.parameters import CONFIANCES

COLONNES = ("document", "intitule", "date_adoption", "debut", "fin", "source", "confiance")


def charger_documents(dossier: Path) -> pd.DataFrame:
    """One row is one document or decision; its three dates are datetime64 (NaT: none), the rest is text.

    Raises:
        ErreurCIL: naming the line, for a missing title or source, one document twice, or an unreadable date.
    """
    chemin = dossier / "documents.csv"
    table = tables.lire_table(chemin, COLONNES)
    tables.exiger_rempli(table, ("document", "intitule", "source"), chemin)
    tables.exiger_unique(table, "document", chemin)
    tables.exiger(table, "confiance", CONFIANCES, chemin)
    tables.convertir_dates(table, ("date_adoption", "debut", "fin"), chemin)
    tables.exiger_periode(table, "debut", "fin", chemin)
    return table.reset_index(drop=True)
