"""Why each figure of a set of tables is masked: the primary rules, then what must be masked so that they hold."""

from collections.abc import Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cil_analysis.comptage.cadre import CHIFFRES, CLES
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.secret.memoire import Memoire
from cil_analysis.secret.preuve.dementis import Dementi, communes_dementies, dementies
from cil_analysis.secret.preuve.probleme import Choix, Indeductible, Probleme, couts
from cil_analysis.secret.preuve.suppression import choisir_avec_des_zeros
from cil_analysis.secret.regles import BAILLEUR, SECONDAIRE, ZERO, ReglesSecret, motif_primaire
from cil_analysis.secret.relations.cases import (
    Case,
    Inegalite,
    Releve,
    Systeme,
    cases_chiffrees,
    cle_de,
    relever,
    valeurs_des_cases,
)
from cil_analysis.secret.relations.ensemble import relier
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.verdicts import a_publier, verdicts

# The threshold of what is never shown.
HORS_D_ATTEINTE = 10**9
# A figure already masked in a bilan that readers have stays so, rather than another one.
_DEJA_MASQUE = 0.01


@dataclass(frozen=True)
class DejaPublie:
    """What readers already have of a year.

    ``connues``: cases published with the same counts; ``masquees``: the keys of the rows masked; ``tues``: of those
    that another bilan of the same counts masks, and ``sans_resultat``, without telling their result; ``dites``: what
    results of masked rows tell, and constant perimeters of other series.
    """

    connues: frozenset[Case] = frozenset()
    masquees: frozenset[tuple[Any, ...]] = frozenset()
    tues: frozenset[tuple[Any, ...]] = frozenset()
    sans_resultat: frozenset[tuple[Any, ...]] = frozenset()
    dites: tuple[Inegalite, ...] = ()


class Moyens(NamedTuple):
    """What the search may rely on: the choices already found, and processes that look for several years at once."""

    memoire: Memoire | None = None
    equipe: Executor | None = None


PAR_SOI_MEME = Moyens()


def est_charge() -> None:
    """Nothing: a process that is asked this has loaded what protects a year."""


class Protection(NamedTuple):
    """By row: why it is masked (a key of ``rules.MOTIFS``) or empty, and whether its result is told all the same."""

    motifs: pd.Series
    verdicts: pd.Series


class Examen:
    """What the figures of a year show, before anything is masked, and the sums that link them.

    ``valeurs``: the count of each case. ``structure``: what everybody knows, without what is said of communes and the
    counts belie.
    """

    def __init__(self, lignes: pd.DataFrame, indicateurs: Mapping[str, Indicateur], structure: Structure) -> None:
        self.lignes, self.indicateurs = lignes, indicateurs
        self.releve = relever(lignes, indicateurs, revenus_exclus=structure.revenus_exclus)
        self.valeurs = valeurs_des_cases(lignes, self.releve.lignes)
        self.structure = structure.sans(communes_dementies(self.valeurs, structure))

    @cached_property
    def systeme(self) -> Systeme:
        """The sums that link the cases."""
        return relier(self.releve, self.valeurs, self.indicateurs.values(), self.structure)

    @cached_property
    def toutes(self) -> dict[Case, float]:
        """The count of each case, those that are zero since no table lists them included."""
        return self.valeurs | dict.fromkeys(self.systeme.nulles, 0.0)

    @cached_property
    def dementi(self) -> Dementi:
        """What the counts belie; once the year is protected, with witnesses of what is published of it."""
        absentes = frozenset(c for c in self.structure.presentes(self.releve) if self.toutes.get(c) == 0)
        return Dementi(dementies(self.systeme.relations, self.toutes), absentes)


def examiner(
    cadre: pd.DataFrame, indicateurs: Mapping[str, Indicateur], structures: Mapping[int, Structure]
) -> dict[int, Examen]:
    """What the figures of each year show; nothing is known of a year without a structure."""
    return {
        int(str(annee)): Examen(lignes, indicateurs, structures.get(int(str(annee)), Structure()))
        for annee, lignes in cadre.groupby("annee")
    }


