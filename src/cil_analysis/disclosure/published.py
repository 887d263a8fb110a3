"""PublishedTable: the only thing that presentation accepts, and that only this floor makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cil_analysis.disclosure.rules import ReglesSecret, motif_primaire
from cil_analysis.indicators.cadre import CHIFFRES, COLONNES, NON_CALCULABLE, PUBLIE, SECRET, Indicateur

_SCEAU = object()


class PublishedTable:
    """The figures of one indicator, after disclosure control.

    ``donnees``: one row is one figure (columns of ``cadre.COLONNES``); a masked row keeps its keys and its status
    « secret » and has lost every figure. Made by :func:`publier` alone: a raw count cannot be wrapped.
    """

    __slots__ = ("_donnees", "_indicateur")

    def __init__(self, indicateur: Indicateur, donnees: pd.DataFrame, sceau: object) -> None:
        if sceau is not _SCEAU:
            raise TypeError("A PublishedTable is made by disclosure.published.publier alone.")
        self._indicateur = indicateur
        self._donnees = donnees

    @property
    def indicateur(self) -> Indicateur:
        """What the figures are."""
        return self._indicateur

    @property
    def donnees(self) -> pd.DataFrame:
        """The figures, one a row."""
        return self._donnees

    def ou(self, **conditions: object) -> PublishedTable:
        """The rows that meet every condition: a value to equal, or a list of values.

        ``table.ou(annee=2022, perimetre_type="commune")``; what is published stays published.
        """
        garde = pd.Series(True, index=self.donnees.index)
        for colonne, attendu in conditions.items():
            valeurs = [attendu] if isinstance(attendu, str) or not isinstance(attendu, Iterable) else list(attendu)
            garde &= self.donnees[colonne].isin(valeurs)
        return PublishedTable(self.indicateur, self.donnees[garde].reset_index(drop=True), _SCEAU)

    def ligne(self, **conditions: object) -> pd.Series | None:
        """The only row that meets the conditions, or None when there is none. Raises ValueError for several."""
        lignes = self.ou(**conditions).donnees
        if len(lignes) > 1:
            raise ValueError(f"{self.indicateur.code}: {len(lignes)} rows for {conditions}")
        return None if lignes.empty else lignes.iloc[0]

    @property
    def nb_secrets(self) -> int:
        """How many figures are masked."""
        return int(self.donnees["statut"].eq(SECRET).sum())

    def __len__(self) -> int:
        return len(self.donnees)

    def __repr__(self) -> str:
        return f"PublishedTable({self.indicateur.code}, {len(self)} chiffres, {self.nb_secrets} secrets)"


def publier(indicateur: Indicateur, cadre: pd.DataFrame, regles: Mapping[int, ReglesSecret]) -> PublishedTable:
    """Apply the disclosure rules of each year to the figures of an indicator.

    A masked row keeps its keys, unit and status; every figure, the target included, is lost, and its result, when the
    indicator has objectives, is « non_calculable ».
    """
    donnees = cadre[COLONNES].reset_index(drop=True)
    for annee, regle in regles.items():
        lignes = donnees["annee"].eq(annee)
        motif = motif_primaire(donnees[lignes], regle)
        donnees.loc[motif.index[motif.ne("")], "statut"] = SECRET
    sans_regle = set(donnees["annee"]) - set(regles)
    if sans_regle:
        raise ValueError(f"No disclosure rule for {sorted(sans_regle)}")
    secret = donnees["statut"].eq(SECRET)
    donnees.loc[secret, CHIFFRES] = float("nan")
    donnees.loc[secret & donnees["resultat"].ne(""), "resultat"] = NON_CALCULABLE
    donnees.loc[secret, "sens"] = ""
    return PublishedTable(indicateur, donnees, _SCEAU)


@dataclass(frozen=True)
class Publication(Mapping[str, PublishedTable]):
    """Everything published for one year's bilan: the tables by indicator code, and what they are made from.

    ``annees``: the years that have data, oldest first, up to ``annee``. ``interne``: disclosure control is off, and
    every page must say so. ``imports``: the journal of each import behind the tables (files and row accounts).
    """

    annee: int
    annees: tuple[int, ...]
    tables: dict[str, PublishedTable]
    regles: ReglesSecret
    interne: bool
    imports: tuple[dict[str, Any], ...]

    def __getitem__(self, code: str) -> PublishedTable:
        return self.tables[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def en_table(self) -> pd.DataFrame:
        """Every published figure in one frame: the content of indicateurs.csv."""
        cadre = pd.concat([table.donnees for table in self.tables.values()], ignore_index=True)
        return cadre.sort_values(["indicateur", "annee"], kind="stable", ignore_index=True)


__all__ = ["PUBLIE", "SECRET", "Publication", "PublishedTable", "publier"]
