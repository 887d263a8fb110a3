"""The frame of figures: one shape for every indicator, from the count to the published file.

One row is one figure: an indicator, a year, a perimeter, an actor or none, a category or none. It is also the
shape of ``indicateurs.csv`` (architecture, D17).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.reference.nomenclatures import NON_RENSEIGNE as NON_RENSEIGNE

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

NOMBRE, PCT, RATIO, MOIS, POINTS = "nombre", "pct", "ratio", "mois", "points"
PUBLIE, SECRET, NON_CALCULABLE, SANS_OBJET = "publie", "secret", "non_calculable", "sans_objet"
ATTEINT, NON_ATTEINT = "atteint", "non_atteint"
EPCI, COMMUNE, QPV, EN_QPV, HORS_QPV = "epci", "commune", "qpv", "en_qpv", "hors_qpv"
# The communes that belong to the EPCI in every year of the series (rule P9), in a year where it has others.
EPCI_CONSTANT = "epci_constant"
BAILLEUR, RESERVATAIRE = "bailleur", "reservataire"


# A condition that the counted rows meet: a dimension and its class, such as ("zone", "QPV").
Condition = tuple[str, str]

# What a Ventilation lists: every class of the indicator's categories, or those that the year's leases have.
TOUTES, PRESENTES = ("*",), ("+",)


@dataclass(frozen=True)
class Ventilation:
    """A set of rows of an indicator: a type of perimeter, crossed with a type of actor, or with categories.

    ``modalites``: none, ``TOUTES``, ``PRESENTES``, or the codes listed.
    """

    perimetre: str
    acteur: str = ""
    modalites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reunion:
    """The numerator of an indicator is the union of classes of a dimension, or, not ``complete``, holds them.

    ``avec``: what the numerator holds besides, such as the households rehoused by urban renewal.
    """

    dimension: str
    valeurs: tuple[str, ...]
    complete: bool
    avec: Condition | None = None


@dataclass(frozen=True)
class Compte:
    """What the two counts of an indicator are: they are counted by it, and protected by it.

    ``population``: what is counted, see ``termes.Case``; ``rapporte_a``: that of the denominator when it is another, or
    several, joined by « + »; none of it is a secret when the population is public. ``champ``: what both counts are
    restricted to, and ``champ_bailleur`` too in the rows of a landlord. ``public``: what the numerator adds.
    ``part_de``: the key, « perimetre », « acteur » or « modalite », that only the numerator has. ``axe``: the dimension
    whose classes are the modalites; with ``drapeaux``, each modalite is a yes-or-no dimension of its own
    (« axe_modalite »), since a household may be in several. ``lieu``: the dimension that a commune is the class of.
    ``mesure``: the stored column and the statistic of a figure that is no count; the count of the rows that it is made
    from is its denominator. ``duree``: each modalite is a length of time of which the statistic tells, not a class of
    rows. ``reunion``: see :class:`Reunion`.
    ``revenus``: the dimension that P8 « exclues » restricts to « connu ».
    """

    population: str = "attributions"
    rapporte_a: str = ""
    champ: tuple[Condition, ...] = ()
    champ_bailleur: tuple[Condition, ...] = ()
    public: tuple[Condition, ...] = ()
    part_de: str = ""
    axe: str = ""
    drapeaux: bool = False
    lieu: str = "commune"
    mesure: tuple[str, str] = ("", "")
    duree: bool = False
    reunion: Reunion | None = None
    revenus: str = ""


@dataclass(frozen=True)
class Indicateur:
    """What an indicator is, in words that the report, the workbook and the method print, and in terms to count by.

    ``formule``: numerator and denominator in words; ``definition``: what it tells, in one sentence. ``population``:
    what is counted. ``source``: the text or file that it comes from. ``regles``: the counting rules that it follows
    (P1 to P10). ``modalites`` names the nomenclature of its categories (empty: none).
    ``theme``: the title of its theme; ``feuille``: what its sheet is called. ``ventilations``: its rows.
    ``objet``: where it is « sans objet » without rows: in a commune without social dwellings (« parc ») or without
    QPV (« qpv »). ``a_objectif``: objectives may be set on it. ``derniere_annee``: given for the year of the bilan
    alone, since it has too many rows to be a series, or shares its counts with one that has. ``periodique``: its
    extract does not come every year, and a year without it has no row. ``colonnes``: the stored columns that it is
    made from, none when it counts no rows; ``colonnes_de_l_axe``: those that say of which category a row is.
    """

    code: str
    titre: str
    formule: str
    unite: str
    source: str
    population: str
    modalites: str = ""
    theme: str = ""
    feuille: str = ""
    definition: str = ""
    regles: tuple[str, ...] = ()
    ventilations: tuple[Ventilation, ...] = ()
    a_objectif: bool = False
    objet: str = ""
    derniere_annee: bool = False
    compte: Compte = Compte()
    periodique: bool = False
    colonnes: tuple[str, ...] = ()
    colonnes_de_l_axe: tuple[str, ...] = ()

    @property
    def denominateur(self) -> str:
        """What the figure is divided by, in words, without the remarks that follow; empty for a count."""
        return self.formule.partition(" ÷ ")[2].partition(" ; ")[0]

    @property
    def est_une_mesure(self) -> bool:
        """Whether the figure is a statistic of households (a median, a share of a curve) and has no numerator."""
        return bool(self.compte.mesure[0])


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
