"""What was found wrong in a file, row by row, without a word of personal data."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from cil_analysis.reference.columns import Colonne

COLONNES = ["fichier", "feuille", "ligne", "colonne", "regle", "valeur", "effet", "message"]
REJET, VALEUR_ECARTEE, SIGNALEE = "ligne rejetée", "valeur écartée", "signalée"
MASQUE = "(masquée)"


@dataclass
class Registre:
    """Collects the anomalies of one import. One row of :meth:`table` is one anomaly of one line of a file.

    ``origine``: for each row of the import, its file, sheet and line number. ``seuil``: an unreadable value is quoted
    only when at least that many rows carry it; a rarer one may be somebody's words.
    """

    origine: pd.DataFrame
    seuil: int
    _morceaux: list[pd.DataFrame] = field(default_factory=list)

    def noter(
        self,
        lignes: pd.Series,
        colonne: Colonne,
        regle: str,
        effet: str,
        message: str,
        valeurs: pd.Series | None = None,
    ) -> None:
        """Record an anomaly for each True row of ``lignes``; ``valeurs`` are the cells, quoted when that is safe."""
        choisies = lignes[lignes].index
        if len(choisies) == 0:
            return
        morceau = self.origine.loc[choisies].copy()
        morceau["colonne"], morceau["regle"] = colonne.nom, regle
        morceau["valeur"] = self._citables(valeurs, choisies, colonne)
        morceau["effet"], morceau["message"] = effet, message
        self._morceaux.append(morceau)

    def _citables(self, valeurs: pd.Series | None, choisies: pd.Index, colonne: Colonne) -> pd.Series | str:
        if valeurs is None:
            return ""
        if colonne.conservation != "gardee" or colonne.type in ("identifiant", "nombre", "entier"):
            return MASQUE
        cellules = valeurs.loc[choisies]
        frequentes = cellules.map(cellules.value_counts()).ge(self.seuil)
        return cellules.where(frequentes, MASQUE)

    def table(self) -> pd.DataFrame:
        """Every anomaly, in the order of the files' rows."""
        if not self._morceaux:
            return pd.DataFrame({nom: pd.Series(dtype="int64" if nom == "ligne" else "str") for nom in COLONNES})
        table = pd.concat(self._morceaux)[COLONNES]
        table = table.astype({nom: "str" for nom in COLONNES if nom != "ligne"})
        return table.sort_values(["fichier", "feuille", "ligne", "colonne"], kind="stable", ignore_index=True)
