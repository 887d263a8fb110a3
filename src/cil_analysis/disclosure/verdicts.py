"""The result of an objective whose share is masked: told wherever every case stays protected all the same (D19)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from cil_analysis.disclosure.cases import Case, Releve
from cil_analysis.disclosure.encadrement import Encadrement
from cil_analysis.disclosure.probleme import Choix, Probleme, exigence, toutes_les_cases
from cil_analysis.disclosure.programme import PRECISION, Programme
from cil_analysis.disclosure.structure import Structure
from cil_analysis.disclosure.systeme import Inegalite
from cil_analysis.indicators.bornes import Bornes
from cil_analysis.indicators.cadre import ATTEINT, NON_ATTEINT, SECRET
from cil_analysis.indicators.cibles import choisir_parmi


@dataclass(frozen=True)
class Verdict:
    """A row of figures whose share is masked, and what its result tells of its cases."""

    ligne: int
    inegalites: tuple[Inegalite, ...]


def verdicts(lignes: pd.DataFrame, releve: Releve, structure: Structure, choisies: pd.Series) -> list[Verdict]:
    """What the results of some rows tell, by their place; those that no inequality says are left out."""
    rangs = np.flatnonzero(choisies & lignes["resultat"].isin([ATTEINT, NON_ATTEINT]))
    if not len(rangs) or not structure.objectifs:
        return []
    suivies = lignes.iloc[rangs]
    trouves = []
    for rang, objectif, resultat in zip(
        rangs, choisir_parmi(suivies, structure.objectifs), suivies["resultat"], strict=True
    ):
        dites = () if objectif is None else inegalites(releve.lignes[rang], Bornes.de(objectif), str(resultat))
        if dites:
            trouves.append(Verdict(int(rang), dites))
    return trouves


def verdicts_publies(lignes: pd.DataFrame, releve: Releve, structure: Structure) -> list[Inegalite]:
    """What a reader learns from the results of masked rows."""
    secrets = lignes["statut"].eq(SECRET)
    return [dite for verdict in verdicts(lignes, releve, structure, secrets) for dite in verdict.inegalites]


def inegalites(cases: Sequence[Case], bornes: Bornes, resultat: str) -> tuple[Inegalite, ...]:
    """What a result says of a count and, for a share, of its households; nothing when one of them is no case.

    Out of an interval, a count is below or above: no inequality says that.
    """
    if len(cases) != (1 if bornes.en_nombre else 2) or (
        resultat == NON_ATTEINT and None not in (bornes.bas, bornes.haut)
    ):
        return ()
    limites = [
        (sens, limite + ecart)
        for sens, limite, ecart in ((1, bornes.bas, -bornes.tolerance), (-1, bornes.haut, bornes.tolerance))
        if limite is not None
    ]
    return tuple(_inegalite(cases, sens, limite, bornes.en_nombre, resultat == ATTEINT) for sens, limite in limites)


def _inegalite(cases: Sequence[Case], sens: int, limite: Fraction, en_nombre: bool, tenu: bool) -> Inegalite:
    """« The count is at least the limit » (``sens`` 1), « at most » (-1), or the contrary, in whole numbers."""
    if en_nombre:
        haut, bas = limite.denominator, limite.numerator
        return Inegalite(((cases[0], sens * haut if tenu else -sens * haut),), sens * bas if tenu else 1 - sens * bas)
    part = limite / 100
    signe = sens if tenu else -sens
    termes = ((cases[0], signe * part.denominator), (cases[1], -signe * part.numerator))
    return Inegalite(termes, 0 if tenu else 1)


def a_publier(probleme: Probleme, choix: Choix, candidats: Sequence[Verdict]) -> frozenset[int]:
    """The rows whose result may be told: all of them, or as many as leave every case protected."""
    lecteur = _Lecteur(probleme, choix)
    return frozenset(verdict.ligne for verdict in _garder(lecteur, [], list(candidats)))


def _garder(lecteur: _Lecteur, certains: list[Verdict], douteux: list[Verdict]) -> list[Verdict]:
    """Together while everything stays protected, else by halves: the first ones before the others."""
    if not douteux or lecteur.permet(certains, douteux):
        return [*certains, *douteux]
    if len(douteux) == 1:
        return certains
    moitie = len(douteux) // 2
    return _garder(lecteur, _garder(lecteur, certains, douteux[:moitie]), douteux[moitie:])


class _Lecteur:
    """A reader of all that is published, to whom results are told besides."""

    def __init__(self, probleme: Probleme, choix: Choix) -> None:
        self._probleme = probleme
        self._cases = toutes_les_cases(probleme.valeurs, probleme.relations)
        self._connues = {case: v for case, v in probleme.valeurs.items() if case not in choix.cases}
        self._protegees = sorted(choix.cases | frozenset(probleme.restes), key=lambda case: case.cle)

    def permet(self, deja: Sequence[Verdict], nouveaux: Sequence[Verdict]) -> bool:
        """Whether every case that the new results may tell of stays protected, those told before known."""
        p = self._probleme
        dites = [dite for verdict in (*deja, *nouveaux) for dite in verdict.inegalites]
        programme = Programme(self._cases, p.relations, p.presentes, [*p.inegalites, *dites])
        programme.connaitre(self._connues)
        encadrement = Encadrement(programme, max(p.largeur, 1))
        return all(self._protegee(case, encadrement) for case in self._touchees(programme, nouveaux))

    def _touchees(self, programme: Programme, verdicts: Sequence[Verdict]) -> Iterator[Case]:
        """The protected cases that the results reach, those of their own rows first."""
        siennes = {case for v in verdicts for dite in v.inegalites for case, _ in dite.termes}
        atteintes = frozenset[int]().union(*(programme.voisines(case) for case in siennes))
        touchees = [case for case in self._protegees if programme.rang[case] in atteintes]
        yield from sorted(touchees, key=lambda case: case not in siennes)

    def _protegee(self, case: Case, encadrement: Encadrement) -> bool:
        p = self._probleme
        bas, haut = encadrement.de(case)
        besoin = exigence(bas, haut, p.seuils.get(case, p.seuil), p.largeur, tolere=p.tolere(case))
        return haut - bas >= besoin - PRECISION
