"""The figures of indicators over several years, with their targets: from what is prepared to the frame of figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.comptage.cadre import COLONNES, encadrer
from cil_analysis.comptage.cibles import Cible, par_cible, suivre
from cil_analysis.comptage.denombrement import Bloc, blocs
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.grammaire.indicateur import EPCI, TOUTES, Indicateur, Ventilation
from cil_analysis.grammaire.vocabulaire import REGLES_DE_COMPTAGE, SENSIBILITE


def calculer_ensemble(
    indicateurs: Sequence[Indicateur],
    exercices: Sequence[Exercice],
    objectifs: pd.DataFrame,
    variantes: Collection[Exercice] = (),
) -> pd.DataFrame:
    """The unmasked figures of indicators over several years, oldest first, targets attached.

    ``variantes``: the last year by each alternative of a rule, for the tables of sensitivity.
    """
    ensemble = exercices[0].seul if len(exercices) == 1 else Ensemble(exercices)
    autrement = Ensemble([*variantes]) if variantes else None
    return next(calculer_les_epci(indicateurs, ensemble, {exercices[0].epci: objectifs}, autrement))


def calculer_les_epci(
    indicateurs: Sequence[Indicateur],
    ensemble: Ensemble,
    objectifs: Mapping[str, pd.DataFrame],
    variantes: Ensemble | None,
) -> Iterator[pd.DataFrame]:
    """The frame of each EPCI, by its objectives: indicator by indicator, and year by year as the published file has.

    Objectives may be set where the indicator is not usually shown, such as on a landlord in a commune: it is then, and
    only there. So are those that count objectives in number.
    """
    suivis = {i.code for i in indicateurs if i.a_objectif}
    cibles = [{c: o for c, o in par_cible(siens).items() if c.indicateur in suivis} for siens in objectifs.values()]
    toutes = {cible for siennes in cibles for cible in siennes}
    colonnes = _ranger(list(_blocs(indicateurs, ensemble, toutes, variantes)), list(objectifs))
    bornes = np.searchsorted(colonnes["epci"], np.arange(len(cibles) + 1))
    for siennes, (debut, fin) in zip(cibles, pairwise(bornes), strict=True):
        figures = {nom: valeurs[debut:fin] for nom, valeurs in colonnes.items()}
        figures |= suivre(figures, siennes)
        gardees = ~figures["ailleurs"] | ~np.isnan(figures["cible"])
        yield encadrer({nom: valeurs[gardees] for nom, valeurs in figures.items()})


def _blocs(
    indicateurs: Iterable[Indicateur], ensemble: Ensemble, cibles: Iterable[Cible], variantes: Ensemble | None
) -> Iterator[Bloc]:
    for i in indicateurs:
        if i.modalites == REGLES_DE_COMPTAGE and variantes is not None:  # The figure of its base for the EPCI.
            base = variantes.exercices[0].registre.par_code[i.code.removesuffix(SENSIBILITE)]
            yield from blocs(i.code, base, variantes, [Ventilation(EPCI)])
        yield from blocs(i.code, i, ensemble, ventilations_comptees(i, cibles))


def _ranger(blocs: Sequence[Bloc], epci: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """The columns of the figures in the order of a frame, with the rank of the EPCI of each, and what is said of it.

    ``ailleurs``: the figure is there for the objectives that are set on it alone.
    """
    morceaux, codes = list[dict[str, npt.NDArray[Any]]](), list(dict.fromkeys(bloc.code for bloc in blocs))
    for bloc in (bloc for bloc in blocs if bloc.rangees):
        siennes, exercices = bloc.colonnes(), bloc.ensemble.exercices
        rangs, variantes = siennes["exercice"], bool(exercices[0].variante)
        ailleurs = bloc.ventilation not in bloc.indicateur.ventilations and not variantes
        places = {
            "epci": np.array([epci.index(exercice.epci) for exercice in exercices])[rangs],
            "exercice": rangs - len(exercices) * variantes,  # They come first.
            "code": np.full(len(rangs), codes.index(bloc.code)),
            "ailleurs": np.full(len(rangs), ailleurs),
        }
        morceaux.append(siennes | places)
    if not morceaux:
        return dict.fromkeys([*COLONNES, "epci", "ailleurs"], np.zeros(0, dtype=bool))
    colonnes = {nom: np.concatenate([morceau[nom] for morceau in morceaux]) for nom in morceaux[0]}
    # Of equal ones, the first block first: rules set otherwise, then the ventilations as the definition lists them.
    ordre = np.lexsort((colonnes["exercice"], colonnes["code"], colonnes["epci"]))
    return {nom: valeurs[ordre] for nom, valeurs in colonnes.items()}


def ventilations_comptees(indicateur: Indicateur, cibles: Iterable[Cible]) -> list[Ventilation]:
    """The rows of an indicator, then those where objectives are set on it, beyond its own."""
    siennes = (cible for cible in cibles if cible.indicateur == indicateur.code)
    visees = {Ventilation(c.perimetre_type, c.acteur_type, TOUTES if c.modalite else ()) for c in siennes}
    autres = sorted(visees - set(indicateur.ventilations), key=lambda v: (v.perimetre, v.acteur, v.modalites))
    return [*indicateur.ventilations, *autres]
