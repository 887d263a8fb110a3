"""What another grid would change on the same requests: C11, C12."""

from __future__ import annotations

from cil_analysis.indicators.cadre import EPCI, PCT, TOUTES, Compte, Indicateur
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.vocabulaire import ENSEMBLE, STOCK
from cil_analysis.indicators.vocabulaire_cotation import SOURCE_D

_SOURCE = f"{SOURCE_D} ; grille de statut « simulation »"
_SENS = (
    ("H", "HAUSSE", "montent", "Demandes que la grille simulée ferait monter"),
    ("B", "BAISSE", "descendent", "Demandes que la grille simulée ferait descendre"),
)


def _selon(code: str, nom: str, nomenclature: str, axe: str, *, drapeaux: bool, ensemble: bool) -> list[Indicateur]:
    return [
        Indicateur(
            code + suffixe,
            f"{titre}, par {nom}",
            f"Demandes qui {verbe} d’un décile ou plus avec la grille simulée ÷ demandes actives",
            PCT,
            _SOURCE,
            STOCK,
            nomenclature,
            definition=f"La part des demandes de chaque {nom} qui {verbe} d’un décile ou plus, si la grille simulée "
            "remplace celle qui s’applique",
            regles=("P9",),
            ventilations=((V(EPCI),) if ensemble else ()) + (V(EPCI, modalites=TOUTES),),
            compte=Compte("demandes", public=(("evolution_rang", sens),), axe=axe, drapeaux=drapeaux),
        )
        for suffixe, sens, verbe, titre in _SENS
    ]


SIMULATION: tuple[Indicateur, ...] = (
    Indicateur(
        "C11",
        "Demandes que la grille simulée ferait monter ou descendre",
        "Demandes qui montent, descendent ou restent dans le même décile avec la grille simulée ÷ demandes actives",
        PCT,
        _SOURCE,
        STOCK,
        "evolutions_rang",
        definition="Ce que la grille simulée changerait au rang des mêmes demandes",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte("demandes", part_de="modalite", axe="evolution_rang"),
    ),
    *_selon("C11", "public", "publics", "public", drapeaux=True, ensemble=True),
    *_selon("C12", "type de logement", "typologies", "typologie", drapeaux=False, ensemble=False),
)
