"""The rows of a query in SQL, in their classes: a table « …_classees » by population, and those that it reads.

An extract is read where the import stores it, by the rules P1 and P9; what a program makes of rows, or adds to them,
where it is stored with the query, those rules applied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pyarrow as pa
from pyarrow import parquet

from cil_analysis.comptage.base import cite, liste
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.empreintes import condenser
from cil_analysis.extraits import store
from cil_analysis.grammaire.dimensions import mots_de, texte
from cil_analysis.grammaire.populations import DERIVEES, fichier_de
from cil_analysis.grammaire.vocabulaire import CONTEXTE
from cil_analysis.projet import PREPAREES, Projet
from cil_analysis.reference.ensemble import References

_DU_PERIMETRE = "p9 <> 'perimetre_constant' OR len(constantes) = 0 OR list_contains(constantes, commune_insee)"
_UN_PAR_MENAGE = (
    "p1 <> 'un_par_menage' OR demande_pseudonyme IS NULL OR row_number() OVER (\n"
    "    PARTITION BY annee, demande_pseudonyme ORDER BY date_signature_bail, file_row_number) = 1"
)
_EN_SQL = {"int32": "INTEGER", "string": "VARCHAR", "double": "DOUBLE"}


class Fichiers(NamedTuple):
    """What a query reads, from the folder of the project, where it is run.

    ``extraits``: the Parquet of each extract; ``preparees``: the folder of the rows that a program makes; ``publies``:
    the published figures of the bilan.
    """

    extraits: Mapping[str, str]
    preparees: str
    publies: str

    @classmethod
    def de(cls, projet: Projet, references: References, annee: int) -> Fichiers:
        """Those of the bilan of a year."""
        extraits = {nom: store.fichiers(projet, nom) for nom in references.dictionnaires if store.annees(projet, nom)}
        publies = (projet.rapports / str(annee) / "indicateurs.csv").relative_to(projet.racine)
        preparees = projet.traite.relative_to(projet.racine) / PREPAREES / projet.partition / str(annee)
        return cls(extraits, preparees.as_posix(), publies.as_posix())


def nom_de(table: str) -> str:
    """What the rows of a table in their classes are called."""
    return f"{table.replace('@', '_par_')}_classees"


@dataclass(frozen=True)
class Lues:
    """A table of rows, those of a population or of it by the classes that its extract has as columns, as it is read.

    ``requete``: that of the base, which ranges the rows in their classes.
    """

    table: str
    requete: str
    ensemble: Ensemble

    @cached_property
    def mots(self) -> frozenset[str]:
        """The words that are read, columns among them."""
        return mots_de(" ".join([self.requete, *self._regles]))

    @property
    def est_preparee(self) -> bool:
        """Whether a program makes the rows, or gives one of the columns that are read."""
        deduites = {nom for e in self.ensemble.exercices for nom in e.regles.colonnes_deduites}
        return not self._extrait or not self.mots.isdisjoint(DERIVEES.keys() | deduites)

    @property
    def _extrait(self) -> str:
        return fichier_de(self.table.partition("@")[0])

    @cached_property
    def preparees(self) -> bytes:
        """The rows that a program makes, as Parquet: the columns that are read."""
        lignes, contenu = self.ensemble.base.lignes(self.table).table, pa.BufferOutputStream()
        parquet.write_table(lignes.select([nom for nom in lignes.column_names if nom in self.mots]), contenu)
        return bytes(contenu.getvalue())

    def chemin(self, fichiers: Fichiers) -> str:
        """Where rows that a program makes are stored: other rows have another name, so that no query reads them."""
        return f"{fichiers.preparees}/{self.table}-{condenser(self.preparees)[:12]}.parquet"

    def sql(self, fichiers: Fichiers) -> str:
        """The rows, then their classes."""
        if self.est_preparee:
            dite = "que le logiciel a préparées et enregistrées pour cette requête ; un import les efface"
            lignes = f"FROM read_parquet({texte(self.chemin(fichiers))})"
        else:
            dite = "de l’extrait" + (", que les règles de comptage gardent" if self._regles else "")
            lignes = "\n  ".join([
                "SELECT lues.* EXCLUDE (annee), file_row_number AS numero_de_ligne, exercice",
                f"FROM read_parquet({texte(fichiers.extraits[self._extrait])},",
                "  hive_partitioning = true, union_by_name = true, file_row_number = true) lues",
                "JOIN exercices USING (annee)",
                *self._regles,
            ])  # fmt: skip
        return (
            f"-- Les lignes {dite}.\n{cite(self.table)} AS (\n  {lignes}\n),\n"
            f"-- Leurs classes.\n{nom_de(self.table)} AS (\n{self.requete}\n)"
        )

    @cached_property
    def _regles(self) -> list[str]:
        """What the rules P9 and P1 ask of the rows, where one of the years does not keep them all."""
        regles = [exercice.regles for exercice in self.ensemble.exercices]
        constant = any(r.p9_perimetre == "perimetre_constant" for r in regles)
        menages = self.table == "attributions" and any(r.p1_attribution == "un_par_menage" for r in regles)
        return [f"WHERE {_DU_PERIMETRE}"] * constant + [f"QUALIFY {_UN_PAR_MENAGE}"] * menages


def les_exercices(exercices: Sequence[Exercice], mots: Iterable[str]) -> str:
    """What is known of each year and is read: the members, the rules, the thresholds."""
    contextes = [exercice.contexte(rang) for rang, exercice in enumerate(exercices)]
    types = {c.name: _EN_SQL.get(str(c.type), "VARCHAR[]") for c in CONTEXTE if c.name in {*mots, "annee"}}
    dite = "Les années, et ce qui en dépend : communes membres au 31 décembre, règles de comptage, seuils."
    return _table(dite, "exercices", types, ([contexte[nom] for nom in types] for contexte in contextes))


def les_listes(exercice: Exercice, mots: Collection[str]) -> Iterator[str]:
    """The code lists that are read, and their columns that are."""
    for nom, nomenclature in sorted(exercice.nomenclatures.items()):
        if liste(nom) in mots:
            types = {colonne: "VARCHAR" for colonne in map(str, nomenclature.table) if colonne in mots}
            rangees = nomenclature.table[list(types)].astype("str").to_numpy()
            dite = f"La liste de codes data/reference/nomenclatures/{nom}.csv."
            yield _table(dite, liste(nom), types, rangees)


def le_parc(exercices: Sequence[Exercice]) -> str:
    """The social dwellings of the communes, known or not."""
    types = {"annee": "INTEGER", "commune": "VARCHAR", "logements": "DOUBLE", "est_membre": "BOOLEAN"}
    codes = ((e, code) for e in exercices for code in sorted({*e.communes, *e.parc_social}))
    rangees = ((e.annee, code, e.parc_social.get(code), code in e.communes) for e, code in codes)
    return _table("Le parc social : data/reference/territory/parc_social.csv.", "parc_social", types, rangees)


def _table(dite: str, nom: str, types: Mapping[str, str], rangees: Iterable[Sequence[object]]) -> str:
    """A table written in full; its types are those of a first part, which has no row."""
    colonnes = ", ".join(f"NULL::{genre} AS {colonne}" for colonne, genre in types.items())
    lignes = ",\n".join(f"    ({', '.join(map(_valeur, rangee))})" for rangee in rangees)
    return f"-- {dite}\n{nom} AS (\n  SELECT {colonnes} WHERE false UNION ALL VALUES\n{lignes}\n)"


def _valeur(valeur: object) -> str:
    if isinstance(valeur, list):
        return f"[{', '.join(map(_valeur, valeur))}]"
    return "NULL" if valeur is None else texte(valeur) if isinstance(valeur, str) else str(valeur)
