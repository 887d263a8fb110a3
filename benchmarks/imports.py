"""What the benchmarks of an import share: it is whole, and alone in the time that is measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import donnees

if TYPE_CHECKING:
    from cil_analysis.projet import Projet


class Import:
    """The import of a file of so many rows: read, cleaned, pseudonymised, validated, written with its journal."""

    repeat = 5
    fichier: Path
    nombre: int

    def ouvrir(self) -> Projet:
        """The project that receives the file."""
        raise NotImplementedError

    def setup(self) -> None:
        if not hasattr(self, "references"):  # The imports of modules and the reference data are paid once.
            from cil_analysis.extraits import importation
            from cil_analysis.reference.ensemble import References

            self.importation: Any = importation
            self.projet = self.ouvrir()
            self.references = References(self.projet)
        donnees.vider(self.projet.traite)

    def time_import(self) -> None:
        bilan = self.importation.importer(self.projet, self.references, [self.fichier], donnees.ANNEE)
        assert bilan.journal["comptes"]["lues"] == self.nombre + 1, bilan.journal["comptes"]
