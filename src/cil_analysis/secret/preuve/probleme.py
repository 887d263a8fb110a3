"""What is to be protected in a year: what that asks of an interval, and what masking each figure costs readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from math import sqrt
from typing import Any, NamedTuple
from zlib import crc32

import pandas as pd

from cil_analysis.comptage.cadre import CLES, SANS_OBJET
from cil_analysis.grammaire.indicateur import EN_QPV, EPCI, HORS_QPV, Indicateur
from cil_analysis.grammaire.registre import registre_du_logiciel
from cil_analysis.secret.preuve.contraintes import PRECISION
from cil_analysis.secret.preuve.programme import SANS_TEMOIN, Programme, Temoins
from cil_analysis.secret.relations.cases import Case, Inegalite, Relation, cle_de

# What masking one figure costs readers, before its size: the totals of the EPCI are what a bilan is read for.
_COUT_EPCI_OBJECTIF, _COUT_EPCI, _COUT_QPV_ENSEMBLE = 1000.0, 300.0, 100.0
_COUT_LIEU_OBJECTIF, _COUT_LIEU, _COUT_ACTEUR, _COUT_CLASSE, _COUT_QUALITE = 20.0, 6.0, 7.0, 3.0, 1.0
# A figure of another system is masked rather than one of the bilan: what is added to a bilan changes none of its
# figures, unless nothing else protects them.
_CODES_DU_BILAN = frozenset(indicateur.code for indicateur in registre_du_logiciel().du_bilan)
_AUTRE_SYSTEME = 0.05
# Rows that cost the same differ by less than this share, as their keys say and nothing else: the cheapest choice is one
# and the same however it is found, and what is added to a bilan changes no choice between two others. Costs grow with
# counts: that a row is masked rather than another tells who knows them that it is no larger.
_DEPARTAGE = 1e-4


class Besoin(NamedTuple):
    """How wide the interval of a case has to be, as its ends say what the case is.

    ``largeur`` while it may be a small count; 1, hence not exact, once it is known to reach the threshold ``seuil``.
    ``tolere``: no figure shows it by itself, and it may be deduced if it is nothing or reaches the threshold.
    """

    seuil: int
    largeur: int
    tolere: bool = False

    def entre(self, bas: float, haut: float) -> int:
        """How wide an interval with these ends has to be."""
        if bas >= self.seuil - PRECISION:
            return 0 if self.tolere else 1
        return 0 if self.tolere and haut <= PRECISION else self.largeur

    def est_tenu(self, bas: float, haut: float) -> bool:
        """Whether an interval with these ends is wide enough."""
        return haut - bas >= self.entre(bas, haut) - PRECISION

    def est_acquis(self, bas: float, haut: float) -> bool:
        """Whether any interval that contains this one is wide enough.

        One that goes from a small count to so large a number is, and one that does not has to be of two numbers only.
        """
        largeur = haut - bas + PRECISION
        loin = haut >= self.seuil + self.largeur and largeur >= (0 if self.tolere else 1)
        return loin or largeur >= self.largeur


@dataclass(frozen=True)
class Choix:
    """The rows masked, and the cases that no row shows any more.

    ``temoins``: whole counts that fit what the others show, where the search that made the choice has met them.
    """

    lignes: frozenset[int]
    cases: frozenset[Case]
    temoins: Temoins = field(default=SANS_TEMOIN, compare=False, repr=False)


@dataclass(frozen=True)
class Probleme:
    """The figures of a year, and what must not be deduced of them.

    ``lignes``: the cases that each row shows; ``couts``: what masking it costs readers. ``valeurs``: the true count of
    each case. ``secretes``: the cases never shown. ``masquees``: the rows that are masked whatever comes.
    ``fixes``: the cases that everybody knows. ``restes``: differences that would tell of households. ``presentes`` and
    ``denominateurs``: see ``cases.Releve``. ``seuils``: the size from which a case is no secret, ``seuil`` by default.
    ``largeur``: how wide an interval has to be. ``inegalites``: what readers know besides the sums.
    """

    lignes: Sequence[tuple[Case, ...]]
    couts: Sequence[float]
    valeurs: Mapping[Case, float]
    relations: Sequence[Relation]
    secretes: Set[Case]
    masquees: Set[int]
    fixes: Set[Case]
    restes: Set[Case]
    presentes: Set[Case]
    denominateurs: Set[Case]
    seuils: Mapping[Case, int]
    seuil: int
    largeur: int
    inegalites: Sequence[Inegalite] = ()

    @cached_property
    def cases(self) -> list[Case]:
        """All the cases, in one order."""
        return toutes_les_cases(self.valeurs, self.relations)

    @cached_property
    def rangees(self) -> dict[Case, set[int]]:
        """The rows that show each case that may be hidden."""
        rangees: dict[Case, set[int]] = {case: set() for case in self.valeurs.keys() - self.fixes}
        for i, cases in enumerate(self.lignes):
            for case in rangees.keys() & cases:
                rangees[case].add(i)
        return rangees

    def lecteur(self, *aussi: Inegalite) -> Programme:
        """Who reads what is published, and knows these inequalities too; what is shown is still to be given."""
        return Programme(self.cases, self.relations, self.presentes, [*self.inegalites, *aussi])

    def tolere(self, case: Case) -> bool:
        """Whether a case may be deduced as long as it is no small count."""
        return case in self.restes or case in self.denominateurs

    def besoin(self, case: Case) -> Besoin:
        """How wide the interval of a case has to be."""
        return Besoin(self.seuils.get(case, self.seuil), self.largeur, self.tolere(case))

    def parmi(self, lignes: Sequence[int]) -> Probleme:
        """The same, these rows alone being masked or shown again: what the others show is known."""
        siennes = set(lignes)
        montrees = {case for i, cases in enumerate(self.lignes) if i not in siennes for case in cases}
        return replace(
            self,
            lignes=[self.lignes[i] for i in lignes],
            couts=[self.couts[i] for i in lignes],
            masquees={rang for rang, i in enumerate(lignes) if i in self.masquees},
            fixes=self.fixes | (montrees & self.valeurs.keys()),
        )

    def choix(self, lignes: frozenset[int]) -> Choix:
        """These rows masked, and the cases that no other row shows."""
        return Choix(lignes, frozenset(case for case, siennes in self.rangees.items() if siennes <= lignes))

    def cout(self, choix: Choix) -> float:
        """What the rows that are masked cost readers; the same rows always add up to the same."""
        return sum(self.couts[i] for i in sorted(choix.lignes))


class Indeductible(Exception):
    """No choice of rows protects a case."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)  # What another process raises is made again from this.
        self.case = case


