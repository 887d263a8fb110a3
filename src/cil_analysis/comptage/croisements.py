"""What aggregated tables tell of households: their commune and one dimension, never two dimensions together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from functools import cache

from cil_analysis.grammaire.dimensions import Dimension, Nomenclatures, mots_de
from cil_analysis.grammaire.vocabulaire import CONTEXTE

_TOUJOURS = frozenset({"commune_insee", *CONTEXTE.names})


class Croisements:
    """The tables of each extract, such as « attributions » and « attributions@quartile »: see :mod:`.agregats`.

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
