"""The cells of the bilan to one réservataire: counts, what is reserved, the rate of a convention."""

from __future__ import annotations

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.disclosure.published import LignePubliee
from cil_analysis.presentation import flux_chiffres
from cil_analysis.presentation.formats import RIEN, SECRET_COURT, nombre, pourcentage, valeur
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.signes import signe
from cil_analysis.presentation.tables import Cellule


def cellule_de(ligne: LignePubliee | None, colonne: str) -> Cellule:
    """A count, or the value with its unit, or the sign of its absence."""
    if ligne is None:
        return Cellule(RIEN, "absent")
    absence = signe(ligne, colonne)
    if absence:
        return Cellule(absence, "secret" if absence == SECRET_COURT else "absent")
    return Cellule(valeur(ligne[colonne], str(ligne["unite"])) if colonne == "valeur" else nombre(ligne[colonne]))


def attribues(ligne: LignePubliee | None, part: LignePubliee | None) -> Cellule:
    """The dwellings allocated: those of F03 or, where it masks them, the same that F06 publishes."""
    seule = ligne is not None and ligne["statut"] == SECRET and part is not None and part["statut"] == PUBLIE
    return cellule_de(part if seule else ligne, "numerateur")


def reserves(ligne: LignePubliee | None) -> Cellule:
    """What is reserved, in dwellings; nothing for who has no convention."""
    return Cellule(RIEN, "absent") if ligne is None or not ligne["valeur"] else cellule_de(ligne, "valeur")


def sans_convention(ligne: LignePubliee | None, reserves: LignePubliee | None) -> Cellule:
    """A figure that hangs on a convention; nothing for who has none."""
    return Cellule(RIEN, "absent") if reserves is None or not reserves["valeur"] else cellule_de(ligne, "valeur")


def taux(
    rapport: Rapport, bailleur: str, reservataire: str, ligne: LignePubliee | None, reserve: LignePubliee | None
) -> Cellule:
    """The rate of a convention as it is written; else, from the bilan of the landlord, what is reserved of its base."""
    ecrit = flux_chiffres.taux_de_convention(rapport, bailleur, reservataire)
    return sans_convention(ligne, reserve) if ecrit is None else Cellule(pourcentage(ecrit))