def proteger(
    examens: Mapping[int, Examen],
    regles: Mapping[int, ReglesSecret],
    deja: Mapping[int, DejaPublie] | None = None,
    moyens: Moyens = PAR_SOI_MEME,
) -> Protection:
    """What is masked of each row of some years, each by its rules; nothing where these are not active.

    No figure links two years: a difference between them is shown only when both are. Raises Indeductible when what
    readers already have leaves no way to protect a case, ValueError for a year without rules.
    """
    if sans_regle := examens.keys() - regles.keys():
        raise ValueError(f"No disclosure rule for {sorted(sans_regle)}")
    protections = [Protection(pd.Series(dtype="str"), pd.Series(dtype="bool"))]
    annees = sorted((an for an in examens if regles[an].actif), reverse=True)  # The last, with most figures, begins.
    publies = dict.fromkeys(annees, DejaPublie()) | dict(deja or {})
    taches = [Annee(examens[an], regles[an], publies[an]) for an in annees]
    tache = partial(Annee.proteger, memoire=moyens.memoire)
    faites = map(tache, taches) if moyens.equipe is None else moyens.equipe.map(tache, taches)
    for an, (protection, dementi) in zip(annees, faites, strict=True):
        examens[an].dementi = dementi
        protections.append(protection)
    return Protection(*(pd.concat(siennes).sort_index() for siennes in zip(*protections, strict=True)))


@dataclass(frozen=True)
class Annee:
    """What the figures of a year show, the rules that protect it, and what readers already have of it."""

    examen: Examen
    regles: ReglesSecret
    deja: DejaPublie = DejaPublie()

    def encore_masquees(self, masquees: Sequence[int]) -> frozenset[int]:
        """Which of some masked rows, by their places, still have to be, the others being shown."""
        probleme = self._probleme(self._imposees())
        choix = choisir_avec_des_zeros(probleme.parmi(masquees))
        return frozenset(masquees[rang] for rang in choix.lignes)

    def _imposees(self) -> pd.Series:
        """Why each row is masked whatever is chosen (a key of ``rules.MOTIFS``), or empty.

        By itself; or since another bilan of the same counts masks it, whose tables of its own last year it protects.
        """
        lignes, releve, structure = self.examen.lignes, self.examen.releve, self.examen.structure
        primaires = motif_primaire(lignes, self.regles, self.examen.indicateurs, structure.sans_menage)
        motif = _sans_evidences(primaires, releve, self.examen.valeurs, structure)
        dominees = [any(structure.domine(case) for case in cases) for cases in releve.lignes]
        motif = motif.mask(pd.Series(dominees, index=motif.index), BAILLEUR)
        return motif.mask(motif.eq("") & _parmi(lignes, self.deja.tues), SECONDAIRE)

    def proteger(self, memoire: Memoire | None) -> tuple[Protection, Dementi]:
        """What is masked, what the counts belie, and witnesses of what is published."""
        lignes, motif, deja = self.examen.lignes, self._imposees(), self.deja
        probleme = self._probleme(motif)
        divulguees = deja.connues.intersection(probleme.secretes)
        if divulguees:
            raise Indeductible(min(divulguees, key=cle_de))
        vues = frozenset(np.flatnonzero(_parmi(lignes, deja.masquees)).tolist())
        choix = _choisir(probleme, vues, memoire)
        masquees = pd.Series([i in choix.lignes for i in range(len(lignes))], index=lignes.index)
        # Without a figure there is nothing to mask: a row stays what it is.
        motif = motif.mask(masquees & motif.eq(""), SECONDAIRE).where(lignes[CHIFFRES].notna().any(axis=1), "")
        dicibles = motif.ne("") & ~_parmi(lignes, deja.sans_resultat)
        dits, temoins = a_publier(
            probleme, choix, verdicts(lignes, self.examen.releve, self.examen.structure, dicibles)
        )
        protection = Protection(motif, pd.Series([i in dits for i in range(len(lignes))], index=lignes.index))
        return protection, replace(self.examen.dementi, temoins=temoins)

    def _probleme(self, motif: pd.Series) -> Probleme:
        """What is to be protected, ``motif`` the primary flag of each row."""
        examen, regles, connues = self.examen, self.regles, self.deja.connues
        lignes, releve, structure, systeme, valeurs = (
            examen.lignes, examen.releve, examen.structure, examen.systeme, examen.toutes
        )  # fmt: skip
        seuils = seuils_des_cases(releve, systeme, regles.seuils(lignes, examen.indicateurs), regles, structure)
        nuls = {cases[0] for nom, cases in zip(motif, releve.lignes, strict=True) if nom == ZERO}
        relations = [relation for relation in systeme.relations if relation not in examen.dementi.relations]
        cases = valeurs.keys() | {case for relation in relations for case in (relation.total, *relation.parties)}
        dites = [
            dite
            for dite in (*systeme.inegalites, *self.deja.dites)
            if all(case in cases for case, _ in dite.termes) and (dite.tient(valeurs) or not dite.connue(valeurs))
        ]
        return Probleme(
            lignes=cases_chiffrees(lignes, releve),
            couts=couts(lignes, examen.indicateurs),
            valeurs=valeurs,
            relations=relations,
            secretes=nuls | {c for c, v in valeurs.items() if 0 < v < seuils.get(c, 0) or structure.domine(c)},
            masquees={i for i, nom in enumerate(motif) if nom},
            fixes={c for c, v in valeurs.items() if _est_connue(c, v, structure, regles.seuil_effectif)}
            | (connues & valeurs.keys())
            | systeme.nulles,
            restes=systeme.restes.intersection(cases),
            presentes=structure.presentes(releve) - examen.dementi.absentes,
            denominateurs={case for case in releve.denominateurs if not structure.domine(case)},
            seuils=seuils,
            seuil=regles.seuil_effectif,
            largeur=regles.largeur,
            inegalites=dites,
        )


