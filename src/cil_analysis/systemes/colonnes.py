"""The stored columns of an extract as arrays. One that a frame lacks is missing everywhere."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.reference.colonnes import DIT_OUI, PSEUDONYME

# The rows of a year by population.
Lignes = dict[str, pd.DataFrame]
Rangs = npt.NDArray[np.integer[Any]]
# One day for each row, or the same for all.
Jours = npt.NDArray[np.datetime64] | np.datetime64
Booleens = npt.NDArray[np.bool_]
Nombres = npt.NDArray[np.float64]


def donnee(lignes: pd.DataFrame, nom: str) -> bool:
    """Whether a stored column is there and has a value."""
    return nom in lignes and bool(lignes[nom].notna().any())


def jours(lignes: pd.DataFrame, nom: str) -> npt.NDArray[np.datetime64]:
    """The days of a column of dates, NaT where missing."""
    if nom not in lignes:
        return np.full(len(lignes), "NaT", dtype="datetime64[D]")
    return np.asarray(lignes[nom].to_numpy().astype("datetime64[D]"))


def texte(lignes: pd.DataFrame, nom: str) -> pd.Series:
    """A stored column as text."""
    return lignes.get(nom, pd.Series(None, index=lignes.index, dtype="str"))


def parmi(lignes: pd.DataFrame, nom: str, garde: Callable[[str], bool]) -> Booleens:
    """Whether each cell has a value that a condition holds for; a missing one has none."""
    colonne = texte(lignes, nom)
    parmi: Booleens = colonne.isin([valeur for valeur in colonne.dropna().unique() if garde(valeur)]).to_numpy()
    return parmi


def a_l_une(lignes: pd.DataFrame, nom: str, valeurs: Collection[str]) -> Booleens:
    """Whether each cell is, or holds, one of some codes; of yes and no, of « oui » and « non ». A missing one: no."""
    if nom in lignes and pd.api.types.is_bool_dtype(lignes[nom].dtype):
        dites: Booleens = lignes[nom].isin([valeur == DIT_OUI for valeur in valeurs]).to_numpy(bool)
        return dites
    return parmi(lignes, nom, lambda codes: not {*valeurs}.isdisjoint(codes.split(";")))


def du_menage(numeros: pd.Series, tables: Iterable[pd.DataFrame], colonne: str, retenue: str) -> pd.Series:
    """What the rows of the household of each proposal give of a column: the « min » or the « max » of them."""
    connues = [table[[PSEUDONYME, colonne]] for table in tables if PSEUDONYME in table and colonne in table]
    if not connues:
        return pd.Series(pd.NA, index=numeros.index, dtype="Float64")
    return numeros.map(pd.concat(connues).dropna().groupby(PSEUDONYME)[colonne].agg(retenue)).astype("Float64")


def textes(rangs: Rangs | Booleens, noms: Sequence[str], index: pd.Index) -> pd.Series:
    """A column of text from ranks in a list of names; missing where the rank is -1."""
    return pd.Series(pd.array([*noms, None], dtype="str").take(rangs.astype("int64")), index=index)
