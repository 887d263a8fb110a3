"""Les règles qui disent qui est prioritaire, ou relogé, telles que la page de méthode les montre."""

from __future__ import annotations

import pandas as pd

from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.priorites import ce_qu_elle_donne, en_mots, regles_qui_donnent, source_en_mots


def regles(rapport: Rapport) -> pd.DataFrame:
    """Les règles de l’année : « code », « categorie », « condition », « origine » ; vide sans règle."""
    references = rapport.references
    lignes = [
        (regle.code, ce_qu_elle_donne(regle, references), en_mots(regle, references), regle.source)
        for regle in references.priorites
        if regle.vaut_en(rapport.annee)
    ]
    return pd.DataFrame(lignes, columns=["code", "categorie", "condition", "origine"])


def choix(rapport: Rapport, colonne: str) -> str:
    """Ce que l’on compte de « categories_prioritaires » ou d’« est_relogement_ru », en mots ; rien sans règle."""
    siennes = regles_qui_donnent(rapport.references, colonne, rapport.annee)
    return source_en_mots(rapport.references, colonne, rapport.annee) if siennes else ""
