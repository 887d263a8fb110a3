"""The figures of indicators over several years, with their targets: from what is prepared to the frame of figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from types import MappingProxyType

import numpy as np
import pandas as pd

from cil_analysis.comptage.cadre import encadrer
from cil_analysis.comptage.cibles import Cible, par_cible, suivre
from cil_analysis.comptage.denombrement import Bloc, blocs, colonnes_des_blocs, prevoir
from cil_analysis.comptage.exercice import Exercice
from cil_analysis.comptage.variantes import base_de, blocs_de_sensibilite
from cil_analysis.grammaire.indicateur import EPCI, TOUTES, Indicateur, Ventilation
from cil_analysis.grammaire.vocabulaire import REGLES_DE_COMPTAGE


def calculer(indicateur: Indicateur, exercices: Sequence[Exercice], objectifs: pd.DataFrame) -> pd.DataFrame:
    """The unmasked figures of an indicator over several years, oldest first, targets attached."""
    return calculer_ensemble([indicateur], exercices, objectifs)


def calculer_ensemble(
    indicateurs: Sequence[Indicateur],
    exercices: Sequence[Exercice],
    objectifs: pd.DataFrame,
    variantes: Mapping[str, Exercice] = MappingProxyType({}),
) -> pd.DataFrame:
    """The same of several indicators, in one frame: indicator by indicator, and year by year as the published file has.

    ``variantes``: the last year by each alternative of a rule, for the tables of sensitivity.

    Objectives may be set where the indicator is not usually shown, such as on a landlord in a commune: it is then, and
    only there. So are those that count objectives in number.
    """
    suivis = {i.code for i in indicateurs if i.a_objectif}
    cibles = {c: o for c, o in (par_cible(objectifs) if suivis else {}).items() if c.indicateur in suivis}
    _prevoir(indicateurs, exercices, variantes)
    tous: list[Bloc] = []
    ailleurs: list[bool] = []
    for indicateur in indicateurs:
        autres = _autres_ventilations(indicateur, cibles)
        for bloc in _blocs(indicateur, exercices, [*indicateur.ventilations, *autres], variantes):
            tous.append(bloc)
            ailleurs += [bloc.ventilation in autres] * bloc.effectif
    colonnes = colonnes_des_blocs(tous)
    cadre = encadrer(colonnes | (suivre(colonnes, cibles) if cibles else {}))
    return cadre[~np.array(ailleurs) | cadre["cible"].notna()].reset_index(drop=True) if any(ailleurs) else cadre


def _prevoir(
    indicateurs: Sequence[Indicateur], exercices: Sequence[Exercice], variantes: Mapping[str, Exercice]
) -> None:
    """Say what will be counted, which one EPCI says for all those that a base counts together."""
    if exercices and not exercices[0].base.est_prevue:
        for indicateur, exercice in product(indicateurs, exercices):
            prevoir(indicateur, exercice, indicateur.ventilations)
        for indicateur, exercice in product(indicateurs, variantes.values()):
            if indicateur.modalites == REGLES_DE_COMPTAGE:
                prevoir(base_de(indicateur, exercice), exercice, [Ventilation(EPCI)])


def _blocs(
    indicateur: Indicateur,
    exercices: Sequence[Exercice],
    ventilations: Sequence[Ventilation],
    variantes: Mapping[str, Exercice],
) -> Iterator[Bloc]:
    if indicateur.modalites == REGLES_DE_COMPTAGE:
        yield from blocs_de_sensibilite(indicateur, variantes)
    for exercice in exercices[-1:] if indicateur.derniere_annee else exercices:
        yield from blocs(indicateur, exercice, ventilations)


def par_indicateur(cadre: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The figures of each indicator that has some, from a frame where they follow one another."""
    rangs, codes = pd.factorize(cadre["indicateur"])
    bornes = np.searchsorted(rangs, np.arange(len(codes) + 1))
    return {
        code: cadre.iloc[debut:fin].reset_index(drop=True)
        for code, (debut, fin) in zip(codes, pairwise(bornes), strict=True)
    }


def _autres_ventilations(indicateur: Indicateur, cibles: Iterable[Cible]) -> list[Ventilation]:
    """Where objectives are set on an indicator, beyond its own rows."""
    visees = {
        Ventilation(cible.perimetre_type, cible.acteur_type, TOUTES if cible.modalite else ())
        for cible in cibles
        if cible.indicateur == indicateur.code
    }
    return sorted(visees - set(indicateur.ventilations), key=lambda v: (v.perimetre, v.acteur, v.modalites))
