"""The stored columns of an extract as arrays, each read once, and the classes that rows are put into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

Rangs = npt.NDArray[np.integer[Any]]
# One day for each row, or the same for all.
Jours = npt.NDArray[np.datetime64] | np.datetime64
Booleens = npt.NDArray[np.bool_]
Nombres = npt.NDArray[np.float64]
MOIS_PAR_AN = 12
_JANVIER_1970 = 1970 * MOIS_PAR_AN


@dataclass(frozen=True, eq=False)
class Classes:
    """The class of each row in a dimension: ``noms[rangs[row]]``. A class may have no row."""

    rangs: Rangs
    noms: tuple[str, ...]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {nom: rang for rang, nom in enumerate(self.noms)}

    def place(self, nom: str) -> int:
        """The rank of a class; that after the last for one that no row can have."""
        return self._places.get(nom, len(self.noms))

    def places(self, noms: Iterable[str]) -> list[int]:
        """The rank of each class."""
        rangs, apres = self._places, len(self.noms)
        return [rangs.get(nom, apres) for nom in noms]

    @cached_property
    def presentes(self) -> frozenset[str]:
        """The classes that have rows."""
        effectifs = np.bincount(self.rangs, minlength=len(self.noms))
        return frozenset(self.noms[rang] for rang in np.flatnonzero(effectifs))

    def en_serie(self, index: pd.Index) -> pd.Series:
        """The classes as text, by row."""
        return textes(self.rangs, self.noms, index)


def classes(rangs: Rangs, noms: Sequence[str]) -> Classes:
    """Classes from ranks in a list of names, where one name may come twice; in the smallest type that holds them."""
    uniques = {nom: rang for rang, nom in enumerate(dict.fromkeys(noms))}
    if len(uniques) < len(noms):
        rangs = np.array([uniques[nom] for nom in noms])[rangs]
    return Classes(rangs.astype(np.min_scalar_type(len(uniques))), tuple(uniques))


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


@dataclass(frozen=True, eq=False)
class Texte:
    """A column of few different values: ``valeurs[rangs[row]]``; the last one, None, is a missing cell."""

    rangs: Rangs
    valeurs: tuple[str | None, ...]

    def classer(self, classe: Callable[[str | None], str]) -> Classes:
        """The class of each row, told of each value once."""
        return classes(self.rangs, [classe(valeur) for valeur in self.valeurs])

    def parmi(self, garde: Callable[[str | None], bool]) -> Booleens:
        """Whether each row has a value that a condition holds for, told of each value once."""
        resultat: Booleens = np.array([garde(valeur) for valeur in self.valeurs], dtype=bool)[self.rangs]
        return resultat


class Colonnes:
    """The columns of a frame of rows. One that the frame lacks is missing everywhere."""

    def __init__(self, lignes: pd.DataFrame) -> None:
        self.index = lignes.index
        self.lignes = lignes
        self._noms = frozenset(lignes.columns)
        self._tableaux: dict[str, ExtensionArray] = {}
        self._lues: dict[tuple[str, str], Any] = {}

    def __len__(self) -> int:
        return len(self.index)

    def __contains__(self, nom: str) -> bool:
        return nom in self._noms

    def _tableau(self, nom: str) -> ExtensionArray:
        if nom not in self._tableaux:
            self._tableaux[nom] = self.lignes[nom].array
        return self._tableaux[nom]

    def _lire(self, sorte: str, nom: str, lire: Callable[[ExtensionArray], Any], absente: Any) -> Any:
        if (sorte, nom) not in self._lues:
            self._lues[sorte, nom] = lire(self._tableau(nom)) if nom in self._noms else np.full(len(self), absente)
        return self._lues[sorte, nom]

    def connu(self, nom: str) -> Booleens:
        """Whether each cell is filled in."""
        connus: Booleens = self._lire("connu", nom, lambda colonne: ~colonne.isna(), False)
        return connus

    def donnee(self, nom: str) -> bool:
        """Whether a cell is filled in."""
        return nom in self._noms and bool(self.connu(nom).any())

    def vrai(self, nom: str) -> Booleens:
        """Whether each cell says yes; a missing one does not."""
        vrais: Booleens = self._lire("vrai", nom, lambda colonne: colonne.to_numpy(bool, na_value=False), False)
        return vrais

    def nombres(self, nom: str) -> Nombres:
        """The numbers of a column, NaN where missing."""
        nombres: Nombres = self._lire(
            "nombres", nom, lambda colonne: colonne.to_numpy("float64", na_value=np.nan), np.nan
        )
        return nombres

    def jours(self, nom: str) -> Jours:
        """The days of a column of dates, NaT where missing."""
        jours: Jours = self._lire(
            "jours", nom, lambda colonne: colonne.to_numpy().astype("datetime64[D]"), np.datetime64("NaT", "D")
        )
        return jours

    def mois(self, nom: str) -> Nombres:
        """The months of a column of dates, counted from January of year 0; NaN where missing."""
        if ("mois", nom) not in self._lues:
            self._lues["mois", nom] = mois_depuis_l_an_0(self.jours(nom))
        mois: Nombres = self._lues["mois", nom]
        return mois

    def annees(self, nom: str) -> Nombres:
        """The years of a column of dates, NaN where missing."""
        annees: Nombres = self.mois(nom) // MOIS_PAR_AN
        return annees

    def texte(self, nom: str) -> Texte:
        """A column of codes, each different value read once."""
        if ("texte", nom) not in self._lues:
            self._lues["texte", nom] = self._factoriser(nom)
        texte: Texte = self._lues["texte", nom]
        return texte

    def _factoriser(self, nom: str) -> Texte:
        if nom not in self._noms:
            return Texte(np.zeros(len(self), "uint8"), (None,))
        rangs, valeurs = self._tableau(nom).factorize()
        rangs[rangs < 0] = len(valeurs)
        return Texte(rangs.astype(np.min_scalar_type(len(valeurs))), (*valeurs.tolist(), None))


def donnee(lignes: pd.DataFrame, nom: str) -> bool:
    """Whether a stored column is there and has a value."""
    return nom in lignes and bool(lignes[nom].notna().any())


def texte(lignes: pd.DataFrame, nom: str) -> pd.Series:
    """A stored column as text; absent from the file, it is missing everywhere."""
    if nom not in lignes:
        return pd.Series(None, index=lignes.index, dtype="str")
    colonne: pd.Series = lignes[nom]
    return colonne
