"""Counting: from the definition of an indicator to its rows, every perimeter, actor and category completed with zeros.

A commune without allocation has a true zero, so that it is told from one that is masked. Figures that differ by their
codes alone are counted together, as arrays: each place (first axis) by each actor by each category (last axis).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from cil_analysis.comptage.cadre import (
    CLES,
    COLONNES,
    NON_CALCULABLE,
    PUBLIE,
    SANS_OBJET,
    valeurs_des_comptes,
)
from cil_analysis.comptage.enumeration import acteurs, lieux, modalites
from cil_analysis.comptage.exercice import Axes, Booleens, Exercice, Tableau
from cil_analysis.comptage.mesures import mesurer
from cil_analysis.grammaire.dimensions import MANQUE, OUI
from cil_analysis.grammaire.indicateur import COMMUNE, EPCI_CONSTANT, NON_RENSEIGNE, Indicateur, Ventilation
from cil_analysis.grammaire.populations import extrait_de
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case, termes

Termes = tuple[Case | None, Case | None]
# What is known of each figure, along the first axis of a block; the last two are 0 or 1.
_NUMERATEUR, _DENOMINATEUR, _MESURE, _SANS_OBJET, _INCONNU = range(5)
# By their rank in arrays.
_STATUTS = np.array([PUBLIE, SANS_OBJET, NON_CALCULABLE], dtype=object)


class Bloc(NamedTuple):
    """The figures of a ventilation of an indicator in a year: five numbers by place, actor and category.

    The numerator, the denominator, the statistic that is no count, whether the place has nothing to be measured on, and
    whether something is missing to count them.
    """

    indicateur: Indicateur
    annee: int
    ventilation: Ventilation
    axes: Axes
    chiffres: Tableau

    @property
    def effectif(self) -> int:
        """How many figures."""
        return prod(self.axes.forme)


def blocs(indicateur: Indicateur, exercice: Exercice, ventilations: Iterable[Ventilation]) -> Iterator[Bloc]:
    """The figures of an indicator in a year, by ventilation; those that have none are left out."""
    if _est_une_annee_sans(indicateur, exercice):
        return
    for ventilation in ventilations:
        axes = Axes(
            lieux(indicateur, exercice, ventilation.perimetre),
            acteurs(indicateur, exercice, ventilation.acteur),
            modalites(indicateur, exercice, ventilation),
        )
        if all(axes):
            yield Bloc(
                indicateur, exercice.annee, ventilation, axes, _chiffres(indicateur, exercice, ventilation, axes)
            )


def prevoir(indicateur: Indicateur, exercice: Exercice, ventilations: Iterable[Ventilation]) -> None:
    """Say what the figures of an indicator will count, so that one query counts those of all."""
    if _est_une_annee_sans(indicateur, exercice):
        return
    for ventilation in ventilations:
        axes = classes_aux_termes_distincts(indicateur, exercice, ventilation)
        for cases, _ in termes_des_chiffres(indicateur, exercice, ventilation, axes):
            for case in filter(None, cases):
                exercice.prevoir(case)


def colonnes_des_blocs(blocs: Sequence[Bloc]) -> dict[str, Any]:
    """The columns of the frame of figures that counting gives, the figures of many blocks one below the other."""
    if not blocs:
        return {nom: [] for nom in COLONNES}
    numeriques = np.concatenate([bloc.chiffres.reshape(len(bloc.chiffres), -1) for bloc in blocs], axis=1)
    vides = (numeriques[_SANS_OBJET] > 0) & (numeriques[_DENOMINATEUR] == 0)
    inconnus = (numeriques[_INCONNU] > 0) & ~vides
    numerateurs, denominateurs, mesures = np.where(inconnus, np.nan, numeriques[: _MESURE + 1])
    # What a block has one of, then the codes that differ from one of its figures to the next.
    constantes = [(i.code, annee, v.perimetre, v.acteur, i.unite) for i, annee, v, *_ in blocs]
    repetees = np.array(constantes, dtype=object).repeat([bloc.effectif for bloc in blocs], axis=0)
    codes, annees, perimetres, types_d_acteurs, unites = repetees.T
    lieux, acteurs, modalites = zip(*chain.from_iterable(product(*bloc.axes) for bloc in blocs), strict=True)
    valeurs = np.where(np.isnan(mesures), valeurs_des_comptes(numerateurs, denominateurs, unites), mesures)
    cles = (codes, annees, perimetres, lieux, types_d_acteurs, acteurs, modalites)
    return dict(zip(CLES, cles, strict=True)) | {
        "numerateur": numerateurs,
        "denominateur": denominateurs,
        "valeur": valeurs,
        "unite": unites,
        "statut": _STATUTS[np.select([vides, inconnus | np.isnan(valeurs)], [1, 2], 0)],
    }


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
        axes = Axes(codes, [NON_RENSEIGNE], modalites(indicateur, exercice, ventilation))
        for cases, cotes in termes_des_chiffres(indicateur, exercice, ventilation, axes):
            manques |= dict.fromkeys(exercice.absences(cases, cotes))
    return tuple(manques)


def _est_une_annee_sans(indicateur: Indicateur, exercice: Exercice) -> bool:
    """Whether an extract that does not come every year has not come in this one."""
    populations = [indicateur.compte.population, *filter(None, [indicateur.compte.rapporte_a])]
    return indicateur.periodique and any(extrait_de(nom) not in exercice.lignes for nom in populations)


def classes_aux_termes_distincts(indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation) -> Axes:
    """The categories of a ventilation, a variable in the place of those that one pair of terms counts together."""
    if ventilation.modalites and not _chacune_a_ses_termes(indicateur):
        return Axes(modalites=[MODALITE])
    return Axes(modalites=modalites(indicateur, exercice, ventilation))


def _chacune_a_ses_termes(indicateur: Indicateur) -> bool:
    """Whether each category is a dimension of its own."""
    return indicateur.compte.drapeaux or indicateur.compte.axe == MANQUE


def termes_des_chiffres(
    indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation, axes: Axes
) -> Iterator[tuple[Termes, Axes]]:
    """The terms of the figures and whose they are: one pair for all, unless a category is a dimension of its own."""
    compte, perimetre, codes = indicateur.compte, (ventilation.perimetre, LIEU), axes.modalites
    acteur = (ventilation.acteur, ACTEUR) if ventilation.acteur else None
    revenus_exclus = exercice.regles.p8_ressources_manquantes == "exclues"
    if _chacune_a_ses_termes(indicateur):
        morceaux: list[tuple[str, Axes]] = [(code, axes._replace(modalites=[code])) for code in codes]
    else:
        morceaux = [(codes[0] and MODALITE, axes)] if codes else []
    for modalite, cotes in morceaux:
        numerateur, denominateur = termes(indicateur, perimetre, acteur, modalite, revenus_exclus=revenus_exclus)
        if compte.axe == MANQUE:  # Without its threshold, an income may be missing all the same.
            numerateur = Case(compte.population, frozenset([(f"{MANQUE}_{modalite}", OUI)]))
        yield (numerateur, denominateur), cotes


def _chiffres(indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation, axes: Axes) -> Tableau:
    """The figures of a ventilation in a year."""
    chiffres = np.full((5, *axes.forme), np.nan)
    chiffres[_SANS_OBJET] = _sans_objet(indicateur, exercice, ventilation.perimetre, axes.lieux)
    for rang, (cases, cotes) in enumerate(termes_des_chiffres(indicateur, exercice, ventilation, axes)):
        siens = chiffres if cotes is axes else chiffres[..., rang : rang + 1]
        for terme, case in enumerate(cases):
            if case is not None:
                siens[terme] = exercice.compter(case, cotes)
        if indicateur.est_une_mesure and cases[1] is not None:
            siens[_MESURE] = mesurer(indicateur, exercice, cases[1], cotes)
        siens[_INCONNU] = exercice.inconnus(cases, cotes)
    return chiffres


def _sans_objet(indicateur: Indicateur, exercice: Exercice, perimetre: str, codes: Sequence[str]) -> Booleens:
    """Places that have nothing to be measured on, unless an allocation says so; an unknown stock is not none."""
    vides: Collection[str] = ()
    if indicateur.objet == "qpv":
        sans_qpv = set(exercice.communes) - exercice.communes_avec_qpv
        vides = codes if not exercice.qpv else sans_qpv if perimetre == COMMUNE else ()
    elif indicateur.objet == "parc" and perimetre == COMMUNE:
        vides = {code for code, logements in exercice.parc_social.items() if logements == 0}
    return np.array([[[code in vides]] for code in codes]) if vides else np.array(False)
