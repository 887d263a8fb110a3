"""The frame of figures: one shape for every indicator, from the count to the published file.

One row is one figure: an indicator, a year, a perimeter, an actor or none, a category or none. It is also the
shape of ``indicateurs.csv`` (architecture, D17).
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.grammaire.indicateur import NOMBRE, PCT

CLES = ["indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]
CHIFFRES = ["numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "cible_max"]
# « cible_max », of an interval only, is last: a file written before it existed is the beginning of one.
COLONNES = [
    *CLES, "numerateur", "denominateur", "valeur", "unite", "statut",
    "cible", "sens", "ecart", "menages_manquants", "resultat", "cible_max",
]  # fmt: skip

PUBLIE, SECRET, NON_CALCULABLE, SANS_OBJET = "publie", "secret", "non_calculable", "sans_objet"
ATTEINT, NON_ATTEINT = "atteint", "non_atteint"
_TYPES = dict.fromkeys(COLONNES, "str") | dict.fromkeys(CHIFFRES, "float64") | {"annee": "int64"}
_VIDE = pd.DataFrame({nom: pd.Series(dtype=genre) for nom, genre in _TYPES.items()})


def mettre_en_cadre(chiffres: pd.DataFrame, indicateur: str, annee: int | None, unite: str) -> pd.DataFrame:
    """Complete a frame of keys and counts into the frame of figures, before any disclosure control.

    ``annee``: None when the frame has it. ``valeur`` is derived when it is absent. A figure without a value is
    « non_calculable ».
    """
    vides = dict.fromkeys(COLONNES, "") | dict.fromkeys(CHIFFRES, np.nan)
    dites = vides | {nom: chiffres[nom].array for nom in COLONNES if nom in chiffres}
    dites |= {"indicateur": indicateur, "unite": unite} | ({} if annee is None else {"annee": annee})
    cadre = pd.DataFrame(dites, range(len(chiffres))).astype(_TYPES)
    if "valeur" not in chiffres:
        termes = (cadre[nom].to_numpy() for nom in ("numerateur", "denominateur", "unite"))
        cadre["valeur"] = valeurs_des_comptes(*termes)
    cadre["statut"] = cadre["statut"].replace("", PUBLIE)
    cadre.loc[cadre["valeur"].isna() & cadre["statut"].eq(PUBLIE), "statut"] = NON_CALCULABLE
    return cadre


def encadrer(chiffres: pd.DataFrame) -> pd.DataFrame:
    """The frame of figures from rows that have all its columns, and others."""
    return chiffres[COLONNES].astype(_TYPES).reset_index(drop=True)


def cadre_vide() -> pd.DataFrame:
    """A frame of figures without rows, with the types of one that has some."""
    return _VIDE.copy()


def par_indicateur(cadre: pd.DataFrame, codes: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The figures of each indicator: a frame without rows when there are none."""
    trouves = {str(code): siens.reset_index(drop=True) for code, siens in cadre.groupby("indicateur")}
    return {code: trouves[code] if code in trouves else cadre_vide() for code in codes}


def valeurs_des_comptes(
    numerateurs: npt.NDArray[np.float64], denominateurs: npt.NDArray[np.float64], unites: npt.NDArray[np.object_]
) -> npt.NDArray[np.float64]:
    """The value of each figure: the count itself, or the ratio (× 100 for a percentage); NaN without a denominator."""
    ratios = numerateurs * np.where(unites == PCT, 100.0, 1.0) / np.where(denominateurs > 0, denominateurs, np.nan)
    valeurs: npt.NDArray[np.float64] = np.where(unites == NOMBRE, numerateurs, ratios)
    return valeurs
