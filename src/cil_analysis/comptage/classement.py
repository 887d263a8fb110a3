"""The query that ranges rows in their classes: what the base runs, and what « cil indicateurs --requete » prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from cil_analysis.grammaire.dimensions import Dimension, Nomenclatures, mots_de

_LISTE = re.compile(r"\blistes\.(\w+)")


@dataclass(frozen=True)
class Classement:
    """Dimensions in SQL. ``appuis``: those that others are told from, which come first."""

    appuis: Mapping[str, str]
    classes: Mapping[str, str]

    @classmethod
    def de(cls, noms: Iterable[str], dite: Callable[[str], Dimension], nomenclatures: Nomenclatures) -> Classement:
        """That of dimensions by name. Raises ErreurCIL for a code list that does not say the classes."""
        voulues = [dite(nom) for nom in sorted(noms)]
        appuis = {d.selon: dite(d.selon).sql(nomenclatures) for d in voulues if d.selon}
        return cls(appuis, {d.nom: cite(d.nom) if d.nom in appuis else d.sql(nomenclatures) for d in voulues})

    @property
    def mots(self) -> frozenset[str]:
        """The words that are read, columns among them."""
        return frozenset(mot for sql in self._expressions for mot in mots_de(sql))

    @property
    def listes(self) -> frozenset[str]:
        """The code lists that are read, each from the table that :func:`liste` names."""
        return frozenset(nom for sql in self._expressions for nom in _LISTE.findall(sql))

    @property
    def _expressions(self) -> Collection[str]:
        return (*self.appuis.values(), *self.classes.values())

    def sql(self, recues: str, colonnes: Iterable[str], suite: str = "") -> str:
        """The query: some columns of the rows « recues », and their classes."""
        appuis = "".join(f",\n    {sql} AS {cite(nom)}" for nom, sql in self.appuis.items())
        lues = ",\n  ".join([*colonnes, *(f"{sql} AS {cite(nom)}" for nom, sql in self.classes.items())])
        requete = (
            f"WITH recues AS (\n  {recues}\n),\nlignes AS (\n  SELECT *{appuis}\n  FROM recues\n)\n"
            f"SELECT\n  {lues}\nFROM lignes{suite}"
        )
        return _LISTE.sub(lambda trouvee: liste(trouvee[1]), requete)


def liste(nom: str) -> str:
    """The table of a code list."""
    return f"liste_{nom}"


def cite(nom: str) -> str:
    """A name, in SQL."""
    return f'"{nom}"'
