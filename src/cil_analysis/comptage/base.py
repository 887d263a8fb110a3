"""The rows of one or several years in a base that counts them: DuckDB, in memory."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from cil_analysis.grammaire.bloc import Bloc
from cil_analysis.grammaire.dimensions import DIMENSIONS, Dimension, Nomenclatures, dimension
from cil_analysis.grammaire.vocabulaire import CONTEXTE

Cle = tuple[str, ...]
# What a query gives of each year (by its rank), and of each combination of classes.
Resumes = Mapping[int, Mapping[Cle, Any]]
# Sets of dimensions in one query: half as long as a query each, and no longer than all of them.
_ENSEMBLES_PAR_REQUETE = 8
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
_MOT = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)
_LISTE = re.compile(r"\blistes\.(\w+)")
TYPES_SQL = {"date": "TIMESTAMP", "oui_non": "BOOLEAN", "entier": "DOUBLE", "nombre": "DOUBLE"}
_AUCUN: Mapping[str, str] = {}
# The columns that the systems derive are named by what they hold.
_PREFIXES = {"est_": "BOOLEAN", "date_": "TIMESTAMP", "nb_": "DOUBLE"}
_DERIVEES = {"quota": "DOUBLE", "attente_issue": "BOOLEAN", "attente_debut_jours": "DOUBLE"}


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
        self._lignes, self._nomenclatures, self._dimensions = lignes, nomenclatures, dimensions
        self._types = {nom: TYPES_SQL.get(genre, "VARCHAR") for nom, genre in types.items()}
        for une in dimensions.values():
            for colonne in (*une.colonnes, *une.aussi, *([une.expression] if une.forme == "colonne" else [])):
                self._types.setdefault(colonne, _type(colonne))
        self._tables: dict[str, pa.Schema] = {}
        self._remplies: dict[str, Mapping[int, frozenset[str]]] = {}
        self._prevus: defaultdict[tuple[str, Cle], set[Cle]] = defaultdict(set)
        self._classees: defaultdict[str, set[str]] = defaultdict(set)
        self._resumes: dict[tuple[str, Cle, Cle], Resumes] = {}
        self._muettes: dict[tuple[str, str], Mapping[int, str | None]] = {}
        self._base.register("exercices", pa.Table.from_pylist(list(contextes), schema=CONTEXTE))

    def prevoir(self, table: str, noms: Cle, *agregats: str) -> None:
        """Say what :meth:`resumer` will be asked: rows are then classed once, and counted by several sets at once."""
        self._prevus[table, agregats].add(noms)

    def resumer(self, table: str, noms: Cle, *agregats: str) -> Resumes:
        """What aggregates give of the rows of each combination of classes; a tuple where there are several."""
        if (table, noms, agregats) not in self._resumes:
            prevus = self._prevus[table, agregats] | {noms}
            self._classer(table, set().union(*prevus))
            voulus = sorted(ensemble for ensemble in prevus if (table, ensemble, agregats) not in self._resumes)
            for debut in range(0, len(voulus), _ENSEMBLES_PAR_REQUETE):
                self._resumer(table, voulus[debut : debut + _ENSEMBLES_PAR_REQUETE], agregats)
        return self._resumes[table, noms, agregats]

    def _resumer(self, table: str, ensembles: Sequence[Cle], agregats: Cle) -> None:
        """The same by several sets of dimensions, in one query."""
        toutes = sorted({nom for noms in ensembles for nom in noms})
        # GROUPING has a bit for each dimension, set where the row does not distinguish it: it tells the set.
        marques = {
            sum((nom not in noms) << rang for rang, nom in enumerate(reversed(toutes))): noms for noms in ensembles
        }
        trouves: dict[Cle, defaultdict[int, dict[Cle, Any]]] = {noms: defaultdict(dict) for noms in ensembles}
        places = {noms: [toutes.index(nom) + 2 for nom in noms] for noms in ensembles}
        classes = [_cite(nom) for nom in toutes]
        marque = f"GROUPING({', '.join(classes)})" if classes else "0"
        sets = ", ".join(f"({', '.join(['exercice', *map(_cite, noms)])})" for noms in ensembles)
        colonnes = ", ".join([marque, "exercice", *classes, *agregats])
        requete = f"SELECT {colonnes} FROM {_cite(self._classer(table, toutes))} GROUP BY GROUPING SETS ({sets})"
        for rangee in self._lire(requete):
            noms, valeurs = marques[rangee[0]], rangee[2 + len(toutes) :]
            cle = tuple(rangee[place] for place in places[noms])
            trouves[noms][rangee[1]][cle] = valeurs if len(agregats) > 1 else valeurs[0]
        self._resumes |= {(table, noms, agregats): par_annee for noms, par_annee in trouves.items()}

    def classer(self, table: str, noms: Cle) -> pd.DataFrame:
        """The classes of each row of the first year, in its order."""
        rangees = self._lire(
            f"SELECT {', '.join(map(_cite, noms))} FROM {_cite(self._classer(table, noms))} ORDER BY numero_de_ligne"
        )
        return pd.DataFrame(rangees, columns=list(noms), dtype="str")

    def _classer(self, table: str, noms: Iterable[str]) -> str:
        """The name of the table where the rows have their classes, in some dimensions at least."""
        connues = self._classees[table]
        if not connues.issuperset(noms) or not connues:
            connues |= {*noms, *self._prevues(table)}
            classees = self.requete(table, connues)
            if self._essayer(f"CREATE OR REPLACE TABLE {_cite(f'{table} classees')} AS {classees}") is None:
                self._refuser(table, connues)
        return f"{table} classees"

    def _refuser(self, table: str, noms: Iterable[str]) -> NoReturn:
        """Name the dimension that rows make fail, and never what DuckDB says of it: it quotes their cells.

        Raises ErreurCIL.
        """
        for nom in sorted(noms):
            if self._essayer(f"SELECT count(DISTINCT {_cite(nom)}) FROM ({self.requete(table, [nom])})") is None:
                une = self._dimension(nom)
                _refuser_l_expression(une, une.forme)
        raise ValueError(f"{table}: no dimension fails alone")

    def _prevues(self, table: str) -> set[str]:
        """The dimensions that a population will be counted by."""
        return {
            nom
            for (prevue, _), ensembles in self._prevus.items()
            if prevue == table
            for noms in ensembles
            for nom in noms
        }

    def requete(self, table: str, noms: Iterable[str]) -> str:
        """The query that classes the rows of a population in some dimensions, as it may be run."""
        voulues = [self._dimension(nom) for nom in sorted(noms)]
        appuis = {d.selon: self._dimension(d.selon).sql(self._nomenclatures) for d in voulues if d.selon}
        classes = {d.nom: _cite(d.nom) if d.nom in appuis else d.sql(self._nomenclatures) for d in voulues}
        lignes = self._les_lignes(table, [*appuis.values(), *classes.values()], appuis)
        mesurables = {champ.name for champ in self._tables[table] if _se_mesure(champ.type)}
        colonnes = [_cite(nom) for nom in sorted(mesurables - classes.keys())]
        colonnes += [f"{sql} AS {_cite(nom)}" for nom, sql in classes.items()]
        return f"{lignes}\nSELECT {', '.join(colonnes)}\nFROM lignes"

    def types(self, table: str, noms: Iterable[str]) -> dict[str, str]:
        """The types of the classes that the query would give. Raises duckdb.Error when it cannot be run."""
        return {nom: genre for nom, genre, *_ in self._lire(f"DESCRIBE {self.requete(table, noms)}")}

    def _dimension(self, nom: str) -> Dimension:
        return dimension(nom, self._nomenclatures, self._dimensions)

    def remplies(self, table: str, rang: int) -> frozenset[str]:
        """The columns that have a value in the rows of a year."""
        self._exiger(table)
        return self._remplies[table].get(rang, frozenset())

    def colonne_absente(self, table: str, nom: str, rang: int) -> str | None:
        """The stored column without which the rows of a year have no class, when it is missing or does not answer."""
        une = self._dimension(nom)
        if une.colonnes and not self.remplies(table, rang).intersection(une.colonnes):
            return une.colonnes[0]
        if not une.muettes:
            return None
        if (table, nom) not in self._muettes:
            self._muettes[table, nom] = self.muettes(table, une)
        muettes = self._muettes[table, nom]
        return muettes[rang if rang in muettes else -1]

    def muettes(self, table: str, une: Dimension) -> dict[int, str | None]:
        """By year, the column of a dimension that does not answer; under -1, where there is no row."""
        conditions = list(une.muettes.values())
        debut = f"{self._les_lignes(table, conditions)} SELECT "
        lues = self._essayer(f"{debut}exercice, {', '.join(conditions)} FROM lignes GROUP BY exercice")
        if lues is None:
            _refuser_l_expression(une, "muette")
        lues += self._lire(f"{debut}-1, {', '.join(conditions)} FROM lignes WHERE false")
        return {
            rangee[0]: next((nom for nom, muette in zip(une.muettes, rangee[1:], strict=True) if muette), None)
            for rangee in lues
        }

    def _les_lignes(self, table: str, expressions: Sequence[str], appuis: Mapping[str, str] = _AUCUN) -> str:
        """The rows with what they are counted by; a column that they lack is missing everywhere.

        ``appuis``: the dimensions that others are told from, and their SQL.
        """
        self._exiger(table)
        mots = {mot for sql in expressions for mot in _MOT.findall(sql)}
        for liste in {nom for sql in expressions for nom in _LISTE.findall(sql)}:
            self._creer_une_liste(liste)
        vides = sorted((mots & self._types.keys()) - set(self._tables[table].names))
        ajouts = "".join(f", NULL::{self._types[nom]} AS {nom}" for nom in vides)
        recues = f"WITH recues AS (SELECT *{ajouts} FROM {_cite(table)} JOIN exercices USING (exercice))"
        colonnes = "".join(f", {sql} AS {_cite(nom)}" for nom, sql in appuis.items())
        return f"{recues},\nlignes AS (SELECT *{colonnes} FROM recues)"

    def _exiger(self, table: str) -> None:
        """Give the rows of a population to the base, those of each year below those of the one before."""
        if table in self._tables:
            return
        parties = {
            rang: pa.Table.from_pandas(lignes[table], preserve_index=False)
            for rang, lignes in enumerate(self._lignes)
            if table in lignes
        }
        self._remplies[table] = {
            rang: frozenset(nom for nom in p.column_names if p[nom].null_count < len(p)) for rang, p in parties.items()
        }
        ensemble = pa.concat_tables([_numeroter(p, rang) for rang, p in parties.items()], promote_options="permissive")
        self._tables[table] = ensemble.schema
        self._base.register(table, ensemble)

    def _creer_une_liste(self, nom: str) -> None:
        self._base.register("liste_lue", pa.Table.from_pandas(self._nomenclatures[nom].table, preserve_index=False))
        self._base.execute("CREATE SCHEMA IF NOT EXISTS listes")
        self._base.execute(f"CREATE TABLE IF NOT EXISTS listes.{nom} AS SELECT * FROM liste_lue")
        self._base.unregister("liste_lue")

    def _essayer(self, requete: str) -> list[tuple[Any, ...]] | None:
        """What a query gives; nothing when rows make it fail, whose error is dropped: it quotes them."""
        try:
            return self._lire(requete)
        except duckdb.OutOfMemoryException:
            raise MemoryError from None
        except duckdb.BinderException:
            raise  # Of the query, whatever the rows.
        except duckdb.Error:
            return None

    def _lire(self, requete: str) -> list[tuple[Any, ...]]:
        return self._base.execute(requete).fetchall()


def _refuser_l_expression(une: Dimension, cle: str) -> NoReturn:
    Bloc(une.fichier, une.nom, {}).refuser(
        f"clé « {cle} » : l’expression échoue sur une valeur au moins de ce qu’elle lit",
        "L’écrire pour toute valeur, une conversion par TRY_CAST",
    )


def _numeroter(partie: pa.Table, rang: int) -> pa.Table:
    """The rows of a year with its rank, and theirs."""
    exercice = pa.array(np.full(len(partie), rang, "int32"))
    return partie.append_column("exercice", exercice).append_column("numero_de_ligne", pa.array(np.arange(len(partie))))


def _se_mesure(genre: pa.DataType) -> bool:
    """Whether a statistic may be made of a column."""
    types = pa.types
    return bool(types.is_integer(genre) or types.is_floating(genre) or types.is_boolean(genre) or types.is_null(genre))


def _type(colonne: str) -> str:
    return _DERIVEES.get(colonne) or next((t for debut, t in _PREFIXES.items() if colonne.startswith(debut)), "VARCHAR")


def _cite(nom: str) -> str:
    return f'"{nom}"'
