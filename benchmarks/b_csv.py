"""(b) The import of a large text file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import donnees
from benchmarks.tableau import Ligne

LIGNES = 1_000_000


class ImportDUnCSV:
    """Import d’un CSV d’un million de demandes.

    The import is whole, as in (a). Reference: pandas reads every cell of the file as text, by its pyarrow engine.
    """

    repeat = 2
    lignes = (
        Ligne(
            "b", "Import d’un CSV d’un million de demandes", "time_import", ("time_import", "time_pandas_pyarrow"),
            reference="time_pandas_pyarrow", nom_reference="lecture en texte, pandas et pyarrow", rapport_au_plus=8,
        ),
        Ligne(
            "e", "Mémoire\u202f: import du CSV (b)", "peakmem_import", ("peakmem_import", "peakmem_pandas_pyarrow"),
            unite="o", reference="peakmem_pandas_pyarrow", nom_reference="lecture en texte, pandas et pyarrow",
        ),
    )  # fmt: skip

    def setup_cache(self) -> None:
        donnees.demandes(donnees.un_an(Path("un-an")), LIGNES, Path("demandes.csv"))

    def setup(self) -> None:
        if not hasattr(self, "references"):  # The imports of modules and the reference data are paid once.
            from cil_analysis.extracts import importation
            from cil_analysis.reference.ensemble import References

            self.importation: Any = importation
            self.projet = donnees.un_an(Path("un-an"))
            self.references = References(self.projet)
        donnees.vider(self.projet.traite)

    def time_import(self) -> None:
        bilan = self.importation.importer(self.projet, self.references, [Path("demandes.csv")], donnees.ANNEE)
        assert bilan.journal["comptes"]["lues"] == LIGNES + 1, bilan.journal["comptes"]

    def time_pandas_pyarrow(self) -> None:
        import pandas as pd

        assert len(pd.read_csv("demandes.csv", sep=";", engine="pyarrow", dtype=str)) == LIGNES

    time_pandas_pyarrow.repeat = 5  # type: ignore[attr-defined]
    peakmem_import, peakmem_pandas_pyarrow = time_import, time_pandas_pyarrow
