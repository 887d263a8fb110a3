"""One sign for each reason why there is no figure, on the page and in the workbook, and the words that explain it.

« s » is masked, « nd » is missing, « – » is nothing (to measure, or that applies); a true zero is a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, PUBLIE, SANS_OBJET, SECRET
from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.rapport.mots.formats import COCHE, CROIX, NON_DISPONIBLE, RIEN, SECRET_COURT

MASQUE = "masqué par le secret statistique"
SIGNIFICATIONS = {SECRET_COURT: MASQUE, NON_DISPONIBLE: "non disponible", RIEN: "sans objet ou rien à mesurer"}
LEGENDE = " ; ".join(f"{signe} : {sens}" for signe, sens in SIGNIFICATIONS.items()) + "."
# The result of an objective, by a shape and in words.
MARQUES = {ATTEINT: COCHE, NON_ATTEINT: CROIX}
OBJECTIFS = {ATTEINT: "objectif atteint", NON_ATTEINT: "objectif non atteint"}
_DE_L_OBJECTIF = ("cible", "cible_max", "ecart", "menages_manquants", "resultat")
_MESURES = ("numerateur", "denominateur", "valeur")


def signe(ligne: pd.Series | Mapping[Any, Any], colonne: str) -> str:
    """The sign of a column of a published row, or nothing where it has a figure.

    What hangs on an objective is « – » in a row without one, masked or not: there is nothing to mask. The result of a
    masked row is told where it may be.
    """
    if colonne == "resultat" and verdict(ligne["statut"], ligne["resultat"]):
        return ""
    if ligne["statut"] == SECRET:
        return RIEN if colonne in _DE_L_OBJECTIF and not ligne["resultat"] else SECRET_COURT
    if ligne["statut"] == SANS_OBJET:
        return RIEN
    if not pd.isna(ligne[colonne]):
        return ""
    manque = ligne["statut"] != PUBLIE and colonne in _MESURES and ligne["denominateur"] != 0
    return NON_DISPONIBLE if manque else RIEN


def verdict(statut: str, resultat: str) -> str:
    """The result of an objective whose figure is masked, where it is told all the same (D19); nothing elsewhere."""
    return resultat if statut == SECRET and resultat in MARQUES else ""


def masque(unite: str) -> str:
    """What is masked beside a result that is told."""
    return "part masquée" if unite == PCT else "chiffre masqué"
