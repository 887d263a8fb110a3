"""Les règles qui disent qui est prioritaire, ou relogé, telles que la page de méthode les montre."""

from __future__ import annotations

import pandas as pd

from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.priorites import (
    CATEGORIES,
    RELOGEMENTS,
    ce_qu_elle_donne,
    en_mots,
    regles_qui_donnent,
    source_en_mots,
)


def regles(rapport: Rapport) -> pd.DataFrame:
    """Les règles de l’année : « code », « categorie », « condition », « origine » ; vide sans règle."""
    lignes = [
        (regle.code, ce_qu_elle_donne(regle, rapport.references), en_mots(regle, rapport.references), regle.source)
        for regle in rapport.references.priorites
        if regle.vaut_en(rapport.annee)
    ]
    return pd.DataFrame(lignes, columns=["code", "categorie", "condition", "origine"])


def choix(rapport: Rapport, colonne: str = CATEGORIES) -> str:
    """Les catégories prioritaires que l’on compte, en mots ; rien sans règle."""
    regles = regles_qui_donnent(rapport.references, colonne, rapport.annee)
    return source_en_mots(rapport.references, colonne, rapport.annee) if regles else ""


def choix_des_relogements(rapport: Rapport) -> str:
    """Les relogements de renouvellement urbain que l’on compte, en mots ; rien sans règle."""
    return choix(rapport, RELOGEMENTS)
