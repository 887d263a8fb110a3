"""One year ready to be counted: its rows with their classes, and the rules that made them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.comptage.agregats import Croisements
from cil_analysis.comptage.base import Base, Cle, Resume
from cil_analysis.grammaire.dimensions import Dimension, dimension
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, PARC, extrait_de, mesure_de, source_de
from cil_analysis.grammaire.populations import population as population_dite
from cil_analysis.grammaire.registre import Registre, registre_du_logiciel
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.regles import Regles
from cil_analysis.systemes.preparations import DES_MENAGES

Tableau = npt.NDArray[np.float64]
Booleens = npt.NDArray[np.bool_]


class Axes(NamedTuple):
    """The codes that the variables of a case take: the figures are each place by each actor by each category."""

    lieux: Sequence[str] = ("",)
    acteurs: Sequence[str] = ("",)
    modalites: Sequence[str] = ("",)

    @property
    def forme(self) -> tuple[int, int, int]:
        """The shape of the figures."""
        return len(self.lieux), len(self.acteurs), len(self.modalites)


_SANS_VARIABLE = Axes()


@dataclass(frozen=True)
class Exercice:
    """The rows of one year and what they are counted by.

    ``lignes``: by population, its rows, none when its extract was not imported: a signed lease, an active request at 31
    December, a radiation, a proposal… ``population@dimension``: the same counts by the classes of a dimension that
    the extract gives as columns, one row by class. ``communes``: the members at 31 December, in report order;
    ``communes_avec_qpv``: those with a QPV then; ``constantes``: those that are members in every year of the series.
    ``dictionnaires``: the columns of each extract; ``types``: those that a definition may read. ``registre``: what the
    project counts. ``agreges``: the extracts of which the year has aggregated tables, whose rows :mod:`.agregats`
    makes.
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
    rang: int = 0
    base_commune: Base | None = field(default=None, repr=False)

    @cached_property
    def base(self) -> Base:
        """What counts the rows: of this year, unless it is one of several (see :func:`ensemble`)."""
        return self.base_commune or _base([self])

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
        }  # fmt: skip

    def dimension(self, nom: str) -> Dimension:
        """A dimension that the rows may be counted by."""
        return dimension(nom, self.nomenclatures, self.registre.dimensions)

    def presentes(self, population: str, nom: str) -> Set[str]:
        """The classes of a dimension that have rows of a population."""
        return self.base.classes(self._table(population, (nom,)), self.rang, nom).rangs.keys()

    def compter(self, case: Case, axes: Axes = _SANS_VARIABLE) -> Tableau:
        """How many rows meet the conditions of a case, or what a stored column adds up to over them (« a:colonne »).

        For each figure of ``axes``, along those that the case has a variable of; the others are one long. Of several
        populations together (« a+b »), the sum. NaN where an extract was not imported, or a stock is not known.
        """
        if "+" in case.population:
            parties = [self.compter(partie, axes) for partie in case.parties]
            return sum(parties[1:], start=parties[0])
        if case.population == PARC:
            return self._logements(case, axes)
        if extrait_de(case.population) not in self.lignes:
            return np.array(np.nan)
        noms, valeurs = _triees(case)
        table, mesure = self._table(case.population, noms), mesure_de(case.population)
        if mesure and mesure not in self.base.remplies(table, self.rang):
            return np.array(0.0)  # Only another dimension's classes tell it.
        return _prendre(self.base.compter(table, self.rang, noms, mesure), valeurs, axes).astype("float64")

    def prevoir(self, case: Case) -> None:
        """Say that a case will be counted."""
        for population, _ in case.parties:
            if extrait_de(population) in self.lignes and population != PARC:
                self.base.prevoir(self._table(population, case.dimensions), case.dimensions)

    def connait(self, population: str, colonne: str) -> bool:
        """Whether a stored column has a value in the rows that a population is counted in."""
        extrait = extrait_de(population)
        return extrait in self.lignes and colonne in self.base.remplies(extrait, self.rang)

    def resumer(self, case: Case, axes: Axes, *agregats: str) -> Iterator[Any]:
        """What aggregates give of the rows of each figure of a case; None where there is no row."""
        noms, valeurs = _triees(case)
        resume = self.base.resumer(self._table(case.population, noms), self.rang, noms, *agregats)
        return iter(np.broadcast_to(_prendre(resume, valeurs, axes), axes.forme).ravel())

    def _table(self, population: str, noms: Iterable[str]) -> str:
        """The rows in which a population is counted by some dimensions: its own, or those of a dimension in columns."""
        extrait = extrait_de(population)
        if extrait in self.agreges:
            return self._croisements.tableau(extrait, noms)
        en_colonnes = [table for nom in noms if (table := f"{extrait}@{nom}") in self.lignes]
        return en_colonnes[0] if en_colonnes else extrait

    def _logements(self, case: Case, axes: Axes) -> Tableau:
        """The stock of the communes of a case, or of all of them."""
        commune = case.classe("commune")
        codes = self.communes if commune is None else axes.lieux if commune == LIEU else [commune]
        logements = np.array([self.parc_social.get(code, np.nan) for code in codes], dtype="float64")
        return logements.reshape(-1, 1, 1) if commune else logements.sum()

    def absences(self, cases: Iterable[Case | None], axes: Axes = _SANS_VARIABLE) -> tuple[str, ...]:
        """What is missing to count cases, in words: an extract, a column, a threshold. None: they can be counted."""
        manques: dict[str, None] = {}
        for case in _parties(cases):
            if case.population != PARC:
                manques |= dict.fromkeys(self._manques(case.population, _triees(case)[0]))
            elif np.isnan(self._logements(case, axes)).any():
                manques["parc social à renseigner"] = None
        return tuple(manques)

    def inconnus(self, cases: Iterable[Case | None], axes: Axes) -> Booleens | bool:
        """Whether something is missing to count cases, for each figure."""
        inconnus: Booleens | bool = False
        for case in _parties(cases):
            if case.population == PARC:
                inconnus = inconnus | np.isnan(self._logements(case, axes))
            else:
                inconnus = inconnus | bool(self._manques(case.population, _triees(case)[0]))
        return inconnus

    @cached_property
    def _manques(self) -> Callable[[str, Cle], tuple[str, ...]]:
        """What is missing to count the rows of a population by some dimensions, found once."""
        return cache(lambda population, noms: tuple(self._chercher_les_manques(population, noms)))

    @cached_property
    def _absences(self) -> Callable[[str, str], tuple[str, ...]]:
        """What is missing to class rows by a dimension, found once."""
        return cache(lambda extrait, nom: tuple(self._absences_de(extrait, nom)))

    def _chercher_les_manques(self, population: str, noms: Cle) -> Iterator[str]:
        """Their extract, what they add up, or a class."""
        extrait, mesure = extrait_de(population), mesure_de(population)
        if source_de(extrait) in self.agreges:
            yield from self._manques_des_agregats(extrait, mesure, noms)
            return
        if extrait not in self.lignes:
            yield population_dite(extrait).manque or f"extrait « {self._fichier(extrait)} » non importé"
            return
        if sauf := population_dite(extrait).sauf:
            yield from self._manques_d_un_reste(source_de(extrait), sauf)
        if mesure and mesure not in self.base.remplies(self._table(extrait, noms), self.rang):
            yield population_dite(population).manque or self._colonne_absente(extrait, mesure)
        for nom in noms:
            yield from self._absences(extrait, nom)

    def _manques_d_un_reste(self, lignes: str, sauf: str) -> Iterator[str]:
        """What is missing to tell which rows are of none of the households of another extract."""
        if sauf in self.agreges:
            yield f"{lignes} que rien ne rattache aux {sauf} des tableaux agrégés"
        elif sauf not in self.lignes:
            yield f"extrait « {self._fichier(sauf)} » non importé"

    def _absences_de(self, extrait: str, nom: str) -> Iterator[str]:
        """What is missing to class rows by a dimension."""
        classement, table = self.dimension(nom), self._table(extrait, [nom])
        # Where nothing was derived, the extract still tells what it gives.
        if not len(self.lignes[table]) and source_de(extrait) in self.lignes:
            table = source_de(extrait)
        absente = self.base.colonne_absente(table, nom, self.rang)
        if absente in DES_MENAGES and extrait == "propositions" and self.agreges:
            yield "propositions que rien ne rattache aux ménages des tableaux agrégés"
        elif absente is not None:
            yield classement.manque or self._colonne_absente(extrait, absente)
        contexte = self.contexte(self.rang) if classement.parametres else {}
        yield from (dit for parametre, dit in classement.parametres.items() if contexte[parametre] is None)

    def _manques_des_agregats(self, extrait: str, mesure: str, noms: Cle) -> Iterator[str]:
        """What aggregated tables do not tell of households: a column, or its crossing with another."""
        if extrait not in self.agreges or mesure:
            yield "ce que des tableaux agrégés ne disent pas"
            return
        if extrait == "attributions" and self.regles.p1_attribution == "un_par_menage":
            yield "règle P1 : les tableaux agrégés comptent des baux, et non des ménages"
        inconnues = self._croisements.inconnues(noms, self._table(extrait, noms))
        donnees, connues = self._croisements.donnees(extrait), self.dictionnaires[extrait].colonnes
        for colonne in sorted(inconnues - donnees):  # One without a name is what a program makes of rows.
            dite = f"{self._colonne_absente(extrait, colonne)} des tableaux agrégés"
            yield dite if colonne in connues else "ce que des tableaux agrégés ne disent pas"
        if inconnues & donnees:
            yield "croisement que les tableaux agrégés ne font pas"
        contexte = self.contexte(self.rang)
        for nom in noms:
            for mot in sorted(self._croisements.parametres(nom)):
                if contexte[mot] is None:
                    yield self.dimension(nom).parametres.get(mot, f"seuil « {mot} » à renseigner")

    @cached_property
    def _croisements(self) -> Croisements:
        return Croisements(self.lignes, self.dimension, self.nomenclatures, self.types)

    def _colonne_absente(self, extrait: str, colonne: str) -> str:
        dictionnaire = self.dictionnaires.get(self._fichier(extrait))
        connue = dictionnaire and dictionnaire.colonnes.get(colonne)
        return f"colonne « {connue.libelle if connue else colonne} » absente"

    def _fichier(self, extrait: str) -> str:
        """The extract that rows were imported from."""
        return AUTRES_EXTRAITS.get(source_de(extrait), source_de(extrait))


