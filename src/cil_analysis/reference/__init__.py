"""Typed, validated access to data/reference: the lowest floor, which feeds every other one."""

from cil_analysis.reference.nomenclatures import Nomenclature, charger_nomenclatures
from cil_analysis.reference.objectifs import charger_objectifs
from cil_analysis.reference.parametres import Parametre, Parametres, Reference, ValeurDatee, charger_parametres
from cil_analysis.reference.systemes.gouvernance import Gouvernance, charger_gouvernance
from cil_analysis.reference.territoire import Territoire, charger_territoire
from cil_analysis.reference.texte import normaliser

__all__ = [
    "Gouvernance",
    "Nomenclature",
    "Parametre",
    "Parametres",
    "Reference",
    "Territoire",
    "ValeurDatee",
    "charger_gouvernance",
    "charger_nomenclatures",
    "charger_objectifs",
    "charger_parametres",
    "charger_territoire",
    "normaliser",
]
