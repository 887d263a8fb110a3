"""Counting: from the definition of an indicator to its rows, every perimeter, actor and category completed with zeros.

A commune without allocation has a true zero, so that it is told from one that is masked. Figures that differ by their
codes alone are counted together, as arrays: each place (first axis) by each actor by each category (last axis).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.indicators.cadre import (
    CLES,
    COMMUNE,
    EPCI_CONSTANT,
    NON_CALCULABLE,
    NON_RENSEIGNE,
    PUBLIE,
    SANS_OBJET,
    Indicateur,
    Ventilation,
    cadre_vide,
    encadrer,
    valeurs_des_comptes,
)
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.colonnes import Booleens
from cil_analysis.indicators.croisement import Axes, Tableau, forme
from cil_analysis.indicators.dimensions import MANQUE
from cil_analysis.indicators.enumeration import acteurs, lieux, modalites
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.mesures import mesurer
from cil_analysis.indicators.termes import ACTEUR, LIEU, MODALITE, Case, extrait_de, termes_bruts

Termes = tuple[Case | None, Case | None]
# By their rank in arrays.
_STATUTS = np.array([PUBLIE, SANS_OBJET, NON_CALCULABLE], dtype=object)


class Chiffres(NamedTuple):
    """Figures as arrays of one shape; ``mesures``: the statistics that are no counts; ``statuts``: their ranks."""

    numerateurs: Tableau
    denominateurs: Tableau
    mesures: Tableau
    statuts: npt.NDArray[np.int8]


class Bloc(NamedTuple):
    """The figures of a ventilation of an indicator in a year."""

    indicateur: Indicateur
    annee: int
    ventilation: Ventilation
    axes: Axes
    chiffres: Chiffres

    @property
    def effectif(self) -> int:
        """How many figures."""
        return self.chiffres.statuts.size

    def cles(self) -> Iterator[tuple[str, int, str, str, str, str, str]]:
        """The key of each figure, see ``cadre.CLES``."""
        code, (perimetre, acteur) = self.indicateur.code, (self.ventilation.perimetre, self.ventilation.acteur)
        for lieu, de_l_acteur, modalite in product(self.axes[LIEU], self.axes[ACTEUR], self.axes[MODALITE]):
            yield code, self.annee, perimetre, lieu, acteur, de_l_acteur, modalite


def compter(
    indicateur: Indicateur, exercices: Exercice | Sequence[Exercice], ventilations: Sequence[Ventilation] | None = None
) -> pd.DataFrame:
    """The unmasked figures of an indicator for a year or several, in the frame of figures.

    Where a column, an extract or a threshold is missing, the rows that need it are « non_calculable », without figures.
    """
    annees = [exercices] if isinstance(exercices, Exercice) else exercices
    voulues = indicateur.ventilations if ventilations is None else ventilations
    return en_cadre([bloc for exercice in annees for bloc in blocs(indicateur, exercice, voulues)])


def blocs(indicateur: Indicateur, exercice: Exercice, ventilations: Iterable[Ventilation]) -> Iterator[Bloc]:
    """The figures of an indicator in a year, by ventilation; those that have none are left out."""
    if _est_une_annee_sans(indicateur, exercice):
        return
    for ventilation in ventilations:
        axes = {
            LIEU: lieux(indicateur, exercice, ventilation.perimetre),
            ACTEUR: acteurs(indicateur, exercice, ventilation.acteur),
            MODALITE: modalites(indicateur, exercice, ventilation),
        }
        if all(axes.values()):
            yield Bloc(
                indicateur, exercice.annee, ventilation, axes, _chiffres(indicateur, exercice, ventilation, axes)
            )


def en_cadre(blocs: Sequence[Bloc]) -> pd.DataFrame:
    """The frame of figures of many blocks at once, their rows one below the other."""
    if not blocs:
        return cadre_vide()
    chiffres = [np.concatenate([bloc.chiffres[i].ravel() for bloc in blocs]) for i in range(len(Chiffres._fields))]
    numerateurs, denominateurs, mesures, statuts = chiffres
    effectifs = [bloc.effectif for bloc in blocs]
    unites = np.repeat(np.array([bloc.indicateur.unite for bloc in blocs], dtype=object), effectifs)
    derivees = valeurs_des_comptes(numerateurs, denominateurs, unites)
    colonnes: dict[str, Any] = dict(
        zip(CLES, zip(*(cle for bloc in blocs for cle in bloc.cles()), strict=True), strict=True)
    )
    return encadrer(
        colonnes
        | {
            "numerateur": numerateurs,
            "denominateur": denominateurs,
            "valeur": np.where(np.isnan(mesures), derivees, mesures),
            "unite": unites,
            "statut": _STATUTS[statuts],
        }
    )


def absences(indicateur: Indicateur, exercice: Exercice) -> tuple[str, ...]:
    """Why rows of an indicator cannot be computed in a year, in words; empty when all can.

    A column whose missing values are counted (Q01) is told by its own row.
    """
    if _est_une_annee_sans(indicateur, exercice):
        return ()
    if indicateur.compte.axe == MANQUE:
        return exercice.absences([Case(indicateur.compte.population, frozenset())])
    manques: dict[str, None] = {}
    for ventilation in indicateur.ventilations:
        codes = lieux(indicateur, exercice, ventilation.perimetre)
        if not codes or ventilation.perimetre == EPCI_CONSTANT:
            continue
        axes = {LIEU: codes, ACTEUR: [NON_RENSEIGNE], MODALITE: modalites(indicateur, exercice, ventilation)}
        for cases, cotes in _termes(indicateur, exercice, ventilation, axes):
            manques |= dict.fromkeys(exercice.absences(cases, cotes))
    return tuple(manques)


def _est_une_annee_sans(indicateur: Indicateur, exercice: Exercice) -> bool:
    """Whether an extract that does not come every year has not come in this one."""
    populations = [indicateur.compte.population, *filter(None, [indicateur.compte.rapporte_a])]
    return indicateur.periodique and any(extrait_de(nom) not in exercice.lignes for nom in populations)


def _termes(
    indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation, axes: Axes
) -> Iterator[tuple[Termes, Axes]]:
    """The terms of the figures and whose they are: one pair for all, unless a category is a dimension of its own."""
    compte, perimetre, codes = indicateur.compte, (ventilation.perimetre, LIEU), axes[MODALITE]
    acteur = (ventilation.acteur, ACTEUR) if ventilation.acteur else None
    revenus_exclus = exercice.regles.p8_ressources_manquantes == "exclues"
    if compte.drapeaux or compte.axe == MANQUE:
        morceaux: list[tuple[str, Axes]] = [(code, {**axes, MODALITE: [code]}) for code in codes]
    else:
        morceaux = [(codes[0] and MODALITE, axes)] if codes else []
    for modalite, cotes in morceaux:
        numerateur, denominateur = termes_bruts(indicateur, perimetre, acteur, modalite, revenus_exclus=revenus_exclus)
        if compte.axe == MANQUE:  # Without its threshold, an income may be missing all the same.
            numerateur = Case(compte.population, frozenset([(f"{MANQUE}_{modalite}", OUI)]))
        yield (numerateur, denominateur), cotes


def _chiffres(indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation, axes: Axes) -> Chiffres:
    """The figures of a ventilation in a year."""
    sans_objet = _sans_objet(indicateur, exercice, ventilation.perimetre, axes[LIEU])
    morceaux = [
        _compter(indicateur, exercice, cases, cotes, sans_objet)
        for cases, cotes in _termes(indicateur, exercice, ventilation, axes)
    ]
    return (
        morceaux[0]
        if len(morceaux) == 1
        else Chiffres(*(np.concatenate(m, axis=2) for m in zip(*morceaux, strict=True)))
    )


def _compter(indicateur: Indicateur, exercice: Exercice, cases: Termes, axes: Axes, sans_objet: Booleens) -> Chiffres:
    """The figures that have the same terms."""
    aucun = np.full(forme(axes), np.nan)
    numerateurs, denominateurs = (aucun if case is None else exercice.compter(case, axes) for case in cases)
    mesures = mesurer(indicateur, exercice, cases[1], axes) if indicateur.est_une_mesure and cases[1] else aucun
    vides = sans_objet & (denominateurs == 0)
    inconnus = exercice.inconnus(cases, axes) & ~vides
    connus = [np.where(inconnus, np.nan, comptes) for comptes in (numerateurs, denominateurs, mesures)]
    return Chiffres(connus[0], connus[1], connus[2], vides + 2 * inconnus.astype(np.int8))


def _sans_objet(indicateur: Indicateur, exercice: Exercice, perimetre: str, codes: Sequence[str]) -> Booleens:
    """Places that have nothing to be measured on, unless an allocation says so; an unknown stock is not none."""
    vides: Collection[str] = ()
    if indicateur.objet == "qpv":
        sans_qpv = set(exercice.communes) - exercice.communes_avec_qpv
        vides = codes if not exercice.qpv else sans_qpv if perimetre == COMMUNE else ()
    elif indicateur.objet == "parc" and perimetre == COMMUNE:
        vides = {code for code, logements in exercice.parc_social.items() if logements == 0}
    return np.array([code in vides for code in codes], dtype=bool).reshape(-1, 1, 1)
