"""One sign for each reason why there is no figure, on the page and in the workbook, and the words that explain it.

« s » is masked, « nd » is missing, « – » is nothing (to measure, or that applies); a true zero is a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cil_analysis.indicators.cadre import PUBLIE, SANS_OBJET, SECRET
from cil_analysis.presentation.formats import NON_DISPONIBLE, RIEN, SECRET_COURT

MASQUE = "masqué par le secret statistique"
SIGNIFICATIONS = {SECRET_COURT: MASQUE, NON_DISPONIBLE: "non disponible", RIEN: "sans objet ou rien à mesurer"}
LEGENDE = " ; ".join(f"{signe} : {sens}" for signe, sens in SIGNIFICATIONS.items()) + "."
_DE_L_OBJECTIF = ("cible", "cible_max", "ecart", "menages_manquants", "resultat")
_MESURES = ("numerateur", "denominateur", "valeur")


def signe(ligne: pd.Series | Mapping[Any, Any], colonne: str) -> str:
    """The sign of a column of a published row, or nothing where it has a figure.

    What hangs on an objective is « – » in a row without one, masked or not: there is nothing to mask.
    """
    if ligne["statut"] == SECRET:
        return RIEN if colonne in _DE_L_OBJECTIF and not ligne["resultat"] else SECRET_COURT
    if ligne["statut"] == SANS_OBJET:
        return RIEN
    if not pd.isna(ligne[colonne]):
        return ""
    manque = ligne["statut"] != PUBLIE and colonne in _MESURES and ligne["denominateur"] != 0
    return NON_DISPONIBLE if manque else RIEN
