"""Which figures an indicator has in a year: every place, actor and category, so that a true zero has its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cil_analysis.comptage.exercice import Ensemble, Exercice, une_fois
from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EPCI_CONSTANT,
    NON_RENSEIGNE,
    PRESENTES,
    QPV,
    Indicateur,
    Ventilation,
)
from cil_analysis.grammaire.populations import DERIVEES, extrait_de
from cil_analysis.grammaire.termes import HORS_EPCI, Case
from cil_analysis.grammaire.vocabulaire import COLONNES_D_EXTRAIT, COMMUNES
from cil_analysis.reference.secteurs import HORS_SECTEUR, RESIDENCE, SECTEURS

# A household of no category, a dwelling in no QPV, in no résidence that is told: blank says so, and is not missing.
_VIDE_EST_UNE_REPONSE = ("codes", "qpv")
_SANS_COMPLETUDE = {*DERIVEES, RESIDENCE}
# By year.
Codes = Sequence[tuple[str, ...]]


@une_fois
def lieux(ensemble: Ensemble, extrait: str, perimetre: str) -> Codes:
    """Every code that a type of perimeter has in each year, then those that the leases, or an extract, have rows of.

    A code that the perimeter no longer has on 31 December (a commune that left in the year), or « NR » for a QPV
    without a name, has its row in every table: nothing is lost.
    """
    if perimetre == EPCI_CONSTANT:
        return [(e.epci,) if e.constantes and set(e.communes) - e.constantes else () for e in ensemble.exercices]
    if perimetre not in (COMMUNE, QPV):
        return [(e.epci,) for e in ensemble.exercices]
    presents = ensemble.presentes("attributions", perimetre)
    if perimetre == COMMUNE and extrait != "attributions":
        presents = [p | a for p, a in zip(presents, ensemble.presentes(extrait, perimetre), strict=True)]
    connus = [e.communes if perimetre == COMMUNE else e.qpv for e in ensemble.exercices]
    tus = {"", *([NON_RENSEIGNE] if perimetre == COMMUNE else [])}
    return [(*codes, *sorted(siens - {*codes} - tus)) for codes, siens in zip(connus, presents, strict=True)]


def acteurs(indicateur: Indicateur, ensemble: Ensemble, acteur: str) -> Codes:
    """The actors of a type that the rows name, in nomenclature order; « NR » where rows counted name none."""
    if not acteur:
        return [("",)] * len(ensemble.exercices)
    nommes = _nommes(ensemble, extrait_de(indicateur.compte.population), acteur)
    # The field of the objectives, the zone: a table lists « NR » for what it counts.
    champ = indicateur.compte.champ + (indicateur.compte.champ_bailleur if acteur == BAILLEUR else ())
    sans_nom = ensemble.compter(Case(indicateur.compte.population, frozenset([*champ, (acteur, NON_RENSEIGNE)])))
    return [(*codes, NON_RENSEIGNE) if sans_nom.get((rang,)) else codes for rang, codes in enumerate(nommes)]


@une_fois
def _nommes(ensemble: Ensemble, extrait: str, acteur: str) -> Codes:
    """None of an extract that was not imported: nobody knows whose rows these would be."""
    nomenclature = "bailleurs" if acteur == BAILLEUR else "reservataires"
    codes = [e.nomenclatures[nomenclature].codes() for e in ensemble.exercices]
    presents = ensemble.presentes(extrait, acteur)
    return [tuple(c for c in siens if c in la) for siens, la in zip(codes, presents, strict=True)]


def modalites(indicateur: Indicateur, ensemble: Ensemble, ventilation: Ventilation) -> Codes:
    """The categories of a ventilation, in the order of their list; where it has none, the variant of its year."""
    if not ventilation.suit_une_liste:
        return [ventilation.modalites or (exercice.variante,) for exercice in ensemble.exercices]
    if indicateur.modalites == COMMUNES:
        communes = lieux(ensemble, extrait_de(indicateur.compte.population), COMMUNE)
        return [(*siennes, HORS_EPCI, NON_RENSEIGNE) for siennes in communes]
    return _modalites(ensemble, indicateur, ventilation.modalites == PRESENTES)


@une_fois
def _modalites(ensemble: Ensemble, indicateur: Indicateur, presentes: bool) -> Codes:
    """Of those that have rows, none of an extract that was not imported: nobody knows which there would be."""
    codes = [tuple(_liste(indicateur, exercice)) for exercice in ensemble.exercices]
    if indicateur.modalites == SECTEURS:
        dehors = ensemble.presentes("attributions", "secteur")
        return [(*siens, *({HORS_SECTEUR} & la if siens else ())) for siens, la in zip(codes, dehors, strict=True)]
    if presentes:
        vues = ensemble.presentes(extrait_de(indicateur.compte.population), indicateur.compte.axe)
        return [tuple(c for c in siens if c in la) for siens, la in zip(codes, vues, strict=True)]
    return codes


def _liste(indicateur: Indicateur, exercice: Exercice) -> Sequence[str]:
    """The categories that a year may have; of secteurs, those in force on 31 December."""
    compte, nom = indicateur.compte, indicateur.modalites
    if nom.startswith(COLONNES_D_EXTRAIT):
        return _colonnes(exercice, nom.removeprefix(COLONNES_D_EXTRAIT))
    if nom == SECTEURS:
        return [c for c in exercice.nomenclatures[nom].codes(date(exercice.annee, 12, 31)) if c != HORS_SECTEUR]
    codes = exercice.nomenclatures[nom].codes()
    if nom == "quartiles":
        if None in exercice.regles.seuils:
            return ["Q1", "SUP_Q1", NON_RENSEIGNE]
        return [code for code in codes if code != "SUP_Q1"]
    axe = exercice.registre.dimensions.get(compte.axe)
    sans_inconnu = compte.drapeaux or compte.duree or (axe is not None and axe.complete)
    return codes if sans_inconnu or NON_RENSEIGNE in codes else [*codes, NON_RENSEIGNE]


def _colonnes(exercice: Exercice, extrait: str) -> list[str]:
    """The stored columns whose completeness counts, but for those that the rows, where there are some, have not.

    What a program gives is asked of no file.
    """
    lignes = exercice.lignes.get(extrait)
    return [
        nom
        for nom, colonne in exercice.dictionnaires[extrait].colonnes.items()
        if colonne.conservation == "gardee" and colonne.type not in _VIDE_EST_UNE_REPONSE
        and nom not in _SANS_COMPLETUDE and (lignes is None or nom in lignes)
    ]  # fmt: skip
