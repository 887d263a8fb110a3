"""From published rows to the counts behind them: the « cases » that disclosure control protects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan

import pandas as pd

from cil_analysis.comptage.cadre import CLES
from cil_analysis.grammaire.dimensions import MANQUE
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, NON_RENSEIGNE, QPV, Indicateur
from cil_analysis.grammaire.populations import est_publique
from cil_analysis.grammaire.termes import Case, canonique, condition_de_classe, conditions_du_lieu, termes
from cil_analysis.grammaire.vocabulaire import REGLE


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
    for ligne in cadre[CLES].itertuples(index=False):
        indicateur = indicateurs[str(ligne.indicateur)]
        if not indicateur.compte.population:  # Derived from published figures: it shows nothing more.
            releve.lignes.append(())
            continue
        perimetre = str(ligne.perimetre_type), str(ligne.perimetre_code)
        acteur = (str(ligne.acteur_type), str(ligne.acteur_code)) if ligne.acteur_type else None
        comptes = termes(indicateur, perimetre, acteur, str(ligne.modalite), revenus_exclus=revenus_exclus)
        # What is public, such as the stock of social dwellings, is no count of households.
        secrets = [None if case is None or est_publique(case.population) else canonique(case) for case in comptes]
        cases = [case for case in secrets if case is not None]
        releve.lignes.append(tuple(cases))
        releve.denominateurs.update(cases)
        numerateurs.update(cases[:1] if secrets[0] is not None else [])
        listes = {COMMUNE: [COMMUNE], QPV: [QPV]}.get(str(ligne.perimetre_type), [])
        listes += [str(ligne.acteur_type)] if ligne.acteur_type else []
        if ligne.modalite and indicateur.compte.axe not in (MANQUE, REGLE) and not indicateur.compte.drapeaux:
            listes += [nom for nom, _ in condition_de_classe(indicateur, str(ligne.modalite))]
        for case in cases:
            releve.axes.update((case, nom) for nom in listes if case.classe(nom) is not None)
            if acteur and case.conditions == frozenset([acteur]):
                releve.presentes.add(case)
            if ligne.perimetre_code == NON_RENSEIGNE and case.conditions == frozenset(conditions_du_lieu(*perimetre)):
                releve.presentes.add(case)
        if cases and acteur and ligne.acteur_code == NON_RENSEIGNE:  # Listed only where rows of the field name nobody.
            compte = indicateur.compte
            champ = compte.champ + (compte.champ_bailleur if acteur[0] == BAILLEUR else ())
            releve.presentes.add(Case(compte.population, frozenset([*champ, acteur])))
    releve.denominateurs -= numerateurs
    return releve


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


def cases_chiffrees(cadre: pd.DataFrame, lignes: Iterable[tuple[Case, ...]]) -> list[tuple[Case, ...]]:
    """The cases that each row of the frame shows: what cannot be computed shows nothing of them."""
    dites = cadre[["numerateur", "denominateur"]].notna().any(axis=1)
    return [cases if dite else () for cases, dite in zip(lignes, dites, strict=True)]


__all__ = ["Case", "Releve", "cases_chiffrees", "relever", "valeurs_des_cases"]
