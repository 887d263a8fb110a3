"""What the cleaning of one import shares: the cells, the reference data, and where anomalies are noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from cil_analysis.extraits.anomalies import Registre
from cil_analysis.reference.columns import Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References


@dataclass(frozen=True)
class Atelier:
    """One import under way.

    ``texte``: one row is one line of the files, canonical columns, all text. ``annee``: the year that is imported.
    ``aujourd_hui``: what is later is in the future. ``dites``: by column, the rows whose cell says something, read or
    not.
    """

    texte: pd.DataFrame
    dictionnaire: Dictionnaire
    references: References
    registre: Registre
    annee: int
    aujourd_hui: date
    dites: dict[str, pd.Series] = field(default_factory=dict)

    def colonne(self, nom: str) -> Colonne:
        """A column of the extract."""
        return self.dictionnaire.colonnes[nom]

    def noter(
        self, lignes: pd.Series, nom: str, regle: str, effet: str, message: str, valeurs: pd.Series | None = None
    ) -> None:
        """Note an anomaly of a column for each True row; see :meth:`Registre.noter`."""
        self.registre.noter(lignes, self.colonne(nom), regle, effet, message, valeurs)
