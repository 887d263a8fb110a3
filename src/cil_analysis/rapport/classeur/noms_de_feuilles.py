"""What the sheets of a workbook are called."""

from __future__ import annotations

from cil_analysis.grammaire.indicateur import Indicateur

COUVERTURE, SOMMAIRE, NOTES, SERIES = "Couverture", "Sommaire", "Notes", "Séries"
RETOUR = {"Retour au sommaire": SOMMAIRE}


def nom_de_feuille(indicateur: Indicateur) -> str:
    """« O01 – 1er quartile hors QPV »."""
    return f"{indicateur.code} – {indicateur.feuille}"
