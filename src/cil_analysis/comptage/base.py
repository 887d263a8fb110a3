"""The rows of one or several years in a base that ranges them in classes, DuckDB in memory, and their counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import accumulate
from math import prod
from typing import Any, NamedTuple, NoReturn

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from cil_analysis.comptage.classement import Classement, cite, liste
from cil_analysis.grammaire.bloc import refuser
from cil_analysis.grammaire.dimensions import DIMENSIONS, Dimension, Nomenclatures, dimension, mots_de
from cil_analysis.grammaire.vocabulaire import CONTEXTE

Cle = tuple[str, ...]
# It reads what it is given: no file, no network, no extension; and what memory cannot hold goes to no disk.
CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "preserve_insertion_order": False,
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",
    "lock_configuration": True,
}
# Beyond, an indicator has so many conditions that its combinations would not hold in memory.
_CASES_MAXIMALES = 200_000_000
# In rows made of an aggregated table (« attributions@quartile »), the column of their class in its dimension.
CLASSE = "classe_agregee"
TYPES_SQL = {"date": "TIMESTAMP", "oui_non": "BOOLEAN", "entier": "DOUBLE", "nombre": "DOUBLE"}


class Classes(NamedTuple):
    """The class of each row of a year, as its rank among those that the year has."""

    de_la_ligne: npt.NDArray[np.int32]
    rangs: Mapping[str, int]


_SANS_LIGNE = Classes(np.empty(0, np.int32), {})


class Lignes(NamedTuple):
    """The rows of a population: those of each year (``bornes``) below those of the one before."""

    table: pa.Table
    bornes: Mapping[int, slice]
    remplies: Mapping[int, frozenset[str]]


class Resume(NamedTuple):
    """What is made of the rows of a year by their classes: an axis for each dimension, and what is of no class last."""

    valeurs: npt.NDArray[Any]
    rangs: Sequence[Mapping[str, int]]


class Base:
    """The rows of some years, a table for each population, and what they are counted by (table « exercices »)."""

    def __init__(
        self,
        contextes: Sequence[Mapping[str, object]],
        lignes: Sequence[Mapping[str, pd.DataFrame]],
        nomenclatures: Nomenclatures,
        types: Mapping[str, str],
        dimensions: Mapping[str, Dimension] = DIMENSIONS,
    ) -> None:
        self._base = duckdb.connect(config=CONFIGURATION)
        self._recues, self._nomenclatures, self._dimensions = lignes, nomenclatures, dimensions
        self._types = {nom: TYPES_SQL.get(genre, "VARCHAR") for nom, genre in types.items()}
        self._lignes: dict[str, Lignes] = {}
        self._prevues: defaultdict[str, set[str]] = defaultdict(set)
        self._classees: defaultdict[str, dict[str, pa.DictionaryArray]] = defaultdict(dict)
        self._classes: dict[tuple[str, str], Mapping[int, Classes]] = {}
        self._comptes: dict[tuple[str, int, Cle, str], Resume] = {}
        self._mesures: dict[tuple[str, Cle, Cle], Mapping[int, Sequence[tuple[Any, ...]]]] = {}
        self._muettes: defaultdict[str, dict[str, dict[int, str | None]]] = defaultdict(dict)
        self._base.register("exercices", pa.Table.from_pylist(list(contextes), schema=CONTEXTE))

    def prevoir(self, table: str, noms: Iterable[str]) -> None:
        """Say the dimensions that rows will be counted by: they are then classed once by all of them."""
        self._prevues[table].update(noms)

    @property
    def est_prevue(self) -> bool:
        """Whether anything was said."""
        return bool(self._prevues)

    def compter(self, table: str, rang: int, noms: Cle, colonne: str = "") -> Resume:
        """How many rows a year has of each combination of classes, or what a column of them adds up to."""
        cle = (table, rang, noms, colonne)
        if cle not in self._comptes:
            classes = [self.classes(table, rang, nom) for nom in noms]
            lignes = self.lignes(table)
            siennes = lignes.bornes.get(rang, slice(0))
            places = np.zeros(siennes.stop - (siennes.start or 0), dtype=np.intp)
            forme = [len(une.rangs) + 1 for une in classes]
            for une, effectif in zip(classes, forme, strict=True):
                places = places * effectif + une.de_la_ligne
            poids = None
            if colonne:
                poids = np.nan_to_num(lignes.table[colonne][siennes].to_numpy().astype("float64"))
            if prod(forme) > _CASES_MAXIMALES:
                raise MemoryError
            comptes = np.bincount(places, poids, prod(forme)).reshape(forme)
            self._comptes[cle] = Resume(comptes, [une.rangs for une in classes])
        return self._comptes[cle]

    def resumer(self, table: str, rang: int, noms: Cle, *agregats: str) -> Resume:
        """What aggregates give of the rows of each combination; None where there is no row."""
        if (table, noms, agregats) not in self._mesures:
            self._mesures[table, noms, agregats] = self._mesurer(table, noms, agregats)
        rangs = [self.classes(table, rang, nom).rangs for nom in noms]
        valeurs = np.full([len(connus) + 1 for connus in rangs], None, dtype=object)
        for rangee in self._mesures[table, noms, agregats].get(rang, ()):
            place = tuple(connus[classe] for connus, classe in zip(rangs, rangee, strict=False))
            valeurs[place] = rangee[len(noms) :] if len(agregats) > 1 else rangee[-1]
        return Resume(valeurs, rangs)

    def _mesurer(self, table: str, noms: Cle, agregats: Cle) -> Mapping[int, Sequence[tuple[Any, ...]]]:
        """What aggregates give of the rows of every year: the classes, then the values."""
        lignes, classees = self.lignes(table).table, self._classer(table, noms)
        colonnes = {nom: lignes[nom] for nom in lignes.column_names} | {nom: classees[nom] for nom in noms}
        self._base.register("classees", pa.table(colonnes))
        trouvees = defaultdict(list)
        voulues = ", ".join(["exercice", *map(cite, noms), *agregats])
        recues = self._completer("classees", colonnes.keys(), mots_de(" ".join(agregats)))
        mesurees = self._essayer(f"SELECT {voulues} FROM ({recues}) GROUP BY ALL")
        if mesurees is None:
            raise ValueError(f"{table}: {agregats} cannot be made of these rows")
        for exercice, *rangee in zip(*(valeurs.to_pylist() for valeurs in mesurees.columns), strict=True):
            trouvees[exercice].append(tuple(rangee))
        return trouvees

    def classer(self, table: str, noms: Cle) -> pd.DataFrame:
        """The classes of each row of the first year, in its order."""
        classees, siennes = self._classer(table, noms), self.lignes(table).bornes.get(0, slice(0))
        return pd.DataFrame({nom: classees[nom][siennes].to_pylist() for nom in noms}, dtype="str")

    def classes(self, table: str, rang: int, nom: str) -> Classes:
        """The class of each row of a year in a dimension."""
        if (table, nom) not in self._classes:
            self._classes[table, nom] = dict(self._par_exercice(table, nom))
        return self._classes[table, nom].get(rang, _SANS_LIGNE)

    def _par_exercice(self, table: str, nom: str) -> Iterator[tuple[int, Classes]]:
        """The same of every year that has a table: their classes are named once."""
        toutes = self._classer(table, [nom])[nom]
        indices, noms = toutes.indices.to_numpy(), np.array(toutes.dictionary.to_pylist(), dtype=object)
        for rang, siennes in self.lignes(table).bornes.items():
            presentes = np.bincount(indices[siennes], minlength=len(noms)) > 0
            rangs = (np.cumsum(presentes) - 1).astype(np.int32)
            yield rang, Classes(rangs[indices[siennes]], {classe: i for i, classe in enumerate(noms[presentes])})

    def _classer(self, table: str, noms: Iterable[str]) -> Mapping[str, pa.DictionaryArray]:
        """The classes of every row of a population by dimension, some dimensions at least."""
        connues = self._classees[table]
        if not connues.keys() >= set(noms):
            manquent = {*noms, *self._prevues[table]} - connues.keys()
            classees = self._essayer(self.requete(table, manquent))
            if classees is None:
                self._refuser(table, manquent)
            numeros = classees["numero_de_ligne"].to_numpy()  # Mostly in order, which DuckDB does not promise.
            if (np.diff(numeros) < 0).any():
                classees = classees.take(pa.array(numeros.argsort(kind="stable")))
            for nom in manquent:
                connues[nom] = classees[nom].combine_chunks().dictionary_encode(null_encoding="encode")
        return connues

    def _refuser(self, table: str, noms: Iterable[str]) -> NoReturn:
        """Name the dimension that rows make fail, and never what DuckDB says of it: it quotes their cells.

        Raises ErreurCIL.
        """
        for nom in sorted(noms):
            if self._essayer(self.requete(table, [nom])) is None:
                une = self._dimension(nom)
                _refuser_l_expression(une, une.forme)
        raise ValueError(f"{table}: no dimension fails alone")

    def requete(self, table: str, noms: Iterable[str]) -> str:
        """The query that classes the rows of a population in some dimensions, as it may be run."""
        agregee = table.partition("@")[2] if CLASSE in self.lignes(table).table.column_names else ""
        dite = lambda nom: Dimension(nom, "sql", CLASSE) if nom == agregee else self._dimension(nom)  # noqa: E731
        classement = Classement.de(noms, dite, self._nomenclatures)
        return classement.sql(self._recevoir(table, classement), ["numero_de_ligne"])

    def types(self, table: str, noms: Iterable[str]) -> dict[str, str]:
        """The types of the classes that the query would give. Raises duckdb.Error when it cannot be run."""
        return {nom: genre for nom, genre, *_ in self._base.execute(f"DESCRIBE {self.requete(table, noms)}").fetchall()}

    def _dimension(self, nom: str) -> Dimension:
        return dimension(nom, self._nomenclatures, self._dimensions)

    def remplies(self, table: str, rang: int) -> frozenset[str]:
        """The columns that have a value in the rows of a year."""
        return self.lignes(table).remplies.get(rang, frozenset())

    def colonne_absente(self, table: str, nom: str, rang: int) -> str | None:
        """The stored column without which the rows of a year have no class, when it is missing or does not answer."""
        une = self._dimension(nom)
        if une.colonnes and not self.remplies(table, rang).intersection(une.colonnes):
            return une.colonnes[0]
        if not une.muettes:
            return None
        if nom not in self._muettes[table]:
            autres = map(self._dimension, sorted(self._prevues[table] - {nom}))
            self._muettes[table] |= self.muettes(table, une, *(d for d in autres if d.muettes))
        muettes = self._muettes[table][nom]
        return muettes[rang if rang in muettes else -1]

    def muettes(self, table: str, *dimensions: Dimension) -> dict[str, dict[int, str | None]]:
        """By dimension and year, the column that does not answer; under -1, where there is no row."""
        conditions = {(une.nom, nom): sql for une in dimensions for nom, sql in une.muettes.items()}
        classement = Classement({}, {" ".join(cle): sql for cle, sql in conditions.items()})
        recues = self._recevoir(table, classement)
        lues = self._essayer(classement.sql(recues, ["exercice"], " GROUP BY exercice"))
        if lues is None:
            for une in dimensions if len(dimensions) > 1 else ():
                self.muettes(table, une)
            _refuser_l_expression(dimensions[0], "muette")
        trouvees: dict[str, dict[int, str | None]] = {une.nom: {} for une in dimensions}
        vides = self._lire(classement.sql(recues, ["-1 AS exercice"], " WHERE false"))
        for rangee in [*lues.to_pylist(), *vides.to_pylist()]:
            for nom, colonne in conditions:
                muette = colonne if rangee[f"{nom} {colonne}"] else None
                trouvees[nom][rangee["exercice"]] = trouvees[nom].get(rangee["exercice"]) or muette
        return trouvees

    def _recevoir(self, table: str, classement: Classement) -> str:
        """The rows with what they are counted by; a column that they lack is missing everywhere."""
        for nom in classement.listes:
            self._base.register(liste(nom), _en_arrow(self._nomenclatures[nom].table))
        return self._completer(table, self.lignes(table).table.column_names, classement.mots)

    def _completer(self, table: str, colonnes: Iterable[str], lues: Set[str]) -> str:
        vides = sorted((lues & self._types.keys()) - set(colonnes))
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
            effectifs = [len(partie) for partie in parties.values()]
            debuts = [0, *accumulate(effectifs)]
            ensemble = pa.concat_tables(parties.values(), promote_options="permissive")
            ensemble = ensemble.append_column("exercice", pa.array(np.repeat(list(parties), effectifs).astype("int32")))
            ensemble = ensemble.append_column("numero_de_ligne", pa.array(np.arange(len(ensemble))))
            self._base.register(table, ensemble)
            self._lignes[table] = Lignes(
                ensemble,
                dict(zip(parties, map(slice, debuts, debuts[1:]), strict=True)),
                {rang: frozenset(n for n in p.column_names if p[n].null_count < len(p)) for rang, p in parties.items()},
            )
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


def _refuser_l_expression(une: Dimension, cle: str) -> NoReturn:
    refuser(
        une,
        f"clé « {cle} » : l’expression échoue sur une valeur au moins de ce qu’elle lit",
        "L’écrire pour toute valeur, une conversion par TRY_CAST",
    )


def _en_arrow(table: pd.DataFrame) -> pa.Table:
    """Column by column: it is three times as fast as what pyarrow does of a whole frame."""
    return pa.table({str(nom): pa.array(colonne.array, from_pandas=True) for nom, colonne in table.items()})
