"""What the page of the gestion en flux computes from published figures alone: progress, projection, legal ceilings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import EPCI, NON_RENSEIGNE, RESERVATAIRE
from cil_analysis.presentation.charts_flux import Progression
from cil_analysis.presentation.formats import pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.reference.conventions_flux import conventions_en_vigueur
from cil_analysis.reference.texte import typographie

COLLECTIVITES = "les collectivités"
# The ceilings of the law: the parameter, the réservataires that it is about together, and their name.
_PLAFONDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "plafond_prefet": (("PPRIOR", "PFONCT"), "le préfet"),
    "plafond_agents": (("PFONCT",), "le préfet pour les agents publics"),
    "plafond_collectivites": (("COLTER",), COLLECTIVITES),
}


@dataclass(frozen=True)
class Depassement:
    """A landlord that reserves more than the law admits: whom for, its rate and the ceiling, in percent."""

    bailleur: str
    public: str
    taux: float
    plafond: float


def part_ecoulee(rapport: Rapport) -> float:
    """The share of the year that the leases received cover, from 0 to 1; 1 for a year that is complete.

    The day of the last lease over the days of the year; from the day that flux.yml says on, the year is complete.
    """
    ecoulee = rapport.chiffre("F12")
    if ecoulee is None:
        return 1.0
    parametre = "flux.annee_close_a_partir_du"
    parametres = rapport.references.parametres
    jour = parametres[parametre].valeur(rapport.jour) if parametre in parametres else None
    if jour is not None and ecoulee >= _part_au(lire_jour(parametre, rapport.annee, jour)):
        return 1.0
    return ecoulee / 100


def _part_au(jour: date) -> float:
    return 100 * jour.timetuple().tm_yday / date(jour.year, 12, 31).timetuple().tm_yday


def lire_jour(parametre: str, annee: int, mois_jour: object) -> date:
    """The day of a year that a parameter gives as month-day. Raises ErreurCIL when it is no day of that year."""
    try:
        return date.fromisoformat(f"{annee}-{mois_jour}")
    except ValueError:
        raise _faute(parametre, mois_jour, 'Écrire un mois et un jour, entre guillemets : "02-28".') from None


def _faute(parametre: str, valeur: object, remede: str) -> ErreurCIL:
    fichier, _, cle = parametre.partition(".")
    return ErreurCIL(typographie(f"parameters/{fichier}.yml : « {cle} » vaut « {valeur} ». {remede}"))


def projeter(cumul: float | None, ecoulee: float) -> float | None:
    """What a year would make at its end at the same pace; None for a complete year, or an unknown count.

    >>> projeter(120.0, 0.5), projeter(120.0, 1.0), projeter(None, 0.5)
    (240.0, None, None)
    """
    return None if cumul is None or not 0 < ecoulee < 1 else cumul / ecoulee


def progressions(rapport: Rapport) -> dict[str, Progression]:
    """The progress of each réservataire in the year, by code."""
    table = rapport.publication["F11"].ou(annee=rapport.annee, perimetre_type=EPCI, acteur_type=RESERVATAIRE)
    ecoulee = part_ecoulee(rapport)
    atteints = _trimestres_atteints(rapport)
    resultat = {}
    for code, lignes in table.donnees.groupby("acteur_code", sort=False):
        if code == NON_RENSEIGNE:
            continue
        cumuls = [
            float(ligne["valeur"]) if ligne["statut"] == PUBLIE else None
            for ligne in lignes.iloc[:atteints].to_dict("records")
        ]
        masquee = bool(lignes["statut"].eq(SECRET).all())
        projection = projeter(cumuls[-1] if cumuls else None, ecoulee)
        resultat[str(code)] = Progression(rapport.acteurs[str(code)], cumuls, projection, masquee)
    return resultat


def _trimestres_atteints(rapport: Rapport) -> int:
    """How many quarters the leases received reach into: the later ones repeat the last count."""
    return int(pd.Timestamp(dernier_jour(rapport)).quarter)


def trimestres_atteints(rapport: Rapport) -> list[str]:
    """The codes of those quarters."""
    return rapport.references.nomenclatures["trimestres"].codes(None)[: _trimestres_atteints(rapport)]


def dernier_jour(rapport: Rapport) -> date:
    """The last day that the leases received cover."""
    jours = date(rapport.annee, 12, 31).timetuple().tm_yday
    return date(rapport.annee, 1, 1) + timedelta(days=round(part_ecoulee(rapport) * jours) - 1)


def taux_ecrits(rapport: Rapport) -> pd.Series:
    """The rates of the conventions in force on 31 December, as they are written, by landlord and réservataire."""
    references = rapport.references
    signees = conventions_en_vigueur(references.conventions_flux, references.projet.departement, rapport.jour)
    return signees.set_index(["bailleur", "reservataire"])["taux_pct"].map(pourcentage)


def taux_de_convention(rapport: Rapport, bailleur: str, reservataire: str) -> float | None:
    """The rate in percent of a convention in force on 31 December, as it is written; None when the project has none."""
    references = rapport.references
    signees = conventions_en_vigueur(references.conventions_flux, references.projet.departement, rapport.jour)
    siennes = signees[signees["bailleur"].eq(bailleur) & signees["reservataire"].eq(reservataire)]
    return None if siennes.empty else float(siennes["taux_pct"].iloc[0])


def depassements(rapport: Rapport) -> list[Depassement]:
    """The conventions in force on 31 December that exceed a ceiling of the law, in file order."""
    references = rapport.references
    conventions = conventions_en_vigueur(references.conventions_flux, references.projet.departement, rapport.jour)
    trouves = []
    for bailleur, siennes in conventions.groupby("bailleur", sort=False):
        for nom, (reservataires, public) in _PLAFONDS.items():
            cle = f"flux.{nom}"
            plafond = references.parametres[cle].valeur(rapport.jour) if cle in references.parametres else None
            if plafond is not None and (isinstance(plafond, bool) or not isinstance(plafond, int | float)):
                raise _faute(cle, plafond, "Écrire un nombre, en %, sans guillemets.")
            taux = float(siennes.loc[siennes["reservataire"].isin(reservataires), "taux_pct"].sum())
            if plafond is not None and taux > plafond:
                trouves.append(Depassement(rapport.acteurs[str(bailleur)], public, taux, float(plafond)))
    return trouves


def echeance(rapport: Rapport) -> date | None:
    """The day before which landlords owe the bilan of the year to each réservataire; None when it is not set."""
    cle, parametres = "flux.echeance_du_bilan", rapport.references.parametres
    mois_jour = parametres[cle].valeur(rapport.jour) if cle in parametres else None
    return None if mois_jour is None else lire_jour(cle, rapport.annee + 1, mois_jour)
