"""What a reader may add up between the dimensions that a project defines and the others: found by trying every value.

« Small dwellings » are the classes T1 and T2 of another table: nobody has to say so. Both are asked of each combination
of values of the columns that they read, and the classes that meet tell which holds which. A dimension that reads what
another does, and cannot be tried beside it (dates, communes, thresholds of the year), is refused.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import chain, product
from math import prod
from typing import NamedTuple

import pandas as pd

from cil_analysis.comptage.base import Base
from cil_analysis.extraits.schemas import DTYPES
from cil_analysis.grammaire.bloc import refuser
from cil_analysis.grammaire.dimensions import (
    FAMILLES,
    MANQUE,
    SOURCES_DES_PUBLICS,
    Dimension,
    Regroupement,
    mots_de,
)
from cil_analysis.grammaire.indicateur import Condition, Indicateur
from cil_analysis.grammaire.registre import Registre, registre
from cil_analysis.grammaire.verification import types_des_colonnes
from cil_analysis.grammaire.vocabulaire import CONTEXTE
from cil_analysis.reference.colonnes import Colonne
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.regles import ReglesSecret, regles_secret

_ESSAI = "essai"
_COMBINAISONS_MAXIMUM = 50_000
_ENTIERS_MAXIMUM = 300
_NOMBRE = re.compile(r"\b\d+(?:\.\d+)?\b")
_TEXTE = re.compile(r"'[^']*'")
# Sums, and functions: floor, round, abs…
_CALCUL = re.compile(r"[-+*/%^]|\b(?!IN\b|AND\b|OR\b|NOT\b|WHEN\b|THEN\b|BETWEEN\b)\w+\s*\(", re.IGNORECASE)
_DES_PUBLICS = frozenset(colonne for siennes in SOURCES_DES_PUBLICS.values() for colonne in siennes)
Paire = tuple[str, str]


class Liens(NamedTuple):
    """Classes that are the union of others, and pairs (class, class that holds all its rows)."""

    regroupements: tuple[Regroupement, ...] = ()
    inclusions: frozenset[tuple[Condition, Condition]] = frozenset()


AUCUN_LIEN = Liens()


def regles_du_projet(references: References, annee: int, *, actif: bool = True) -> ReglesSecret:
    """The rules of a year, with the columns, and the indicators of the project, that the stricter threshold is for.

    Whatever a dimension of the project makes of a sensitive column, it tells of it.
    """
    regles, compte = regles_secret(references.parametres, annee, actif=actif), registre(references)
    listes = {variable.partition("/")[0] for variable in regles.variables_sensibles}
    colonnes = (c for d in references.dictionnaires.values() for c in d.colonnes.values())
    sensibles = {colonne.nom for colonne in colonnes if colonne.nomenclature in listes}
    if "publics" in listes:
        sensibles |= _DES_PUBLICS
    codes = frozenset(
        i.code for i in compte.du_projet if any(sensibles & _colonnes_lues(nom, compte) for nom in _dimensions(i))
    )
    return replace(regles, colonnes_sensibles=frozenset(sensibles), indicateurs_sensibles=codes)


def _colonnes_lues(nom: str, compte: Registre) -> Set[str]:
    """What a dimension reads, and those that it is told from; a public, what publics are told by."""
    if nom in compte.dimensions:
        une = compte.dimensions[nom]
        return une.mots | (_colonnes_lues(une.selon, compte) if une.selon else set())
    famille, _, reste = nom.partition("_")
    return {reste} if famille == MANQUE else set(_DES_PUBLICS) if famille in FAMILLES else set()


def _dimensions(indicateur: Indicateur) -> Iterator[str]:
    """The dimensions that an indicator counts by, but for places and actors."""
    compte = indicateur.compte
    yield from (nom for nom, _ in (*compte.champ, *compte.champ_bailleur, *compte.public))
    yield from (indicateur.code, compte.axe, compte.lieu)


def liens_du_projet(references: References) -> Liens:
    """What links the dimensions of a project to each other and to those of the software; nothing without any."""
    compte = registre(references)
    return _Essais(compte, references).liens() if compte.dimensions_du_projet else AUCUN_LIEN


class _Essais:
    """The dimensions of a registre, and the values that the columns which they read may have."""

    def __init__(self, compte: Registre, references: References) -> None:
        self._compte, self._listes = compte, references.nomenclatures
        self._colonnes = {c.nom: c for d in references.dictionnaires.values() for c in d.colonnes.values()}
        self._types = types_des_colonnes(references)

    def liens(self) -> Liens:
        trouves, autres = [AUCUN_LIEN], dict(self._compte.dimensions)
        for une in self._compte.dimensions_du_projet:
            if publics := une.mots & _DES_PUBLICS:
                refuser(
                    une,
                    f"elle lit « {min(publics)} », qui dit aussi les publics de nomenclatures/publics.csv",
                    "Choisir l’un de ces publics, tel que public_DALO",
                )
            del autres[une.nom]
            for autre in autres.values():
                rencontres = self._rencontres(une, autre)
                trouves += [_lier(une, autre, rencontres), _lier(autre, une, {(b, a) for a, b in rencontres})]
        regroupements, inclusions = zip(*trouves, strict=True)
        return Liens(tuple(chain(*regroupements)), frozenset(chain(*inclusions)))

    def _rencontres(self, une: Dimension, autre: Dimension) -> Set[Paire]:
        """The classes that one row may have together; nothing of dimensions that read nothing of one another.

        Raises ErreurCIL where they do, and not every value can be tried: what one tells of the other is not known.
        """
        communes = une.mots & autre.mots & self._colonnes.keys()
        if not communes:
            return frozenset()
        lues = [self._lues(dimension) for dimension in (une, autre)]
        noms = sorted({nom for siennes in lues if siennes for nom in siennes})
        valeurs = [self._valeurs(self._colonnes[nom], une, autre) for nom in noms]
        if not all(lues) or not all(valeurs) or prod(map(len, valeurs)) > _COMBINAISONS_MAXIMUM:
            refuser(
                une,
                f"le secret statistique ne sait pas ce qu’elle a de commun avec « {autre.nom} », qui lit aussi "
                f"« {min(communes)} »",
                "Choisir d’autres colonnes, ou écrire l’indicateur avec les classes de celle-là",
            )
        lignes = pd.DataFrame(product(*valeurs), columns=noms).astype({nom: DTYPES[self._types[nom]] for nom in noms})
        base = Base([{"exercice": 0}], [{_ESSAI: lignes}], self._listes, self._types, self._compte.dimensions)
        classes = base.classer(_ESSAI, (une.nom, autre.nom))
        return set(zip(classes[une.nom], classes[autre.nom], strict=True))

    def _lues(self, une: Dimension) -> Sequence[str] | None:
        """The columns that a dimension reads; None when its classes depend on something else."""
        mots = mots_de(une.expression)
        if une.selon or mots & {*CONTEXTE.names, "recues", "listes"}:
            return None
        return sorted(mots & self._colonnes.keys()) or None

    def _valeurs(self, colonne: Colonne, une: Dimension, autre: Dimension) -> Sequence[object]:
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
        # Elsewhere a class may begin at the numbers that the two compare with, and there alone if they do no sums.
        textes = [_TEXTE.sub("", dimension.sql(self._listes)) for dimension in (une, autre)]
        if any(_CALCUL.search(texte) for texte in textes):
            return []
        bornes = {float(borne) for texte in textes for borne in _NOMBRE.findall(texte)}
        ecarts = (-1, 0, 1) if colonne.type == "entier" else (-1, -0.001, 0, 0.001, 1)
        return [*sorted({borne + ecart for borne in bornes for ecart in ecarts}), None]


def _lier(une: Dimension, autre: Dimension, rencontres: Set[Paire]) -> Liens:
    """The classes of a dimension that are exactly some of another, and those within one that is no union of them."""
    siennes, leurs = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for classe, sienne in rencontres:
        siennes[classe].add(sienne)
        leurs[sienne].add(classe)
    return Liens(
        tuple(
            Regroupement((une.nom, classe), autre.nom, tuple(sorted(classes)))
            for classe, classes in sorted(siennes.items())
            if all(leurs[c] == {classe} for c in classes)
        ),
        frozenset(
            ((une.nom, classe), (autre.nom, seule))
            for classe, classes in siennes.items()
            for seule in classes
            if len(classes) == 1 and any(len(siennes[c]) > 1 for c in leurs[seule])
        ),
    )
