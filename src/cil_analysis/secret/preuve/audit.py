"""The proof: for each masked case, the interval that a reader deduces from all that is published.

It starts from the published files, not from the tables in memory, and from what a reader knows or may know otherwise
(:class:`Structure`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from cil_analysis.comptage.cadre import CLES, SECRET
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.secret.preuve.contraintes import PRECISION
from cil_analysis.secret.preuve.dementis import Dementi
from cil_analysis.secret.preuve.encadrement import Encadrement
from cil_analysis.secret.preuve.probleme import Besoin, toutes_les_cases
from cil_analysis.secret.preuve.programme import Contradiction, Programme, Temoins
from cil_analysis.secret.preuve.protection import seuils_des_cases
from cil_analysis.secret.publies import autres_perimetres, cases_montrees, meme_version
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case, Releve, Systeme, cle_de, relever, valeurs_des_cases
from cil_analysis.secret.relations.ensemble import relier
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.verdicts import verdicts_publies


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


@dataclass(frozen=True)
class Lecteur:
    """Who reads what is published of a year: what is counted, the rules, and what everybody knows (``Examen``).

    ``dementi``: what the true counts belie of it.
    """

    annee: int
    indicateurs: Mapping[str, Indicateur]
    regles: ReglesSecret
    structure: Structure
    dementi: Dementi = field(default_factory=Dementi)

    def relever(self, lignes: pd.DataFrame) -> Releve:
        """The cases behind some published rows."""
        return relever(lignes, self.indicateurs, revenus_exclus=self.structure.revenus_exclus)

    def seuils(self, lignes: pd.DataFrame, releve: Releve, systeme: Systeme) -> dict[Case, int]:
        """The size from which each case is no secret."""
        des_lignes = self.regles.seuils(lignes, self.indicateurs)
        return seuils_des_cases(releve, systeme, des_lignes, self.regles, self.structure)


def auditer(
    publications: Mapping[int, pd.DataFrame],
    bilan: int,
    lecteurs: Mapping[int, Lecteur],
    *,
    precis: bool = True,
    equipe: Executor | None = None,
) -> list[Deduction]:
    """What a reader of the bilan of a year deduces, helped by all the others that rest on the same rows.

    A small count that one of them shows is among the deductions: exact, hence never protected. Not ``precis``: an
    interval that is wide enough may be wider still.

    ``publications``: the published figures by bilan; ``lecteurs``: who reads each year. ``equipe``: what reads several
    years at once. Raises Contradiction when the published figures do, and ValueError for a year of which nothing is
    counted.
    """
    annees = sorted({int(annee) for annee in publications[bilan]["annee"]}, reverse=True)  # The longest begins.
    tache = partial(_auditer_l_annee, publications, bilan, precis)
    if tues := set(annees) - lecteurs.keys():
        raise ValueError(f"Nothing is counted of {sorted(tues)}")
    par_annee = [lecteurs[annee] for annee in annees]
    faites = map(tache, par_annee) if equipe is None else equipe.map(tache, par_annee)
    return [deduction for siennes in reversed([*faites]) for deduction in siennes]


def _auditer_l_annee(
    publications: Mapping[int, pd.DataFrame], bilan: int, precis: bool, lecteur: Lecteur
) -> list[Deduction]:
    lecture = lire_annee(publications, bilan, lecteur)
    return [*lecture.petites, *_deduire(lecture, precis)]


@dataclass(frozen=True)
class Lecture:
    """A year as a reader has it.

    ``savoir``: the counts that are known; ``masquees``: the others that rows name, with the codes of their indicators;
    ``seuils``: the size from which each is no secret; ``toleres``: those that may be nothing, or reach it;
    ``petites``: the small counts that are shown; ``temoins``: where to start from.
    """

    annee: int
    regles: ReglesSecret
    savoir: Mapping[Case, float]
    masquees: Mapping[Case, Set[str]]
    systeme: Systeme
    presentes: Set[Case]
    seuils: Mapping[Case, int]
    toleres: Set[Case]
    petites: Sequence[Deduction]
    temoins: Temoins

    def besoin(self, case: Case) -> Besoin:
        """How wide the interval of a case has to be."""
        return Besoin(self.seuils.get(case, self.regles.seuil_effectif), self.regles.largeur, case in self.toleres)

    def programme(self) -> Programme:
        """The reader's programme, to which what is known is still to be given."""
        cases = toutes_les_cases({*self.savoir, *self.masquees}, self.systeme.relations)
        connues = set(cases)
        sues = [i for i in self.systeme.inegalites if all(case in connues for case, _ in i.termes)]
        return Programme(cases, self.systeme.relations, self.presentes, sues)


