"""The stored columns of an extract as arrays. One that a frame lacks is missing everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Rangs = npt.NDArray[np.integer[Any]]
# One day for each row, or the same for all.
Jours = npt.NDArray[np.datetime64] | np.datetime64
Booleens = npt.NDArray[np.bool_]
Nombres = npt.NDArray[np.float64]
_MOIS_PAR_AN = 12
_JANVIER_1970 = 1970 * _MOIS_PAR_AN


def donnee(lignes: pd.DataFrame, nom: str) -> bool:
    """Whether a stored column is there and has a value."""
    return nom in lignes and bool(lignes[nom].notna().any())


def connu(lignes: pd.DataFrame, nom: str) -> Booleens:
    """Whether each cell is filled in."""
    connus: Booleens = lignes[nom].notna().to_numpy() if nom in lignes else np.zeros(len(lignes), bool)
    return connus


def vrai(lignes: pd.DataFrame, nom: str) -> Booleens:
    """Whether each cell says yes; a missing one does not."""
    vrais: Booleens = lignes[nom].to_numpy(bool, na_value=False) if nom in lignes else np.zeros(len(lignes), bool)
    return vrais


def nombres(lignes: pd.DataFrame, nom: str) -> Nombres:
    """The numbers of a column, NaN where missing."""
    lus: Nombres = lignes[nom].to_numpy("float64", na_value=np.nan) if nom in lignes else np.full(len(lignes), np.nan)
    return lus


def jours(lignes: pd.DataFrame, nom: str) -> npt.NDArray[np.datetime64]:
    """The days of a column of dates, NaT where missing."""
    lus: npt.NDArray[np.datetime64] = (
        lignes[nom].to_numpy().astype("datetime64[D]")
        if nom in lignes
        else np.full(len(lignes), np.datetime64("NaT", "D"))
    )
    return lus


def texte(lignes: pd.DataFrame, nom: str) -> pd.Series:
    """A stored column as text."""
    if nom not in lignes:
        return pd.Series(None, index=lignes.index, dtype="str")
    colonne: pd.Series = lignes[nom]
    return colonne


def parmi(lignes: pd.DataFrame, nom: str, garde: Callable[[str], bool]) -> Booleens:
    """Whether each cell has a value that a condition holds for; a missing one has none."""
    colonne = texte(lignes, nom)
    parmi: Booleens = colonne.isin([valeur for valeur in colonne.dropna().unique() if garde(valeur)]).to_numpy()
    return parmi


def textes(rangs: Rangs, noms: Sequence[str], index: pd.Index) -> pd.Series:
    """A column of text from ranks in a list of names; missing where the rank is -1."""
    valeurs = pd.array([*noms, None], dtype="str").take(rangs)
    return pd.Series(valeurs, index=index)


def mois_depuis_l_an_0(jours: Jours) -> Nombres:
    """The month of each day, counted from January of year 0; NaN where the day is missing."""
    mois: Nombres = np.where(np.isnat(jours), np.nan, jours.astype("datetime64[M]").astype("int64") + _JANVIER_1970)
    return mois


def jour_du_mois(jours: Jours) -> Rangs:
    """The day of the month of each day, from 0."""
    rangs: Rangs = (jours - jours.astype("datetime64[M]")).astype("int64")
    return rangs
