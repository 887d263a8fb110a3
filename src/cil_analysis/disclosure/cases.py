"""From published rows to the counts behind them: the « cases » that disclosure control protects.

A case is one count of one year: a population (extract) and the conditions that its rows meet. Two figures that rest on
the same rows (V01 of a commune, the numerator of its T01, the denominator of its T02) are one case: what one of them
shows, all do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import NamedTuple

import pandas as pd

from cil_analysis.indicators.cadre import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    MOIS,
    NON_RENSEIGNE,
    PCT,
    QPV,
    RATIO,
    Compte,
    Condition,
    Indicateur,
)

MANQUE = "manque"
# Where a missing value is a class of a dimension: the two are one count. Column of the extract → dimension, class.
_CLASSE_MANQUANTE: Mapping[str, Condition] = {
    "age": ("tranche_age", NON_RENSEIGNE),
    "composition_familiale": ("composition_familiale", NON_RENSEIGNE),
    "taille_menage": ("classe_taille", NON_RENSEIGNE),
    "situation_professionnelle": ("situation_professionnelle", NON_RENSEIGNE),
    "tranche_plafonds": ("tranche_plafonds", NON_RENSEIGNE),
    "revenu_uc_annuel_eur": ("quartile", NON_RENSEIGNE),
    "bailleur": ("bailleur", NON_RENSEIGNE),
    "reservataire": ("reservataire", NON_RENSEIGNE),
    "typologie": ("typologie", NON_RENSEIGNE),
    "est_en_qpv": ("zone", "INCONNU"),
}


class Case(NamedTuple):
    """One count of a year: how many rows of an extract meet every condition."""

    population: str
    conditions: frozenset[Condition]

    def sans(self, dimension: str) -> Case:
        """The count that no longer distinguishes a dimension."""
        return Case(self.population, frozenset(c for c in self.conditions if c[0] != dimension))

    def avec(self, *conditions: Condition) -> Case:
        """The count restricted further."""
        return Case(self.population, self.conditions | frozenset(conditions))

    def classe(self, dimension: str) -> str | None:
        """The class of a dimension that the count is restricted to."""
        return next((valeur for nom, valeur in self.conditions if nom == dimension), None)

    @property
    def cle(self) -> tuple[str, tuple[Condition, ...]]:
        """A key that sorts, so that everything comes in one order."""
        return self.population, tuple(sorted(self.conditions))


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


def relever(cadre: pd.DataFrame, indicateurs: Mapping[str, Indicateur], *, revenus_exclus: bool = False) -> Releve:
    """The cases of every row of a year's frame of figures; values do not matter, so that it can be a published one.

    ``revenus_exclus``: rule P8 leaves unknown incomes out of the objectives' denominators.
    """
    releve = Releve()
    numerateurs: set[Case] = set()
    for ligne in cadre.itertuples(index=False):
        indicateur = indicateurs[str(ligne.indicateur)]
        compte = indicateur.compte
        lieu = _perimetre(str(ligne.perimetre_type), str(ligne.perimetre_code))
        acteur = [(str(ligne.acteur_type), str(ligne.acteur_code))] if ligne.acteur_type else []
        classe = _classe(compte, str(ligne.indicateur), str(ligne.modalite))
        champ = list(compte.champ) + (list(compte.champ_bailleur) if ligne.acteur_type == BAILLEUR else [])
        if compte.revenus_connus and revenus_exclus:
            champ.append(("revenu", "connu"))
        total = Case(compte.population, frozenset([*champ, *lieu, *acteur, *classe]))
        numerateur, denominateur = _termes(total, indicateur, lieu, acteur, classe)
        cases = [case for case in (numerateur, denominateur) if case is not None]
        releve.lignes.append(tuple(cases))
        releve.denominateurs.update(cases)
        numerateurs.update([] if numerateur is None else [numerateur])
        listes = {COMMUNE: [COMMUNE], QPV: [QPV]}.get(str(ligne.perimetre_type), [])
        listes += [str(ligne.acteur_type)] if ligne.acteur_type else []
        listes += [nom for nom, _ in classe] if compte.axe != MANQUE else []
        for case in cases:
            releve.axes.update((case, nom) for nom in listes if case.classe(nom) is not None)
            if acteur and case.conditions == frozenset(acteur):
                releve.presentes.add(case)
            if ligne.perimetre_code == NON_RENSEIGNE and case.conditions == frozenset(lieu):
                releve.presentes.add(case)
        if ligne.acteur_code == NON_RENSEIGNE:  # Listed only where it has rows.
            releve.presentes.add(cases[-1])
    releve.denominateurs -= numerateurs
    return releve


def _termes(
    total: Case, indicateur: Indicateur, lieu: list[Condition], acteur: list[Condition], classe: list[Condition]
) -> tuple[Case | None, Case | None]:
    compte = indicateur.compte
    if indicateur.unite == MOIS:
        return None, total
    if indicateur.unite == RATIO:
        return total, Case(compte.rapporte_a or f"{indicateur.code} (dénominateur)", total.conditions)
    if indicateur.unite != PCT:
        return total, None
    if compte.part_de:
        enlevees = {"perimetre": lieu, "acteur": acteur, "modalite": classe}[compte.part_de]
        return total, Case(total.population, total.conditions - frozenset(enlevees))
    return total.avec(*(compte.public or ((indicateur.code, "oui"),))), total


def _perimetre(genre: str, code: str) -> list[Condition]:
    """The conditions of a perimeter. Raises ValueError for one that nothing links to the others yet."""
    if genre == COMMUNE:
        return [(COMMUNE, code)]
    if genre == QPV:
        return [("zone", "QPV"), (QPV, code)]
    if genre in (EN_QPV, HORS_QPV):
        return [("zone", "QPV" if genre == EN_QPV else "HORS_QPV")]
    if genre == EPCI:
        return []
    raise ValueError(f"{genre!r}: a perimeter must be linked to the others before anything of it is published")


def _classe(compte: Compte, code: str, modalite: str) -> list[Condition]:
    if not modalite:
        return []
    if compte.axe == MANQUE:
        return [_CLASSE_MANQUANTE.get(modalite, (f"{MANQUE}_{modalite}", "oui"))]
    return [(compte.axe or code, modalite)]


def valeurs_des_cases(cadre: pd.DataFrame, lignes: Iterable[tuple[Case, ...]]) -> dict[Case, float]:
    """The count of each case that a row of the frame gives. Raises ValueError when two rows disagree."""
    valeurs: dict[Case, float] = {}
    nombres = cadre[["numerateur", "denominateur"]].to_numpy("float64")
    medianes = cadre["unite"].eq(MOIS).to_numpy()
    for cases, (numerateur, denominateur), est_mediane in zip(lignes, nombres, medianes, strict=True):
        for case, nombre in zip(cases, [denominateur] if est_mediane else [numerateur, denominateur], strict=False):
            if not isnan(nombre) and valeurs.setdefault(case, nombre) != nombre:
                raise ValueError(f"{case.cle} is counted twice: {valeurs[case]:g} and {nombre:g}")
    return valeurs
