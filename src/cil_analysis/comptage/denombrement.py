"""Counting: from an indicator to the frame of its figures and targets, every place, actor and category with its zeros.

A commune without allocation has a true zero, so that it is told from one that is masked. Figures that differ by their
codes alone are counted together, those of every year and EPCI.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE, SANS_OBJET, cadre_vide, encadrer, valeurs_des_comptes
from cil_analysis.comptage.cibles import Cible, par_cible, suivre
from cil_analysis.comptage.enumeration import acteurs, lieux, manques, modalites
from cil_analysis.comptage.exercice import Chiffre, Ensemble, Rangee, Tableau, en_rangees
from cil_analysis.grammaire.dimensions import MANQUE, OUI
from cil_analysis.grammaire.indicateur import COMMUNE, EPCI, EPCI_CONSTANT, TOUTES, Indicateur, Ventilation
from cil_analysis.grammaire.populations import PARC, extrait_de
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case, termes
from cil_analysis.grammaire.vocabulaire import AGREGATS, ESTIMATIONS, REGLES_DE_COMPTAGE, SENSIBILITE
from cil_analysis.systemes.colonnes import Booleens

Termes = tuple[Case | None, Case | None]
# The numbers of each figure, by their rank.
_NUMERATEUR, _DENOMINATEUR, _MESURE = range(3)
_SANS_FIGURE = cadre_vide().assign(epci="", exercice=0, ailleurs=False).astype({"exercice": int, "ailleurs": bool})


@dataclass(frozen=True)
class Bloc:
    """A ventilation of an indicator over some years, under a code; ``comptees``: which of the years have rows of it."""

    code: str
    indicateur: Indicateur
    ensemble: Ensemble
    ventilation: Ventilation
    comptees: Sequence[bool]

    @cached_property
    def rangees(self) -> list[Rangee]:
        """The figures."""
        ou = lieux(self.ensemble, extrait_de(self.indicateur.compte.population), self.ventilation.perimetre)
        qui = acteurs(self.indicateur, self.ensemble, self.ventilation.acteur)
        quoi = modalites(self.indicateur, self.ensemble, self.ventilation)
        annees = np.flatnonzero(self.comptees).tolist()
        return [(rang, *codes) for rang in annees for codes in product(ou[rang], qui[rang], quoi[rang])]

    def figures(self) -> dict[str, npt.NDArray[Any]]:
        """The columns of the frame of figures that no objective says, with the EPCI and the rank of the year of each.

        ``ailleurs``: the figure is there for the objectives that are set on it alone. Rules set otherwise come first.
        """
        tous, variantes = self.ensemble.exercices, bool(self.ensemble.exercices[0].variante)
        exercices = np.array([rang for rang, *_ in self.rangees])
        comptes, inconnus = self._chiffres()
        vides = np.array([self._est_sans_objet(rang, lieu) for rang, lieu, *_ in self.rangees])
        vides &= comptes[_DENOMINATEUR] == 0
        numerateurs, denominateurs, mesures = np.where(inconnus & ~vides, np.nan, comptes)
        unites = np.array([self.indicateur.unite], dtype=object)
        valeurs = np.where(np.isnan(mesures), valeurs_des_comptes(numerateurs, denominateurs, unites), mesures)
        lieux, acteurs, modalites = np.array([codes for _, *codes in self.rangees], dtype=object).T
        statuts = np.array([[SANS_OBJET], [NON_CALCULABLE]], dtype=object)
        colonnes: dict[str, Any] = {
            "indicateur": self.code, "annee": np.array([e.annee for e in tous])[exercices],
            "perimetre_type": self.ventilation.perimetre, "perimetre_code": lieux,
            "acteur_type": self.ventilation.acteur, "acteur_code": acteurs, "modalite": modalites,
            "numerateur": numerateurs, "denominateur": denominateurs, "valeur": valeurs,
            "unite": self.indicateur.unite, "statut": np.select([vides, np.isnan(valeurs)], statuts, PUBLIE),
            "epci": np.array([e.epci for e in tous])[exercices], "exercice": exercices - len(tous) * variantes,
            "ailleurs": np.full(len(exercices), self.ventilation not in self.indicateur.ventilations and not variantes),
        }  # fmt: skip
        return {nom: np.full(len(exercices), dits, None if np.ndim(dits) else object) for nom, dits in colonnes.items()}

    def _chiffres(self) -> tuple[Tableau, Booleens]:
        """The numerator, denominator and statistic of each figure, and whether something is missing to count it."""
        effectif, ensemble = len(self.rangees), self.ensemble
        chiffres, inconnus = np.full((3, effectif), np.nan), np.zeros(effectif, dtype=bool)
        for annees, seule, cases in termes_par_annee(self.indicateur, ensemble, self.ventilation):
            places = [i for i, (rang, *_, code) in enumerate(self.rangees) if annees[rang] and seule in (None, code)]
            siennes = [self.rangees[place] for place in places]
            trouves = {rang: ensemble.lire(case, siennes) for rang, case in enumerate(cases) if case is not None}
            absents = {a for case in _parties(cases) for a, dits in enumerate(manques(ensemble, case)) if dits}
            inconnus[places] = np.isnan([*trouves.values()]).any(axis=0)
            inconnus[places] |= np.array([rang in absents for rang, *_ in siennes], dtype=bool)
            if self.indicateur.est_une_mesure and cases[1] is not None:
                trouves[_MESURE] = _mesurer(self.indicateur, ensemble, cases[1], siennes)
            for rang, lus in trouves.items():
                chiffres[rang, places] = lus
        return chiffres, inconnus

    def _est_sans_objet(self, rang: int, lieu: str) -> bool:
        """Whether a place has nothing to be measured on, unless an allocation says so; an unknown stock is not none."""
        exercice, objet = self.ensemble.exercices[rang], self.indicateur.objet
        d_une_commune = self.ventilation.perimetre == COMMUNE
        if objet == "qpv":
            sans_qpv = d_une_commune and lieu in exercice.communes and lieu not in exercice.communes_avec_qpv
            return not exercice.qpv or sans_qpv
        return objet == "parc" and d_une_commune and exercice.parc_social.get(lieu) == 0


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
        rangees = Bloc("", indicateur, ensemble, replace(ventilation, acteur=""), comptees).rangees
        for annees, _, cases in termes_par_annee(indicateur, ensemble, ventilation):
            for case in _parties(cases):
                concernees, siens = rangees, manques(ensemble, case)
                if indicateur.compte.axe == MANQUE:
                    siens = manques(ensemble, Case(case.population, frozenset()))
                elif case.population == PARC:
                    inconnues = np.isnan(ensemble.lire(case, rangees))
                    concernees = [rangee for rangee, inconnue in zip(rangees, inconnues, strict=True) if inconnue]
                    siens = [("parc social à renseigner",)] * len(dites)
                for rang in sorted({rang for rang, *_ in concernees if annees[rang]}) if siens else ():
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
) -> Iterator[tuple[Booleens, str | None, Termes]]:
    """The terms of the figures, with the years that they are of, and the only category, where each is a dimension.

    Rule P8 may leave unknown incomes out.
    """
    acteur = (ventilation.acteur, ACTEUR) if ventilation.acteur else None
    seules: Iterable[str | None] = [None]
    if indicateur.compte.drapeaux or indicateur.compte.axe == MANQUE:
        seules = dict.fromkeys(code for codes in modalites(indicateur, ensemble, ventilation) for code in codes)
    exclues = np.array([e.regles.p8_ressources_manquantes == "exclues" for e in ensemble.exercices])
    for annees, exclus in ((~exclues, False), (exclues, True)):
        for seule in seules if annees.any() else ():
            modalite = seule if seule is not None else MODALITE if ventilation.modalites else ""
            cases = termes(indicateur, (ventilation.perimetre, LIEU), acteur, modalite, revenus_exclus=exclus)
            if indicateur.compte.axe == MANQUE:  # Without its threshold, an income may be missing all the same.
                cases = Case(indicateur.compte.population, frozenset([(f"{MANQUE}_{modalite}", OUI)])), cases[1]
            yield annees, seule, cases


def _mesurer(indicateur: Indicateur, ensemble: Ensemble, case: Case, rangees: Sequence[Rangee]) -> Tableau:
    """The statistic over the rows of a case in rows of figures, whose categories may be lengths of time that it tells.

    With one decimal, unless it is estimated.
    """
    colonne, statistique = indicateur.compte.mesure
    durees, estimation = durees_de(indicateur, ensemble), ESTIMATIONS.get(statistique)
    if estimation is None:
        requete = f"SELECT chiffre, {AGREGATS[statistique].format(colonne)} AS valeur FROM chiffrees GROUP BY chiffre"
        colonnes: Iterable[str] = [colonne]
    else:
        requete, colonnes = estimation.sql("FROM chiffrees", ["chiffre"], durees), estimation.colonnes
    variables, valeurs = [*case.variables, *([MODALITE] if durees else [])], dict[Chiffre, float]()
    for chiffre, lue in ensemble.resumer(case, requete, colonnes):
        if lue["valeur"] is not None:
            cle = (*chiffre, lue["modalite"]) if durees else chiffre
            valeurs[cle] = lue["valeur"] if estimation else round(lue["valeur"], 1)
    return en_rangees(valeurs, variables, rangees, np.nan)


def durees_de(indicateur: Indicateur, ensemble: Ensemble) -> dict[str, float]:
    """The lengths of time that the categories of an indicator are, in months, by code; none of another."""
    if not indicateur.compte.duree:
        return {}
    return {code: mois for code, mois, _ in ensemble.exercices[-1].nomenclatures[indicateur.modalites].bornes}


def calculer_les_epci(
    indicateurs: Sequence[Indicateur],
    ensemble: Ensemble,
    objectifs: Mapping[str, pd.DataFrame],
    variantes: Ensemble | None = None,
) -> Iterator[pd.DataFrame]:
    """The frame of each EPCI, by its objectives: indicator by indicator, and year by year as the published file has.

    Objectives may be set where the indicator is not usually shown, such as on a landlord in a commune: it is then, and
    only there. So are those that count objectives in number. ``variantes``: the last year by each alternative of a
    rule, for the tables of sensitivity.
    """
    suivis = {i.code for i in indicateurs if i.a_objectif}
    cibles = [{c: o for c, o in par_cible(siens).items() if c.indicateur in suivis} for siens in objectifs.values()]
    toutes = {cible for siennes in cibles for cible in siennes}
    figures = _ranger(list(_blocs(indicateurs, ensemble, toutes, variantes)))
    for epci, siennes in zip(objectifs, cibles, strict=True):
        cadre = figures.get(epci, _SANS_FIGURE)
        siens = {str(nom): valeurs.to_numpy().tolist() for nom, valeurs in cadre.items()}
        cadre = cadre.assign(**suivre(siens, siennes))
        yield encadrer(cadre[~cadre["ailleurs"] | cadre["cible"].notna()])


def _blocs(
    indicateurs: Iterable[Indicateur], ensemble: Ensemble, cibles: Iterable[Cible], variantes: Ensemble | None
) -> Iterator[Bloc]:
    for i in indicateurs:
        if i.modalites == REGLES_DE_COMPTAGE and variantes is not None:  # The figure of its base for the EPCI.
            base = variantes.exercices[0].registre.par_code[i.code.removesuffix(SENSIBILITE)]
            yield from blocs(i.code, base, variantes, [Ventilation(EPCI)])
        yield from blocs(i.code, i, ensemble, ventilations_comptees(i, cibles))


def _ranger(blocs: Sequence[Bloc]) -> dict[str, pd.DataFrame]:
    """By EPCI, the columns of the figures in the order of a frame."""
    codes = {code: rang for rang, code in enumerate(dict.fromkeys(bloc.code for bloc in blocs))}
    morceaux = [bloc.figures() for bloc in blocs if bloc.rangees]
    if not morceaux:
        return {}
    figures = pd.DataFrame({nom: np.concatenate([morceau[nom] for morceau in morceaux]) for nom in morceaux[0]})
    # Of equal ones, the first block first: rules set otherwise, then the ventilations as the definition lists them.
    ordre = np.lexsort((figures["exercice"], figures["indicateur"].map(codes)))
    return {str(epci): siennes for epci, siennes in figures.take(ordre).groupby("epci", sort=False)}


def ventilations_comptees(indicateur: Indicateur, cibles: Iterable[Cible]) -> list[Ventilation]:
    """The rows of an indicator, then those where objectives are set on it, beyond its own."""
    siennes = (cible for cible in cibles if cible.indicateur == indicateur.code)
    visees = {Ventilation(c.perimetre_type, c.acteur_type, TOUTES if c.modalite else ()) for c in siennes}
    autres = sorted(visees - set(indicateur.ventilations), key=lambda v: (v.perimetre, v.acteur, v.modalites))
    return [*indicateur.ventilations, *autres]
