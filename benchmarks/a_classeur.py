"""(a) The import of a workbook."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import donnees
from benchmarks.imports import Import
from benchmarks.tableau import Ligne

if TYPE_CHECKING:
    from cil_analysis.extraits.lecture.classeurs import Classeur
    from cil_analysis.extraits.lecture.sources import Source
    from cil_analysis.projet import Projet

LIGNES, COLONNES = 20_000, 50


class ImportDUnClasseur(Import):
    """Import d’un classeur .xlsx de 20 000 lignes × 50 colonnes.

    References: fastexcel reads the sheet with the types that it finds, and nothing else; pandas reads it with
    openpyxl, all as text, in the place of our reader, and the same cleaning follows.
    """

    fichier, nombre = Path("classeur.xlsx"), LIGNES
    lignes = (
        Ligne(
            "a", "Import d’un classeur de 20 000 × 50", "time_import", ("time_import", "time_fastexcel"),
            reference="time_fastexcel", nom_reference="lecture nue par fastexcel", rapport_au_plus=3,
        ),
        Ligne(
            "a", "Import d’un classeur de 20 000 × 50", "time_import", ("time_import", "time_pandas_openpyxl"),
            reference="time_pandas_openpyxl", nom_reference="pandas et openpyxl, même nettoyage", fois_au_moins=6,
        ),
        Ligne(
            "e", "Mémoire\u202f: import du classeur (a)", "peakmem_import", ("peakmem_import", "peakmem_fastexcel"),
            unite="o", reference="peakmem_fastexcel", nom_reference="lecture nue par fastexcel",
        ),
    )  # fmt: skip

    def setup_cache(self) -> None:
        from cil_analysis.projet import ouvrir_projet
        from cil_analysis.reference.ensemble import References

        donnees.classeur(References(ouvrir_projet(donnees.modele())), LIGNES, COLONNES, self.fichier)

    def ouvrir(self) -> Projet:
        from cil_analysis.projet import ouvrir_projet

        return ouvrir_projet(donnees.modele())

    def time_fastexcel(self) -> None:
        import fastexcel

        assert fastexcel.read_excel(self.fichier).load_sheet(0).to_arrow().num_rows == LIGNES

    def time_pandas_openpyxl(self) -> None:
        lecteur: Any = import_module("cil_analysis.extraits.lecture.tableau")
        notre = lecteur.lire_classeur
        lecteur.lire_classeur = _par_openpyxl
        try:
            self.time_import()
        finally:
            lecteur.lire_classeur = notre

    time_pandas_openpyxl.repeat = 2  # type: ignore[attr-defined]
    peakmem_import, peakmem_fastexcel = Import.time_import, time_fastexcel


def _par_openpyxl(source: Source) -> Classeur:
    import pandas as pd
    import pyarrow as pa

    from cil_analysis.extraits.lecture.classeurs import Classeur

    feuilles = pd.read_excel(io.BytesIO(source.octets), sheet_name=None, header=None, dtype=str, engine="openpyxl")
    tables = {nom: table.rename(columns=str) for nom, table in feuilles.items()}
    return Classeur({nom: pa.Table.from_pandas(table, preserve_index=False) for nom, table in tables.items()})
