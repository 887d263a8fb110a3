"""Rows made of aggregated tables: as many as households counted, of which a commune is known, and one class at most.

« attributions »: the commune alone. « attributions@quartile »: the commune, and the class in that dimension, in a
column that no extract has. A case is counted in the table that knows all its dimensions, and nowhere when none does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from functools import cache

import pandas as pd

from cil_analysis.comptage.base import CLASSE
from cil_analysis.extraits.schemas import dtypes
from cil_analysis.grammaire.dimensions import Dimension, Nomenclatures, mots_de
from cil_analysis.grammaire.vocabulaire import CONTEXTE
from cil_analysis.reference.ensemble import References

_TOUJOURS = frozenset({"commune_insee", *CONTEXTE.names})


def lignes_des_agregats(
    agregats: pd.DataFrame, references: References, communes: Collection[str] | None
) -> dict[str, pd.DataFrame]:
    """The rows by population, from the tables as they are stored; ``communes``: those that are kept, or all (None).

    The columns of an extract are there, as in a file that fills none of them in.
    """
    gardees = agregats if communes is None else agregats[agregats["commune"].isin(communes)]
    lignes: dict[str, pd.DataFrame] = {}
    for extrait in agregats["extrait"].unique():
        dictionnaire, siens = references.dictionnaires[extrait], gardees[gardees["extrait"].eq(extrait)]
        for dimension in agregats.loc[agregats["extrait"].eq(extrait), "dimension"].unique():
            tableau = siens[siens["dimension"].eq(dimension)]
            repetees = tableau.loc[tableau.index.repeat(tableau["effectif"])].reset_index(drop=True)
            lignes[f"{extrait}@{dimension}"] = pd.DataFrame(
                {"commune_insee": repetees["commune"], CLASSE: repetees["classe"]}
            )
            if extrait not in lignes:  # The tables of an extract count the same households: the import has checked it.
                vides = {nom: pd.Series(None, index=repetees.index, dtype=d) for nom, d in dtypes(dictionnaire).items()}
                lignes[extrait] = pd.DataFrame(vides | {"commune_insee": repetees["commune"]})
    return lignes


class Croisements:
    """What the tables of each extract tell: their commune and one dimension, never two dimensions together.

    ``dite``: a dimension by name; ``types``: the stored columns, by name.
    """

    def __init__(
        self,
        tables: Iterable[str],
        dite: Callable[[str], Dimension],
        nomenclatures: Nomenclatures,
        types: Mapping[str, str],
    ) -> None:
        self._tables, self._dite, self._nomenclatures = list(tables), dite, nomenclatures
        self._colonnes = types.keys() - _TOUJOURS
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

    def _de(self, extrait: str) -> list[str]:
        return [table for table in self._tables if table.partition("@")[0] == extrait]

    def _inconnues_de(self, nom: str, table: str) -> Set[str]:
        if table.partition("@")[2] == nom:
            return frozenset()
        selon = self._dite(nom).selon
        return self._lues(nom) - {selon} | self._inconnues(selon, table) if selon else self._lues(nom)

    def _lues(self, nom: str) -> Set[str]:
        """The columns that a dimension is told from; not those of another one, where it is told from that one."""
        if not nom:
            return frozenset()
        une = self._dite(nom)
        mots = mots_de(une.sql(self._nomenclatures)) & self._colonnes
        return mots if une.selon else mots | {*une.colonnes}

    def parametres(self, nom: str) -> Set[str]:
        """What is known of the year that a dimension is told from, the one that it is read in included: « q1 »."""
        une = self._dite(nom)
        mots = mots_de(une.sql(self._nomenclatures)) & {*CONTEXTE.names}
        return mots | self.parametres(une.selon) if une.selon else mots
