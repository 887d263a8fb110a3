"""Objectives of the law and of the CIA (data/reference/parameters/objectifs.csv)."""

from collections.abc import Hashable, Mapping, Set
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.reference import avenants, tables
from cil_analysis.reference.controles import exiger_chaque_ligne, lire
from cil_analysis.reference.schemas import schemas

PLANCHER, PLAFOND, INTERVALLE = "plancher", "plafond", "intervalle"
PCT, NOMBRE = "pct", "nombre"
_SCHEMA = "parameters/objectifs"
TOUS = "*"
# « perimetre » and « acteur » → type → the codes that the project has.
Codes = Mapping[str, Mapping[str, Set[str]]]


def charger_objectifs(dossier: Path, codes: Codes | None = None) -> pd.DataFrame:
    """One row is one objective: an indicator, a perimeter, an actor and the value to reach while it is in force.

    ``date_effet`` and ``date_fin`` are datetime64 (NaT: open; the end is the day before an avenant replaces it),
    ``valeur`` and ``valeur_max`` are floats (NaN: « à renseigner », or no upper bound), ``tolerance`` is a float, 0 by
    default, in points or households; the rest is text. ``*`` in a code column stands for every code of that type,
    ``modalite`` empty for no category, ``annee`` empty for every year. ``dossier`` is the parameters folder;
    ``codes`` those that may be named.

    Raises:
        ErreurCIL: naming the line, for an unknown value or code, two rows with one id, an avenant that cannot replace
            what it names, or two objectives that would contradict each other (``avenants.exiger_sans_conflit``).
    """
    chemin = dossier / "objectifs.csv"
    table = lire(chemin, schemas()[_SCHEMA])
    table["tolerance"] = table["tolerance"].fillna(0.0)
    exiger_chaque_ligne(table, chemin, lambda objectif: _faute(objectif) or _code_inconnu(objectif, codes or {}))
    avenants.appliquer_remplacements(table, chemin)
    avenants.exiger_sans_conflit(table, chemin)
    return table.reset_index(drop=True)


def en_vigueur(objectifs: pd.DataFrame, annee: int) -> pd.DataFrame:
    """The objectives in force on 31 December of a year, whatever their value."""
    jour = pd.Timestamp(annee, 12, 31)
    garde = tables.en_vigueur(objectifs, "date_effet", "date_fin", jour) & objectifs["annee"].isin(["", str(annee)])
    return objectifs[garde]


def _faute(objectif: Mapping[Hashable, Any]) -> str:
    """What is wrong in a row taken alone, or nothing."""
    if (objectif["acteur_type"] == "") != (objectif["acteur_code"] == ""):
        return "acteur_type et acteur_code vont ensemble. Remplir ou vider les deux."
    if objectif["annee"]:
        jour = pd.Timestamp(int(objectif["annee"]), 12, 31)
        if objectif["date_effet"] > jour or objectif["date_fin"] < jour:
            return (
                f"l’objectif de {objectif['annee']} n’est pas en vigueur au 31 décembre de cette année. Corriger "
                "annee, date_effet ou date_fin."
            )
    valeurs = [v for v in (objectif["valeur"], objectif["valeur_max"]) if not pd.isna(v)]
    if objectif["unite"] == PCT and not all(0 <= v <= 100 for v in (*valeurs, objectif["tolerance"])):
        return "un pourcentage est compris entre 0 et 100. Corriger la valeur."
    if objectif["unite"] == NOMBRE and not all(v >= 0 and v.is_integer() for v in (*valeurs, objectif["tolerance"])):
        return "un nombre de ménages est entier et n’est pas négatif. Corriger la valeur."
    if objectif["sens"] != INTERVALLE and not pd.isna(objectif["valeur_max"]):
        return "valeur_max ne sert qu’à un intervalle. La vider, ou écrire « intervalle » dans la colonne sens."
    if objectif["sens"] == INTERVALLE and len(valeurs) == 1:
        return "un intervalle a deux bornes, valeur et valeur_max. Remplir ou vider les deux."
    if len(valeurs) == 2 and not objectif["valeur"] < objectif["valeur_max"]:
        return "valeur_max doit dépasser valeur. Corriger l’une des deux bornes."
    return ""


def _code_inconnu(objectif: Mapping[Hashable, Any], codes: Codes) -> str:
    """An objective for a place or an actor that the project does not have would be followed nowhere."""
    for genre, connus in codes.items():
        nature, code = objectif[f"{genre}_type"], objectif[f"{genre}_code"]
        if nature and code != TOUS and code not in connus[nature]:
            return (
                f"« {code} » n’est pas un code connu de ce projet (colonne {genre}_code, type {nature}). Donner le "
                f"code, et non le nom, ou « {TOUS} » pour tous."
            )
    return ""
