"""Every published table, in report order; each says in words what it is, and counts what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cil_analysis.indicators.cadre import NOMBRE, TOUTES, Indicateur, Ventilation
from cil_analysis.indicators.cibles import attacher_cibles
from cil_analysis.indicators.cotation import COTATION
from cil_analysis.indicators.denombrement import compter
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.fichier_departemental import FICHIER_DEPARTEMENTAL
from cil_analysis.indicators.flux import FLUX
from cil_analysis.indicators.gouvernance import GOUVERNANCE
from cil_analysis.indicators.logements import LOGEMENTS
from cil_analysis.indicators.objectifs import OBJECTIFS_SUIVIS
from cil_analysis.indicators.occupation import OCCUPATION
from cil_analysis.indicators.parcours import PARCOURS
from cil_analysis.indicators.profils import PROFILS
from cil_analysis.indicators.qualite import QUALITE
from cil_analysis.indicators.territoire import TERRITOIRE
from cil_analysis.indicators.vocabulaire import EN_NOMBRE
from cil_analysis.indicators.volume import VOLUME

DU_BILAN: tuple[Indicateur, ...] = (
    *VOLUME,
    *TERRITOIRE,
    *PROFILS,
    *LOGEMENTS,
    *OBJECTIFS_SUIVIS,
    *PARCOURS,
    *QUALITE,
)
INDICATEURS: tuple[Indicateur, ...] = (
    *DU_BILAN,
    *FLUX,
    *COTATION,
    *OCCUPATION,
    *FICHIER_DEPARTEMENTAL,
    *GOUVERNANCE,
)
PAR_CODE: Mapping[str, Indicateur] = {indicateur.code: indicateur for indicateur in INDICATEURS}


def calculer(indicateur: Indicateur, exercices: Sequence[Exercice], cibles: pd.DataFrame) -> pd.DataFrame:
    """The unmasked figures of an indicator over several years, targets attached.

    Objectives may be set where the indicator is not usually shown, such as on a landlord in a commune: it is then, and
    only there. So are those that count objectives in number. The rows go year by year, as the published file has them.
    """
    if indicateur.derniere_annee:
        exercices = exercices[-1:]
    cadre = _suivre(compter(indicateur, exercices), cibles, indicateur)
    ailleurs = _ventilations_des_cibles(indicateur, cibles)
    if not ailleurs:
        return cadre
    suivies = _suivre(compter(indicateur, exercices, ailleurs), cibles, indicateur)
    suivies = suivies[suivies["cible"].notna()]
    tout = pd.concat([t for t in (cadre, suivies) if not t.empty] or [cadre], ignore_index=True)
    return tout.sort_values("annee", kind="stable", ignore_index=True)


def _suivre(cadre: pd.DataFrame, cibles: pd.DataFrame, indicateur: Indicateur) -> pd.DataFrame:
    return attacher_cibles(cadre, cibles) if indicateur.a_objectif and not cadre.empty else cadre


def _ventilations_des_cibles(indicateur: Indicateur, cibles: pd.DataFrame) -> list[Ventilation]:
    """Where objectives are set on an indicator, beyond its own rows."""
    if not indicateur.a_objectif:
        return []
    unite = "nombre" if indicateur.unite == NOMBRE else "pct"
    code = indicateur.code.removesuffix(EN_NOMBRE) if indicateur.unite == NOMBRE else indicateur.code
    siennes = cibles[cibles["indicateur"].eq(code) & cibles["unite"].eq(unite) & cibles["valeur"].notna()]
    voulues = {
        Ventilation(str(o["perimetre_type"]), str(o["acteur_type"]), TOUTES if o.get("modalite") else ())
        for o in siennes.to_dict("records")
    }
    return sorted(voulues - set(indicateur.ventilations), key=lambda v: (v.perimetre, v.acteur, v.modalites))