def _choisir(probleme: Probleme, deja: Set[int], memoire: Memoire | None) -> Choix:
    """The rows to mask, those that readers have seen masked rather than others.

    The cheapest choice, when it is remembered and all masked already, stays the cheapest: nothing gets a larger rebate.
    """
    connue = memoire.retrouver(probleme) if memoire and deja else None
    if connue is not None and connue.lignes <= deja | probleme.masquees:
        return connue
    if deja:
        couts = [cout * _DEJA_MASQUE if i in deja else cout for i, cout in enumerate(probleme.couts)]
        probleme = replace(probleme, couts=couts)
    return (memoire.choisir if memoire else choisir_avec_des_zeros)(probleme)


def _parmi(lignes: pd.DataFrame, cles: Set[tuple[Any, ...]]) -> pd.Series:
    """Which rows have one of some keys."""
    siennes = lignes[CLES].itertuples(index=False, name=None) if cles else [()] * len(lignes)
    return pd.Series([cle in cles for cle in siennes], index=lignes.index, dtype="bool")


def _sans_evidences(motif: pd.Series, releve: Releve, valeurs: Mapping[Case, float], structure: Structure) -> pd.Series:
    """A zero that everybody knows is no secret."""
    evidentes = [
        nom == ZERO and bool(cases) and valeurs.get(cases[0]) == 0 and structure.vide(cases[0])
        for nom, cases in zip(motif, releve.lignes, strict=True)
    ]
    return motif.mask(pd.Series(evidentes, index=motif.index), "")


def _est_connue(case: Case, valeur: float, structure: Structure, seuil: int) -> bool:
    """Whether readers know a count anyway: a zero by nature, or the rows kept of an extract (the account of rows)."""
    est_un_extrait = not case.conditions and not {"+", ":"} & set(case.population)
    return (valeur == 0 and structure.vide(case)) or (est_un_extrait and valeur >= seuil)


def seuils_des_cases(
    releve: Releve, systeme: Systeme, seuils: pd.Series, regles: ReglesSecret, structure: Structure
) -> dict[Case, int]:
    """The smallest count shown of each case: the strictest of the rows that it is the first count of.

    A rest has the strictest threshold of the cases beside it. No size allows to show what tells of one landlord, and
    any size what tells of no household.
    """
    resultat: dict[Case, int] = {}
    ordinaire = cache(regles.seuil_de)
    for cases, seuil in zip(releve.lignes, seuils.tolist(), strict=True):
        for rang, case in enumerate(cases):
            resultat[case] = max(resultat.get(case, ordinaire(case.population)), seuil if rang == 0 else 0)
    resultat |= {case: 0 for case in resultat if structure.sans_menage(case)}
    resultat |= {case: HORS_D_ATTEINTE for case in resultat if structure.domine(case)}
    for relation in systeme.relations:
        for case in systeme.restes.intersection(relation.parties):
            resultat[case] = max(resultat.get(autre, ordinaire(autre.population)) for autre in relation.parties)
    return resultat
