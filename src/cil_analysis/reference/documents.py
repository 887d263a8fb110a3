"""The governance documents of the EPCI: CIL, CIA, PPGDLSID… (data/reference/governance/documents.csv)."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.parametres import CONFIANCES
from cil_analysis.reference.personnes import refuser_les_personnes
from cil_analysis.reference.systemes.etats import ABROGE, ECHU

COLONNES = ("document", "intitule", "date_adoption", "debut", "fin", "source", "confiance")
# Added since: a project made before has none of them.
FACULTATIVES = ("court", "type", "statut")


def charger_documents(dossier: Path, nomenclatures: Mapping[str, Nomenclature]) -> pd.DataFrame:
    """One row is one document or decision; its three dates are datetime64 (NaT: none), the rest is text.

    ``type`` is a code of types_document.csv and ``statut`` of etats_document.csv, empty when nobody has filled them in;
    ``court``: a few words for drawings, empty where the title has them between brackets.

    Raises:
        ErreurCIL: naming the line, for a missing title or source, a code that is none, one document twice, an
            unreadable date, an unknown type or state, an end that the state needs, or a person's name.
    """
    chemin = dossier / "documents.csv"
    table = tables.lire_table(chemin, COLONNES)
    for colonne in FACULTATIVES:
        if colonne not in table:
            table[colonne] = pd.Series("", index=table.index, dtype="str")
    tables.exiger_rempli(table, ("document", "intitule", "source"), chemin)
    tables.exiger_codes(table, "document", chemin)
    tables.exiger_unique(table, "document", chemin)
    tables.exiger(table, "confiance", CONFIANCES, chemin)
    tables.convertir_dates(table, ("date_adoption", "debut", "fin"), chemin)
    tables.exiger_periode(table, "debut", "fin", chemin)
    tables.convertir_codes(table, {"type": "types_document", "statut": "etats_document"}, nomenclatures, chemin)
    refuser_les_personnes(table, ("intitule", "court"), chemin)
    for ligne in table.index[table["statut"].isin([ECHU, ABROGE]) & table["fin"].isna()]:
        message = "un document échu ou abrogé a une date de fin. La remplir (colonne fin)."
        raise tables.erreur(chemin, message, int(str(ligne)))
    return table.reset_index(drop=True)
