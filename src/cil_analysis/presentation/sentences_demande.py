"""Sentences on the demand: how many requests, for how many allocations, since when."""

from __future__ import annotations

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation.formats import accorder, nombre, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences import sur_un_an
from cil_analysis.presentation.sentences_classes import etendue, titre_premiere_part
from cil_analysis.presentation.signes import MASQUE


def constat_demande(rapport: Rapport) -> str:
    """The finding on demand."""
    stock = rapport.chiffre("V02")
    if stock is None:
        pourquoi = (
            f"sont {MASQUE.replace('masqué', 'masquées')}" if rapport.est_masque("V02") else "ne sont pas disponibles"
        )
        return f"Les demandes actives au 31 décembre {rapport.annee} {pourquoi}."
    phrase = f"Au 31 décembre {rapport.annee}, {accorder(stock, 'demande est active', 'demandes sont actives')}"
    tendance = sur_un_an(rapport, "V02")
    if tendance == "stable":
        phrase += ", un nombre stable sur un an"
    elif tendance:
        phrase += f", {tendance} sur un an"
    tension = rapport.chiffre("V03")
    if tension is not None:
        phrase += f" : {demandes(tension)} pour une attribution de l’année"
    return phrase + "."


def demandes(tension: float) -> str:
    """« 4,7 demandes », « 1,9 demande »."""
    return f"{nombre(tension, 1)} {'demande' if round(tension, 1) < 2 else 'demandes'}"


def constat_satisfaction(rapport: Rapport) -> str:
    """The other two measures of the pressure: the share of requests that were met, and without internal mutations."""
    phrases = []
    taux, hors = rapport.chiffre("V05"), rapport.chiffre("V04")
    if taux is not None:
        phrases.append(
            f"Le taux de satisfaction est de {pourcentage(taux)} : c’est la part des attributions dans l’ensemble des "
            "attributions de l’année et des demandes encore actives au 31 décembre."
        )
    if hors is not None:
        phrases.append(f"Sans les mutations internes, la pression est de {demandes(hors)} pour une attribution.")
    return " ".join(phrases)


def titre_pression(rapport: Rapport) -> str:
    """V03 beside V04, in the year of the report."""
    tension, hors = rapport.chiffre("V03"), rapport.chiffre("V04")
    if tension is None:
        return "Demandes actives pour une attribution"
    titre = f"{demandes(tension)} pour une attribution en {rapport.annee}"
    if hors is None:
        return titre
    if nombre(hors, 1) == nombre(tension, 1):
        return f"{titre}, avec ou sans les mutations internes"
    return f"{titre}, {nombre(hors, 1)} sans les mutations internes"


def titre_tension(rapport: Rapport) -> str:
    """The communes between which the pressure ranges, among those published."""
    table = rapport.par_commune("V03")
    bornes = etendue(table, rapport.perimetres, "perimetre_code", lambda x: nombre(x, 1))
    if bornes is None:
        return "Pression de la demande selon la commune du premier choix"
    return f"De {bornes[0]} à {bornes[1]} demandes pour une attribution, parmi les communes publiées"


def titre_anciennete(rapport: Rapport, table: PublishedTable) -> str:
    """The most frequent age of the requests (V07)."""
    return titre_premiere_part(
        table, rapport.modalites("V07"), cle="modalite", de="des demandes", rang="l’ancienneté la plus fréquente",
        sinon=f"Ancienneté des demandes actives au 31 décembre {rapport.annee}",
    )  # fmt: skip
