"""Data quality: the share of rows that lack each column, Q01 (domain, §4.2)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import PCT, Compte, Indicateur
from cil_analysis.indicators.dimensions import MANQUE
from cil_analysis.indicators.vocabulaire import BAUX, ENSEMBLE, STOCK

QUALITE = tuple(
    Indicateur(
        code,
        f"Valeurs manquantes dans les {extrait}",
        f"{lignes} dont la colonne est vide ou illisible ÷ {lignes.lower()} ; « nd » : colonne absente du fichier",
        PCT,
        f"extrait des {extrait}",
        population,
        f"colonnes:{extrait}",
        definition=f"Ce que l’extrait des {extrait} ne dit pas",
        ventilations=ENSEMBLE,
        compte=Compte(extrait, part_de="modalite", axe=MANQUE),
    )
    for code, extrait, lignes, population in (
        ("Q01", "attributions", "Attributions", BAUX),
        ("Q01D", "demandes", "Demandes", STOCK),
        ("Q01R", "radiations", "Radiations", "lignes de l’extrait des radiations"),
        ("Q01P", "propositions", "Propositions", "lignes de l’extrait des propositions"),
    )
)
