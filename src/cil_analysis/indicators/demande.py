"""Demand: the stock of active requests V02 and the pressure V03 (domain, §4.2; architecture, D13)."""

from __future__ import annotations

import pandas as pd

from cil_analysis.indicators.cadre import COMMUNE, EPCI, NOMBRE, RATIO, mettre_en_cadre
from cil_analysis.indicators.denombrement import compter
from cil_analysis.indicators.exercice import Exercice

_PERIMETRES = (EPCI, COMMUNE)


def _comptes(exercice: Exercice) -> pd.DataFrame:
    """Requests by perimeter; without the extract of the year, rows without a figure: that is no stock of zero."""
    demandes = exercice.attributions if exercice.demandes is None else exercice.demandes
    table = pd.concat([compter(demandes, exercice, p) for p in _PERIMETRES], ignore_index=True)
    if exercice.demandes is None:
        table["numerateur"] = float("nan")
    return table


def stock(exercice: Exercice) -> pd.DataFrame:
    """V02: requests active at 31 December whose first-choice commune is in the perimeter."""
    return mettre_en_cadre(_comptes(exercice), "V02", exercice.annee, NOMBRE)


def tension(exercice: Exercice) -> pd.DataFrame:
    """V03: active requests for one allocation of the year."""
    table = _comptes(exercice)
    faites = pd.concat([compter(exercice.attributions, exercice, p) for p in _PERIMETRES])
    cles = ["perimetre_type", "perimetre_code"]
    table["denominateur"] = (
        faites.set_index(cles)["numerateur"].reindex(pd.MultiIndex.from_frame(table[cles])).to_numpy()
    )
    if exercice.demandes is None:
        table["denominateur"] = float("nan")
    return mettre_en_cadre(table, "V03", exercice.annee, RATIO)
