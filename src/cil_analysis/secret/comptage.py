"""The counts of a bilan, before any disclosure control: each year by itself, then together.

The counts of a year rest on its own rows: where each year is counted changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from cil_analysis.comptage.cadre import par_indicateur
from cil_analysis.comptage.denombrement import absences, calculer_les_epci
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.comptage.preparation import preparer_exercice, preparer_variantes
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats import stockage
from cil_analysis.grammaire.indicateur import NOMBRE, Indicateur
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, EXTRAITS, source_de
from cil_analysis.grammaire.registre import Registre, exiger_les_comparateurs, registre, registre_du_logiciel
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import AGREGATS
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import Choix, alternatives
from cil_analysis.secret.exigences import exiger_les_references
from cil_analysis.secret.preuve.audit import Lecteur
from cil_analysis.secret.preuve.protection import DejaPublie, Examen, examiner
from cil_analysis.secret.publies import deja_publie, lire_publications, nommer_les_perimetres
from cil_analysis.secret.regles import ReglesSecret, regles_du_projet
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.relations.territoire import structure_du_territoire

# V01 is shown over five years (domain, §4.2), even when the convention is younger.
ANNEES_DE_LA_SERIE = 5


def exercices(projet: Projet, references: References, annee: int, choix: Choix | None = None) -> list[Exercice]:
    """The years of a bilan ready to be counted, oldest first. Raises as :func:`annees_du_bilan` does."""
    annees = annees_du_bilan(projet, references, annee)
    constantes = references.territoire.constantes(annees)
    return [preparer_exercice(references, a, **_lire(projet, a), constantes=constantes, choix=choix) for a in annees]


def annees_du_bilan(projet: Projet, references: References, annee: int) -> list[int]:
    """The years to count, oldest first: those imported since the convention began, and at least the last five.

    Raises ErreurCIL when ``annee`` itself has no data, or when the reference data lacks what the registry needs.
    """
    exiger_les_references(references)
    debut = min(references.debut_de_la_convention(annee) or annee, annee - ANNEES_DE_LA_SERIE + 1)
    importees = stockage.annees(projet, "attributions")
    if annee not in importees:
        store.lire(projet, "attributions", annee)  # Says what to do.
    return [a for a in importees if debut <= a <= annee]


def exiger_des_lignes(projet: Projet, indicateur: Indicateur, annees: Iterable[int]) -> None:
    """Raises ErreurCIL for an indicator that one of the years counts in aggregated tables: no file has its rows."""
    compte = indicateur.compte
    lus = {source_de(nom) for nom in (*compte.population.split("+"), *compte.rapporte_a.split("+")) if nom}
    for annee in annees:
        for extrait in sorted(lus.intersection(stockage.extraits_agreges(projet, annee))):
            raise ErreurCIL(
                f"{indicateur.code} n’a pas de requête : l’extrait « {extrait} » de {annee} est donné par des tableaux "
                "agrégés, dont aucun fichier n’a les lignes. Demandez une année antérieure, par --annee."
            )


def _lire(projet: Projet, annee: int) -> dict[str, pd.DataFrame]:
    """The rows of the extracts of a year, and its aggregated tables."""
    extraits = (*EXTRAITS, *AUTRES_EXTRAITS.values())
    lues = {nom: store.lire(projet, nom, annee) for nom in extraits if annee in store.annees(projet, nom)}
    agregats = stockage.lire(projet, annee)
    return lues if agregats is None else lues | {AGREGATS: agregats}


@dataclass(frozen=True)
class Comptes:
    """The unmasked figures of a bilan, and by year the rules and the structure that protect them.

    ``cadre``: the figures of all the indicators, in the order of the registry; ``absences``: by indicator and year, why
    figures cannot be computed. ``registre``: what the project counts.
    """

    cadre: pd.DataFrame
    regles: Mapping[int, ReglesSecret]
    structures: Mapping[int, Structure]
    absences: Mapping[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    registre: Registre = field(default_factory=registre_du_logiciel)

    @property
    def indicateurs(self) -> dict[str, Indicateur]:
        """The indicators by code."""
        return {i.code: i for i in self.registre.indicateurs if i.compte.population}

    @cached_property
    def cadres(self) -> Sequence[tuple[Indicateur, pd.DataFrame]]:
        """The figures of each indicator."""
        cadres = par_indicateur(self.cadre, self.indicateurs)
        return [(i, cadres[code]) for code, i in self.indicateurs.items()]

    @cached_property
    def examens(self) -> dict[int, Examen]:
        """By year, what the figures show and the sums that link them."""
        return examiner(self.cadre.reset_index(drop=True), self.indicateurs, self.structures)

    def deja(self, projet: Projet, bilan: int) -> dict[int, DejaPublie]:
        """What readers already have of each year. Raises ErreurCIL for a bilan under reports/ that cannot be read."""
        publications = lire_publications(projet, remplace=bilan)
        if not publications:
            return {}
        self._refuser_un_indicateur_disparu(publications, bilan)
        publications = nommer_les_perimetres(publications, self.structures, References.de(projet).territoire)
        try:
            return {
                annee: deja_publie(publications, bilan, annee, examen.valeurs, self.indicateurs, examen.structure)
                for annee, examen in self.examens.items()
            }
        except ValueError as erreur:
            raise ErreurCIL(
                "Un autre bilan de reports/ donne le résultat d’un objectif sans sa part, et cet objectif n’est plus "
                "dans data/reference/parameters/objectifs.csv : on ne peut plus savoir ce qu’il apprend. Remettez "
                "l’objectif, ou déplacez les autres bilans hors de reports/, puis relancez « cil bilan --annee "
                f"{bilan} »."
            ) from erreur

    def _refuser_un_indicateur_disparu(self, publications: Mapping[int, pd.DataFrame], bilan: int) -> None:
        """What readers have of an indicator that nobody counts any more cannot be weighed. Raises ErreurCIL."""
        for autre, cadre in publications.items():
            disparus = sorted({str(code) for code in cadre["indicateur"]} - self.registre.par_code.keys())
            if disparus and autre != bilan:
                raise ErreurCIL(
                    f"Le bilan reports/{autre} montre l’indicateur « {disparus[0]} », que data/reference/"
                    "indicateurs.yml n’a plus : ce que ses lecteurs en savent ne peut plus être protégé. "
                    "Remettez-le dans ce fichier, ou retirez ce bilan de la diffusion et de reports/, puis relancez."
                )

    @property
    def lecteurs(self) -> dict[int, Lecteur]:
        """Who reads what is published of each year of these counts, once they are protected."""
        par_code = self.registre.par_code
        return {
            annee: Lecteur(annee, par_code, self.regles[annee], examen.structure, examen.dementi)
            for annee, examen in self.examens.items()
        }


def compter_annee(projet: Projet, references: References, annee: int, *, actif: bool = True) -> Comptes:
    """Count every indicator of the registry, before any disclosure control.

    Raises as :func:`annees_du_bilan` does, and for reference data that would be passed over in silence.
    """
    return next(compter_ensemble([preparer(projet, references, annee, actif=actif)]))


def compter_les_epci(
    epci: Iterable[References], annee: int, *, actif: bool = True
) -> Iterator[tuple[References, Comptes | ErreurCIL]]:
    """The same of several EPCI, which one base counts together; of one that cannot be counted, why."""
    prepares: list[tuple[References, Prepare | ErreurCIL]] = []
    for siennes in epci:
        try:
            prepares.append((siennes, preparer(siennes.projet, siennes, annee, actif=actif)))
        except ErreurCIL as erreur:
            prepares.append((siennes, erreur))
    comptes = _compter_chacun([p for _, p in prepares if isinstance(p, Prepare)])
    for siennes, prepare in prepares:
        yield siennes, prepare if isinstance(prepare, ErreurCIL) else next(comptes)


def _compter_chacun(prepares: Sequence[Prepare]) -> Iterator[Comptes | ErreurCIL]:
    """All together; one by one when one of them stops the others, which then says why."""
    try:
        yield from list(compter_ensemble(prepares))
    except ErreurCIL as erreur:
        if len(prepares) == 1:
            yield erreur
            return
        for prepare in prepares:
            yield from _compter_chacun([prepare])


class Prepare(NamedTuple):
    """The years of a bilan ready to be counted, oldest first, the last one under each other rule, and what protects."""

    references: References
    exercices: Sequence[Exercice]
    variantes: Mapping[str, Exercice]
    regles: Mapping[int, ReglesSecret]


def preparer(projet: Projet, references: References, annee: int, *, actif: bool = True) -> Prepare:
    """Read the rows of a bilan and make them ready. Raises as :func:`compter_annee` does."""
    annees = annees_du_bilan(projet, references, annee)
    _refuser_objectifs_sans_indicateur(references)
    exiger_les_comparateurs(references)
    regles = {a: regles_du_projet(references, a, actif=actif) for a in annees}
    _refuser_variables_inconnues(references, regles.values())
    constantes = references.territoire.constantes(annees)
    lues = {a: _lire(projet, a) for a in annees}
    exercices = [preparer_exercice(references, a, **lues[a], constantes=constantes, choix=None) for a in annees]
    autres = alternatives(references, exercices[-1].regles)
    variantes = preparer_variantes(references, exercices[-1], lues[annee], autres)
    return Prepare(references, exercices, variantes, regles)


def compter_ensemble(prepares: Sequence[Prepare]) -> Iterator[Comptes]:
    """What is ready, counted together: one EPCI, or several of a project, which have its definitions together."""
    if not prepares:
        return
    compte = registre(prepares[0].references)
    comptees = [e for p in prepares for e in p.exercices]
    variantes = [e for p in prepares for e in p.variantes.values()]
    ensemble, autrement = Ensemble(comptees), Ensemble(variantes) if variantes else None
    objectifs = {p.exercices[0].epci: p.references.objectifs for p in prepares}
    indicateurs = [i for i in compte.indicateurs if i.compte.population]
    cadres = list(calculer_les_epci(indicateurs, ensemble, objectifs, autrement))
    manques = {i.code: absences(i, ensemble) for i in compte.indicateurs}
    debut = 0
    for p, cadre in zip(prepares, cadres, strict=True):
        yield Comptes(
            cadre=cadre,
            absences={
                (code, e.annee): siennes[rang]
                for code, siennes in manques.items()
                for rang, e in enumerate(p.exercices, debut)
                if siennes[rang]
            },
            registre=compte,
            regles=p.regles,
            structures={
                e.annee: structure_du_territoire(p.references, e.annee, e.constantes, e.lignes) for e in p.exercices
            },
        )
        debut += len(p.exercices)


def _refuser_objectifs_sans_indicateur(references: References) -> None:
    """An objective that nothing would follow must not be passed over in silence."""
    suivis = {i.code: i for i in registre(references).indicateurs if i.a_objectif}
    en_nombre = {code.removesuffix(EN_NOMBRE) for code, i in suivis.items() if i.unite == NOMBRE}
    en_part = {code for code, i in suivis.items() if i.unite != NOMBRE}
    table = references.objectifs
    for code, unite, modalite in sorted(set(zip(table["indicateur"], table["unite"], table["modalite"], strict=True))):
        possibles, quoi = (en_nombre, "aucun objectif en nombre") if unite == NOMBRE else (en_part, "aucun objectif")
        if code not in possibles:
            raise ErreurCIL(
                f"objectifs.csv : {quoi} ne se suit sur l’indicateur « {code} ». Indicateurs possibles : "
                f"{', '.join(sorted(possibles)) or 'aucun'}."
            )
        nomenclature = references.nomenclatures.get(suivis[code].modalites) if code in suivis else None
        admises = nomenclature.codes(None) if nomenclature else []
        if modalite and modalite not in admises:
            raise ErreurCIL(
                f"objectifs.csv : l’indicateur « {code} » n’a pas de modalité « {modalite} ». Modalités possibles : "
                f"{', '.join(admises) or 'aucune (vider la colonne modalite)'}."
            )


def _refuser_variables_inconnues(references: References, regles: Iterable[ReglesSecret]) -> None:
    """A sensitive variable that nothing would match must not be passed over in silence."""
    for variable in sorted(set().union(*(r.variables_sensibles for r in regles))):
        nom, _, code = variable.partition("/")
        nomenclature = references.nomenclatures.get(nom)
        if nomenclature is None or (code and code not in nomenclature.codes(None)):
            raise ErreurCIL(
                f"secret.yml : la variable sensible « {variable} » n’est ni une nomenclature de data/reference/"
                "nomenclatures, ni l’un de ses codes (nomenclature/code) : corrigez « variables_sensibles »."
            )
