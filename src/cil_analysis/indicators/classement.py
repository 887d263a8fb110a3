"""How rows are put into classes: the building blocks of the dimensions that they are counted by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.cadre import NON_RENSEIGNE
from cil_analysis.indicators.regles import Regles
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.texte import typographie

OUI, NON = "oui", "non"


@dataclass(frozen=True)
class Contexte:
    """What classes depend on besides the rows. ``communes``: the members; ``constantes``: those of every year."""

    annee: int
    communes: Collection[str]
    constantes: Collection[str]
    nomenclatures: Mapping[str, Nomenclature]
    regles: Regles


Classement = Callable[[pd.DataFrame, Contexte], pd.Series]
Silence = Callable[[pd.DataFrame, Contexte], str | None]


@dataclass(frozen=True)
class Dimension:
    """How rows are classed. ``sources``: stored columns of which one at least must have values (none: always known).

    ``nomenclature``: the list of its classes; empty for a yes or no. ``aussi``: other stored columns that it uses, and
    does without. ``silence``: the stored column that has values and yet does not answer, if there is one. ``manque``:
    what to say instead of the missing column, when the classes come from more than a column.
    """

    classer: Classement
    sources: tuple[str, ...] = ()
    nomenclature: str = ""
    aussi: tuple[str, ...] = ()
    silence: Silence | None = None
    manque: str = ""

    def colonne_absente(self, lignes: pd.DataFrame, contexte: Contexte) -> str | None:
        """The stored column without which rows cannot be classed, when it is missing or does not answer."""
        if self.sources and not any(donnee(lignes, source) for source in self.sources):
            return self.sources[0]
        return self.silence(lignes, contexte) if self.silence else None


def donnee(lignes: pd.DataFrame, nom: str) -> bool:
    """Whether a stored column is there and has a value."""
    return nom in lignes and bool(lignes[nom].notna().any())


def par_colonne(nom: str) -> Classement:
    """The stored code itself; « NR » where it is missing."""
    return lambda lignes, _: texte(lignes, nom).fillna(NON_RENSEIGNE)


def texte(lignes: pd.DataFrame, nom: str) -> pd.Series:
    """A stored column as text; absent from the file, it is missing everywhere."""
    if nom not in lignes:
        return pd.Series(None, index=lignes.index, dtype="str")
    colonne: pd.Series = lignes[nom]
    return colonne


def vrai(lignes: pd.DataFrame, nom: str) -> pd.Series:
    """Whether a stored yes or no is yes; missing is no."""
    if nom not in lignes:
        return pd.Series(False, index=lignes.index)
    return lignes[nom].fillna(False).astype(bool)


def selon(garde: Callable[[pd.DataFrame, Contexte], pd.Series], vrai: str, faux: str) -> Classement:
    """Two classes, as categories."""
    classes = pd.CategoricalDtype([faux, vrai])

    def classer(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
        codes = garde(lignes, contexte).to_numpy(dtype=bool).astype("int8")
        return pd.Series(pd.Categorical.from_codes(codes, dtype=classes), index=lignes.index)

    return classer


def oui_non(garde: Callable[[pd.DataFrame, Contexte], pd.Series]) -> Classement:
    """Whether a row is of a public."""
    return selon(garde, OUI, NON)


def connu(garde: Callable[[pd.DataFrame, Contexte], pd.Series]) -> Classement:
    """Whether a value is known."""
    return selon(garde, "connu", "inconnu")


def par_bornes(colonne: str, nomenclature: str) -> Classement:
    """The class of a number, from the nomenclature's bounds (columns minimum and maximum, both included)."""

    def classer(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
        if colonne not in lignes:
            return pd.Series(NON_RENSEIGNE, index=lignes.index, dtype="str")
        return dans_les_bornes(lignes[colonne], contexte.nomenclatures[nomenclature])

    return classer


def dans_les_bornes(valeurs: pd.Series, nomenclature: Nomenclature) -> pd.Series:
    """The class of each number by the bounds of a nomenclature; « NR » where it is missing."""
    classe = pd.Series(NON_RENSEIGNE, index=valeurs.index, dtype="str")
    for code, bas, haut in nomenclature.table[["code", "minimum", "maximum"]].itertuples(index=False):
        dedans = valeurs.ge(float(bas)) if bas else valeurs.notna()
        if haut:
            dedans &= valeurs.le(float(haut))
        classe = classe.mask(dedans.fillna(False).astype(bool), code)
    return classe


def par_groupe(colonne: str, nomenclature: str, groupes: str) -> Classement:
    """The class of a code: the code, in the list of classes, of its ``groupe``."""

    def classer(lignes: pd.DataFrame, contexte: Contexte) -> pd.Series:
        classes = {libelle: code for code, libelle in contexte.nomenclatures[groupes].libelles().items()}
        liste = contexte.nomenclatures[nomenclature]
        orphelins = [groupe for code in liste.codes() if (groupe := liste.groupe(code)) not in classes]
        if orphelins:
            raise ErreurCIL(
                typographie(
                    f"nomenclatures/{nomenclature}.csv : le groupe « {orphelins[0]} » n’est le libellé d’aucune ligne "
                    f"de nomenclatures/{groupes}.csv. Écrire le même des deux côtés."
                )
            )
        vers = {code: classes[liste.groupe(code)] for code in liste.codes()}
        return texte(lignes, colonne).map(vers).astype("str").fillna(NON_RENSEIGNE)

    return classer
