"""Sentences on scores: those of requests, those of the households housed, and the ranks of these among those.

They describe, and never say whether an allocation is right: the commission decides.
"""

from __future__ import annotations

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import BAILLEUR, NON_RENSEIGNE
from cil_analysis.presentation.formats import accorder, nombre, pourcentage, valeur
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import etendue
from cil_analysis.reference.texte import typographie
from cil_analysis.systemes.cotation import DECILES, bornes_des_rangs


def constat_de_la_cotation(rapport: Rapport) -> str:
    """The median scores, housed beside applicants."""
    loges, demandes = rapport.chiffre("C02"), rapport.chiffre("C02D")
    if loges is None and demandes is None:
        return f"Les scores médians de {rapport.annee} ne sont pas publiés."
    phrases = []
    if loges is not None:
        phrases.append(f"la moitié des ménages logés en {rapport.annee} ont un score d’au plus {_points(loges)}")
    if demandes is not None:
        phrases.append(f"la moitié des demandes actives au 31 décembre, d’au plus {_points(demandes)}")
        if loges is None:
            phrases = [f"la moitié des demandes actives au 31 décembre ont un score d’au plus {_points(demandes)}"]
    phrase = " ; ".join(phrases)
    return typographie(f"{phrase[0].upper()}{phrase[1:]}.")


def _points(score: float) -> str:
    return valeur(score, "points")


def titre_des_scores(rapport: Rapport) -> str:
    """The two medians, as a title."""
    loges, demandes = rapport.chiffre("C02"), rapport.chiffre("C02D")
    if loges is None or demandes is None:
        return "Scores des ménages logés et des demandes"
    return typographie(
        f"Score médian : {_points(loges)} pour les ménages logés, {nombre(demandes, 1)} pour les demandes"
    )


def titre_des_publics(rapport: Rapport) -> str:
    """The publics between which the median scores of the requests range."""
    bornes = etendue(rapport.classes("C02D"), rapport.modalites("C02D"), "modalite", lambda x: nombre(x, 1))
    if bornes is None:
        return "Score médian des demandes et des ménages logés, par public"
    return typographie(f"Score médian des demandes : de {bornes[0]} à {bornes[1]}, parmi les publics publiés")


def titre_des_bailleurs(rapport: Rapport, table: PublishedTable) -> str:
    """The landlords between which the median scores of the households housed range."""
    bornes = etendue(table, rapport.acteurs, "acteur_code", lambda x: nombre(x, 1))
    if bornes is None:
        return "Score médian des ménages logés, par bailleur"
    return typographie(f"Score médian des ménages logés : de {bornes[0]} à {bornes[1]}, parmi les bailleurs publiés")


def constat_du_rang(rapport: Rapport) -> str:
    """How the households housed divide on either side of the median of the requests."""
    table = rapport.classes("C03").ou(statut=PUBLIE, modalite=list(DECILES[5:]))
    if len(table) < len(DECILES[5:]):
        return f"Le rang des ménages logés en {rapport.annee} n’est publié qu’en partie."
    dessus = float(table.donnees["valeur"].sum())
    return typographie(
        f"{pourcentage(dessus)} des attributions de {rapport.annee} vont à des ménages dont le score dépasse la "
        "médiane des demandes."
    )


def titre_du_rang(rapport: Rapport) -> str:
    """The share of the last decile, which would be a tenth if ranks did not count."""
    table = rapport.classes("C03").ou(modalite=[DECILES[-1]], statut=PUBLIE)
    ligne = table.ligne()
    if ligne is None:
        return "Rang des ménages logés parmi les demandes"
    return typographie(f"{pourcentage(ligne['valeur'])} des ménages logés ont un score du dernier décile des demandes")


def deciles_en_mots(rapport: Rapport) -> tuple[str, str]:
    """« les deux premiers déciles », « le dernier décile »: what is low, and what is high."""
    bas, hauts = bornes_des_rangs(rapport.references.parametres, rapport.jour)
    mots = {2: "deux", 3: "trois", 4: "quatre"}

    def dire(n: int, rang: str) -> str:
        return f"le {rang} décile" if n == 1 else f"les {mots[n]} {rang}s déciles"

    return dire(bas, "premier"), dire(hauts, "dernier")


def constat_des_ecarts(rapport: Rapport) -> str:
    """The allocations to low scores, and the requests with high scores that still wait."""
    bas, hauts = deciles_en_mots(rapport)
    phrases = []
    part = rapport.chiffre("C04")
    if part is not None:
        phrases.append(
            f"{pourcentage(part)} des attributions vont à des ménages dont le score est dans {bas} des demandes."
        )
    attente = rapport.classes("C07").ou(statut=PUBLIE).donnees
    if len(attente):
        demandes = accorder(attente.iloc[0]["denominateur"], "demande attend", "demandes attendent")
        phrases.append(f"{demandes} au 31 décembre avec un score dans {hauts}.")
    return typographie(" ".join(phrases)) or f"Les écarts entre scores et attributions de {rapport.annee} sont masqués."


def titre_des_ecarts(rapport: Rapport) -> str:
    """The landlords between which the share of low scores ranges."""
    table = rapport.epci("C04", annee=rapport.annee, acteur_type=BAILLEUR)
    bornes = etendue(table, rapport.acteurs, "acteur_code", pourcentage)
    if bornes is None:
        return "Attributions aux scores bas et élevés, par bailleur"
    return typographie(f"Scores bas : de {bornes[0]} à {bornes[1]} des attributions, parmi les bailleurs publiés")


def titre_des_reservataires(rapport: Rapport, table: PublishedTable) -> str:
    """The réservataires between which the share of high scores ranges."""
    bornes = etendue(table, rapport.acteurs, "acteur_code", pourcentage)
    if bornes is None:
        return "Attributions aux scores bas et élevés, par réservataire"
    return typographie(f"Scores élevés : de {bornes[0]} à {bornes[1]} des attributions, selon le réservataire")


def titre_des_loges(rapport: Rapport) -> str:
    """Of the households with high scores, the share that was housed."""
    part = rapport.chiffre("C06")
    if part is None:
        return "Ménages logés parmi les scores les plus élevés"
    return typographie(f"Parmi les scores les plus élevés, {pourcentage(part)} des ménages sont logés dans l’année")


def titre_des_attentes(rapport: Rapport) -> str:
    """The public most present among the high scores that wait, when every figure is published."""
    donnees = rapport.classes("C07").donnees
    if donnees.empty or donnees["statut"].ne(PUBLIE).any():
        return "Publics des demandes aux scores les plus élevés"
    premier = donnees.iloc[int(donnees["valeur"].argmax())]
    nom = rapport.modalites("C07").get(str(premier["modalite"]), str(premier["modalite"]))
    return typographie(f"{nom} : {pourcentage(premier['valeur'])} des demandes aux scores les plus élevés en attente")


def constat_des_refus(rapport: Rapport) -> str:
    """The share of refusals between the ranks."""
    table = rapport.classes("C10")
    parts = {
        str(ligne["modalite"]): float(ligne["valeur"])
        for ligne in table.ou(statut=PUBLIE).lignes()
        if ligne["modalite"] != NON_RENSEIGNE
    }
    if not {"BAS", "HAUT"} <= parts.keys():
        return "Propositions refusées selon le rang du score"
    bas, hauts = deciles_en_mots(rapport)
    return typographie(
        f"Le demandeur refuse {pourcentage(parts['HAUT'])} des propositions quand son score est dans {hauts}, "
        f"{pourcentage(parts['BAS'])} quand il est dans {bas}"
    )
