"""One sign for each reason why there is no figure, and the words that say it; every figure of a drawing, in words.

« s » is masked, « nd » is missing, « – » is nothing (to measure, or that applies); a true zero is a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, PUBLIE, SANS_OBJET, SECRET
from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import COCHE, CROIX, NON_DISPONIBLE, SECRET_COURT
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import RIEN, nombre, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre

MASQUE = "masqué par le secret statistique"
SIGNIFICATIONS = {SECRET_COURT: MASQUE, NON_DISPONIBLE: "non disponible", RIEN: "sans objet ou rien à mesurer"}
LEGENDE = " ; ".join(f"{signe} : {sens}" for signe, sens in SIGNIFICATIONS.items()) + "."
# The result of an objective, by a shape and in words.
MARQUES = {ATTEINT: COCHE, NON_ATTEINT: CROIX}
OBJECTIFS = {ATTEINT: "objectif atteint", NON_ATTEINT: "objectif non atteint"}
DE_L_OBJECTIF = ("cible", "cible_max", "ecart", "menages_manquants", "resultat")
_MESURES = ("numerateur", "denominateur", "valeur")


def signe(ligne: pd.Series | Mapping[Any, Any], colonne: str) -> str:
    """The sign of a column of a published row, or nothing where it has a figure.

    What hangs on an objective is « – » in a row without one, masked or not: there is nothing to mask. The result of a
    masked row is told where it may be.
    """
    if colonne == "resultat" and verdict(ligne):
        return ""
    if ligne["statut"] == SECRET:
        return RIEN if colonne in DE_L_OBJECTIF and not ligne["resultat"] else SECRET_COURT
    if ligne["statut"] == SANS_OBJET:
        return RIEN
    if not pd.isna(ligne[colonne]):
        return ""
    manque = ligne["statut"] != PUBLIE and colonne in _MESURES and ligne["denominateur"] != 0
    return NON_DISPONIBLE if manque else RIEN


def verdict(ligne: pd.Series | Mapping[Any, Any]) -> str:
    """The result of an objective whose figure is masked, where it is told all the same (D19); nothing elsewhere."""
    return str(ligne["resultat"]) if ligne["statut"] == SECRET and ligne["resultat"] in MARQUES else ""


def masque(unite: str) -> str:
    """What is masked beside a result that is told."""
    return "part masquée" if unite == PCT else "chiffre masqué"


def absence(ligne: LignePubliee) -> str:
    """Why a row has no number, in words; of one that is masked, its result where it is told."""
    if dit := verdict(ligne):
        return f"{masque(str(ligne['unite']))}, {OBJECTIFS[dit]}"
    if ligne["statut"] != SECRET and ligne["denominateur"] == 0:
        return "rien à mesurer"
    absents = {SECRET: "secret statistique", SANS_OBJET: "sans objet"}
    return absents.get(str(ligne["statut"]), "non disponible")


# --- The text alternative of a drawing -------------------------------------------------------------------------------


def en_mots(c: Chiffre, *, en_comptes: bool = False, resultat: bool = True) -> str:
    """A figure, with the result of its objective: « T2, 812 sur 934 (86,9 %), objectif atteint »."""
    if not c.est_publie:
        return f"{c.nom}, {absence(c.ligne)}"
    comptes = f"{nombre(c.numerateur)} sur {nombre(c.denominateur)} ({c.texte})" if en_comptes else c.texte
    return f"{c.nom}, {comptes}{f', objectif {cibles.resultat(c.ligne)}' if c.verdict and resultat else ''}"


def description(chiffres: Iterable[Chiffre], *, resultats: bool = False) -> str:
    """Figures: « Fay, 12,0 % ; Lys, secret statistique. »; ``resultats``: and what the colours of a map say."""
    return typographie(f"{' ; '.join(en_mots(c, resultat=resultats) for c in chiffres) or 'Aucun chiffre publié'}.")


def en_suites(lignes: Mapping[str, Sequence[Chiffre]]) -> str:
    """Lines: « Nom : 2021, 12 ; 2022, 14. »."""
    dites = [
        f"{nom} : {', '.join(f'{c.noms[-1]}, {c.texte if c.est_publie else absence(c.ligne)}' for c in siens)}"
        for nom, siens in lignes.items()
    ]
    return f"{' ; '.join(dites)}."
