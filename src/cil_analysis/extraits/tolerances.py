"""How much an extract may differ from the years before: dated choices of the project (parameters/verification.yml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.parameters import Parametres


@dataclass(frozen=True)
class Tolerances:
    """``tolerance_volume``: per cent. ``effectif_minimal``: rows. The two others: points of a share."""

    tolerance_volume: float
    effectif_minimal: float
    baisse_completude: float
    hausse_ecartees: float


def lire_tolerances(parametres: Parametres, annee: int) -> Tolerances:
    """The values in force on 31 December of the year. Raises ErreurCIL when one is not set, or is no number."""
    return Tolerances(**{nom: _nombre(parametres, nom, annee) for nom in Tolerances.__dataclass_fields__})


def _nombre(parametres: Parametres, nom: str, annee: int) -> float:
    valeur = parametres[f"verification.{nom}"].valeur(date(annee, 12, 31))
    if isinstance(valeur, bool) or not isinstance(valeur, int | float) or valeur < 0:
        trouve = "n’est pas renseigné" if valeur is None else f"vaut « {valeur} »"
        raise ErreurCIL(
            f"Le paramètre « {nom} » {trouve} pour {annee} ; un nombre positif est attendu : corrigez "
            "data/reference/parameters/verification.yml."
        )
    return float(valeur)
