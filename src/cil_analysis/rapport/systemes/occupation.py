"""Ce que la page de l’occupation du parc calcule à partir des chiffres publiés et des référentiels."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from cil_analysis.rapport.rapport import Rapport

_PART_D_UN_BAILLEUR = "secret.part_bailleur_occupation"


class Masque(NamedTuple):
    """What disclosure control does to the survey: its threshold, and how many of its figures are masked, of how many.

    ``part``: the share of the stock of a commune, in percent, beyond which a landlord masks it; None: not set.
    """

    seuil: int
    part: float | None
    masques: int
    chiffres: int


class Portail(NamedTuple):
    """The decision that opens the map portal of the occupancy."""

    intitule: str
    jour: date


def masque(enquete: Rapport) -> Masque:
    """The rules of the survey in the year of a report."""
    parametres = enquete.references.parametres
    part = parametres[_PART_D_UN_BAILLEUR].valeur(enquete.jour) if _PART_D_UN_BAILLEUR in parametres else None
    tables = [
        table.ou(annee=enquete.annee)
        for table in enquete.publication.values()
        if table.indicateur.compte.population.startswith("occupation")
    ]
    return Masque(
        enquete.publication.regles.seuil_de("occupation"),
        float(part) if isinstance(part, int | float) else None,
        sum(table.nb_secrets for table in tables),
        sum(map(len, tables)),
    )


def portail(rapport: Rapport) -> Portail | None:
    """The decision on the portal that is in force at the end of the year, where the governance documents have it."""
    documents = rapport.references.documents
    siens = documents[documents["document"].str.startswith("PORTAIL") & documents["date_adoption"].notna()]
    pris = siens[siens["date_adoption"].le(pd.Timestamp(rapport.jour))]
    return None if pris.empty else Portail(str(pris.iloc[-1]["intitule"]), pris.iloc[-1]["date_adoption"].date())
