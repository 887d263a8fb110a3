"""Sentences on the gestion en flux, made from published figures and from the conventions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import RESERVATAIRE
from cil_analysis.presentation import flux_chiffres
from cil_analysis.presentation.fiche_sujet import HORS_CONTINGENT
from cil_analysis.presentation.formats import accorder, date_en_mots, enumerer, nombre, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import etendue
from cil_analysis.presentation.signes import MASQUE
from cil_analysis.reference.texte import typographie

_ACCOMPLI = 100.0
COLLECTIVITES = flux_chiffres.COLLECTIVITES


def constat_du_flux(rapport: Rapport) -> str:
    """How many dwellings were allocated of those proposed."""
    attribues, proposes, part = (rapport.chiffre(code) for code in ("F02", "F01", "F03"))
    if attribues is None:
        pourquoi = f"est {MASQUE}" if rapport.est_masque("F02") else "n’est pas disponible"
        return f"Le nombre de logements attribués au titre du flux en {rapport.annee} {pourquoi}."
    mots = accorder(attribues, "logement a été attribué", "logements ont été attribués")
    phrase = f"{mots} en {rapport.annee} au titre du flux"
    if proposes is not None and part is not None:
        phrase += f", sur {accorder(proposes, 'logement proposé', 'logements proposés')} ({pourcentage(part)})"
    return f"{phrase}."


def constat_des_reservations(rapport: Rapport) -> str:
    """How many réservataires had what their conventions reserve; masked ones are only counted."""
    if not flux_chiffres.a_des_conventions(rapport):
        return (
            "Aucun taux de convention n’est renseigné pour cette année : la part de chaque réservataire ne peut pas "
            "être comparée à ce qui lui est réservé (conventions_flux.csv)."
        )
    table = flux_chiffres.sous_convention(rapport, "F05")
    publies = table.donnees[table.donnees["statut"].eq(PUBLIE)]
    servis = int(publies["valeur"].ge(_ACCOMPLI).sum())
    if publies.empty:
        return f"La réalisation des réservations de {rapport.annee} n’est publiée pour aucun réservataire."
    if len(publies) == 1:
        verbe = "a eu" if servis else "n’a pas eu"
        phrase = f"Le seul réservataire dont le résultat est publié {verbe} tout ce qui lui est réservé"
    elif servis in (0, len(publies)):
        qui = f"Aucun des {len(publies)}" if not servis else f"Les {len(publies)}"
        verbe = "n’a eu" if not servis else "ont eu au moins"
        phrase = f"{qui} réservataires dont le résultat est publié {verbe} ce qui lui est réservé"
        phrase = phrase.replace("lui est", "leur est") if servis else phrase
    else:
        verbe = "a eu au moins ce qui lui est réservé" if servis == 1 else "ont eu au moins ce qui leur est réservé"
        qui = "Un" if servis == 1 else str(servis)
        phrase = f"{qui} des {len(publies)} réservataires dont le résultat est publié {verbe}"
    masques = int(table.donnees["statut"].eq(SECRET).sum())
    suite = f" ; {accorder(masques, 'résultat est masqué', 'résultats sont masqués')}" if masques else ""
    return typographie(f"{phrase} en {rapport.annee}{suite}.")


def titre_des_reservations(rapport: Rapport, acteur: str = RESERVATAIRE) -> str:
    """The ends between which the achieved shares range, by réservataire or by landlord."""
    table = flux_chiffres.sous_convention(rapport, "F05", acteur)
    bornes = etendue(table, rapport.acteurs, "acteur_code", lambda x: pourcentage(x))
    if bornes is None:
        return "Logements attribués, rapportés à ce que les conventions réservent"
    masques = ", parmi les résultats publiés" if table.nb_secrets else ""
    return typographie(f"Réservations réalisées : de {bornes[0]} à {bornes[1]}{masques}")


def phrase_des_plafonds(rapport: Rapport) -> str:
    """Which conventions exceed a ceiling of the law, or that none does; nothing without conventions."""
    if not len(rapport.references.conventions_flux):
        return ""
    trouves = flux_chiffres.depassements(rapport)
    if not trouves:
        return typographie(
            "Aucune convention en vigueur ne dépasse les plafonds de la loi (art. R441-5 du code de la construction et "
            "de l’habitation)."
        )
    mots = [
        f"{d.bailleur} réserve {pourcentage(d.taux)} de son flux pour {d.public}, au-delà du plafond de "
        f"{pourcentage(d.plafond, 0)}"
        for d in trouves
    ]
    # The rate of a convention does not tell what is reserved against a guarantee from the rest.
    garanties = (
        " Le plafond des collectivités est celui des réservations qui répondent à leur garantie."
        if any(d.public == COLLECTIVITES for d in trouves)
        else ""
    )
    return typographie(f"{enumerer(mots)} (art. R441-5 du code de la construction et de l’habitation).{garanties}")


def constat_de_l_annee(rapport: Rapport) -> str:
    """How far the year has gone, and whether it is projected."""
    ecoulee = flux_chiffres.part_ecoulee(rapport)
    total = rapport.chiffre("F11", modalite="T4")
    if total is None:
        return f"Les attributions cumulées de {rapport.annee} ne sont pas publiées."
    mots = accorder(total, "bail a été signé", "baux ont été signés")
    if ecoulee == 1.0:
        moitie = rapport.chiffre("F11", modalite="T2")
        suite = (
            "" if moitie is None or not total else f", dont {pourcentage(100 * moitie / total)} avant la fin de juin"
        )
        return typographie(f"{mots} dans l’année {suite}".replace(" ,", ",") + " ; l’année est complète.")
    return typographie(
        f"{mots} au {_dernier_jour(rapport)}, soit {pourcentage(100 * ecoulee)} de l’année ; au même rythme, il y en "
        f"aurait {nombre(flux_chiffres.projeter(total, ecoulee))} au 31 décembre."
    )


def _dernier_jour(rapport: Rapport) -> str:
    jours = pd.Timestamp(rapport.annee, 12, 31).day_of_year
    rang = round(flux_chiffres.part_ecoulee(rapport) * jours)
    return date_en_mots(pd.Timestamp(rapport.annee, 1, 1) + pd.Timedelta(days=rang - 1))


def titre_de_l_annee(rapport: Rapport) -> str:
    """The réservataire with the most leases of the year, by name."""
    table = rapport.publication["F11"].ou(annee=rapport.annee, acteur_type="reservataire", modalite="T4")
    publies = table.donnees[table.donnees["statut"].eq(PUBLIE)]
    publies = publies[~publies["acteur_code"].isin([HORS_CONTINGENT, "NR"])]
    if publies.empty:
        return f"Attributions cumulées par trimestre, {rapport.annee}"
    premiere = publies.iloc[int(publies["valeur"].argmax())]
    nom = rapport.acteurs[str(premiere["acteur_code"])]
    return typographie(f"{nom} : {accorder(premiere['valeur'], 'bail signé', 'baux signés')} en {rapport.annee}")


def titre_ventile(table: PublishedTable, libelles: Mapping[str, str], sinon: str, cle: str) -> str:
    """The classes between which the allocated shares range; all must be published, or nothing is said."""
    bornes = None if table.nb_secrets else etendue(table, libelles, cle, lambda x: pourcentage(x))
    return typographie(f"De {bornes[0]} à {bornes[1]} des logements proposés ont été attribués" if bornes else sinon)


def constat_de_la_base(rapport: Rapport) -> str:
    """The base of the year, its parts, and what was deducted."""
    base = rapport.chiffre("F08")
    if base is None:
        return "La base prévisionnelle du flux n’est pas renseignée."
    phrase = f"Les taux des conventions s’appliquent à {accorder(base, 'logement attendu', 'logements attendus')}"
    parts = {m: rapport.chiffre("F09", modalite=m) for m in ("LIBERATIONS", "MISES_EN_SERVICE", "SOUSTRAITS")}
    if all(v is not None for v in parts.values()):
        phrase += (
            f" : {accorder(parts['LIBERATIONS'], 'libération', 'libérations')} et "
            f"{accorder(parts['MISES_EN_SERVICE'], 'mise en service', 'mises en service')}, moins "
            f"{accorder(parts['SOUSTRAITS'], 'logement à soustraire', 'logements à soustraire')}"
        )
    soustraits = rapport.chiffre("F10")
    if soustraits is not None:
        verbe = "l’a été" if soustraits < 2 else "l’ont été"
        phrase += f" ; {nombre(soustraits)} {verbe} en {rapport.annee}"
    return typographie(f"{phrase}.")


def phrase_de_l_echeance(rapport: Rapport) -> str:
    """Before which day landlords owe their bilan to réservataires and to the EPCI; nothing when it is not set."""
    jour = flux_chiffres.echeance(rapport)
    if jour is None:
        return ""
    return typographie(
        f"Chaque bailleur doit le bilan de {rapport.annee} à chacun de ses réservataires et à l’intercommunalité avant "
        f"le {date_en_mots(jour)} (décret n° 2020-145 ; art. R441-5 du code de la construction et de l’habitation)."
    )
