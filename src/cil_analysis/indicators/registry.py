"""Every published table, in report order; each says in words what it is, and counts what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cil_analysis.indicators.cadre import Indicateur, cadre_vide
from cil_analysis.indicators.cibles import attacher_cibles
from cil_analysis.indicators.denombrement import compter
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.logements import LOGEMENTS
from cil_analysis.indicators.objectifs import OBJECTIFS_SUIVIS
from cil_analysis.indicators.parcours import PARCOURS
from cil_analysis.indicators.profils import PROFILS
from cil_analysis.indicators.qualite import QUALITE
from cil_analysis.indicators.territoire import TERRITOIRE
from cil_analysis.indicators.volume import VOLUME

INDICATEURS: tuple[Indicateur, ...] = (
    *VOLUME,
    *TERRITOIRE,
    *PROFILS,
    *LOGEMENTS,
    *OBJECTIFS_SUIVIS,
    *PARCOURS,
    *QUALITE,
)
PAR_CODE: Mapping[str, Indicateur] = {indicateur.code: indicateur for indicateur in INDICATEURS}


def calculer(indicateur: Indicateur, exercices: Sequence[Exercice], cibles: pd.DataFrame) -> pd.DataFrame:
    """The unmasked figures of an indicator over several years, targets attached."""
    cadres = [cadre for cadre in (compter(indicateur, exercice) for exercice in exercices) if not cadre.empty]
    if not cadres:
        return cadre_vide()
    cadre = pd.concat(cadres, ignore_index=True)
    return attacher_cibles(cadre, cibles) if indicateur.a_objectif else cadre
