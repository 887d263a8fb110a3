"""The figures of indicators over several years, with their targets: from what is prepared to the frame of figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from cil_analysis.comptage.cadre import cadre_vide, encadrer
from cil_analysis.comptage.cibles import Cible, par_cible, suivre
from cil_analysis.comptage.denombrement import Bloc, blocs
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.grammaire.indicateur import EPCI, TOUTES, Indicateur, Ventilation
from cil_analysis.grammaire.vocabulaire import REGLES_DE_COMPTAGE, SENSIBILITE

_SANS_FIGURE = cadre_vide().assign(epci="", exercice=0, ailleurs=False).astype({"exercice": int, "ailleurs": bool})


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
    figures = _ranger(list(_blocs(indicateurs, ensemble, toutes, variantes)))
    for epci, siennes in zip(objectifs, cibles, strict=True):
        cadre = figures.get(epci, _SANS_FIGURE)
        cadre = cadre.assign(**suivre({str(nom): list(valeurs) for nom, valeurs in cadre.items()}, siennes))
        yield encadrer(cadre[~cadre["ailleurs"] | cadre["cible"].notna()])


def _blocs(
    indicateurs: Iterable[Indicateur], ensemble: Ensemble, cibles: Iterable[Cible], variantes: Ensemble | None
) -> Iterator[Bloc]:
    for i in indicateurs:
        if i.modalites == REGLES_DE_COMPTAGE and variantes is not None:  # The figure of its base for the EPCI.
            base = variantes.exercices[0].registre.par_code[i.code.removesuffix(SENSIBILITE)]
            yield from blocs(i.code, base, variantes, [Ventilation(EPCI)])
        yield from blocs(i.code, i, ensemble, ventilations_comptees(i, cibles))


def _ranger(blocs: Sequence[Bloc]) -> dict[str, pd.DataFrame]:
    """By EPCI, the columns of the figures in the order of a frame."""
    codes = {code: rang for rang, code in enumerate(dict.fromkeys(bloc.code for bloc in blocs))}
    morceaux = [bloc.figures() for bloc in blocs if bloc.rangees]
    if not morceaux:
        return {}
    figures = pd.DataFrame({nom: np.concatenate([morceau[nom] for morceau in morceaux]) for nom in morceaux[0]})
    # Of equal ones, the first block first: rules set otherwise, then the ventilations as the definition lists them.
    ordre = np.lexsort((figures["exercice"], figures["indicateur"].map(codes)))
    return {str(epci): siennes for epci, siennes in figures.take(ordre).groupby("epci", sort=False)}


def ventilations_comptees(indicateur: Indicateur, cibles: Iterable[Cible]) -> list[Ventilation]:
    """The rows of an indicator, then those where objectives are set on it, beyond its own."""
    siennes = (cible for cible in cibles if cible.indicateur == indicateur.code)
    visees = {Ventilation(c.perimetre_type, c.acteur_type, TOUTES if c.modalite else ()) for c in siennes}
    autres = sorted(visees - set(indicateur.ventilations), key=lambda v: (v.perimetre, v.acteur, v.modalites))
    return [*indicateur.ventilations, *autres]
