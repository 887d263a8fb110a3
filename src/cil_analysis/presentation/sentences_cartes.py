"""The findings of the maps: in how many communes an objective is met, from one year or one objective to another."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import NamedTuple

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, PUBLIE
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation.formats import INSECABLE, valeur
from cil_analysis.presentation.sentences import constat_resultats
from cil_analysis.reference.texte import typographie


class Resultats(NamedTuple):
    """How many communes meet their objective, and of how many the result is published."""

    atteints: int
    publies: int


def resultats(table: PublishedTable) -> Resultats:
    """The published results of a table, those of masked figures among them; what is not told is in neither count."""
    lus = table.valeurs("resultat").tolist()
    atteints = lus.count(ATTEINT)
    return Resultats(atteints, atteints + lus.count(NON_ATTEINT))


def bilan_court(table: PublishedTable) -> str:
    """« Atteint : 5 sur 10 », under a small map."""
    n = resultats(table)
    return typographie(f"Atteint : {n.atteints} sur {n.publies}" if n.publies else "Aucun résultat publié")


def titre_par_annee(par_annee: Mapping[int, PublishedTable]) -> str:
    """« 5 des 10 communes … atteignent leur objectif en 2022, contre 4 sur 9 en 2018 », or the last year alone."""
    derniere, table = list(par_annee.items())[-1]
    mesurees = {annee: n for annee, t in par_annee.items() if (n := resultats(t)).publies}
    if derniere not in mesurees:
        return constat_resultats(table, "la commune", "communes").removesuffix(".")
    dits = table.ou(resultat=[ATTEINT, NON_ATTEINT])
    phrase = f"{constat_resultats(dits, 'la commune', 'communes').removesuffix('.')} en {derniere}"
    premiere = next(iter(mesurees))
    return phrase if premiere == derniere else f"{phrase}, contre {_sur(mesurees[premiere])} en {premiere}"


def _sur(n: Resultats) -> str:
    return f"{n.atteints or 'aucune'}{INSECABLE}sur{INSECABLE}{n.publies}"


def titre_des_valeurs(nom: str, table: PublishedTable, libelles: Mapping[str, str]) -> str:
    """« Pression de la demande : de 1,2 (Bourg) à 8,4 (Ville) », from what is published."""
    publiees = sorted(table.ou(statut=PUBLIE).lignes(), key=itemgetter("valeur"))
    ecrites = {str(r["perimetre_code"]): valeur(r["valeur"], str(r["unite"])) for r in publiees}
    if len({r["valeur"] for r in publiees}) < 2:
        return nom
    bouts = [_bout(str(r["perimetre_code"]), ecrites, libelles) for r in (publiees[0], publiees[-1])]
    parmi = ", parmi les chiffres publiés" if table.nb_secrets else ""
    return typographie(f"{nom} : de {bouts[0]} à {bouts[1]}{parmi}")


def _bout(code: str, ecrites: Mapping[str, str], libelles: Mapping[str, str]) -> str:
    """A figure, and the commune that has it when it is alone."""
    seule = list(ecrites.values()).count(ecrites[code]) == 1
    nom = libelles.get(code, code).replace(" ", INSECABLE)
    return f"{ecrites[code]} ({nom})" if seule else ecrites[code]


def titre_par_objectif(par_objectif: Mapping[str, PublishedTable]) -> str:
    """Which objective the communes meet most often; when it is not one alone, what the maps show."""
    mesures = {nom: n for nom, table in par_objectif.items() if (n := resultats(table)).publies}
    rangs = sorted(mesures, key=lambda nom: mesures[nom].atteints / mesures[nom].publies)
    parts = [mesures[nom].atteints / mesures[nom].publies for nom in rangs]
    if len(rangs) < 2 or parts[-1] == parts[-2]:
        return "Les objectifs de l’année, commune par commune"
    meilleur = rangs[-1]
    return typographie(
        f"L’objectif le plus souvent atteint par les communes : {_minuscule(meilleur)} ({_sur(mesures[meilleur])})"
    )


def _minuscule(nom: str) -> str:
    return nom[:1].lower() + nom[1:]
