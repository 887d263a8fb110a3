"""Les règles qui disent qui est prioritaire, telles que la page de méthode les montre."""

from __future__ import annotations

import pandas as pd

from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.priorites import PARAMETRE, en_mots, source_des_priorites


def regles(rapport: Rapport) -> pd.DataFrame:
    """Les règles de priorité de l’année : « code », « categorie », « condition », « origine » ; vide sans règle."""
    categories = rapport.references.nomenclatures["categories_prioritaires"].libelles()
    lignes = [
        (regle.code, categories[regle.categorie], en_mots(regle, rapport.references), regle.source)
        for regle in rapport.references.priorites
        if regle.vaut_en(rapport.annee)
    ]
    return pd.DataFrame(lignes, columns=["code", "categorie", "condition", "origine"])


def choix(rapport: Rapport) -> str:
    """Les catégories prioritaires que l’on compte, en mots ; rien sans règle."""
    if regles(rapport).empty:
        return ""
    parametre = rapport.references.parametres[PARAMETRE]
    return parametre.libelles[source_des_priorites(rapport.references, rapport.annee)]