def lire_annee(publications: Mapping[int, pd.DataFrame], bilan: int, lecteur: Lecteur) -> Lecture:
    """What a reader knows of one year of a bilan, helped by the others."""
    annee, regles, structure, dementi = lecteur.annee, lecteur.regles, lecteur.structure, lecteur.dementi
    lignes, releve, connues, petites = _rapprocher(publications, bilan, lecteur)
    masquees: dict[Case, set[str]] = defaultdict(set)
    for cases, statut, code in zip(releve.lignes, lignes["statut"], lignes["indicateur"], strict=True):
        if statut == SECRET:
            for case in cases:
                masquees[case].add(code)
    evidentes = {case: 0.0 for case in masquees if case not in connues and structure.vide(case)}
    savoir = {**valeurs_des_cases(lignes, releve.lignes), **connues, **evidentes}
    systeme = relier(releve, {*savoir, *masquees}, lecteur.indicateurs.values(), structure)
    savoir |= dict.fromkeys(systeme.nulles, 0.0)
    seuils = lecteur.seuils(lignes, releve, systeme)
    systeme.relations = [relation for relation in systeme.relations if relation not in dementi.relations]
    systeme.inegalites += [*verdicts_publies(lignes, releve, structure), *autres_perimetres(savoir, releve)]
    toleres = systeme.restes | {case for case in releve.denominateurs if not structure.domine(case)}
    presentes = structure.presentes(releve) - dementi.absentes
    return Lecture(annee, regles, savoir, masquees, systeme, presentes, seuils, toleres, petites, dementi.temoins)


def _rapprocher(
    publications: Mapping[int, pd.DataFrame], bilan: int, lecteur: Lecteur
) -> tuple[pd.DataFrame, Releve, Mapping[Case, float], list[Deduction]]:
    """What is published of a year, by a bilan and by the others that rest on the same counts.

    The rows, their cases, the counts that they show, and the small ones among these.
    """
    par_bilan = {
        autre: cadre[cadre["annee"].eq(lecteur.annee) & cadre["indicateur"].isin(list(lecteur.indicateurs))]
        for autre, cadre in publications.items()
    }
    lignes = par_bilan.pop(bilan)
    releve, combien = lecteur.relever(lignes), len(lignes)
    connues, petites = cases_montrees(lignes, releve), list[Deduction]()
    for siennes in par_bilan.values():
        montrees = cases_montrees(siennes, leur_releve := lecteur.relever(siennes))
        if meme_version(montrees, connues):
            connues = {**montrees, **connues}
            lignes = pd.concat([lignes, siennes]) if len(siennes) else lignes
        else:  # Corrected since: its figures do not combine with these, but a small count is one.
            petites += _petites(montrees, siennes, leur_releve, lecteur)
    if len(lignes) > combien:  # Most rows are in several bilans, shown or masked alike.
        lignes = lignes.drop_duplicates([*CLES, "statut", "resultat"], ignore_index=True)
        releve = lecteur.relever(lignes)
    return lignes, releve, connues, [*petites, *_petites(connues, lignes, releve, lecteur)]


def _deduire(lecture: Lecture, precis: bool) -> list[Deduction]:
    lecteur, masquees = lecture.programme(), lecture.masquees
    lecteur.connaitre(lecture.savoir)
    restes = {case for case in lecture.systeme.restes if case in lecteur.rang}
    cherchees = (masquees.keys() - lecture.savoir.keys()) | restes
    besoin = None if precis else lecture.besoin
    encadrement = Encadrement(lecteur, np.inf if precis else lecture.regles.largeur, lecture.temoins, besoin)
    if not len(encadrement.temoins.points) and not lecteur.coherent():
        raise Contradiction(lecture.annee)
    deductions = []
    if not precis:
        encadrement.elargir(cherchees)
    for case in sorted(cherchees, key=cle_de):
        bas, haut = encadrement.de(case)
        tables = tuple(sorted(masquees.get(case, ())))
        deductions.append(Deduction(lecture.annee, case, tables, bas, haut, lecture.besoin(case).entre(bas, haut)))
    return deductions


def _petites(
    montrees: Mapping[Case, float], lignes: pd.DataFrame, releve: Releve, lecteur: Lecteur
) -> Iterator[Deduction]:
    """The small counts that are published, and those that tell of one landlord: there should be none."""
    seuils, regles = lecteur.seuils(lignes, releve, Systeme()), lecteur.regles
    for case, n in sorted(montrees.items(), key=lambda paire: paire[0].cle):
        if 0 < n < seuils.get(case, regles.seuil_effectif) or lecteur.structure.domine(case):
            codes = {code for cases, code in zip(releve.lignes, lignes["indicateur"], strict=True) if case in cases}
            yield Deduction(lecteur.annee, case, tuple(sorted(codes)), n, n, regles.largeur)


def tables_en_defaut(deductions: Iterable[Deduction]) -> list[str]:
    """The tables where a masked case is deduced too closely, as « O01 2022 »."""
    fautes = {
        f"{code} {deduction.annee}"
        for deduction in deductions
        if not deduction.protegee
        for code in deduction.tables or ("différence de chiffres publiés",)
    }
    return sorted(fautes)
