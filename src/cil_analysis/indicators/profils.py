"""Profiles P01 to P08: households housed, beside the applicants (domain, §4.2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from cil_analysis.indicators.cadre import EPCI, NON_RENSEIGNE, PCT, mettre_en_cadre, sans_mesure
from cil_analysis.indicators.denombrement import compter, repartir
from cil_analysis.indicators.exercice import Exercice

# Suffix of the same profile counted over the active requests.
DEMANDES = "D"


def _profil(exercice: Exercice, code: str, colonne: str, nomenclature: str, sur_demandes: bool) -> pd.DataFrame:
    lignes = exercice.demandes if sur_demandes else exercice.attributions
    if lignes is None:
        return mettre_en_cadre(pd.DataFrame({"numerateur": [], "denominateur": []}), code, exercice.annee, PCT)
    modalites = exercice.nomenclatures[nomenclature].codes(None)
    if NON_RENSEIGNE not in modalites:
        modalites = [*modalites, NON_RENSEIGNE]
    comptes = repartir(compter(lignes, exercice, EPCI, modalite=colonne, modalites=modalites))
    cadre = mettre_en_cadre(comptes, code, exercice.annee, PCT)
    return sans_mesure(cadre) if lignes[colonne].fillna(NON_RENSEIGNE).eq(NON_RENSEIGNE).all() else cadre


def profil(code: str, colonne: str, nomenclature: str) -> Callable[[Exercice], pd.DataFrame]:
    """The profile of the households housed, in shares of each class of a nomenclature; « NR » is a class."""
    return partial(_profil, code=code, colonne=colonne, nomenclature=nomenclature, sur_demandes=False)


def profil_demandes(code: str, colonne: str, nomenclature: str) -> Callable[[Exercice], pd.DataFrame]:
    """The same profile over the active requests."""
    return partial(_profil, code=code + DEMANDES, colonne=colonne, nomenclature=nomenclature, sur_demandes=True)


__all__ = ["DEMANDES", "profil", "profil_demandes"]
