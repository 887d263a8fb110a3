"""Sentences on the stock and its occupants, from published figures; each says the year that it speaks of."""

from __future__ import annotations

from datetime import date

import pandas as pd

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import EN_QPV
from cil_analysis.presentation.formats import accorder, date_en_mots, nombre, pourcentage, valeur
from cil_analysis.presentation.occupation_annees import derniere, enquete, repertoire, rotation
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import PROCHES, etendue
from cil_analysis.reference.texte import typographie


def premier_janvier(rapport: Rapport) -> str:
    """The day of an RPLS file."""
    return date_en_mots(date(rapport.annee, 1, 1))


def constat_general(rapport: Rapport) -> str:
    """How many dwellings and households are described, and what distinguishes those who came last."""
    parc, ops = repertoire(rapport), enquete(rapport)
    logements, menages = parc.chiffre("S01"), ops.chiffre("S04")
    phrases = []
    if logements is not None:
        phrases.append(
            f"Le parc social compte {accorder(logements, 'logement', 'logements')} au {premier_janvier(parc)}"
        )
    if menages is not None:
        phrases.append(f"l’enquête de {ops.annee} décrit {accorder(menages, 'ménage', 'ménages')} qui y vivent")
    texte = " ; ".join(phrases)
    return typographie(texte[:1].upper() + texte[1:] + ".") if texte else ""


def constat_du_parc(rapport: Rapport) -> str:
    """How much of the stock is in QPV."""
    parc = repertoire(rapport)
    ensemble, en_qpv = parc.chiffre("S01"), parc.chiffre("S01", perimetre_type=EN_QPV)
    if not ensemble or en_qpv is None:
        return constat_general(rapport) if ensemble else ""
    return typographie(
        f"{pourcentage(100 * en_qpv / ensemble)} des logements sociaux se situent en quartier prioritaire au "
        f"{premier_janvier(parc)}."
    )


def constat_de_la_rotation(rapport: Rapport) -> str:
    """Allocations for 100 dwellings, and how many are vacant."""
    lus, parc = derniere(rapport, "T01R"), derniere(rapport, "S03")
    rotations, vacance = lus.chiffre("T01R"), parc.chiffre("S03")
    phrases = []
    if rotations is not None:
        phrases.append(f"{nombre(rotations, 1)} logements sur 100 ont été attribués en {lus.annee}")
    if vacance is not None:
        phrases.append(
            f"{pourcentage(vacance)} des logements loués ou proposés à la location sont vacants au "
            f"{premier_janvier(parc)}"
        )
    return typographie(" ; ".join(phrases) + ".") if phrases else ""


def constat_des_occupants(rapport: Rapport) -> str:
    """Who the occupants are most often, and how many came since the survey before."""
    ops = enquete(rapport)
    recents, personnes = ops.chiffre("S08"), ops.chiffre("S09")
    phrases = []
    if personnes is not None:
        phrases.append(
            f"un ménage occupant compte en moyenne {nombre(personnes, 1)} personne{'s' if personnes >= 2 else ''}"
        )
    if recents is not None:
        phrases.append(f"{pourcentage(recents)} des ménages sont arrivés depuis l’enquête précédente")
    return typographie(f"En {ops.annee}, {' ; '.join(phrases)}.") if phrases else ""


def constat_des_ressources(rapport: Rapport) -> str:
    """The share of the lowest incomes among recent movers, beside all the occupants."""
    ops = enquete(rapport)
    tous, recents = ops.chiffre("S10"), ops.chiffre("S10R")
    if tous is None or recents is None:
        return ""
    ecart = recents - tous
    if abs(ecart) < PROCHES:
        return typographie(
            f"En {ops.annee}, {pourcentage(recents)} des emménagés récents ont des ressources inférieures à 40 % du "
            "plafond PLUS, à peu près comme l’ensemble des occupants."
        )
    return typographie(
        f"En {ops.annee}, {pourcentage(recents)} des emménagés récents ont des ressources inférieures à 40 % du "
        f"plafond PLUS, contre {pourcentage(tous)} de l’ensemble des occupants."
    )


def titre_des_communes(table: PublishedTable, rapport: Rapport, nom: str) -> str:
    """« Emménagés récents : de 12,1 % (Bourg) à 25,3 % (Ville) », or the name."""
    # « Attributions pour 100 logements : de 8,4 … »: the name says the unit.
    unite = "ratio" if "pour 100" in nom else table.indicateur.unite
    bornes = etendue(table, rapport.perimetres, "perimetre_code", lambda x: valeur(x, unite))
    if bornes is None:
        return nom
    return typographie(
        f"{nom} : de {bornes[0]} à {bornes[1]}{', parmi les chiffres publiés' if table.nb_secrets else ''}"
    )


def titre_de_la_rotation(table: PublishedTable, rapport: Rapport, cle: str, libelles: dict[str, str]) -> str:
    """Between which types or quarters the turnover ranges."""
    bornes = etendue(table, libelles, cle, lambda x: nombre(x, 1))
    if bornes is None:
        return "Attributions pour 100 logements"
    return typographie(f"De {bornes[0]} à {bornes[1]} attributions pour 100 logements en {rotation(rapport).annee}")


def titre_du_parc(table: PublishedTable, rapport: Rapport) -> str:
    """The commune that has most of the dwellings, when it stands out."""
    publiees = table.donnees[table.donnees["statut"].eq(PUBLIE)].sort_values("valeur", ascending=False)
    total = repertoire(rapport).chiffre("S01")
    if publiees.empty or not total:
        return "Logements sociaux par commune"
    premiere = publiees.iloc[0]
    nom = rapport.perimetres.get(str(premiere["perimetre_code"]), str(premiere["perimetre_code"]))
    return typographie(f"{nom} réunit {pourcentage(100 * float(premiere['valeur']) / total)} des logements sociaux")


def phrase_du_portail(rapport: Rapport) -> str:
    """The decision that opened the map portal of the occupancy, where the governance documents have it."""
    documents = rapport.references.documents
    portail = documents[documents["document"].str.startswith("PORTAIL") & documents["date_adoption"].notna()]
    pris = portail[portail["date_adoption"].le(pd.Timestamp(rapport.jour))]
    if pris.empty:
        return ""
    decision = pris.iloc[-1]
    return typographie(
        f"{decision['intitule']} : {date_en_mots(decision['date_adoption'])}. Ce portail, ouvert par convention "
        "avec le groupement d’intérêt public qui tient le système national d’enregistrement (GIP SNE), "
        "montre l’occupation à une échelle plus fine ; cette page n’utilise que des comptes par commune et quartier."
    )
