"""(b) The import of a large text file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import donnees
from benchmarks.imports import Import
from benchmarks.tableau import Ligne

if TYPE_CHECKING:
    from cil_analysis.projet import Projet

LIGNES = 1_000_000


class ImportDUnCSV(Import):
    """Import d’un CSV d’un million de demandes.

    Reference: pandas reads every cell of the file as text, by its pyarrow engine.
    """

    fichier, nombre = Path("demandes.csv"), LIGNES
    lignes = (
        Ligne(
            "b", "Import d’un CSV d’un million de demandes", "time_import", ("time_import", "time_pandas_pyarrow"),
            reference="time_pandas_pyarrow", nom_reference="lecture en texte, pandas et pyarrow", rapport_au_plus=20,
        ),
        Ligne(
            "e", "Mémoire\u202f: import du CSV (b)", "peakmem_import", ("peakmem_import", "peakmem_pandas_pyarrow"),
            unite="o", reference="peakmem_pandas_pyarrow", nom_reference="lecture en texte, pandas et pyarrow",
        ),
    )  # fmt: skip

    def setup_cache(self) -> None:
        donnees.demandes(self.ouvrir(), LIGNES, self.fichier)

    def ouvrir(self) -> Projet:
        return donnees.un_an(Path("un-an"))

    def time_pandas_pyarrow(self) -> None:
        import pandas as pd

        assert len(pd.read_csv(self.fichier, sep=";", engine="pyarrow", dtype=str)) == LIGNES

    peakmem_import, peakmem_pandas_pyarrow = Import.time_import, time_pandas_pyarrow