def toutes_les_cases(valeurs: Iterable[Case], relations: Iterable[Relation]) -> list[Case]:
    """The cases of a system, those that nothing publishes included, in one order."""
    cases = chain(valeurs, *((relation.total, *relation.parties) for relation in relations))
    return sorted(set(cases), key=cle_de)


def couts(lignes: pd.DataFrame, indicateurs: Mapping[str, Indicateur]) -> list[float]:
    """The cost of each row."""
    tailles = lignes[["numerateur", "denominateur"]].max(axis=1).fillna(0)
    return [
        _cout(ligne, indicateurs[str(ligne.indicateur)]) * sqrt(1 + taille) * (1 + _DEPARTAGE * _hasard(ligne[:-1]))
        for ligne, taille in zip(lignes[[*CLES, "statut"]].itertuples(index=False), tailles, strict=True)
    ]


def _hasard(cle: tuple[Any, ...]) -> float:
    """A number from 0 to 1 that the key of a row gives, the same everywhere."""
    return crc32("|".join(map(str, cle)).encode()) / 2**32


def _cout(ligne: Any, indicateur: Indicateur) -> float:
    cout = _cout_du_genre(ligne, indicateur)
    # The transfers of a landlord are what its flux leaves out: hidden first, or the rest of its flux would have to be.
    des_mutations = indicateur.compte.axe == "mutation" and ligne.acteur_type != ""
    return cout if indicateur.code in _CODES_DU_BILAN and not des_mutations else cout * _AUTRE_SYSTEME


def _cout_du_genre(ligne: Any, indicateur: Indicateur) -> float:
    if ligne.statut == SANS_OBJET:
        return _COUT_EPCI  # « Sans objet » says that there is nothing to hide.
    if indicateur.compte.axe == "manque":
        return _COUT_QUALITE
    if ligne.modalite:
        return _COUT_CLASSE
    if ligne.acteur_type:
        return _COUT_ACTEUR
    if ligne.perimetre_type == EPCI:
        return _COUT_EPCI_OBJECTIF if indicateur.a_objectif else _COUT_EPCI
    if ligne.perimetre_type in (EN_QPV, HORS_QPV):
        return _COUT_QPV_ENSEMBLE
    return _COUT_LIEU_OBJECTIF if indicateur.a_objectif else _COUT_LIEU
