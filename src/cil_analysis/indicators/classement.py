"""How rows are put into classes: the building blocks of the dimensions that they are counted by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.cadre import NON_RENSEIGNE
from cil_analysis.indicators.colonnes import Booleens, Classes, Colonnes, Nombres, classes
from cil_analysis.indicators.regles import Regles
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.texte import typographie

OUI, NON = "oui", "non"


@dataclass(frozen=True)
class Contexte:
    """What classes depend on besides the rows.

    ``communes``: the members; ``constantes``: those of every year; ``communes_avec_qpv``: those that a QPV touches.
    """

    annee: int
    communes: Collection[str]
    constantes: Collection[str]
    nomenclatures: Mapping[str, Nomenclature]
    regles: Regles
    communes_avec_qpv: Collection[str] = frozenset()


Classement = Callable[[Colonnes, Contexte], Classes]
Garde = Callable[[Colonnes, Contexte], Booleens]
Silence = Callable[[Colonnes, Contexte], str | None]


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

    def colonne_absente(self, lignes: Colonnes, contexte: Contexte) -> str | None:
        """The stored column without which rows cannot be classed, when it is missing or does not answer."""
        if self.sources and not any(lignes.donnee(source) for source in self.sources):
            return self.sources[0]
        return self.silence(lignes, contexte) if self.silence else None


def donnee(lignes: pd.DataFrame, nom: str) -> bool:
    """Whether a stored column is there and has a value."""
    return nom in lignes and bool(lignes[nom].notna().any())


def texte(lignes: pd.DataFrame, nom: str) -> pd.Series:
    """A stored column as text; absent from the file, it is missing everywhere."""
    if nom not in lignes:
        return pd.Series(None, index=lignes.index, dtype="str")
    colonne: pd.Series = lignes[nom]
    return colonne


def par_colonne(nom: str) -> Classement:
    """The stored code itself; « NR » where it is missing."""
    return lambda lignes, _: lignes.texte(nom).classer(ou_non_renseigne)


def ou_non_renseigne(code: str | None) -> str:
    """A code, « NR » in the place of a missing one."""
    return NON_RENSEIGNE if code is None else code


def selon(garde: Garde, vrai: str, faux: str) -> Classement:
    """Two classes."""
    return lambda lignes, contexte: Classes(garde(lignes, contexte).astype("uint8"), (faux, vrai))


def oui_non(garde: Garde) -> Classement:
    """Whether a row is of a public."""
    return selon(garde, OUI, NON)


def connu(garde: Garde) -> Classement:
    """Whether a value is known."""
    return selon(garde, "connu", "inconnu")


def par_bornes(colonne: str, nomenclature: str) -> Classement:
    """The class of a number, from the nomenclature's bounds (columns minimum and maximum, both included)."""
    return lambda lignes, contexte: dans_les_bornes(lignes.nombres(colonne), contexte.nomenclatures[nomenclature])


def dans_les_bornes(valeurs: Nombres, nomenclature: Nomenclature) -> Classes:
    """The class of each number by the bounds of a nomenclature; « NR » where it is missing."""
    rangs = np.full(len(valeurs), len(nomenclature.bornes))
    for rang, (_, bas, haut) in enumerate(nomenclature.bornes):
        rangs[(valeurs >= bas) & (valeurs <= haut)] = rang
    return classes(rangs, [*(code for code, _, _ in nomenclature.bornes), NON_RENSEIGNE])


def par_groupe(colonne: str, nomenclature: str, groupes: str) -> Classement:
    """The class of a code: the code, in the list of classes, of its ``groupe``."""

    def classer(lignes: Colonnes, contexte: Contexte) -> Classes:
        codes = {libelle: code for code, libelle in contexte.nomenclatures[groupes].libelles().items()}
        liste = contexte.nomenclatures[nomenclature]
        orphelins = [groupe for code in liste.codes() if (groupe := liste.groupe(code)) not in codes]
        if orphelins:
            raise ErreurCIL(
                typographie(
                    f"nomenclatures/{nomenclature}.csv : le groupe « {orphelins[0]} » n’est le libellé d’aucune ligne "
                    f"de nomenclatures/{groupes}.csv. Écrire le même des deux côtés."
                )
            )
        vers = {code: codes[liste.groupe(code)] for code in liste.codes()}
        return lignes.texte(colonne).classer(
            lambda code: NON_RENSEIGNE if code is None else vers.get(code, NON_RENSEIGNE)
        )

    return classer
