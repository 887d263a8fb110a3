"""What a reader may add up between the dimensions that a project defines and the others: found by trying every value.

« Small dwellings » are the classes T1 and T2 of another table: nobody has to say so. Both are asked of each combination
of values of the columns that they read, and the classes that meet tell which holds which. What cannot be tried (dates,
communes, what depends on the year) is not linked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import product
from math import prod
from typing import NamedTuple

import pandas as pd

from cil_analysis.comptage.base import CONTEXTE, Base
from cil_analysis.comptage.cadre import Condition, Indicateur
from cil_analysis.comptage.dimensions import Dimension, mots_de
from cil_analysis.comptage.registre import Registre, registre
from cil_analysis.disclosure.rules import ReglesSecret, regles_secret
from cil_analysis.disclosure.structure import Regroupement
from cil_analysis.extracts.schemas import DTYPES
from cil_analysis.reference.columns import Colonne
from cil_analysis.reference.ensemble import References

_ESSAI = "essai"
_COMBINAISONS_MAXIMUM = 50_000
_ENTIERS_MAXIMUM = 300
_NOMBRE = re.compile(r"\b\d+(?:\.\d+)?\b")
Paire = tuple[str, str]


class Liens(NamedTuple):
    """Classes that are the union of others, and pairs (class, class that holds all its rows)."""

    regroupements: tuple[Regroupement, ...] = ()
    inclusions: frozenset[tuple[Condition, Condition]] = frozenset()


AUCUN_LIEN = Liens()


def regles_du_projet(references: References, annee: int, *, actif: bool = True) -> ReglesSecret:
    """The rules of a year, with the indicators of the project that the stricter threshold of a variable is for.

    Whatever a dimension of the project makes of a sensitive column, it tells of it.
    """
    regles, compte = regles_secret(references.parametres, annee, actif=actif), registre(references)
    listes = {variable.partition("/")[0] for variable in regles.variables_sensibles}
    colonnes = (c for d in references.dictionnaires.values() for c in d.colonnes.values())
    sensibles = {colonne.nom for colonne in colonnes if colonne.nomenclature in listes}
    noms = {
        une.nom
        for une in compte.propres[1]
        if sensibles.intersection({*une.colonnes, *une.aussi, *mots_de(une.expression)})
    }
    codes = frozenset(i.code for i in compte.du_projet if noms.intersection(_dimensions(i)))
    return replace(regles, indicateurs_sensibles=codes) if codes else regles


def _dimensions(indicateur: Indicateur) -> Iterator[str]:
    """The dimensions that an indicator counts by, but for places and actors."""
    compte = indicateur.compte
    yield from (nom for nom, _ in (*compte.champ, *compte.champ_bailleur, *compte.public))
    yield from (indicateur.code, compte.axe, compte.lieu)


def liens_du_projet(references: References) -> Liens:
    """What links the dimensions of a project to each other and to those of the software; nothing without any."""
    compte = registre(references)
    return _Essais(compte, references).liens() if compte.propres[1] else AUCUN_LIEN


class _Essais:
    """The dimensions of a registre, and the values that the columns which they read may have."""

    def __init__(self, compte: Registre, references: References) -> None:
        self._compte, self._listes = compte, references.nomenclatures
        self._colonnes = {c.nom: c for d in references.dictionnaires.values() for c in d.colonnes.values()}
        self._types = {nom: colonne.type for nom, colonne in self._colonnes.items()}

    def liens(self) -> Liens:
        regroupements: list[Regroupement] = []
        inclusions: set[tuple[Condition, Condition]] = set()
        _, propres = self._compte.propres
        deja: set[frozenset[str]] = set()
        for une in propres:
            for autre in self._compte.dimensions.values():
                paire = frozenset((une.nom, autre.nom))
                if len(paire) == 2 and paire not in deja and (rencontres := self._rencontres(une, autre)):
                    deja.add(paire)
                    regroupements += [*_unions(une, autre, rencontres), *_unions(autre, une, _inverser(rencontres))]
                    inclusions |= _inclusions(une, autre, rencontres) | _inclusions(autre, une, _inverser(rencontres))
        return Liens(tuple(regroupements), frozenset(inclusions))

    def _rencontres(self, une: Dimension, autre: Dimension) -> Set[Paire]:
        """The classes of two dimensions that one row may have together; nothing when that cannot be tried."""
        lues = [self._lues(dimension) for dimension in (une, autre)]
        if any(noms is None for noms in lues) or not set.intersection(*(set(noms or ()) for noms in lues)):
            return frozenset()
        noms = sorted(set.union(*(set(noms or ()) for noms in lues)))
        bornes = _NOMBRE.findall(f"{une.sql(self._listes)} {autre.sql(self._listes)}")
        valeurs = [self._valeurs(self._colonnes[nom], bornes) for nom in noms]
        if not all(valeurs) or prod(map(len, valeurs)) > _COMBINAISONS_MAXIMUM:
            return frozenset()
        lignes = pd.DataFrame(product(*valeurs), columns=noms).astype({nom: DTYPES[self._types[nom]] for nom in noms})
        base = Base([{"exercice": 0}], [{_ESSAI: lignes}], self._listes, self._types, self._compte.dimensions)
        return {(a, b) for a, b in base.resumer(_ESSAI, (une.nom, autre.nom), "count(*)")[0]}

    def _lues(self, une: Dimension) -> Sequence[str] | None:
        """The columns that a dimension reads; None when its classes depend on something else."""
        mots = mots_de(une.expression)
        if une.selon or mots & {*CONTEXTE.names, "recues", "listes"}:
            return None
        return sorted(mots & self._colonnes.keys()) or None

    def _valeurs(self, colonne: Colonne, bornes: Sequence[str]) -> Sequence[object]:
        """The values that a column may have, and none; nothing when they are not a few."""
        if colonne.type == "code" and colonne.nomenclature:
            return [*self._listes[colonne.nomenclature].codes(None), None]
        if colonne.type == "oui_non":
            return [True, False, None]
        if colonne.type not in ("entier", "nombre"):
            return []
        bas, haut = colonne.minimum, colonne.maximum
        if colonne.type == "entier" and bas is not None and haut is not None and haut - bas <= _ENTIERS_MAXIMUM:
            return [*range(int(bas), int(haut) + 1), None]
        ecarts = (-1, 0, 1) if colonne.type == "entier" else (-1, -0.001, 0, 0.001, 1)
        return [*sorted({float(borne) + ecart for borne in bornes for ecart in ecarts}), None]


def _inverser(rencontres: Set[Paire]) -> Set[Paire]:
    return {(b, a) for a, b in rencontres}


def _par_classe(rencontres: Set[Paire]) -> Mapping[str, set[str]]:
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for une, autre in rencontres:
        classes[une].add(autre)
    return classes


def _unions(une: Dimension, autre: Dimension, rencontres: Set[Paire]) -> Iterator[Regroupement]:
    """The classes of a dimension that are exactly some of another."""
    siennes, seules = _par_classe(rencontres), _par_classe(_inverser(rencontres))
    for classe, classes in sorted(siennes.items()):
        if all(seules[c] == {classe} for c in classes):
            yield Regroupement((une.nom, classe), autre.nom, tuple(sorted(classes)))


def _inclusions(une: Dimension, autre: Dimension, rencontres: Set[Paire]) -> set[tuple[Condition, Condition]]:
    """The classes of a dimension that are within one of the other, which holds others and is no union of theirs."""
    siennes, autres = _par_classe(rencontres), _par_classe(_inverser(rencontres))
    return {
        ((une.nom, classe), (autre.nom, seule))
        for classe, classes in siennes.items()
        for seule in classes
        if len(classes) == 1 and any(len(siennes[c]) > 1 for c in autres[seule])
    }
