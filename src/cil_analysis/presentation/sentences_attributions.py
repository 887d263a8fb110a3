"""Sentences on the allocations: how many, where, to households from where, how long after the request."""

from __future__ import annotations

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.grammaire.termes import HORS_EPCI
from cil_analysis.presentation.formats import mois, nombre, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import etendue
from cil_analysis.reference.texte import typographie


def constat_communes(rapport: Rapport) -> str:
    """Where the allocations are: the first commune, and the shares in QPV."""
    parts = rapport.par_commune("T01").donnees
    publiees = parts[parts["statut"].eq(PUBLIE) & parts["valeur"].gt(0)]
    if publiees.empty:
        return ""
    premiere = publiees.iloc[int(publiees["valeur"].argmax())]
    nom = rapport.perimetres[str(premiere["perimetre_code"])]
    phrase = f"{nom} accueille {pourcentage(premiere['valeur'])} des attributions"
    en_qpv = rapport.chiffre("T02", modalite="QPV")
    if en_qpv is not None:
        phrase += f" ; {pourcentage(en_qpv)} se situent en quartier prioritaire de la politique de la ville"
    return phrase + "."


def constat_delai(rapport: Rapport) -> str:
    """The finding on the delay."""
    delai = rapport.chiffre("V06")
    if delai is None:
        return ""
    return f"La moitié des ménages logés ont attendu {mois(delai)} ou moins entre leur demande et la signature du bail."


def precision_delai(rapport: Rapport) -> str:
    """The mean beside the median, and the waits of the first and last quarters."""
    moyenne, court, long = (rapport.chiffre(code) for code in ("V06M", "V06P25", "V06P75"))
    phrases = []
    if moyenne is not None:
        phrases.append(f"Le délai moyen est de {mois(moyenne)}.")
    if court is not None and long is not None:
        phrases.append(
            f"Un quart des ménages ont attendu {mois(court)} ou moins ; un quart ont attendu {mois(long)} ou plus."
        )
    return " ".join(phrases)


def titre_rotation(rapport: Rapport) -> str:
    """Allocations for 100 dwellings: the EPCI, and the communes between which it ranges."""
    ensemble = rapport.chiffre("T01R")
    table = rapport.par_commune("T01R")
    bornes = etendue(table, rapport.perimetres, "perimetre_code", lambda x: nombre(x, 1))
    if ensemble is not None:
        mot = "attribution" if round(ensemble, 1) < 2 else "attributions"
        titre = f"{nombre(ensemble, 1)} {mot} pour 100 logements sociaux"
        suite = "" if bornes is None else f" ; de {bornes[0]} à {bornes[1]} parmi les communes publiées"
        return typographie(titre + suite)
    if bornes is None:
        return "Attributions pour 100 logements sociaux"
    return f"De {bornes[0]} à {bornes[1]} attributions pour 100 logements sociaux, parmi les communes publiées"


def titre_provenance(rapport: Rapport) -> str:
    """The share of households that come from elsewhere than the EPCI."""
    dehors = rapport.chiffre("T03", modalite=HORS_EPCI)
    if dehors is None:
        return "D’où viennent les ménages logés dans chaque commune"
    return f"{pourcentage(dehors)} des ménages logés viennent d’une commune hors de l’intercommunalité"


def titre_retention(rapport: Rapport) -> str:
    """The share of households that are housed in the commune that they come from."""
    part = rapport.chiffre("T03R")
    if part is None:
        return "Ménages logés dans la commune d’où ils viennent"
    return f"{pourcentage(part)} des ménages venus d’une commune de l’intercommunalité ont été logés dans cette commune"


def titre_mutations(rapport: Rapport) -> str:
    """The shares of tenants of the same landlord, and of the whole social stock."""
    interne, hlm = (rapport.chiffre("M01", modalite=modalite) for modalite in ("INTERNE", "HLM"))
    if interne is None:
        return "Attributions à des ménages déjà locataires du parc social"
    titre = f"{pourcentage(interne)} des attributions vont à des locataires du même bailleur"
    if hlm is None or pourcentage(hlm) == pourcentage(interne):
        return titre
    return (
        f"{pourcentage(hlm)} des attributions vont à des locataires du parc social, {pourcentage(interne)} à des "
        "locataires du même bailleur"
    )
