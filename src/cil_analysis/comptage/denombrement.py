"""Counting: from the definition of an indicator to its rows, every perimeter, actor and category completed with zeros.

A commune without allocation has a true zero, so that it is told from one that is masked. Figures that differ by their
codes alone are counted together, those of every year and EPCI: an array of each year (first axis) by each place by each
actor by each category (last axis).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import reduce
from typing import Any, NamedTuple

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
from cil_analysis.grammaire.vocabulaire import AGREGATS
from cil_analysis.systemes.preparations import ESTIMATIONS, Estimation

Termes = tuple[Case | None, Case | None]
# What is known of each figure, along the first axis of a block; the last two are 0 or 1.
_NUMERATEUR, _DENOMINATEUR, _MESURE, _SANS_OBJET, _INCONNU = range(5)
# By their rank in arrays.
_STATUTS = np.array([PUBLIE, SANS_OBJET, NON_CALCULABLE], dtype=object)


class Bloc(NamedTuple):
    """A ventilation of an indicator over some years, and the codes of its figures."""

    indicateur: Indicateur
    ensemble: Ensemble
    ventilation: Ventilation
    axes: Axes

    def colonnes(self, code: str) -> dict[str, npt.NDArray[Any]]:
        """The columns of the frame of figures, under a code, and the rank of the year of each (``exercice``)."""
        indicateur, ensemble, ventilation, axes = self
        exercices, *_ = np.nonzero(axes.connus)
        dits = {"indicateur": code, "perimetre_type": ventilation.perimetre, "acteur_type": ventilation.acteur}
        partout = {
            nom: np.full(len(exercices), dit, object) for nom, dit in (dits | {"unite": indicateur.unite}).items()
        }
        numeriques = _chiffres(indicateur, ensemble, ventilation, axes)[:, axes.connus]
        vides = (numeriques[_SANS_OBJET] > 0) & (numeriques[_DENOMINATEUR] == 0)
        inconnus = (numeriques[_INCONNU] > 0) & ~vides
        numerateurs, denominateurs, mesures = np.where(inconnus, np.nan, numeriques[: _MESURE + 1])
        rapports = valeurs_des_comptes(numerateurs, denominateurs, partout["unite"])
        valeurs = np.where(np.isnan(mesures), rapports, mesures)
        lieux, acteurs, modalites = axes.codes()
        return partout | {
            "exercice": exercices,
            "annee": np.array([exercice.annee for exercice in ensemble.exercices])[exercices],
            "perimetre_code": lieux,
            "acteur_code": acteurs,
            "modalite": modalites,
            "numerateur": numerateurs,
            "denominateur": denominateurs,
            "valeur": valeurs,
            "statut": _STATUTS[np.select([vides, inconnus | np.isnan(valeurs)], [1, 2], 0)],
        }


def blocs(indicateur: Indicateur, ensemble: Ensemble, ventilations: Iterable[Ventilation]) -> Iterator[Bloc]:
    """The figures of an indicator, by ventilation; those that have none are left out.

    One that is given for the year of the bilan alone has them in the last year of each EPCI.
    """
    comptees = _annees_comptees(indicateur, ensemble)
    if indicateur.derniere_annee:
        dernieres = {(e.epci, e.variante): rang for rang, e in enumerate(ensemble.exercices)}.values()
        comptees = [vrai and rang in dernieres for rang, vrai in enumerate(comptees)]
    for ventilation in ventilations if any(comptees) else ():
        codes = lieux(ensemble, extrait_de(indicateur.compte.population), ventilation.perimetre)
        axes = Axes(
            ensemble.axe([siens if vrai else () for siens, vrai in zip(codes, comptees, strict=True)]),
            ensemble.axe(acteurs(indicateur, ensemble, ventilation.acteur)),
            ensemble.axe(modalites(indicateur, ensemble, ventilation)),
        )
        if axes.connus.any():
            yield Bloc(indicateur, ensemble, ventilation, axes)


def prevoir(indicateur: Indicateur, ensemble: Ensemble, ventilations: Iterable[Ventilation]) -> None:
    """Say what the figures of an indicator will count, so that one query classes the rows of all."""
    for ventilation in ventilations if any(_annees_comptees(indicateur, ensemble)) else ():
        axe = ensemble.axe(modalites(indicateur, ensemble, ventilation))
        for _, _, cases in termes_par_annee(indicateur, ensemble, ventilation, axe):
            for case in _parties(cases):
                ensemble.prevoir(case)


def absences(indicateur: Indicateur, ensemble: Ensemble) -> list[tuple[str, ...]]:
    """Why rows of an indicator cannot be computed in each year, in words; empty when all can.

    A column whose missing values are counted (Q01) is told by its own row.
    """
    dites: list[dict[str, None]] = [{} for _ in ensemble.exercices]
    comptees, extrait = _annees_comptees(indicateur, ensemble), extrait_de(indicateur.compte.population)
    for ventilation in (v for v in indicateur.ventilations if v.perimetre != EPCI_CONSTANT):
        axes = ensemble.sans_variable._replace(
            lieux=ensemble.axe(lieux(ensemble, extrait, ventilation.perimetre)),
            modalites=ensemble.axe(modalites(indicateur, ensemble, ventilation)),
        )
        ont = axes.connus.any(axis=(1, 2, 3)) & np.array(comptees)
        for annees, _, cases in termes_par_annee(indicateur, ensemble, ventilation, axes.modalites):
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
    populations = [indicateur.compte.population, *filter(None, [indicateur.compte.rapporte_a])]
    extraits = {extrait_de(nom) for nom in populations} if indicateur.periodique else set()
    return [extraits <= exercice.lignes.keys() for exercice in ensemble.exercices]


def termes_par_annee(
    indicateur: Indicateur, ensemble: Ensemble, ventilation: Ventilation, codes: Axe
) -> Iterator[tuple[Booleens, slice, Termes]]:
    """The terms of the figures, with the years and the categories that they are of.

    Rule P8 may leave unknown incomes out. One pair is of all categories, unless each is a dimension of its own.
    """
    acteur = (ventilation.acteur, ACTEUR) if ventilation.acteur else None
    distincts = [(MODALITE if ventilation.modalites else "", slice(None))]
    if indicateur.compte.drapeaux or indicateur.compte.axe == MANQUE:
        distincts = [(code, slice(rang, rang + 1)) for rang, code in enumerate(codes.noms) if code is not None]
    exclues = ensemble.selon(e.regles.p8_ressources_manquantes == "exclues" for e in ensemble.exercices)
    for annees, exclus in ((~exclues, False), (exclues, True)):
        for modalite, places in distincts if annees.any() else ():
            cases = termes(indicateur, (ventilation.perimetre, LIEU), acteur, modalite, revenus_exclus=exclus)
            if indicateur.compte.axe == MANQUE:  # Without its threshold, an income may be missing all the same.
                cases = Case(indicateur.compte.population, frozenset([(f"{MANQUE}_{modalite}", OUI)])), cases[1]
            yield annees, places, cases


def _chiffres(indicateur: Indicateur, ensemble: Ensemble, ventilation: Ventilation, axes: Axes) -> Tableau:
    """Five numbers by year, place, actor and category.

    The numerator, the denominator, the statistic that is no count, whether the place has nothing to be measured on, and
    whether something is missing to count them.
    """
    chiffres = np.full((5, *axes.forme), np.nan)
    chiffres[_SANS_OBJET] = _sans_objet(ensemble, indicateur.objet, ventilation.perimetre, axes.lieux)
    for annees, places, cases in termes_par_annee(indicateur, ensemble, ventilation, axes.modalites):
        cotes = axes if places == slice(None) else axes._replace(modalites=ensemble.sans_variable.modalites)
        trouves = {rang: ensemble.compter(case, cotes) for rang, case in enumerate(cases) if case is not None}
        inconnu: Booleens = reduce(np.logical_or, map(np.isnan, trouves.values()))
        for case in _parties(cases):
            if absents := manques(ensemble, case):
                inconnu = inconnu | ensemble.selon(map(bool, absents))
        np.copyto(chiffres[_INCONNU][..., places], inconnu, where=annees)
        if indicateur.est_une_mesure and cases[1] is not None:
            trouves[_MESURE] = _mesurer(indicateur, ensemble, cases[1], cotes)
        for rang, siens in trouves.items():
            np.copyto(chiffres[rang][..., places], siens, where=annees)
    return chiffres


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
    """The statistic over the rows of a case, with one decimal, for each figure, or what a program estimates of them."""
    colonne, statistique = indicateur.compte.mesure
    if statistique in ESTIMATIONS:
        return _estimer(ESTIMATIONS[statistique], indicateur, ensemble, case, axes)
    resumes = ensemble.resumer(case, axes, AGREGATS[statistique].format(colonne))
    return np.array([np.nan if r is None else round(r, 1) for r in resumes.flat], "float64").reshape(resumes.shape)


def _estimer(estimation: Estimation, indicateur: Indicateur, ensemble: Ensemble, case: Case, axes: Axes) -> Tableau:
    """What is estimated for each figure: once, or at each of the lengths of time that the categories are."""
    valeurs, en_durees = np.full(axes.forme, np.nan), indicateur.compte.duree
    places = axes._replace(modalites=ensemble.sans_variable.modalites) if en_durees else axes
    resumes = [ensemble.resumer(partie, places, *estimation.agregats) for partie in case.parties]
    larges = [np.broadcast_to(siens, places.forme) for siens in resumes]
    for place in zip(*np.nonzero(places.connus), strict=True):
        exercice, codes, durees = ensemble.exercices[place[0]], [place[3]], None
        en_lignes = all(p.population in exercice.lignes and p.population not in exercice.agreges for p in case.parties)
        if en_durees:  # In months.
            codes = np.flatnonzero(axes.modalites.connus[place[0]]).tolist()
            mois = {code: debut for code, debut, _ in exercice.nomenclatures[indicateur.modalites].bornes}
            durees = [mois[code] for code in axes.modalites.codes[place[0]][codes]]
        morceaux = [siens[place] for siens in larges] if en_lignes else []
        valeurs[place[:3]][codes] = estimation.estimer(morceaux, durees, exercice.regles)
    return valeurs
