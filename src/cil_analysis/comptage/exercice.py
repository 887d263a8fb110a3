"""Years ready to be counted: the rows of each with the rules that made them, and several that one base counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from cil_analysis.comptage.axes import Axe, Axes, Booleens, Rangs, Tableau
from cil_analysis.comptage.base import Base
from cil_analysis.grammaire.dimensions import Dimension, dimension, mots_de
from cil_analysis.grammaire.populations import PARC, extrait_de, mesure_de
from cil_analysis.grammaire.registre import Registre, registre_du_logiciel
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case
from cil_analysis.grammaire.vocabulaire import CONTEXTE
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.regles import Regles

P = ParamSpec("P")
R = TypeVar("R")
Places = npt.NDArray[np.int64]
# What is known of a row of any table.
_TOUJOURS = frozenset({"commune_insee", *CONTEXTE.names})
# The axis that each variable goes along.
_RANGS = {LIEU: 0, ACTEUR: 1, MODALITE: 2}


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
        return dimension(nom, self.nomenclatures, self.registre.dimensions)

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
        self.base = Base(
            self.contextes, [e.lignes for e in exercices], un.nomenclatures, un.types, un.registre.dimensions
        )
        self.trouves: dict[tuple[Any, ...], Any] = {}
        self._axes: dict[tuple[tuple[str | None, ...], ...], Axe] = {}

    def axe(self, codes: Iterable[Sequence[str | None]]) -> Axe:
        """The axis of some codes by year: the same one, where they are the same."""
        cle = tuple(map(tuple, codes))
        if cle not in self._axes:
            self._axes[cle] = Axe(cle)
        return self._axes[cle]

    @cached_property
    def sans_variable(self) -> Axes:
        """The axes of a count without variables."""
        seul = self.axe([("",)] * len(self.exercices))
        return Axes(seul, seul, seul)

    def selon(self, vrai: Iterable[bool]) -> Booleens:
        """What is true of each year, along the first axis."""
        return np.fromiter(vrai, bool, len(self.exercices)).reshape(-1, 1, 1, 1)

    @une_fois
    def tables(self, extrait: str, noms: frozenset[str]) -> Mapping[str, npt.NDArray[np.intp]]:
        """The rows in which an extract is counted by some dimensions, and the years that do; not those without it."""
        trouvees = defaultdict[str, list[int]](list)
        for rang, exercice in enumerate(self.exercices):
            if extrait in exercice.lignes:
                trouvees[exercice.table(extrait, sorted(noms))].append(rang)
        return {table: np.array(rangs) for table, rangs in trouvees.items()}

    @une_fois
    def presentes(self, extrait: str, nom: str) -> Sequence[frozenset[str]]:
        """The classes of a dimension that each year has rows of."""
        trouvees = [frozenset[str]()] * len(self.exercices)
        for table, rangs in self.tables(extrait, frozenset([nom])).items():
            classes = self.base.classes(table, nom)
            vues = np.zeros((len(self.exercices), len(classes.rangs)), dtype=bool)
            vues[self.base.lignes(table).exercices, classes.de_la_ligne] = True
            for rang in rangs.tolist():
                trouvees[rang] = frozenset(classes.noms[vues[rang]])
        return trouvees

    def compter(self, case: Case, axes: Axes | None = None) -> Tableau:
        """How many rows meet the conditions of a case, or what a stored column adds up to over them (« a:colonne »).

        For each year and figure of ``axes``, along those that the case has a variable of; the others are one long. Of
        several populations together (« a+b »), the sum. NaN where an extract was not imported, or a stock is not known.
        """
        siens = self.ses_axes(case, axes or self.sans_variable)
        lire = self._logements if case.population == PARC else self._compter
        return sum((lire(partie, siens) for partie in case.parties), start=np.zeros(siens.forme))

    def ses_axes(self, case: Case, axes: Axes) -> Axes:
        """The axes of the variables that a case has."""
        valeurs, seul = {valeur for _, valeur in case.conditions}, self.sans_variable.lieux
        return Axes(*(axe if nom in valeurs else seul for nom, axe in zip(_RANGS, axes, strict=True)))

    @une_fois
    def _compter(self, case: Case, axes: Axes) -> Tableau:
        comptes, mesure = np.full(axes.forme, np.nan), mesure_de(case.population)
        for table, annees, places, gardees in self._situer(case, axes):
            lignes, poids = self.base.lignes(table).table, None
            if mesure in lignes.column_names:
                poids = np.nan_to_num(lignes[mesure].to_numpy().astype("float64"))[gardees]
            elif mesure:  # Only another dimension's classes tell it.
                poids = np.zeros(gardees.sum())
            lus = np.bincount(places[gardees], poids, comptes.size).reshape(axes.forme)
            comptes[annees] = lus[annees]
        return comptes

    def _situer(self, case: Case, axes: Axes) -> Iterator[tuple[str, Places, Places, Booleens]]:
        """Where each row goes among the figures of a case, and whether it does: table by table, with its years."""
        for table, annees in self.tables(extrait_de(case.population), case.dimensions).items():
            exercices = places = self.base.lignes(table).exercices
            gardees = np.isin(exercices, annees)
            for nom, valeur in sorted(case.conditions, key=lambda condition: _RANGS.get(condition[1], -1)):
                classes = self.base.classes(table, nom)
                if valeur in _RANGS:
                    axe = axes[_RANGS[valeur]]
                    siens = self._rangs(table, nom, axe)[exercices, classes.de_la_ligne]
                    gardees &= siens >= 0
                    places = places * axe.largeur + siens
                else:
                    gardees &= classes.de_la_ligne == classes.rangs.get(valeur, -1)
            yield table, annees, places, gardees

    @une_fois
    def _rangs(self, table: str, nom: str, axe: Axe) -> Rangs:
        """The place along an axis of each class of a dimension in each year."""
        return axe.rangs(self.base.classes(table, nom).rangs)

    def resumer(
        self, case: Case, axes: Axes, requete: str, colonnes: Iterable[str]
    ) -> Iterator[tuple[tuple[int, ...], dict[str, Any]]]:
        """What a query gives of the rows of each figure of a case (« chiffre »), and the place of the figure.

        ``colonnes``: what it reads of the rows, which it calls « chiffrees ».
        """
        siens, morceaux = self.ses_axes(case, axes), []
        for partie in case.parties:
            for table, _, places, gardees in self._situer(partie, siens):
                lues = self.base.lire(table, colonnes)
                numeros = lues["numero_de_ligne"].to_numpy()
                lues = lues.append_column("chiffre", pa.array(places[numeros]))
                morceaux.append(lues.filter(pa.array(gardees[numeros])))
        if morceaux:
            for rangee in self.base.interroger(pa.concat_tables(morceaux, promote_options="permissive"), requete):
                yield tuple(map(int, np.unravel_index(rangee["chiffre"], siens.forme))), rangee

    def _logements(self, case: Case, axes: Axes) -> Tableau:
        """The stock of the communes of a case, or of all of them; NaN where it is not known."""
        commune, stocks = case.classe("commune"), list[list[float]]()
        for exercice, lieux in zip(self.exercices, axes.lieux.codes, strict=True):
            codes = lieux if commune == LIEU else exercice.communes if commune is None else [commune]
            siens = [0.0 if code is None else exercice.parc_social.get(code, np.nan) for code in codes]
            stocks.append(siens if commune == LIEU else [sum(siens)])
        return np.array(stocks, dtype="float64").reshape(axes.forme)
