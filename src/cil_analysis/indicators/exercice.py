"""One year ready to be counted: its rows with their classes, and the rules that made them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from cil_analysis.indicators.classement import Contexte
from cil_analysis.indicators.colonnes import Booleens, Classes, Colonnes, Rangs
from cil_analysis.indicators.croisement import Axes, Tableau, denombrer, places, repartir
from cil_analysis.indicators.derives import ABSENCES
from cil_analysis.indicators.dimensions import MANQUE, dimension
from cil_analysis.indicators.regles import Regles
from cil_analysis.indicators.termes import DE_GOUVERNANCE, LIEU, PARC, Case, extrait_de, mesure_de, source_de
from cil_analysis.reference.nomenclatures import Nomenclature

EXTRAITS = ("attributions", "demandes", "radiations", "propositions")
# The extracts of the other systems, and the name under which their rows are counted: « parc » is the public stock.
AUTRES_EXTRAITS = {"flux": "flux", "occupation": "occupation", "rpls": "parc"}
_SANS_VARIABLE = Axes()


@dataclass(frozen=True)
class Exercice:
    """The rows of one year and what they are counted by.

    ``lignes``: by population, its rows, none when its extract was not imported: a signed lease, an active request at 31
    December, a radiation, a proposal… ``population@dimension``: the same counts by the classes of a dimension that
    the extract gives as columns, one row by class. ``communes``: the members at 31 December, in report order;
    ``communes_avec_qpv``: those with a QPV then; ``constantes``: those that are members in every year of the series.
    ``colonnes``: by extract, the stored columns whose completeness counts; ``libelles``: what users call them.
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
    colonnes: Mapping[str, tuple[str, ...]]
    libelles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _lues: dict[str, Colonnes] = field(default_factory=dict, repr=False)
    _classes: dict[tuple[str, str], Classes] = field(default_factory=dict, init=False, repr=False)
    _absences: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)
    _connus: dict[tuple[str, frozenset[str]], tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)
    _comptes: dict[tuple[str, tuple[str, ...]], Tableau] = field(default_factory=dict, init=False, repr=False)

    @property
    def attributions(self) -> pd.DataFrame:
        """One row is one lease."""
        return self.lignes["attributions"]

    @property
    def demandes(self) -> pd.DataFrame | None:
        """One row is one active request at 31 December; None when the extract was not imported."""
        return self.lignes.get("demandes")

    @cached_property
    def contexte(self) -> Contexte:
        """What classes depend on besides the rows."""
        return Contexte(
            self.annee, self.communes, self.constantes, self.nomenclatures, self.regles, self.communes_avec_qpv
        )

    def lues(self, extrait: str) -> Colonnes:
        """The columns of an extract, each read once."""
        if extrait not in self._lues:
            self._lues[extrait] = Colonnes(self.lignes[extrait])
        return self._lues[extrait]

    def classes(self, extrait: str, nom: str) -> Classes:
        """The class of each row of an extract in a dimension."""
        cle = extrait, nom
        if cle not in self._classes:
            contexte = self.contexte
            self._classes[cle] = dimension(nom, contexte).classer(self.lues(extrait), contexte)
        return self._classes[cle]

    def classes_de(self, population: str, nom: str) -> Classes:
        """The classes of a dimension, in the rows in which a population is counted by it."""
        return self.classes(self._table(population, [nom]), nom)

    def compter(self, case: Case, axes: Axes = _SANS_VARIABLE) -> Tableau:
        """How many rows meet the conditions of a case, or what a stored column adds up to over them (« a:colonne »).

        For each figure of ``axes``, along those that the case has a variable of; the others are one long. Of several
        populations together (« a+b »), the sum. NaN where an extract was not imported, or a stock is not known.
        """
        populations = case.population.split("+")
        if len(populations) > 1:
            comptes = [self.compter(Case(nom, case.conditions), axes) for nom in populations]
            return sum(comptes[1:], start=comptes[0])
        if case.population == PARC:
            return self._logements(case, axes)
        if extrait_de(case.population) not in self.lignes:
            return np.array(np.nan)
        noms = tuple(sorted(nom for nom, _ in case.conditions))
        if (case.population, noms) not in self._comptes:
            self._comptes[case.population, noms] = self._croiser(case.population, noms)
        tableau = self._comptes[case.population, noms]
        return np.asarray(tableau[places(case, self._classements(case.population, noms), axes)])

    def repartir(self, case: Case, axes: Axes) -> Iterator[Rangs]:
        """The rows that each figure of a case counts, by their rank in the frame of its population."""
        noms = sorted(nom for nom, _ in case.conditions)
        return repartir(case, self._classements(case.population, noms), len(self.lues(case.population)), axes)

    def _table(self, population: str, noms: Iterable[str]) -> str:
        """The rows in which a population is counted by some dimensions: its own, or those of a dimension in columns."""
        extrait = extrait_de(population)
        en_colonnes = [table for nom in noms if (table := f"{extrait}@{nom}") in self.lignes]
        return en_colonnes[0] if en_colonnes else extrait

    def _classements(self, population: str, noms: Sequence[str]) -> list[Classes]:
        table = self._table(population, noms)
        return [self.classes(table, nom) for nom in noms]

    def _croiser(self, population: str, noms: Sequence[str]) -> Tableau:
        """The count of each combination of classes of some dimensions."""
        table, mesure = self._table(population, noms), mesure_de(population)
        lignes, classements = self.lues(table), self._classements(population, noms)
        if not mesure:
            return denombrer(classements, len(lignes), None)
        poids = np.nan_to_num(lignes.nombres(mesure))  # Zero where it is only told by another dimension's classes.
        return denombrer(classements, len(lignes), poids)

    def _logements(self, case: Case, axes: Axes) -> Tableau:
        """The stock of the communes of a case, or of all of them."""
        commune = case.classe("commune")
        if commune is None:
            return np.array(sum(self._parc(self.communes)))
        return np.array(self._parc(axes.lieux if commune == LIEU else [commune])).reshape(-1, 1, 1)

    def _parc(self, communes: Iterable[str]) -> list[float]:
        return [self.parc_social.get(code, float("nan")) for code in communes]

    def absences(self, cases: Iterable[Case | None], axes: Axes = _SANS_VARIABLE) -> tuple[str, ...]:
        """What is missing to count cases, in words: an extract, a column, a threshold. None: they can be counted."""
        manques: dict[str, None] = {}
        for case in _simples(cases):
            if case.population != PARC:
                manques |= dict.fromkeys(self._manques(case.population, case.dimensions))
            elif np.isnan(self._logements(case, axes)).any():
                manques["parc social à renseigner"] = None
        return tuple(manques)

    def inconnus(self, cases: Iterable[Case | None], axes: Axes) -> Booleens | bool:
        """Whether something is missing to count cases, for each figure."""
        inconnus: Booleens | bool = False
        for case in _simples(cases):
            if case.population == PARC:
                inconnus = inconnus | np.isnan(self._logements(case, axes))
            else:
                inconnus = inconnus | bool(self._manques(case.population, case.dimensions))
        return inconnus

    def _manques(self, population: str, noms: frozenset[str]) -> tuple[str, ...]:
        """What is missing to count a population by some dimensions."""
        if (population, noms) not in self._connus:
            self._connus[population, noms] = tuple(self._chercher_les_manques(population, sorted(noms)))
        return self._connus[population, noms]

    def _chercher_les_manques(self, population: str, noms: Sequence[str]) -> Iterable[str]:
        extrait = extrait_de(population)
        if extrait in self.lignes:
            yield from self._mesure_absente(population, noms)
            yield from self._colonnes_absentes(extrait, noms)
        elif extrait in DE_GOUVERNANCE:
            yield DE_GOUVERNANCE[extrait]
        else:
            source = source_de(extrait)
            yield f"extrait « {AUTRES_EXTRAITS.get(source, source)} » non importé"

    def _mesure_absente(self, population: str, noms: Sequence[str]) -> Iterable[str]:
        mesure, extrait = mesure_de(population), extrait_de(population)
        if mesure and not self.lues(self._table(population, noms)).donnee(mesure):
            yield ABSENCES.get(population) or f"colonne « {self._libelle(extrait, mesure)} » absente"

    def _colonnes_absentes(self, extrait: str, noms: Iterable[str]) -> Iterable[str]:
        for nom in noms:
            if (extrait, nom) not in self._absences:
                self._absences[extrait, nom] = tuple(self._absences_de(extrait, nom))
            yield from self._absences[extrait, nom]

    def _libelle(self, extrait: str, colonne: str) -> str:
        source = source_de(extrait)
        return self.libelles.get(AUTRES_EXTRAITS.get(source, source), {}).get(colonne, colonne)

    def _absences_de(self, extrait: str, nom: str) -> Iterable[str]:
        contexte = self.contexte
        classement = dimension(nom, contexte)
        table = self._table(extrait, [nom])
        # Where nothing was derived, the extract still tells what it gives.
        if not len(self.lues(table)) and source_de(extrait) in self.lignes:
            table = source_de(extrait)
        absente = classement.colonne_absente(self.lues(table), contexte)
        if absente is not None:
            yield classement.manque or f"colonne « {self._libelle(extrait, absente)} » absente"
        if (
            "revenu_uc_annuel_eur" in classement.sources
            and not nom.startswith(MANQUE)
            and self.regles.seuils[0] is None
        ):
            yield "seuil du premier quartile à renseigner"
        if nom.startswith("delai_anormal") and self.regles.delai_anormal_mois is None:
            yield "délai anormalement long à renseigner"


def _simples(cases: Iterable[Case | None]) -> Iterator[Case]:
    """The cases one population at a time."""
    for case in cases:
        if case is not None and "+" in case.population:
            yield from (Case(population, case.conditions) for population in case.population.split("+"))
        elif case is not None:
            yield case
