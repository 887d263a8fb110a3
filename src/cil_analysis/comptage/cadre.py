"""The frame of figures: one shape for every indicator, from the count to the published file.

One row is one figure: an indicator, a year, a perimeter, an actor or none, a category or none. It is also the
shape of ``indicateurs.csv`` (architecture, D17).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.grammaire.indicateur import NOMBRE, PCT

CLES = ["indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]
CHIFFRES = ["numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "cible_max"]
COLONNES = [
    *CLES,
    "numerateur",
    "denominateur",
    "valeur",
    "unite",
    "statut",
    "cible",
    "sens",
    "ecart",
    "menages_manquants",
    "resultat",
    "cible_max",  # Of an interval only; last, so that a file written before it existed is the beginning of one.
]

PUBLIE, SECRET, NON_CALCULABLE, SANS_OBJET = "publie", "secret", "non_calculable", "sans_objet"
ATTEINT, NON_ATTEINT = "atteint", "non_atteint"


_TYPES = dict.fromkeys(COLONNES, "str") | dict.fromkeys(CHIFFRES, "float64") | {"annee": "int64"}
_VIDE = pd.DataFrame({nom: pd.Series(dtype=_TYPES[nom]) for nom in COLONNES})


def mettre_en_cadre(chiffres: pd.DataFrame, indicateur: str, annee: int | None, unite: str) -> pd.DataFrame:
    """Complete a frame of keys and counts into the frame of figures, before any disclosure control.

    ``annee``: None when the frame has it. ``valeur`` is derived when it is absent: the count itself, or numerateur /
    denominateur (× 100 for a percentage).
    A figure without a denominator is « non_calculable ».
    """
    donnees: dict[str, Any] = {nom: chiffres[nom].array for nom in COLONNES if nom in chiffres}
    donnees |= {"indicateur": [indicateur] * len(chiffres), "unite": np.full(len(chiffres), unite, dtype=object)}
    if annee is not None:
        donnees["annee"] = [annee] * len(chiffres)
    return encadrer(donnees)


def encadrer(colonnes: Mapping[str, Any]) -> pd.DataFrame:
    """The frame of figures from its columns; those that are not given are empty, but for ``valeur`` and ``statut``."""
    effectif = len(colonnes["annee"])
    if not effectif:
        return cadre_vide()
    vides = {"str": np.full(effectif, "", dtype=object), "float64": np.full(effectif, np.nan)}
    cadre: dict[str, Any] = {
        nom: pd.array(colonnes.get(nom, vides.get(_TYPES[nom])), dtype=_TYPES[nom])
        for nom in COLONNES
        if nom != "statut"
    }
    if "valeur" not in colonnes:
        numerateurs, denominateurs = (cadre[nom].to_numpy() for nom in ("numerateur", "denominateur"))
        unites = np.asarray(colonnes["unite"], dtype=object)
        cadre["valeur"] = valeurs_des_comptes(numerateurs, denominateurs, unites)
    statuts = np.asarray(colonnes.get("statut", np.full(effectif, PUBLIE, dtype=object)), dtype=object)
    sans_valeur = pd.isna(cadre["valeur"]) & (statuts == PUBLIE)
    cadre["statut"] = pd.array(np.where(sans_valeur, NON_CALCULABLE, statuts), dtype="str")
    return pd.DataFrame(cadre, columns=COLONNES, copy=False)


def valeurs_des_comptes(
    numerateurs: npt.NDArray[np.float64], denominateurs: npt.NDArray[np.float64], unites: npt.NDArray[np.object_]
) -> npt.NDArray[np.float64]:
    """The value of each figure: the count itself, or the ratio (× 100 for a percentage); NaN without a denominator."""
    ratios = numerateurs * np.where(unites == PCT, 100.0, 1.0) / np.where(denominateurs > 0, denominateurs, np.nan)
    valeurs: npt.NDArray[np.float64] = np.where(unites == NOMBRE, numerateurs, ratios)
    return valeurs


def cadre_vide() -> pd.DataFrame:
    """A frame of figures without rows, with the types of one that has some."""
    return _VIDE.copy()
