"""The figures of another territory in the example: made up, and named so wherever they are read."""

from __future__ import annotations

from collections.abc import Sequence

from cil_analysis.exemple.objectifs import FICTIF

# By indicator, its figure of the first year and what it gains each year; how many of the last years lack.
_CHIFFRES = {"V03": (5.2, 0.1, 0), "V06": (15.8, 0.3, 0), "O01": (18.6, 0.7, 0), "O04": (33.0, 0.6, 1)}


def comparateurs_fictifs(annees: Sequence[int]) -> list[dict[str, object]]:
    """The rows of comparateurs.csv."""
    commun: dict[str, object] = {
        "perimetre": "Région fictive", "lieu": "dans une région fictive", "source": FICTIF.lower(),
        "consulte_le": f"{max(annees) + 1}-03-01", "confiance": "FICTIF",
    }  # fmt: skip
    return [
        commun | {"indicateur": code, "annee": annee, "valeur": round(premiere + rang * pas, 1)}
        for code, (premiere, pas, manquantes) in _CHIFFRES.items()
        for rang, annee in enumerate(sorted(annees)[: len(annees) - manquantes])
    ]
