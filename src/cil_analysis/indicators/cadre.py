"""The frame of figures: one shape for every indicator, from the count to the published file.

One row is one figure: an indicator, a year, a perimeter, an actor or none, a category or none. It is also the
shape of ``indicateurs.csv`` (architecture, D17).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from cil_analysis.indicators.exercice import Exercice

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

NOMBRE, PCT, RATIO, MOIS = "nombre", "pct", "ratio", "mois"
PUBLIE, SECRET, NON_CALCULABLE, SANS_OBJET = "publie", "secret", "non_calculable", "sans_objet"
ATTEINT, NON_ATTEINT = "atteint", "non_atteint"
EPCI, COMMUNE, QPV, EN_QPV, HORS_QPV = "epci", "commune", "qpv", "en_qpv", "hors_qpv"
BAILLEUR, RESERVATAIRE = "bailleur", "reservataire"
NON_RENSEIGNE = "NR"


# A condition that the counted rows meet: a dimension and its value, such as ("zone", "QPV").
Condition = tuple[str, str]


@dataclass(frozen=True)
class Reunion:
    """The numerator of an indicator is the union of classes of a dimension, or, not ``complete``, holds them."""

    dimension: str
    valeurs: tuple[str, ...]
    complete: bool


@dataclass(frozen=True)
class Compte:
    """What the two counts of an indicator are, in the terms that link its figures with all others published.

    ``population``: the extract whose rows are counted; ``rapporte_a``: that of the denominator when it is another.
    ``champ``: what both counts are restricted to, and ``champ_bailleur`` too in the rows of a landlord. ``public``:
    what the numerator adds (by default « is of the indicator's public »). ``part_de``: the key, « perimetre »,
    « acteur » or « modalite », that only the numerator has. ``axe``: the dimension whose classes are the modalites.
    ``reunion``: see :class:`Reunion`. ``revenus_connus``: unknown incomes are left out under P8 « exclues ».
    """

    population: str = "attributions"
    rapporte_a: str = ""
    champ: tuple[Condition, ...] = ()
    champ_bailleur: tuple[Condition, ...] = ()
    public: tuple[Condition, ...] = ()
    part_de: str = ""
    axe: str = ""
    reunion: Reunion | None = None
    revenus_connus: bool = False


@dataclass(frozen=True)
class Indicateur:
    """What an indicator is, in words that the report, the workbook and the method print.

    ``modalites`` names the nomenclature of its categories (empty: none); ``population`` says what is counted in words,
    ``compte`` in the terms of disclosure control: a table is protected together with all others by saying it.
    """

    code: str
    titre: str
    formule: str
    unite: str
    source: str
    population: str
    calcul: Callable[[Exercice], pd.DataFrame]
    modalites: str = ""
    colonnes: tuple[str, ...] = ()
    a_objectif: bool = False
    compte: Compte = Compte()


def mettre_en_cadre(chiffres: pd.DataFrame, indicateur: str, annee: int, unite: str) -> pd.DataFrame:
    """Complete a frame of keys and counts into the frame of figures, before any disclosure control.

    ``valeur`` is derived when it is absent: the count itself, or numerateur / denominateur (× 100 for a percentage).
    A figure without a denominator is « non_calculable ».
    """
    cadre = chiffres.copy()
    cadre["indicateur"], cadre["annee"], cadre["unite"] = indicateur, annee, unite
    for cle in ("perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite", "sens", "resultat"):
        if cle not in cadre:
            cadre[cle] = ""
    for chiffre in CHIFFRES:
        if chiffre not in cadre and chiffre != "valeur":
            cadre[chiffre] = float("nan")
        if chiffre in cadre:
            cadre[chiffre] = cadre[chiffre].astype("float64")
    if "valeur" not in cadre:
        if unite == NOMBRE:
            cadre["valeur"] = cadre["numerateur"]
        else:
            facteur = 100.0 if unite == PCT else 1.0
            cadre["valeur"] = cadre["numerateur"] * facteur / cadre["denominateur"].where(cadre["denominateur"] > 0)
    if "statut" not in cadre:
        cadre["statut"] = PUBLIE
    cadre["statut"] = cadre["statut"].where(cadre["valeur"].notna() | (cadre["statut"] != PUBLIE), NON_CALCULABLE)
    return cadre[COLONNES].reset_index(drop=True)


def sans_mesure(cadre: pd.DataFrame, lignes: pd.Series | None = None) -> pd.DataFrame:
    """Say that rows (all by default) cannot be computed: « non_calculable », and no figure that would read as 0 %.

    What has no object stays so.
    """
    table = cadre.copy()
    visees = table["statut"].ne(SANS_OBJET) if lignes is None else lignes & table["statut"].ne(SANS_OBJET)
    table.loc[visees, "statut"] = NON_CALCULABLE
    table.loc[visees, CHIFFRES] = float("nan")
    return table


def cadre_vide() -> pd.DataFrame:
    """A frame of figures without rows, with the types of one that has some."""
    types = dict.fromkeys(COLONNES, "str") | dict.fromkeys(CHIFFRES, "float64") | {"annee": "int64"}
    return pd.DataFrame({nom: pd.Series(dtype=types[nom]) for nom in COLONNES})
