"""The rows of one or several years in a base that ranges them in classes, DuckDB in memory, and their counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from cil_analysis.bases import ouvrir_une_base
from cil_analysis.blocs import refuser
from cil_analysis.grammaire.dimensions import Dimension, Nomenclatures, dimension, mots_de
from cil_analysis.grammaire.vocabulaire import CONTEXTE

Cle = tuple[str, ...]
Rangs = npt.NDArray[np.int32]
_LISTE = re.compile(r"\blistes\.(\w+)")
# In rows made of an aggregated table (« attributions@quartile »), the column of their class in its dimension.
CLASSE = "classe_agregee"
TYPES_SQL = {"date": "TIMESTAMP", "oui_non": "BOOLEAN", "entier": "DOUBLE", "nombre": "DOUBLE"}


class Classement(NamedTuple):
    """Dimensions in SQL, by name. ``appuis``: those that others are told from, which come first."""

    appuis: Mapping[str, str]
    classes: Mapping[str, str]

    @classmethod
    def de(cls, noms: Iterable[str], dite: Callable[[str], Dimension], nomenclatures: Nomenclatures) -> Classement:
        """That of dimensions by name. Raises ErreurCIL for a code list that does not say the classes."""
        voulues = [dite(nom) for nom in sorted(noms)]
        appuis = {d.selon: dite(d.selon).sql(nomenclatures) for d in voulues if d.selon}
        return cls(appuis, {d.nom: cite(d.nom) if d.nom in appuis else d.sql(nomenclatures) for d in voulues})

    @property
    def expressions(self) -> list[str]:
        """All that is read."""
        return [*self.appuis.values(), *self.classes.values()]

    def sql(self, recues: str, colonnes: Iterable[str], suite: str = "") -> str:
        """The query: some columns of the rows « recues », and their classes."""
        dites, lues = ([f"{sql} AS {cite(nom)}" for nom, sql in siennes.items()] for siennes in self)
        avec, gardees = ",\n    ".join(["*", *dites]), ",\n  ".join([*colonnes, *lues])
        requete = (
            f"WITH recues AS (\n  {recues}\n),\nlignes AS (\n  SELECT {avec}\n  FROM recues\n)\n"
            f"SELECT\n  {gardees}\nFROM lignes{suite}"
        )
        return _LISTE.sub(lambda trouvee: liste(trouvee[1]), requete)


def liste(nom: str) -> str:
    """The table of a code list."""
    return f"liste_{nom}"


def cite(nom: str) -> str:
    """A name, in SQL."""
    return f'"{nom}"'


class Classes(NamedTuple):
    """The class of each row of a population in a dimension: its rank among those that rows have."""

    de_la_ligne: Rangs
    noms: npt.NDArray[Any]
    rangs: Mapping[str, int]


class Lignes(NamedTuple):
    """The rows of a population, those of each year below those of the one before, and the year of each, by its rank.

    ``remplies``: by year, the columns that have a value.
    """

    table: pa.Table
    exercices: npt.NDArray[np.int64]
    remplies: Mapping[int, frozenset[str]]


class Base:
    """The rows of some years, a table for each population, and what they are counted by (table « exercices »)."""

    def __init__(
        self,
        contextes: Sequence[Mapping[str, object]],
        lignes: Sequence[Mapping[str, pd.DataFrame]],
        nomenclatures: Nomenclatures,
        types: Mapping[str, str],
    ) -> None:
        self._base = ouvrir_une_base()
        self._recues, self._nomenclatures = lignes, nomenclatures
        self._types = {nom: TYPES_SQL.get(genre, "VARCHAR") for nom, genre in types.items()}
        self._lignes: dict[str, Lignes] = {}
        self._lues: dict[tuple[str, Cle], pa.Table] = {}
        # The dimensions that rows will be counted by: they are then classed once by all of them.
        self.prevues: defaultdict[str, set[str]] = defaultdict(set)
        self._classes: defaultdict[str, dict[str, Classes]] = defaultdict(dict)
        self._muettes: defaultdict[tuple[str, str], dict[int, str | None]] = defaultdict(dict)
        self._base.register("exercices", pa.Table.from_pylist(list(contextes), schema=CONTEXTE))

    def lire(self, table: str, colonnes: Iterable[str]) -> pa.Table:
        """Some columns of the rows, in the order of these; read once for all the places that they are summed up in."""
        noms = tuple(colonnes)
        if (table, noms) not in self._lues:
            lues = self._obtenir(self.requete(table, (), ["numero_de_ligne", *noms]))
            self._lues[table, noms] = _en_ordre(lues).select(noms)
        return self._lues[table, noms]

    def interroger(self, lignes: pa.Table, requete: str) -> list[dict[str, Any]]:
        """What a query gives of some rows, which it calls « chiffrees »."""
        self._base.register("chiffrees", lignes)
        lues: list[dict[str, Any]] = self._obtenir(requete).to_pylist()
        return lues

    def _obtenir(self, requete: str) -> pa.Table:
        if (lues := self._essayer(requete)) is None:
            raise ValueError(f"{requete} cannot be made of these rows")
        return lues

    def classer(self, table: str, noms: Cle) -> pd.DataFrame:
        """The classes of each row, in their order."""
        classees = {nom: self.classes(table, nom) for nom in noms}
        return pd.DataFrame({nom: c.noms[c.de_la_ligne] for nom, c in classees.items()}, dtype="str")

    def classes(self, table: str, nom: str) -> Classes:
        """The class of each row in a dimension; rows are classed once by all those that were said."""
        if nom not in self._classes[table]:
            self._ranger(table, {nom, *self.prevues[table]} - self._classes[table].keys())
        return self._classes[table][nom]

    def _ranger(self, table: str, noms: Collection[str]) -> None:
        """Class the rows of a population in some dimensions. Raises ErreurCIL as :meth:`_demander`."""
        toutes = [self._dimension(nom) for nom in sorted(noms)]
        for siennes, lues in self._demander(toutes, "", lambda unes: self.requete(table, [d.nom for d in unes])):
            classees = _en_ordre(lues)
            for une in siennes:
                encodees = classees[une.nom].combine_chunks().dictionary_encode(null_encoding="encode")
                noms_lus = np.array(encodees.dictionary.to_pylist(), dtype=object)
                rangs = {classe: rang for rang, classe in enumerate(noms_lus)}
                self._classes[table][une.nom] = Classes(encodees.indices.to_numpy(), noms_lus, rangs)

    def _demander(
        self, dimensions: Sequence[Dimension], cle: str, requete: Callable[[Sequence[Dimension]], str]
    ) -> Iterator[tuple[Sequence[Dimension], pa.Table]]:
        """What a query gives of some dimensions: of all together, else of each.

        Raises ErreurCIL naming the one that rows make fail, by its key ``cle``, or else the one that classes them; and
        never what DuckDB says of it, which quotes their cells.
        """
        if (lues := self._essayer(requete(dimensions))) is not None:
            yield dimensions, lues
            return
        if len(dimensions) == 1:
            [une] = dimensions
            quoi = f"clé « {cle or une.forme} » : l’expression échoue sur une valeur au moins de ce qu’elle lit"
            refuser(une, quoi, "L’écrire pour toute valeur, une conversion par TRY_CAST")
        for une in dimensions:
            yield from self._demander([une], cle, requete)

    def requete(self, table: str, noms: Iterable[str], colonnes: Iterable[str] = ("numero_de_ligne",)) -> str:
        """The query that classes the rows of a population in some dimensions, as it may be run, beside some columns."""
        agregee = table.partition("@")[2] if CLASSE in self.lignes(table).table.column_names else ""
        dite = lambda nom: Dimension(nom, "sql", CLASSE) if nom == agregee else self._dimension(nom)  # noqa: E731
        classement = Classement.de(noms, dite, self._nomenclatures)
        return classement.sql(self._recevoir(table, classement, colonnes), colonnes)

    def _dimension(self, nom: str) -> Dimension:
        return dimension(nom, self._nomenclatures)

    def colonne_absente(self, table: str, nom: str, rang: int) -> str | None:
        """The stored column without which the rows of a year have no class, when it is missing or does not answer."""
        une = self._dimension(nom)
        if une.colonnes and not self.lignes(table).remplies[rang].intersection(une.colonnes):
            return une.colonnes[0]
        if not une.muettes:
            return None
        par_annee = self.muettes(table, une)
        return par_annee[rang] if rang in par_annee else par_annee[-1]

    def muettes(self, table: str, une: Dimension) -> dict[int, str | None]:
        """By year, the column of a dimension that does not answer; under -1, the one where there is no row.

        Looked for in all the planned dimensions at once. Raises ErreurCIL as :meth:`_demander`.
        """
        if (table, une.nom) not in self._muettes:
            prevues = map(self._dimension, sorted(self.prevues[table] - {une.nom}))
            cherchees = [une, *(d for d in prevues if d.muettes)]
            for siennes, lues in self._demander(cherchees, "muette", partial(self._requete_des_muettes, table)):
                for rangee, autre in product(lues.to_pylist(), siennes):
                    muette = next((nom for nom in autre.muettes if rangee[f"{autre.nom} {nom}"]), None)
                    self._muettes[table, autre.nom][rangee["exercice"]] = muette
        return self._muettes[table, une.nom]

    def _requete_des_muettes(self, table: str, dimensions: Iterable[Dimension]) -> str:
        classement = Classement({}, {f"{d.nom} {nom}": sql for d in dimensions for nom, sql in d.muettes.items()})
        recues = self._recevoir(table, classement)
        formes = (("exercice", " GROUP BY exercice"), ("-1 AS exercice", " WHERE false"))
        return " UNION ALL ".join(f"({classement.sql(recues, [annee], suite)})" for annee, suite in formes)

    def _recevoir(self, table: str, classement: Classement, colonnes: Iterable[str] = ()) -> str:
        """The rows with what they are counted by; a column that they lack is missing everywhere."""
        lues = frozenset[str]().union(*map(mots_de, (*classement.expressions, *colonnes)))
        for nom in {*_LISTE.findall(" ".join(classement.expressions))}:
            self._base.register(liste(nom), _en_arrow(self._nomenclatures[nom].table))
        vides = sorted((lues & self._types.keys()) - {*self.lignes(table).table.column_names, *CONTEXTE.names})
        ajouts = "".join(f", NULL::{self._types[nom]} AS {nom}" for nom in vides)
        jointure = " JOIN exercices USING (exercice)" if lues & {*CONTEXTE.names} else ""
        return f"SELECT *{ajouts} FROM {cite(table)}{jointure}"

    def lignes(self, table: str) -> Lignes:
        """The rows of a population, given to the base."""
        if table not in self._lignes:
            recues = {rang: lignes[table] for rang, lignes in enumerate(self._recues) if table in lignes}
            # Several years may be the same rows under other rules: they are read once.
            distinctes = {id(lignes): lignes for lignes in recues.values()}
            lues = {cle: _en_arrow(lignes) for cle, lignes in distinctes.items()}
            parties = {rang: lues[id(lignes)] for rang, lignes in recues.items()}
            exercices = np.repeat(list(parties), [len(partie) for partie in parties.values()])
            ensemble = pa.concat_tables(parties.values(), promote_options="permissive")
            ensemble = ensemble.append_column("exercice", pa.array(exercices.astype("int32")))
            ensemble = ensemble.append_column("numero_de_ligne", pa.array(np.arange(len(ensemble))))
            self._base.register(table, ensemble)
            remplies = defaultdict[int, frozenset[str]](frozenset)
            for rang, partie in parties.items():
                remplies[rang] = frozenset(n for n in partie.column_names if partie[n].null_count < len(partie))
            self._lignes[table] = Lignes(ensemble, exercices.astype("int64"), remplies)
        return self._lignes[table]

    def _essayer(self, requete: str) -> pa.Table | None:
        """What a query gives; nothing when rows make it fail, whose error is dropped: it quotes them."""
        try:
            return self._lire(requete)
        except duckdb.OutOfMemoryException:
            raise MemoryError from None
        except duckdb.BinderException:
            raise  # Of the query, whatever the rows.
        except duckdb.Error:
            return None

    def _lire(self, requete: str) -> pa.Table:
        return self._base.sql(requete).to_arrow_table()


def _en_ordre(lues: pa.Table) -> pa.Table:
    """What is read of rows, by their numbers: mostly in order, which DuckDB does not promise."""
    numeros = lues["numero_de_ligne"].to_numpy()
    return lues.take(pa.array(numeros.argsort(kind="stable"))) if (np.diff(numeros) < 0).any() else lues


def _en_arrow(table: pd.DataFrame) -> pa.Table:
    """Column by column: it is three times as fast as what pyarrow does of a whole frame."""
    return pa.table({str(nom): pa.array(colonne.array, from_pandas=True) for nom, colonne in table.items()})
