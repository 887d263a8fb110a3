"""Rows made of aggregated tables: as many as households counted, of which a commune is known, and one class at most.

« attributions »: the commune alone. « attributions@quartile »: the commune, and the class in that dimension, in a
column that no extract has. A case is counted in the table that knows all its dimensions, and nowhere when none does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.comptage.base import CLASSE
from cil_analysis.extraits.schemas import dtypes
from cil_analysis.grammaire.dimensions import mots_de
from cil_analysis.grammaire.vocabulaire import CONTEXTE
from cil_analysis.reference.ensemble import References

if TYPE_CHECKING:
    from cil_analysis.comptage.exercice import Exercice

_TOUJOURS = frozenset({"commune_insee", *CONTEXTE.names})


def lignes_des_agregats(
    agregats: pd.DataFrame, references: References, communes: Collection[str] | None
) -> dict[str, pd.DataFrame]:
    """The rows by population, from the tables as they are stored; ``communes``: those that are kept, or all (None).

    The columns of an extract are there, as in a file that fills none of them in.
    """
    lignes: dict[str, pd.DataFrame] = {}
    for (extrait, dimension), tableau in agregats.groupby(["extrait", "dimension"], sort=False):
        gardees = tableau if communes is None else tableau[tableau["commune"].isin(communes)]
        repetees = gardees.loc[gardees.index.repeat(gardees["effectif"])].reset_index(drop=True)
        menages = repetees[["commune", "classe"]].set_axis(["commune_insee", CLASSE], axis=1)
        lignes[f"{extrait}@{dimension}"] = menages
        if extrait not in lignes:  # The tables of an extract count the same households: the import has checked it.
            types = dtypes(references.dictionnaires[str(extrait)])
            lignes[str(extrait)] = menages[["commune_insee"]].reindex(columns=[*types]).astype(types)
    return lignes


class Croisements:
    """What the aggregated tables of a year tell: their commune and one dimension, never two dimensions together."""

    def __init__(self, exercice: Exercice) -> None:
        self._exercice, self._colonnes = exercice, exercice.types.keys() - _TOUJOURS
        self._inconnues = cache(self._inconnues_de)

    def tableau(self, extrait: str, noms: Iterable[str]) -> str:
        """The table of an extract that tells most of some dimensions; the plainest of those that do."""
        cle = list(noms)
        return min(self._de(extrait), key=lambda table: (len(self.inconnues(cle, table)), len(table), table))

    def inconnues(self, noms: Iterable[str], table: str) -> Set[str]:
        """The columns that dimensions are told from and that a table does not give."""
        return frozenset[str]().union(*(self._inconnues(nom, table) for nom in noms))

    def donnees(self, extrait: str) -> Set[str]:
        """The columns that one table of an extract at least is told from."""
        return frozenset[str]().union(*(self._lues(table.partition("@")[2]) for table in self._de(extrait)))

    def parametres(self, nom: str) -> Set[str]:
        """What is known of the year that a dimension is told from, the one that it is read in included: « q1 »."""
        selon = self._exercice.dimension(nom).selon
        return self._mots(nom) & {*CONTEXTE.names} | (self.parametres(selon) if selon else set())

    def _de(self, extrait: str) -> list[str]:
        return [table for table in self._exercice.lignes if table.partition("@")[0] == extrait]

    def _inconnues_de(self, nom: str, table: str) -> Set[str]:
        if table.partition("@")[2] == nom:
            return frozenset()
        selon = self._exercice.dimension(nom).selon
        return self._lues(nom) - {selon} | (self._inconnues(selon, table) if selon else set())

    def _lues(self, nom: str) -> Set[str]:
        """The columns that a dimension is told from; not those of another one, where it is told from that one."""
        une = self._exercice.dimension(nom) if nom else None
        return set() if une is None else self._mots(nom) & self._colonnes | (set() if une.selon else {*une.colonnes})

    def _mots(self, nom: str) -> Set[str]:
        return mots_de(self._exercice.dimension(nom).sql(self._exercice.nomenclatures))
