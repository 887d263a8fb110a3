"""The proof: for each masked case, the interval that a reader deduces from all that is published.

It starts from the published files, not from the tables in memory, and from what a reader knows or may know otherwise
(:class:`Structure`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from cil_analysis.disclosure.cases import Case, Releve, relever, valeurs_des_cases
from cil_analysis.disclosure.dementis import AUCUN_DEMENTI, Dementis
from cil_analysis.disclosure.encadrement import Encadrement
from cil_analysis.disclosure.probleme import exigence, toutes_les_cases
from cil_analysis.disclosure.programme import PRECISION, Contradiction, Programme
from cil_analysis.disclosure.protection import seuils_des_cases
from cil_analysis.disclosure.publies import cases_montrees, meme_version
from cil_analysis.disclosure.relations import relier
from cil_analysis.disclosure.rules import ReglesSecret
from cil_analysis.disclosure.structure import Structure
from cil_analysis.disclosure.systeme import Inegalite, Systeme
from cil_analysis.disclosure.verdicts import verdicts_publies
from cil_analysis.indicators.cadre import SECRET, Indicateur

@dataclass(frozen=True)
class Deduction:
    """What a reader knows of one masked case: it lies between ``bas`` and ``haut``.

    ``tables``: codes of the indicators that mask it, none for a difference that no table shows. ``besoin``: how wide
    the interval has to be.
    """

    annee: int
    case: Case
    tables: tuple[str, ...]
    bas: float
    haut: float
    besoin: int

    @property
    def largeur(self) -> float:
        """How wide the interval is."""
        return self.haut - self.bas

    @property
    def protegee(self) -> bool:
        """Whether the interval is wide enough."""
        return self.largeur >= self.besoin - PRECISION


def auditer(
    publications: Mapping[int, pd.DataFrame],
    bilan: int,
    indicateurs: Mapping[str, Indicateur],
    regles: Mapping[int, ReglesSecret],
    structures: Mapping[int, Structure],
    dementis: Dementis = AUCUN_DEMENTI,
    *,
    precis: bool = True,
) -> list[Deduction]:
    """What a reader of the bilan of a year deduces, helped by all the others that rest on the same rows.

    A small count that one of them shows is among the deductions: exact, hence never protected. Not ``precis``: an
    interval that is wide enough may be wider still.

    ``publications``: the published figures by bilan; ``regles`` and ``structures`` by year that the bilan shows.
    ``dementis``: what the true counts belie. Raises Contradiction when the published figures do.
    """
    cadre = publications[bilan]
    cadre = cadre[cadre["indicateur"].isin(list(indicateurs))]
    par_annee = {int(str(annee)): lignes for annee, lignes in cadre.groupby("annee")}

    def de_l_annee(an: int) -> list[Deduction]:
        lignes, deductions = par_annee[an], list[Deduction]()
        structure = structures[an].sans(dementis.communes.get(an, frozenset()))
        releve = relever(lignes, indicateurs, revenus_exclus=structure.revenus_exclus)
        connues, dits = cases_montrees(lignes, releve), verdicts_publies(lignes, releve, structure)
        for autre, ailleurs in publications.items():
            if autre == bilan:
                continue
            siennes = ailleurs[ailleurs["annee"].eq(an) & ailleurs["indicateur"].isin(list(indicateurs))]
            autres = relever(siennes, indicateurs, revenus_exclus=structure.revenus_exclus)
            montrees = cases_montrees(siennes, autres)
            if meme_version(montrees, connues):
                connues = {**montrees, **connues}
                dits += verdicts_publies(siennes, autres, structure)
            else:  # Corrected since: its figures do not combine with these, but a small count is one.
                deductions += _petites(an, montrees, siennes, autres, indicateurs, regles[an], structure)
        lues = _Annee(an, lignes, releve, connues, dits)
        return deductions + _auditer_annee(lues, indicateurs, regles[an], structure, dementis, precis)

    # The solver leaves the interpreter to the others.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as equipe:
        return [deduction for deductions in equipe.map(de_l_annee, par_annee) for deduction in deductions]


class _Annee(NamedTuple):
    """What is published of a year: the rows, the counts that they or other bilans show, and the results that they tell
    without a figure."""

    annee: int
    lignes: pd.DataFrame
    releve: Releve
    connues: Mapping[Case, float]
    verdicts: Sequence[Inegalite]


def _auditer_annee(
    lues: _Annee,
    indicateurs: Mapping[str, Indicateur],
    regles: ReglesSecret,
    structure: Structure,
    dementis: Dementis,
    precis: bool,
) -> list[Deduction]:
    annee, lignes, releve, connues, verdicts = lues
    chiffrees = dict(valeurs_des_cases(lignes, releve.lignes))
    masquees: dict[Case, set[str]] = defaultdict(set)
    for cases, statut, code in zip(releve.lignes, lignes["statut"], lignes["indicateur"], strict=True):
        if statut == SECRET:
            for case in cases:
                masquees[case].add(code)
    evidentes = {case: 0.0 for case in masquees if case not in connues and structure.vide(case)}
    savoir = {**chiffrees, **connues, **evidentes}
    systeme = relier(releve, {*savoir, *masquees}, indicateurs.values(), structure)
    savoir |= dict.fromkeys(systeme.nulles, 0.0)
    relations = [
        relation for relation in systeme.relations if relation not in dementis.relations.get(annee, frozenset())
    ]
    cases = toutes_les_cases({*savoir, *masquees}, relations)
    sus = [inegalite for inegalite in verdicts if all(case in set(cases) for case, _ in inegalite.termes)]
    lecteur = Programme(cases, relations, structure.presentes(releve), [*systeme.inegalites, *sus])
    lecteur.connaitre(savoir)
    if not lecteur.coherent():
        raise Contradiction(annee)
    seuils = seuils_des_cases(releve, systeme, regles.seuils(lignes, indicateurs), regles, structure)
    cherchees = {case for case in masquees if case not in savoir} | {c for c in systeme.restes if c in lecteur.rang}
    deductions, encadrement = [], Encadrement(lecteur, np.inf if precis else max(regles.largeur, 1))
    for case in sorted(cherchees, key=lambda case: case.cle):
        bas, haut = encadrement.de(case)
        tolere = case in systeme.restes or (case in releve.denominateurs and not structure.domine(case))
        besoin = exigence(bas, haut, seuils.get(case, regles.seuil_effectif), regles.largeur, tolere=tolere)
        tables = tuple(sorted(masquees.get(case, ())))
        deductions.append(Deduction(annee, case, tables, bas, haut, besoin))
    return deductions + _petites(annee, connues, lignes, releve, indicateurs, regles, structure)


def _petites(
    annee: int,
    montrees: Mapping[Case, float],
    lignes: pd.DataFrame,
    releve: Releve,
    indicateurs: Mapping[str, Indicateur],
    regles: ReglesSecret,
    structure: Structure,
) -> list[Deduction]:
    """The small counts that are published, and those that tell of one landlord: there should be none."""
    seuils = seuils_des_cases(releve, Systeme(), regles.seuils(lignes, indicateurs), regles, structure)
    return [
        Deduction(annee, case, _tables(case, releve, lignes), n, n, regles.largeur)
        for case, n in sorted(montrees.items(), key=_cle)
        if 0 < n < seuils.get(case, regles.seuil_effectif) or structure.domine(case)
    ]


def _cle(element: tuple[Case, float]) -> tuple[object, ...]:
    return element[0].cle


def _tables(case: Case, releve: Releve, lignes: pd.DataFrame) -> tuple[str, ...]:
    """The codes of the indicators that rest on a case."""
    return tuple(
        sorted({str(code) for cases, code in zip(releve.lignes, lignes["indicateur"], strict=True) if case in cases})
    )


def tables_en_defaut(deductions: Iterable[Deduction]) -> list[str]:
    """The tables where a masked case is deduced too closely, as « O01 2022 »."""
    fautes = {
        f"{code} {deduction.annee}"
        for deduction in deductions
        if not deduction.protegee
        for code in deduction.tables or ("différence de chiffres publiés",)
    }
    return sorted(fautes)
