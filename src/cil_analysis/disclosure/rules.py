"""The dated rules of disclosure control, and the primary flag of each figure.

Thresholds come from data/reference/parameters/secret.yml; the data owner sets them (domain, §8.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.cadre import NOMBRE, PCT
from cil_analysis.reference.parameters import Parametres


@dataclass(frozen=True)
class ReglesSecret:
    """The thresholds of a year.

    ``seuil_effectif``: a count of 1 to threshold - 1 is masked. ``denominateur_minimal``: a share, ratio or median
    on fewer households is masked. ``actif`` is False only for a version that says « version interne ».
    """

    seuil_effectif: int
    denominateur_minimal: int
    actif: bool = True


def regles_secret(parametres: Parametres, annee: int, *, actif: bool = True) -> ReglesSecret:
    """The rules in force on 31 December of the year. Raises ErreurCIL when a threshold is not set or absurd."""
    jour = date(annee, 12, 31)
    seuils = {}
    for nom in ("seuil_effectif", "denominateur_minimal"):
        valeur = parametres[f"secret.{nom}"].valeur(jour)
        if valeur is None:
            raise ErreurCIL(
                f"Le seuil « {nom} » du secret statistique n’est pas renseigné pour {annee} : complétez "
                "data/reference/parameters/secret.yml."
            )
        if isinstance(valeur, bool) or not isinstance(valeur, int) or valeur < 1:
            raise ErreurCIL(
                f"Le seuil « {nom} » du secret statistique vaut « {valeur} » pour {annee} ; il doit être un entier "
                "d’au moins 1 : corrigez data/reference/parameters/secret.yml."
            )
        seuils[nom] = valeur
    return ReglesSecret(actif=actif, **seuils)


def motif_primaire(cadre: pd.DataFrame, regles: ReglesSecret) -> pd.Series:
    """Why each figure must be masked by itself: « effectif », « complement », « denominateur », or empty.

    « effectif »: the count (or head count) is 1 to threshold - 1. « complement »: its remainder to a published
    denominator is, and would be read by subtraction. « denominateur »: too few households for a share.
    A true zero is published. The status is no exception: a small count beside an impossible ratio is read just as well.
    """
    motif = pd.Series("", index=cadre.index, dtype="str")
    if not regles.actif:
        return motif
    numerateur, denominateur = cadre["numerateur"], cadre["denominateur"]
    est_quotient = cadre["unite"].ne(NOMBRE)
    est_part = cadre["unite"].eq(PCT)
    reste = denominateur - numerateur

    def petit(effectif: pd.Series) -> pd.Series:
        return effectif.gt(0) & effectif.lt(regles.seuil_effectif)

    motif = motif.mask(est_quotient & denominateur.gt(0) & denominateur.lt(regles.denominateur_minimal), "denominateur")
    motif = motif.mask(est_part & petit(reste), "complement")
    return motif.mask(petit(numerateur) | (est_quotient & petit(denominateur)), "effectif")
