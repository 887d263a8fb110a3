"""From published rows to the counts behind them: the « cases » that disclosure control protects, and their sums."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import isnan
from typing import NamedTuple

import numpy as np
import pandas as pd

from cil_analysis.comptage.cadre import CLES
from cil_analysis.grammaire.dimensions import MANQUE, NON, OUI
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, NON_RENSEIGNE, QPV, Condition, Indicateur
from cil_analysis.grammaire.populations import est_publique
from cil_analysis.grammaire.termes import Case, canonique, cle_de, condition_de_classe, conditions_du_lieu, termes
from cil_analysis.grammaire.vocabulaire import REGLE

__all__ = ["Case", "Releve", "cases_chiffrees", "cle_de", "par_dimension", "relever", "textes", "valeurs_des_cases"]
RESTE = "reste"


@dataclass
class Releve:
    """The cases behind the rows of one year.

    ``lignes``: for each row of the frame, the cases that its figures show. ``axes``: the cases that are one class of a
    dimension which their table lists class by class. ``presentes``: counts of which a reader knows that they are not
    zero, since an actor without allocation, or a class « non renseigné » without rows, is not listed.
    ``denominateurs``: counts that are no figure by themselves, but what a share or a median rests on.
    """

    lignes: list[tuple[Case, ...]] = field(default_factory=list)
    axes: set[tuple[Case, str]] = field(default_factory=set)
    presentes: set[Case] = field(default_factory=set)
    denominateurs: set[Case] = field(default_factory=set)

    @property
    def communes(self) -> set[str]:
        """Those that a table lists."""
        return {str(case.classe(COMMUNE)) for case, dimension in self.axes if dimension == COMMUNE}


def relever(cadre: pd.DataFrame, indicateurs: Mapping[str, Indicateur], *, revenus_exclus: bool = False) -> Releve:
    """The cases of every row of a year's frame of figures; values do not matter, so that it can be a published one.

    ``revenus_exclus``: rule P8 leaves unknown incomes out of the objectives' denominators.
    """
    releve = Releve()
    numerateurs: set[Case] = set()
    cles = zip(*(textes(cadre[nom]) for nom in CLES if nom != "annee"), strict=True)
    for code, genre, lieu, acteur, nom, modalite in cles:
        ligne = _relever(indicateurs[code], (genre, lieu), (acteur, nom) if acteur else None, modalite, revenus_exclus)
        releve.lignes.append(ligne.cases)
        releve.denominateurs.update(ligne.cases)
        numerateurs.update(ligne.numerateurs)
        releve.axes.update(ligne.axes)
        releve.presentes.update(ligne.presentes)
    releve.denominateurs -= numerateurs
    return releve


def textes(colonne: pd.Series) -> list[str]:
    """The texts of a column; those that are equal are one object, which is quick to look for."""
    rangs, valeurs = pd.factorize(colonne, use_na_sentinel=False)
    lus: list[str] = np.array([str(valeur) for valeur in valeurs], dtype=object)[rangs].tolist()
    return lus


class _Ligne(NamedTuple):
    """What one row shows (see :class:`Releve`); ``numerateurs``: its first count, when it is a secret."""

    cases: tuple[Case, ...] = ()
    numerateurs: tuple[Case, ...] = ()
    axes: tuple[tuple[Case, str], ...] = ()
    presentes: tuple[Case, ...] = ()


@lru_cache(1 << 16)  # The same in each year, and read back from what is published.
def _relever(
    indicateur: Indicateur, perimetre: Condition, acteur: Condition | None, modalite: str, revenus_exclus: bool
) -> _Ligne:
    if not indicateur.compte.population:  # Derived from published figures: it shows nothing more.
        return _Ligne()
    compte = indicateur.compte
    comptes = termes(indicateur, perimetre, acteur, modalite, revenus_exclus=revenus_exclus)
    # What is public, such as the stock of social dwellings, is no count of households.
    secrets = [None if case is None or est_publique(case.population) else canonique(case) for case in comptes]
    cases = tuple(case for case in secrets if case is not None)
    listes = [perimetre[0]] if perimetre[0] in (COMMUNE, QPV) else []
    listes += [acteur[0]] if acteur else []
    if modalite and compte.axe not in (MANQUE, REGLE) and not compte.drapeaux:
        listes += [nom for nom, _ in condition_de_classe(indicateur, modalite)]
    seules = [frozenset([acteur])] if acteur else []
    if perimetre[1] == NON_RENSEIGNE:
        seules.append(frozenset(conditions_du_lieu(*perimetre)))
    presentes = [case for case in cases if case.conditions in seules]
    if cases and acteur and acteur[1] == NON_RENSEIGNE:  # Listed only where rows of the field name nobody.
        champ = compte.champ + (compte.champ_bailleur if acteur[0] == BAILLEUR else ())
        presentes.append(Case(compte.population, frozenset([*champ, acteur])))
    axes = tuple((case, nom) for case in cases for nom in listes if case.classe(nom) is not None)
    return _Ligne(cases, cases[: secrets[0] is not None], axes, tuple(presentes))


def par_dimension(cases: Iterable[Case], dimensions: Collection[str]) -> Mapping[Case, Mapping[str, dict[str, Case]]]:
    """What cases are classes of, in some dimensions: the count without the dimension → dimension → class → case."""
    rangees: defaultdict[Case, defaultdict[str, dict[str, Case]]] = defaultdict(lambda: defaultdict(dict))
    for case in cases:
        for dimension, classe in case.conditions:
            if dimension in dimensions:
                rangees[case.sans(dimension)][dimension][classe] = case
    return rangees


def cases_chiffrees(cadre: pd.DataFrame, releve: Releve) -> list[tuple[Case, ...]]:
    """The cases that each row shows: none where it has no figure, as when the extract lacks a column."""
    chiffrees = cadre[["numerateur", "denominateur"]].notna().any(axis=1)
    return [cases if chiffree else () for cases, chiffree in zip(releve.lignes, chiffrees, strict=True)]


def valeurs_des_cases(cadre: pd.DataFrame, lignes: Iterable[tuple[Case, ...]]) -> dict[Case, float]:
    """The count of each case that a row of the frame gives. Raises ValueError when two rows disagree."""
    valeurs: dict[Case, float] = {}
    nombres = cadre[["numerateur", "denominateur"]].to_numpy("float64")
    for cases, (numerateur, denominateur) in zip(lignes, nombres, strict=True):
        # A statistic has no numerator: its only case is the households that it is made from.
        for case, nombre in zip(
            cases, [denominateur] if isnan(numerateur) else [numerateur, denominateur], strict=False
        ):
            if not isnan(nombre) and valeurs.setdefault(case, nombre) != nombre:
                raise ValueError(f"{case.cle} is counted twice: {valeurs[case]:g} and {nombre:g}")
    return valeurs


@dataclass(frozen=True)
class Relation:
    """``total`` is the sum of ``parties``."""

    total: Case
    parties: tuple[Case, ...]


@dataclass(frozen=True)
class Inegalite:
    """Cases, each times a whole number, add up to ``minimum`` at least."""

    termes: tuple[tuple[Case, int], ...]
    minimum: int = 0

    def tient(self, valeurs: Mapping[Case, float]) -> bool:
        """Whether it holds of counts that are all known."""
        return self.connue(valeurs) and sum(poids * valeurs[case] for case, poids in self.termes) >= self.minimum

    def connue(self, valeurs: Mapping[Case, float]) -> bool:
        """Whether all its counts are known."""
        return all(case in valeurs for case, _ in self.termes)


def au_plus(partie: Case, tout: Case) -> Inegalite:
    """A part is no larger than its whole."""
    return Inegalite(((tout, 1), (partie, -1)))


@dataclass
class Systeme:
    """The relations of a year, and the inequalities that no relation tells.

    ``restes``: what is left over by a difference and would tell of households. ``nulles``: counts that are zero, since
    a table that would list them does not. ``neutres``: the dimensions in which what is left over tells of nobody.
    """

    neutres: frozenset[str] = frozenset()
    relations: list[Relation] = field(default_factory=list)
    inegalites: list[Inegalite] = field(default_factory=list)
    restes: set[Case] = field(default_factory=set)
    nulles: set[Case] = field(default_factory=set)

    def ajouter(self, total: Case, parties: Iterable[Case], *restes: Case, reste: str | None = None) -> None:
        """Add that a total is the sum of parts, and of ``restes``, which tell of households.

        ``reste``: the dimension in which something may be left over.
        """
        self.restes.update(restes)
        termes = sorted([*parties, *restes], key=cle_de)
        if reste is not None and (len(termes) != 2 or {case.classe(reste) for case in termes} != {OUI, NON}):
            case = total.avec((reste, RESTE))
            termes.append(case)
            if reste not in self.neutres:
                self.restes.add(case)
        self.relations.append(Relation(total, tuple(termes)))
