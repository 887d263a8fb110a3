"""Targets in words: « au moins 25 % », « entre 20 et 30 % », « au plus 120 ménages », and what is said of the gap."""

from collections.abc import Mapping

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, PUBLIE
from cil_analysis.grammaire.indicateur import NOMBRE, PCT
from cil_analysis.rapport.mots.definitions import MOTS
from cil_analysis.rapport.mots.formats import DECIMALES_MAXIMUM, decimales, points, valeur
from cil_analysis.reference.objectifs import INTERVALLE, PLAFOND, PLANCHER
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import INSECABLE, accorder, arrondi, nombre

RESULTATS: Mapping[str, str] = MOTS["resultats"]
_MOTS = {PLANCHER: "au moins", PLAFOND: "au plus"}


def niveau(x: float, unite: str) -> str:
    r"""A target, without decimals that it does not have.

    >>> niveau(25, "pct"), niveau(27.5, "pct"), niveau(120, "nombre")
    ('25\u202f%', '27,5\u202f%', '120\xa0ménages')
    """
    if unite == NOMBRE:
        return accorder(x, "ménage", "ménages")
    return valeur(x, unite, decimales(x) if unite == PCT else None)


def objectif(sens: str, cible: float, cible_max: float, unite: str) -> str:
    r"""A target in words; ``cible_max`` is the upper bound of an interval.

    >>> objectif("plafond", 40, float("nan"), "pct"), objectif("intervalle", 20, 32.5, "pct")
    ('au plus 40\u202f%', 'entre 20 et 32,5\u202f%')
    """
    if sens == INTERVALLE:
        return f"entre {nombre(cible, decimales(cible))} et {niveau(cible_max, unite)}"
    return f"{_MOTS.get(sens, '')} {niveau(cible, unite)}".strip()


def objectif_de(ligne: LignePubliee) -> str:
    """The target of a published row, in words."""
    return objectif(str(ligne["sens"]), float(ligne["cible"]), float(ligne["cible_max"]), str(ligne["unite"]))


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


def ecart(x: float, unite: str) -> str:
    r"""A signed gap, in points or in households, with the decimals that it has.

    >>> ecart(-1.3, "pct"), ecart(12, "nombre"), ecart(-0.04, "pct"), ecart(0, "pct")
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


def resultat(ligne: LignePubliee) -> str:
    """The result of an objective in a word, nothing where it has none; missed by too much, it is « dépassé »."""
    return str(MOTS["depasse"]) if est_depasse(ligne) else RESULTATS.get(str(ligne["resultat"]), "")


def est_tolere(ligne: LignePubliee) -> bool:
    """Whether an objective is held within its tolerance only; not told of a masked figure, which has no ``sens``."""
    return bool(ligne["resultat"] == ATTEINT and ligne["sens"] and favorable(ligne["sens"], ligne["ecart"]) < 0)


def favorable(sens: str, ecart: float) -> float:
    """How much better (+) or worse (-) than the target."""
    return {PLANCHER: ecart, PLAFOND: -ecart}.get(sens, -abs(ecart))
