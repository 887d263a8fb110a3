"""What published figures are cut by: a year, a place, an actor, a class."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, EN_QPV, EPCI, HORS_QPV, QPV, RESERVATAIRE

ENSEMBLE = {EPCI: "Ensemble"}
ZONES = {HORS_QPV: "Hors quartier prioritaire", EN_QPV: "En quartier prioritaire"}


class Axe(NamedTuple):
    """What figures are cut by: the column of their key, and which rows have one."""

    colonne: str
    lignes: Mapping[str, tuple[str, ...]] = MappingProxyType({})


AXES: Mapping[str, Axe] = MappingProxyType(
    {
        "annee": Axe("annee"),
        "commune": Axe("perimetre_code", {"perimetre_type": (COMMUNE,)}),
        "quartier": Axe("perimetre_code", {"perimetre_type": (QPV,)}),
        "zone": Axe("perimetre_type", {"perimetre_type": (HORS_QPV, EN_QPV)}),
        "ensemble_et_zone": Axe("perimetre_type", {"perimetre_type": (EPCI, HORS_QPV, EN_QPV)}),
        "bailleur": Axe("acteur_code", {"acteur_type": (BAILLEUR,)}),
        "reservataire": Axe("acteur_code", {"acteur_type": (RESERVATAIRE,)}),
        "classe": Axe("modalite"),
    }
)
