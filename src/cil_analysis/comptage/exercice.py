"""Years ready to be counted: the rows of each with the rules that made them, and several that one base counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, cached_property, wraps
from math import nan, prod
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from cil_analysis.comptage.base import Base
from cil_analysis.grammaire.dimensions import Dimension, dimension, mots_de
from cil_analysis.grammaire.indicateur import COMMUNE
from cil_analysis.grammaire.populations import PARC, extrait_de, mesure_de
from cil_analysis.grammaire.registre import Registre, registre_du_logiciel
from cil_analysis.grammaire.termes import LIEU, VARIABLES, Case
from cil_analysis.grammaire.vocabulaire import CONTEXTE, TOUJOURS
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.regles import Regles
from cil_analysis.systemes.colonnes import Booleens

P = ParamSpec("P")
R = TypeVar("R")
Places = npt.NDArray[np.int64]
Tableau = npt.NDArray[np.float64]
Noms = list[npt.NDArray[Any]]
# A year, by its rank, and codes.
Chiffre = tuple[Any, ...]
Comptes = Mapping[Chiffre, float]
# … and a place, an actor and a category, whatever it is of that a figure has.
Rangee = tuple[int, str, str, str]
_PLACES_MAXIMUM = 1 << 24


@dataclass(frozen=True)
class Exercice:
    """The rows of one year and what they are counted by.

    ``lignes``: by population, its rows, none when its extract was not imported; ``population@dimension``: the same
    counts by the classes of a dimension that the extract gives as columns, one row by class. ``communes``: the members
    at 31 December, in report order; ``communes_avec_qpv``: those with a QPV then; ``constantes``: the members in every
    year of the series. ``dictionnaires``: the columns of each extract; ``types``: those that a definition may read.
    ``registre``: what the project counts. ``agreges``: the extracts of which the year has aggregated tables, and rows
    made of them. ``variante``: the rule that is set otherwise, « P3=hors_mutations »; empty for those of the project.
    """

    annee: int
    epci: str
    communes: tuple[str, ...]
    lignes: Mapping[str, pd.DataFrame]
    regles: Regles
    nomenclatures: Mapping[str, Nomenclature]
    parc_social: Mapping[str, float]
    qpv: tuple[str, ...]
    communes_avec_qpv: frozenset[str]
    constantes: frozenset[str]
    dictionnaires: Mapping[str, Dictionnaire]
    types: Mapping[str, str] = field(default_factory=dict)
    registre: Registre = field(default_factory=registre_du_logiciel, repr=False)
    agreges: frozenset[str] = frozenset()
    variante: str = ""

    @cached_property
    def seul(self) -> Ensemble:
        """This year, counted by itself."""
        return Ensemble([self])

    def contexte(self, rang: int) -> dict[str, object]:
        """What classes depend on besides the rows, by the names that the SQL of dimensions calls it."""
        regles, (q1, q2, q3) = self.regles, self.regles.seuils
        return {
            "exercice": rang, "annee": self.annee,
            "communes": list(self.communes), "constantes": sorted(self.constantes),
            "communes_avec_qpv": sorted(self.communes_avec_qpv),
            "p1": regles.p1_attribution, "p3": regles.p3_mutations, "p4": list(regles.p4_financements_exclus),
            "p7": regles.p7_comparaison, "p9": regles.p9_perimetre, "p10": regles.p10_relogement_ru,
            "q1": q1, "q2": q2, "q3": q3, "mois_anormaux": regles.delai_anormal_mois,
            "attente_minimale": regles.attente_minimale,
        }  # fmt: skip

    def dimension(self, nom: str) -> Dimension:
        """A dimension that the rows may be counted by."""
        return dimension(nom, self.nomenclatures)

    def table(self, extrait: str, noms: Iterable[str]) -> str:
        """The rows in which an extract is counted by some dimensions: its own, or those of a dimension in columns.

        What gathers the classes of a dimension in columns is counted in the same rows.
        """
        if extrait in self.agreges:
            return self.croisements.tableau(extrait, noms)
        possibles = (f"{extrait}@{une}" for nom in noms for une in (nom, *self.dimension(nom).reunit))
        return next((table for table in possibles if table in self.lignes), extrait)

    @cached_property
    def croisements(self) -> Croisements:
        """What its aggregated tables tell."""
        return Croisements(self)


class Croisements:
    """What the aggregated tables of a year tell: their commune and one dimension, never two dimensions together."""

    def __init__(self, exercice: Exercice) -> None:
        self._exercice, self._colonnes = exercice, exercice.types.keys() - TOUJOURS
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
        dimensions = (table.partition("@")[2] for table in self._de(extrait))
        return frozenset[str]().union(*(self._lues(nom) for nom in dimensions if nom))

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
        une = self._exercice.dimension(nom)
        return self._mots(nom) & self._colonnes | (set() if une.selon else {*une.colonnes})

    def _mots(self, nom: str) -> Set[str]:
        return mots_de(self._exercice.dimension(nom).sql(self._exercice.nomenclatures))


def une_fois(calcul: Callable[Concatenate[Ensemble, P], R]) -> Callable[Concatenate[Ensemble, P], R]:
    """Keep what is found of some years as long as they are."""

    @wraps(calcul)
    def trouver(ensemble: Ensemble, /, *args: P.args, **kwargs: P.kwargs) -> R:
        cle = (calcul, *args)
        if cle not in ensemble.trouves:
            ensemble.trouves[cle] = calcul(ensemble, *args, **kwargs)
        return cast(R, ensemble.trouves[cle])

    return trouver


class Ensemble:
    """Years of one EPCI or of several, which one base counts together: the first axis of every count."""

    def __init__(self, exercices: Sequence[Exercice]) -> None:
        un, self.exercices = exercices[0], exercices
        self.contextes = [exercice.contexte(rang) for rang, exercice in enumerate(exercices)]
        self.base = Base(self.contextes, [e.lignes for e in exercices], un.nomenclatures, un.types)
        self.trouves: dict[tuple[Any, ...], Any] = {}

    @une_fois
    def tables(self, extrait: str, noms: frozenset[str]) -> Mapping[str, npt.NDArray[np.intp]]:
        """The rows in which an extract is counted by some dimensions, and the years that do; not those without it."""
        trouvees = defaultdict[str, list[int]](list)
        for rang, exercice in enumerate(self.exercices):
            if extrait in exercice.lignes:
                trouvees[exercice.table(extrait, sorted(noms))].append(rang)
        return {table: np.array(rangs) for table, rangs in trouvees.items()}

    @une_fois
    def presentes(self, extrait: str, nom: str) -> Sequence[Set[str]]:
        """The classes of a dimension that each year has rows of."""
        presentes = [set[str]() for _ in self.exercices]
        for rang, classe in self.compter(Case(extrait, frozenset([(nom, LIEU)]))):
            presentes[rang].add(classe)
        return presentes

    @une_fois
    def compter(self, case: Case) -> Comptes:
        """How many rows meet the conditions of a case, or what a stored column adds up to over them (« a:colonne »).

        By figure: a year (its rank), and the codes of the variables that the case has, in the order of ``VARIABLES``.
        One without rows is not there, nor is a stock that is not known. Of several populations together (« a+b »), the
        sum.
        """
        if case.population == PARC:
            return self._logements(case.classe(COMMUNE))
        comptes = defaultdict[Chiffre, float](float)
        for partie in case.parties:
            mesure = mesure_de(partie.population)
            for table, gardees, places, noms in self._situer(partie):
                lignes, poids = self.base.lignes(table).table, None
                if mesure in lignes.column_names:
                    poids = np.nan_to_num(lignes[mesure].to_numpy().astype("float64"))[gardees]
                elif mesure:  # Only another dimension's classes tell it.
                    continue
                vues, sommes = _sommer(places, poids, prod(map(len, noms)))
                for chiffre, somme in zip(_nommer(vues, noms), sommes.tolist(), strict=True):
                    comptes[chiffre] += somme
        return dict(comptes)

    def _situer(self, case: Case) -> Iterator[tuple[str, Booleens, Places, Noms]]:
        """Table by table, which rows meet the conditions, and where each of them goes among the figures of a case.

        A place is one of an array of each year by each class of each variable, whose names are the last.
        """
        fixes = [(nom, valeur) for nom, valeur in case.conditions if valeur not in VARIABLES]
        for table, annees in self.tables(extrait_de(case.population), case.dimensions).items():
            places, noms = self.base.lignes(table).exercices, [np.arange(len(self.exercices))]
            gardees = np.isin(np.arange(len(self.exercices)), annees)[places]
            for nom, valeur in fixes:
                classes = self.base.classes(table, nom)
                gardees &= classes.de_la_ligne == classes.rangs.get(valeur, -1)
            places = places[gardees]
            for nom in case.variables.values():
                classes = self.base.classes(table, nom)
                places = places * len(classes.noms) + classes.de_la_ligne[gardees]
                noms.append(classes.noms)
            yield table, gardees, places, noms

    def lire(self, case: Case, rangees: Sequence[Rangee]) -> Tableau:
        """The counts of a case in rows of figures, 0 without rows; NaN where a stock is not known."""
        absent = nan if case.population == PARC else 0.0
        return en_rangees(self.compter(case), case.variables, rangees, absent)

    def resumer(self, case: Case, requete: str, colonnes: Iterable[str]) -> Iterator[tuple[Chiffre, dict[str, Any]]]:
        """What a query gives of the rows of each figure of a case (see :meth:`compter`), which it calls « chiffre ».

        ``colonnes``: what it reads of the rows, which it calls « chiffrees ».
        """
        morceaux, chiffres = list[pa.Table](), dict[Chiffre, int]()
        for partie in case.parties:
            for table, gardees, places, noms in self._situer(partie):
                vues, siens = np.unique(places, return_inverse=True)
                rangs = [chiffres.setdefault(chiffre, len(chiffres)) for chiffre in _nommer(vues, noms)]
                lues = self.base.lire(table, colonnes).filter(pa.array(gardees))
                morceaux.append(lues.append_column("chiffre", pa.array(np.array(rangs, dtype="int64")[siens])))
        if morceaux:
            tous = list(chiffres)
            for rangee in self.base.interroger(pa.concat_tables(morceaux, promote_options="permissive"), requete):
                yield tous[rangee["chiffre"]], rangee

    def _logements(self, commune: str | None) -> Comptes:
        """The stock of the communes, each by itself, of one of them, or of all of them."""
        stocks: dict[Chiffre, float] = {}
        for rang, exercice in enumerate(self.exercices):
            if commune == LIEU:
                stocks |= {(rang, code): logements for code, logements in exercice.parc_social.items()}
            else:
                siennes = exercice.communes if commune is None else [commune]
                stocks[rang,] = sum(exercice.parc_social.get(code, nan) for code in siennes)
        return stocks


def en_rangees(lus: Comptes, variables: Iterable[str], rangees: Sequence[Rangee], absent: float) -> Tableau:
    """What is known of figures by their variables, in rows; ``absent``: what it is of the others."""
    rangs = [0, *(1 + VARIABLES.index(variable) for variable in variables)]
    return np.array([lus.get(tuple([rangee[rang] for rang in rangs]), absent) for rangee in rangees], dtype="float64")


def _sommer(places: Places, poids: Tableau | None, taille: int) -> tuple[Places, Tableau]:
    """The places that have rows, and how many, or what these weigh; ``taille``: how many places there are."""
    vues = np.arange(0)
    if taille > _PLACES_MAXIMUM:  # The communes of a region, by those that households come from.
        vues, places = np.unique(places, return_inverse=True)
    sommes = np.bincount(places, poids).astype("float64")
    remplies = np.flatnonzero(sommes)
    return (vues[remplies] if len(vues) else remplies), sommes[remplies]


def _nommer(places: Places, noms: Noms) -> Iterator[Chiffre]:
    """The figures that are at some places."""
    rangs = np.unravel_index(places, tuple(map(len, noms)))
    return zip(*(siens[vus].tolist() for siens, vus in zip(noms, rangs, strict=True)), strict=True)