def ensemble(exercices: Sequence[Exercice]) -> list[Exercice]:
    """The same years, which one base counts together."""
    base = _base(exercices) if exercices else None
    return [replace(exercice, base_commune=base, rang=rang) for rang, exercice in enumerate(exercices)]


def _base(exercices: Sequence[Exercice]) -> Base:
    contextes = [exercice.contexte(rang) for rang, exercice in enumerate(exercices)]
    un = exercices[0]
    return Base(contextes, [e.lignes for e in exercices], un.nomenclatures, un.types, un.registre.dimensions)


# The axis that each variable goes along.
_RANGS = {LIEU: 0, ACTEUR: 1, MODALITE: 2}


@cache
def _triees(case: Case) -> tuple[Cle, Cle]:
    """The dimensions of a case, and the class or the variable that it has in each."""
    conditions = sorted(case.conditions)
    return tuple(nom for nom, _ in conditions), tuple(valeur for _, valeur in conditions)


def _prendre(resume: Resume, demandees: Cle, axes: Axes) -> npt.NDArray[Any]:
    """What a summary has of some classes: along the axis of each variable, the others being one long."""
    valeurs, forme, places = resume.valeurs, [1, 1, 1, 1], list[int]()
    for valeur, rangs in zip(demandees, resume.rangs, strict=True):
        place = _RANGS.get(valeur, 3)
        codes = axes[place] if place < 3 else (valeur,)
        valeurs = valeurs.take([rangs.get(code, len(rangs)) for code in codes], axis=len(places))
        forme[place] = len(codes)
        places.append(place)
    return valeurs.transpose(np.argsort(places)).reshape(forme[:3])


def _parties(cases: Iterable[Case | None]) -> Iterator[Case]:
    """The cases one population at a time."""
    return (partie for case in cases if case is not None for partie in case.parties)
