"""A published row in words: one sign for each reason why there is no figure, its target and its result; its cells.

« s » is masked, « nd » is missing, « – » is nothing (to measure, or that applies); a true zero is a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, NON_CALCULABLE, PUBLIE, SANS_OBJET, SECRET
from cil_analysis.grammaire.indicateur import NOMBRE, PCT
from cil_analysis.rapport.mots.definitions import MOTS
from cil_analysis.rapport.mots.formats import (
    COCHE,
    CROIX,
    DECIMALES_MAXIMUM,
    NON_DISPONIBLE,
    SECRET_COURT,
    decimales,
    echapper,
    points,
    valeur,
)
from cil_analysis.reference.objectifs import INTERVALLE, PLAFOND, PLANCHER
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import INSECABLE, RIEN, accorder, arrondi, nombre, typographie

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
RESULTATS: Mapping[str, str] = MOTS["resultats"]
_MOTS = {PLANCHER: "au moins", PLAFOND: "au plus"}
# What a header says once, at the end of a figure.
_SON_UNITE = re.compile("[\u202f\u00a0](%|mois|€|points?|ménages?)$")


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


def absence(ligne: LignePubliee) -> str:
    """Why a row has no number, in words; of one that is masked, its result where it is told."""
    if dit := verdict(ligne):
        return f"{'part masquée' if ligne['unite'] == PCT else 'chiffre masqué'}, {OBJECTIFS[dit]}"
    if ligne["statut"] != SECRET and ligne["denominateur"] == 0:
        return "rien à mesurer"
    absents = {SECRET: "secret statistique", SANS_OBJET: "sans objet"}
    return absents.get(str(ligne["statut"]), "non disponible")


# --- Its figure, its target and the gap ------------------------------------------------------------------------------


def niveau(x: float, unite: str) -> str:
    r"""A target, without decimals that it does not have.

    >>> niveau(25, "pct"), niveau(27.5, "pct"), niveau(120, "nombre")
    ('25\u202f%', '27,5\u202f%', '120\xa0ménages')
    """
    if unite == NOMBRE:
        return accorder(x, "ménage", "ménages")
    return valeur(x, unite, decimales(x) if unite == PCT else None)


def dire_l_objectif(sens: str, cible: float, cible_max: float, unite: str) -> str:
    r"""A target in words; ``cible_max`` is the upper bound of an interval.

    >>> dire_l_objectif("plafond", 40, float("nan"), "pct"), dire_l_objectif("intervalle", 20, 32.5, "pct")
    ('au plus 40\u202f%', 'entre 20 et 32,5\u202f%')
    """
    if sens == INTERVALLE:
        return f"entre {nombre(cible, decimales(cible))} et {niveau(cible_max, unite)}"
    return f"{_MOTS.get(sens, '')} {niveau(cible, unite)}".strip()


def objectif_de(ligne: LignePubliee) -> str:
    """The target of a published row, in words."""
    return dire_l_objectif(str(ligne["sens"]), float(ligne["cible"]), float(ligne["cible_max"]), str(ligne["unite"]))


def objectif_court(ligne: LignePubliee) -> str:
    """The same in a column whose header says the unit: « 25 » (a floor), « au plus 40 », « 20 à 30 »."""
    bas, haut = (nombre(x, decimales(x)) for x in (ligne["cible"], ligne["cible_max"]))
    return {INTERVALLE: f"{bas} à {haut}", PLAFOND: f"au plus {bas}"}.get(ligne["sens"], bas)


def valeur_de(ligne: LignePubliee) -> str:
    """The figure of a published row; one that misses its target has the decimals that keep it from being read as it."""
    x, unite = float(ligne["valeur"]), str(ligne["unite"])
    return valeur(x, unite, _decimales_de(ligne) if unite == PCT else None)


def _decimales_de(ligne: LignePubliee) -> int:
    """With how many decimals a share is written."""
    if ligne["resultat"] != NON_ATTEINT:
        return 1
    x, *bornes = (float(ligne[nom]) for nom in ("valeur", "cible", "cible_max"))
    distinctes = (n for n in range(1, DECIMALES_MAXIMUM) if all(arrondi(x, n) != arrondi(b, n) for b in bornes))
    return next(distinctes, DECIMALES_MAXIMUM)


def ecart_de(ligne: LignePubliee) -> float:
    """The gap of a published row: of a share, what a reader finds between it and its target, as both are written."""
    x = float(ligne["ecart"])
    if not x or ligne["unite"] != PCT:
        return x
    borne = "cible_max" if ligne["sens"] == INTERVALLE and x > 0 else "cible"
    ecrite = float(arrondi(ligne["valeur"], _decimales_de(ligne)) or 0)
    return round(ecrite - float(ligne[borne]), DECIMALES_MAXIMUM)


def dire_l_ecart(x: float, unite: str) -> str:
    r"""A signed gap, in points or in households, with the decimals that it has.

    >>> dire_l_ecart(-1.3, "pct"), dire_l_ecart(12, "nombre"), dire_l_ecart(-0.04, "pct"), dire_l_ecart(0, "pct")
    ('−1,3\xa0point', '+12\xa0ménages', '−0,04\xa0point', '0,0\xa0point')
    """
    if unite == NOMBRE:
        return f"{'+' if x > 0 else ''}{accorder(x, 'ménage', 'ménages')}"
    return points(x, max(1, decimales(x)))


def manque(ligne: LignePubliee) -> str:
    """The households that are missing or, above the target, too many: « 12 », « 5 de trop »."""
    return nombre(ligne["menages_manquants"]) + (f"{INSECABLE}de trop" if est_depasse(ligne) else "")


def est_depasse(ligne: LignePubliee) -> bool:
    """Whether an objective is missed by too much: a ceiling, or the top of an interval.

    Of a masked figure the result alone is told (D19): its gap is not read.
    """
    return bool(ligne["resultat"] == NON_ATTEINT and ligne["statut"] == PUBLIE and float(ligne["ecart"]) > 0)


def resultat_en_mots(ligne: LignePubliee) -> str:
    """The result of an objective in a word, nothing where it has none; missed by too much, it is « dépassé »."""
    return str(MOTS["depasse"]) if est_depasse(ligne) else RESULTATS.get(str(ligne["resultat"]), "")


def est_tolere(ligne: LignePubliee) -> bool:
    """Whether an objective is held within its tolerance only; not told of a masked figure, which has no ``sens``."""
    return bool(ligne["resultat"] == ATTEINT and ligne["sens"] and favorable(ligne["sens"], ligne["ecart"]) < 0)


def favorable(sens: str, ecart: float) -> float:
    """How much better (+) or worse (-) than the target."""
    return {PLANCHER: ecart, PLAFOND: -ecart}.get(sens, -abs(ecart))


# --- Its cells -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cellule:
    """Une cellule : son texte, ou du HTML tout prêt (``Markup``), et la classe qui l’habille."""

    texte: str
    classe: str = ""

    @property
    def est_un_texte(self) -> bool:
        """Whether it is aligned on the left."""
        return "texte" in self.classe.split()

    def en_chiffre(self) -> Cellule:
        """The same, aligned with figures."""
        return replace(self, classe=" ".join(x for x in self.classe.split() if x not in ("texte", "court")))

    @property
    def est_un_signe(self) -> bool:
        """Whether it stands for an absence, which the legend under the table explains."""
        return not {"secret", "absent"}.isdisjoint(self.classe.split())


VIDE = Cellule(RIEN, "absent")


def resultat_html(ligne: LignePubliee) -> str:
    """The result of an objective, by a word behind a shape; nothing where it has none, as without any attribution."""
    mot = "" if _ne_mesure_rien(ligne) else resultat_en_mots(ligne)
    return marquer(mot, str(ligne["resultat"])) if mot else ""


def _ne_mesure_rien(ligne: LignePubliee) -> bool:
    return bool(ligne["statut"] == NON_CALCULABLE and ligne["denominateur"] == 0)


def marquer(mot: str, resultat: str) -> str:
    """A word behind the shape of a result: « ✗ en retard »."""
    return f'<span class="resultat {resultat.replace("_", "-")}">{echapper(mot)}</span>'


def cellule(ligne: LignePubliee, colonne: str, *, avec_unite: bool = False) -> Cellule:
    """A column of a published row, as it is written; a masked figure is « s ».

    ``avec_unite``: a value, a target and a gap say theirs, where the rows of a table have not the same.
    """
    absence = signe(ligne, colonne)
    if colonne == "resultat" and _ne_mesure_rien(ligne):
        return Cellule("aucune attribution", "texte")
    if colonne == "resultat" and (ligne["statut"] != SECRET or not absence):
        mot = resultat_html(ligne)
        return Cellule(Markup(f"{mot} à la tolérance près" if est_tolere(ligne) else mot or RIEN), "texte")
    if absence:
        genre = "secret" if absence == SECRET_COURT else "absent"
        return Cellule(absence, f"{genre} texte" if colonne == "resultat" else genre)
    if colonne == "menages_manquants":
        return Cellule(manque(ligne))
    if colonne == "cible":
        return Cellule(objectif_de(ligne) if avec_unite else objectif_court(ligne))
    if colonne not in ("valeur", "ecart"):
        return Cellule(nombre(ligne[colonne]))
    texte = dire_l_ecart(ecart_de(ligne), str(ligne["unite"])) if colonne == "ecart" else valeur_de(ligne)
    return Cellule(texte if avec_unite else _SON_UNITE.sub("", texte))


# --- The text alternative of a drawing -------------------------------------------------------------------------------


def en_mots(c: Chiffre, *, en_comptes: bool = False, resultat: bool = True) -> str:
    """A figure, with the result of its objective: « T2, 812 sur 934 (86,9 %), objectif atteint »."""
    if not c.est_publie:
        return f"{c.nom}, {absence(c.ligne)}"
    comptes = f"{nombre(c.numerateur)} sur {nombre(c.denominateur)} ({c.texte})" if en_comptes else c.texte
    return f"{c.nom}, {comptes}{f', objectif {resultat_en_mots(c.ligne)}' if c.verdict and resultat else ''}"


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
