"""Which figures an indicator has in a year: every place, actor and category, so that a true zero has its row."""

from __future__ import annotations

from datetime import date

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EPCI_CONSTANT,
    NON_RENSEIGNE,
    PRESENTES,
    QPV,
    TOUTES,
    Indicateur,
    Ventilation,
)
from cil_analysis.grammaire.populations import DERIVEES, extrait_de
from cil_analysis.grammaire.termes import HORS_EPCI, Case
from cil_analysis.grammaire.vocabulaire import COMMUNES
from cil_analysis.reference.secteurs import HORS_SECTEUR, RESIDENCE, SECTEURS

# A household of no category, a dwelling in no QPV, in no résidence that is told: blank says so, and is not missing.
_VIDE_EST_UNE_REPONSE = ("codes", "qpv")
_SANS_COMPLETUDE = {*DERIVEES, RESIDENCE}


def _population(indicateur: Indicateur, exercice: Exercice) -> str:
    """The rows that say which places and actors there are; the leases, where the indicator's own are absent."""
    extrait = extrait_de(indicateur.compte.population)
    return extrait if extrait in exercice.lignes else "attributions"


def lieux(indicateur: Indicateur, exercice: Exercice, perimetre: str) -> list[str]:
    """Every code that a type of perimeter has in the year.

    A code that the perimeter no longer has on 31 December (a commune that left in the year), or « NR » for a QPV
    without a name, has its row, in every table, when the year has rows there: nothing is lost.
    """
    if perimetre == EPCI_CONSTANT:
        return [exercice.epci] if exercice.constantes and set(exercice.communes) - exercice.constantes else []
    if perimetre not in (COMMUNE, QPV):
        return [exercice.epci]
    codes = list(exercice.communes if perimetre == COMMUNE else exercice.qpv)
    presents = exercice.presentes("attributions", perimetre)
    if perimetre == COMMUNE:
        presents |= exercice.presentes(_population(indicateur, exercice), perimetre)
    return codes + sorted(presents - {*codes, "", *([NON_RENSEIGNE] if perimetre == COMMUNE else [])})


def acteurs(indicateur: Indicateur, exercice: Exercice, acteur: str) -> list[str]:
    """The actors of a type that the year's rows name, in nomenclature order; « NR » where rows counted name none."""
    if not acteur:
        return [""]
    nomenclature = exercice.nomenclatures["bailleurs" if acteur == BAILLEUR else "reservataires"]
    population = indicateur.compte.population
    if extrait_de(population) not in exercice.lignes:
        return []  # Nobody knows whose rows these would be.
    presents = exercice.presentes(extrait_de(population), acteur)
    codes = [code for code in nomenclature.codes(None) if code in presents]
    # The field of the objectives, the zone: a table lists « NR » for what it counts.
    champ = indicateur.compte.champ + (indicateur.compte.champ_bailleur if acteur == BAILLEUR else ())
    sans_nom = exercice.compter(Case(population, frozenset([*champ, (acteur, NON_RENSEIGNE)])))
    return codes + ([NON_RENSEIGNE] if sans_nom.item() > 0 else [])


def modalites(indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation) -> list[str]:
    """The categories of a ventilation, in the order of their list; « » alone where it has none."""
    if ventilation.modalites not in (TOUTES, PRESENTES):
        return list(ventilation.modalites) or [""]
    compte, nom = indicateur.compte, indicateur.modalites
    if ventilation.modalites == PRESENTES and extrait_de(compte.population) not in exercice.lignes:
        return []  # Nobody knows which there would be.
    if nom.startswith("colonnes:"):
        return _colonnes(exercice, nom.removeprefix("colonnes:"))
    if nom == COMMUNES:
        return [*lieux(indicateur, exercice, COMMUNE), HORS_EPCI, NON_RENSEIGNE]
    if nom == "quartiles":
        if None in exercice.regles.seuils:
            return ["Q1", "SUP_Q1", NON_RENSEIGNE]
        return [code for code in exercice.nomenclatures[nom].codes(None) if code != "SUP_Q1"]
    if nom == SECTEURS:
        return _secteurs(exercice)
    codes = exercice.nomenclatures[nom].codes(None)
    connues = exercice.registre.dimensions
    complete = compte.axe in connues and connues[compte.axe].complete
    sans_inconnu = complete or compte.drapeaux or compte.duree or compte.axe == "zone"
    if not sans_inconnu and NON_RENSEIGNE not in codes:
        codes = [*codes, NON_RENSEIGNE]
    if ventilation.modalites == PRESENTES:
        presents = exercice.presentes(compte.population, compte.axe)
        codes = [code for code in codes if code in presents]
    return codes


def _colonnes(exercice: Exercice, extrait: str) -> list[str]:
    """The stored columns whose completeness counts, among those of the rows where there are some.

    What a program gives is asked of no file.
    """
    lignes = exercice.lignes.get(extrait)
    return [
        nom
        for nom, colonne in exercice.dictionnaires[extrait].colonnes.items()
        if colonne.conservation == "gardee" and colonne.type not in _VIDE_EST_UNE_REPONSE
        and nom not in _SANS_COMPLETUDE and (lignes is None or nom in lignes)
    ]  # fmt: skip


def _secteurs(exercice: Exercice) -> list[str]:
    """Those in force on 31 December, then what is in none where there are leases; nothing where there are none."""
    codes = exercice.nomenclatures[SECTEURS].codes(date(exercice.annee, 12, 31))
    siens = [code for code in codes if code != HORS_SECTEUR]
    dehors = {HORS_SECTEUR} & exercice.presentes("attributions", "secteur") if siens else ()
    return [*siens, *dehors]
