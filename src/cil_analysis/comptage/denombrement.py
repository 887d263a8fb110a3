"""Counting: from the definition of an indicator to its rows, every perimeter, actor and category completed with zeros.

A commune without allocation has a true zero, so that it is told from one that is masked. Figures that differ by their
codes alone are counted together, those of every year and EPCI: an array of each year (first axis) by each place by each
actor by each category (last axis).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from cil_analysis.comptage.axes import Axe, Axes, Booleens, Tableau
from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE, SANS_OBJET, valeurs_des_comptes
from cil_analysis.comptage.enumeration import acteurs, lieux, modalites
from cil_analysis.comptage.exercice import Ensemble, une_fois
from cil_analysis.comptage.manques import manques
from cil_analysis.grammaire.dimensions import MANQUE, OUI
from cil_analysis.grammaire.indicateur import COMMUNE, EPCI_CONSTANT, Indicateur, Ventilation
from cil_analysis.grammaire.populations import PARC, extrait_de
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case, termes
from cil_analysis.grammaire.vocabulaire import AGREGATS, ESTIMATIONS

Termes = tuple[Case | None, Case | None]
# The numbers of each figure, by their rank.
_NUMERATEUR, _DENOMINATEUR, _MESURE = range(3)


@dataclass(frozen=True)
class Bloc:
    """A ventilation of an indicator over some years, under a code; ``comptees``: which of the years have rows of it."""

    code: str
    indicateur: Indicateur
    ensemble: Ensemble
    ventilation: Ventilation
    comptees: Sequence[bool]

    @cached_property
    def axes(self) -> Axes:
        """The codes of the figures."""
        codes = lieux(self.ensemble, extrait_de(self.indicateur.compte.population), self.ventilation.perimetre)
        return Axes(
            self.ensemble.axe(siens if vrai else () for siens, vrai in zip(codes, self.comptees, strict=True)),
            self.ensemble.axe(acteurs(self.indicateur, self.ensemble, self.ventilation.acteur)),
            self.ensemble.axe(modalites(self.indicateur, self.ensemble, self.ventilation)),
        )

    def colonnes(self) -> dict[str, npt.NDArray[Any]]:
        """The columns of the frame of figures that no objective says, and the rank of the year of each."""
        exercices, *_ = np.nonzero(self.axes.connus)
        comptes, inconnus = (chiffres[..., self.axes.connus] for chiffres in self._chiffres())
        sans_objet = _sans_objet(self.ensemble, self.indicateur.objet, self.ventilation.perimetre, self.axes.lieux)
        vides = np.broadcast_to(sans_objet, self.axes.forme)[self.axes.connus] & (comptes[_DENOMINATEUR] == 0)
        inconnus = inconnus & ~vides
        numerateurs, denominateurs, mesures = np.where(inconnus, np.nan, comptes)
        partout = {"indicateur": self.code, "unite": self.indicateur.unite}
        partout |= {"perimetre_type": self.ventilation.perimetre, "acteur_type": self.ventilation.acteur}
        colonnes = {nom: np.full(len(exercices), dit, object) for nom, dit in partout.items()}
        rapports = valeurs_des_comptes(numerateurs, denominateurs, colonnes["unite"])
        valeurs = np.where(np.isnan(mesures), rapports, mesures)
        lieux, acteurs, modalites = self.axes.codes()
        statuts = np.array([[SANS_OBJET], [NON_CALCULABLE]], dtype=object)
        return colonnes | {
            "exercice": exercices, "annee": np.array([e.annee for e in self.ensemble.exercices])[exercices],
            "perimetre_code": lieux, "acteur_code": acteurs, "modalite": modalites,
            "numerateur": numerateurs, "denominateur": denominateurs, "valeur": valeurs,
            "statut": np.select([vides, np.isnan(valeurs)], statuts, PUBLIE),
        }  # fmt: skip

    def _chiffres(self) -> tuple[Tableau, Booleens]:
        """The numerator, the denominator and the statistic that is no count; and whether something is missing to count.

        By year, place, actor and category.
        """
        ensemble, axes = self.ensemble, self.axes
        chiffres, inconnus = np.full((3, *axes.forme), np.nan), np.zeros(axes.forme, dtype=bool)
        for annees, places, cases in termes_par_annee(self.indicateur, ensemble, self.ventilation):
            cotes = axes if places == slice(None) else axes._replace(modalites=ensemble.sans_variable.modalites)
            trouves = {rang: ensemble.compter(case, cotes) for rang, case in enumerate(cases) if case is not None}
            absents = [ensemble.selon(map(bool, dits)) for case in _parties(cases) if (dits := manques(ensemble, case))]
            inconnu: Booleens = reduce(np.logical_or, [*map(np.isnan, trouves.values()), *absents])
            np.copyto(inconnus[..., places], inconnu, where=annees)
            if self.indicateur.est_une_mesure and cases[1] is not None:
                trouves[_MESURE] = _mesurer(self.indicateur, ensemble, cases[1], cotes)
            for rang, siens in trouves.items():
                np.copyto(chiffres[rang][..., places], siens, where=annees)
        return chiffres, inconnus


def blocs(code: str, indicateur: Indicateur, ensemble: Ensemble, ventilations: Iterable[Ventilation]) -> Iterator[Bloc]:
    """The figures of an indicator, by ventilation. What each will count is said first: one query classes the rows.

    One that is given for the year of the bilan alone has them in the last year of each EPCI.
    """
    comptees = _annees_comptees(indicateur, ensemble)
    if indicateur.derniere_annee:
        dernieres = {(e.epci, e.variante): rang for rang, e in enumerate(ensemble.exercices)}.values()
        comptees = [vrai and rang in dernieres for rang, vrai in enumerate(comptees)]
    for ventilation in ventilations if any(comptees) else ():
        for _, _, cases in termes_par_annee(indicateur, ensemble, ventilation):
            for case in _parties(cases):
                for table in ensemble.tables(extrait_de(case.population), case.dimensions):
                    ensemble.base.prevues[table].update(case.dimensions)
        yield Bloc(code, indicateur, ensemble, ventilation, comptees)


def absences(indicateur: Indicateur, ensemble: Ensemble) -> list[tuple[str, ...]]:
    """Why rows of an indicator cannot be computed in each year, in words; empty when all can.

    A column whose missing values are counted (Q01) is told by its own row.
    """
    dites: list[dict[str, None]] = [{} for _ in ensemble.exercices]
    comptees = _annees_comptees(indicateur, ensemble)
    for ventilation in (v for v in indicateur.ventilations if v.perimetre != EPCI_CONSTANT):
        axes = Bloc("", indicateur, ensemble, replace(ventilation, acteur=""), comptees).axes
        ont = axes.connus.any(axis=(1, 2, 3))
        for annees, _, cases in termes_par_annee(indicateur, ensemble, ventilation):
            for case in _parties(cases):
                concernees, siens = ont & annees.ravel(), manques(ensemble, case)
                if indicateur.compte.axe == MANQUE:
                    siens = manques(ensemble, Case(case.population, frozenset()))
                elif case.population == PARC:
                    concernees &= np.isnan(ensemble.compter(case, axes)).any(axis=(1, 2, 3))
                    siens = [("parc social à renseigner",)] * len(dites)
                for rang in np.flatnonzero(concernees).tolist() if siens else ():
                    dites[rang] |= dict.fromkeys(siens[rang])
    return [tuple(siennes) for siennes in dites]


def _parties(cases: Iterable[Case | None]) -> Iterator[Case]:
    """The cases one population at a time."""
    return (partie for case in cases if case is not None for partie in case.parties)


def _annees_comptees(indicateur: Indicateur, ensemble: Ensemble) -> list[bool]:
    """Whether each year has rows of an indicator: not without an extract that does not come every year."""
    populations = (indicateur.compte.population, indicateur.compte.rapporte_a) if indicateur.periodique else ()
    extraits = {extrait_de(nom) for nom in populations if nom}
    return [extraits <= exercice.lignes.keys() for exercice in ensemble.exercices]


def termes_par_annee(
    indicateur: Indicateur, ensemble: Ensemble, ventilation: Ventilation
) -> Iterator[tuple[Booleens, slice, Termes]]:
    """The terms of the figures, with the years and the categories that they are of.

    Rule P8 may leave unknown incomes out. One pair is of all categories, unless each is a dimension of its own.
    """
    acteur = (ventilation.acteur, ACTEUR) if ventilation.acteur else None
    distincts = [(MODALITE if ventilation.modalites else "", slice(None))]
    if indicateur.compte.drapeaux or indicateur.compte.axe == MANQUE:
        codes = ensemble.axe(modalites(indicateur, ensemble, ventilation)).noms
        distincts = [(code, slice(rang, rang + 1)) for rang, code in enumerate(codes) if code is not None]
    exclues = ensemble.selon(e.regles.p8_ressources_manquantes == "exclues" for e in ensemble.exercices)
    for annees, exclus in ((~exclues, False), (exclues, True)):
        for modalite, places in distincts if annees.any() else ():
            cases = termes(indicateur, (ventilation.perimetre, LIEU), acteur, modalite, revenus_exclus=exclus)
            if indicateur.compte.axe == MANQUE:  # Without its threshold, an income may be missing all the same.
                cases = Case(indicateur.compte.population, frozenset([(f"{MANQUE}_{modalite}", OUI)])), cases[1]
            yield annees, places, cases


@une_fois
def _sans_objet(ensemble: Ensemble, objet: str, perimetre: str, lieux: Axe) -> Booleens:
    """Places that have nothing to be measured on, unless an allocation says so; an unknown stock is not none."""
    vides = np.zeros(lieux.codes.shape, dtype=bool)
    for rang, (exercice, codes) in enumerate(zip(ensemble.exercices, lieux.codes, strict=True)):
        siens: Collection[str] = ()
        if objet == "qpv":
            sans_qpv = set(exercice.communes) - exercice.communes_avec_qpv
            siens = codes if not exercice.qpv else sans_qpv if perimetre == COMMUNE else ()
        elif objet == "parc" and perimetre == COMMUNE:
            siens = {code for code, logements in exercice.parc_social.items() if logements == 0}
        vides[rang] = [code in siens for code in codes]
    return vides[:, :, None, None]


def _mesurer(indicateur: Indicateur, ensemble: Ensemble, case: Case, axes: Axes) -> Tableau:
    """The statistic over the rows of a case for each figure, or at each of the lengths of time that the categories are.

    With one decimal, unless it is estimated.
    """
    colonne, statistique = indicateur.compte.mesure
    siens, durees = ensemble.ses_axes(case, axes), durees_de(indicateur, ensemble)
    estimation = ESTIMATIONS.get(statistique)
    if estimation is None:
        requete = f"SELECT chiffre, {AGREGATS[statistique].format(colonne)} AS valeur FROM chiffrees GROUP BY chiffre"
        colonnes: Iterable[str] = [colonne]
    else:
        requete, colonnes = estimation.sql("FROM chiffrees", ["chiffre"], durees), estimation.colonnes
    valeurs = np.full((siens._replace(modalites=axes.modalites) if durees else siens).forme, np.nan)
    rangs = {code: rang for rang, code in enumerate(durees)}
    places = axes.modalites.rangs(rangs)
    for place, lue in ensemble.resumer(case, axes, requete, colonnes):
        if durees:
            place = (*place[:3], places[place[0], rangs[lue["modalite"]]])
        if lue["valeur"] is not None:
            valeurs[place] = lue["valeur"] if estimation else round(lue["valeur"], 1)
    return valeurs


def durees_de(indicateur: Indicateur, ensemble: Ensemble) -> dict[str, float]:
    """The lengths of time that the categories of an indicator are, in months, by code; none of another."""
    if not indicateur.compte.duree:
        return {}
    return {code: mois for code, mois, _ in ensemble.exercices[-1].nomenclatures[indicateur.modalites].bornes}
