"""Counting: from the definition of an indicator to its rows, every perimeter, actor and category completed with zeros.

A commune without allocation has a true zero, so that it is told from one that is masked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product

import pandas as pd

from cil_analysis.indicators.attente import ATTENTE as COLONNES_D_ATTENTE
from cil_analysis.indicators.attente import mediane_en_mois, part_en_attente
from cil_analysis.indicators.cadre import (
    BAILLEUR,
    COMMUNE,
    EPCI_CONSTANT,
    NON_CALCULABLE,
    NON_RENSEIGNE,
    PRESENTES,
    PUBLIE,
    QPV,
    SANS_OBJET,
    TOUTES,
    Indicateur,
    Ventilation,
    cadre_vide,
    mettre_en_cadre,
)
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.dimensions import MANQUE
from cil_analysis.indicators.dimensions_demande import COMPLETES
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.termes import HORS_EPCI, Case, extrait_de, termes
from cil_analysis.indicators.vocabulaire import ATTENTE, COMMUNES

_STATISTIQUES = {"mediane": 0.5, "premier_quartile": 0.25, "troisieme_quartile": 0.75}


def compter(
    indicateur: Indicateur, exercices: Exercice | Sequence[Exercice], ventilations: Sequence[Ventilation] | None = None
) -> pd.DataFrame:
    """The unmasked figures of an indicator for a year or several, in the frame of figures.

    Where a column, an extract or a threshold is missing, the rows that need it are « non_calculable », without figures.
    """
    annees = [exercices] if isinstance(exercices, Exercice) else exercices
    rangees = [
        rangee
        for exercice in annees
        if not _est_une_annee_sans(indicateur, exercice)
        for ventilation in (indicateur.ventilations if ventilations is None else ventilations)
        for rangee in _rangees(indicateur, exercice, ventilation)
    ]
    return mettre_en_cadre(pd.DataFrame(rangees), indicateur.code, None, indicateur.unite) if rangees else cadre_vide()


def absences(indicateur: Indicateur, exercice: Exercice) -> tuple[str, ...]:
    """Why rows of an indicator cannot be computed in a year, in words; empty when all can.

    A column whose missing values are counted (Q01) is told by its own row.
    """
    if _est_une_annee_sans(indicateur, exercice):
        return ()
    if indicateur.compte.axe == MANQUE:
        return exercice.absences([Case(indicateur.compte.population, frozenset())])
    return tuple(
        dict.fromkeys(
            manque
            for v in indicateur.ventilations
            if v.perimetre != EPCI_CONSTANT
            for lieu in _lieux(indicateur, exercice, v.perimetre)
            for modalite in _modalites(indicateur, exercice, v)
            for manque in exercice.absences(
                termes(
                    indicateur,
                    (v.perimetre, lieu),
                    (v.acteur, NON_RENSEIGNE) if v.acteur else None,
                    modalite,
                    **_options(exercice),
                )
            )
        )
    )


def _est_une_annee_sans(indicateur: Indicateur, exercice: Exercice) -> bool:
    """Whether an extract that does not come every year has not come in this one."""
    populations = [indicateur.compte.population, *filter(None, [indicateur.compte.rapporte_a])]
    return indicateur.periodique and any(extrait_de(nom) not in exercice.lignes for nom in populations)


def _options(exercice: Exercice) -> dict[str, bool]:
    return {"revenus_exclus": exercice.regles.p8_ressources_manquantes == "exclues"}


def _rangees(indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation) -> list[dict[str, object]]:
    options, vides = _options(exercice), _communes_vides(indicateur, exercice)
    rangees = []
    for lieu, code, modalite in product(
        _lieux(indicateur, exercice, ventilation.perimetre),
        _acteurs(indicateur, exercice, ventilation.acteur),
        _modalites(indicateur, exercice, ventilation),
    ):
        acteur = (ventilation.acteur, code) if ventilation.acteur else None
        cases = termes(indicateur, (ventilation.perimetre, lieu), acteur, modalite, **options)
        if indicateur.compte.axe == MANQUE:  # Without its threshold, an income may be missing all the same.
            cases = Case(indicateur.compte.population, frozenset([(f"{MANQUE}_{modalite}", OUI)])), cases[1]
        chiffres = _chiffres(indicateur, exercice, *cases, modalite)
        concernee = (ventilation.perimetre == COMMUNE and lieu in vides) or (
            indicateur.objet == "qpv" and not exercice.qpv
        )
        vide = concernee and chiffres["denominateur"] == 0
        absente = not vide and bool(exercice.absences(cases))
        rangees.append(
            {
                "annee": exercice.annee,
                "perimetre_type": ventilation.perimetre,
                "perimetre_code": lieu,
                "acteur_type": ventilation.acteur,
                "acteur_code": code,
                "modalite": modalite,
                **(dict.fromkeys(chiffres, float("nan")) if absente else chiffres),
                "statut": SANS_OBJET if vide else NON_CALCULABLE if absente else PUBLIE,
            }
        )
    return rangees


def _communes_vides(indicateur: Indicateur, exercice: Exercice) -> Collection[str]:
    """Communes that have nothing to be measured on, unless an allocation says so; an unknown stock is not none."""
    if indicateur.objet == "parc":
        return {code for code, logements in exercice.parc_social.items() if logements == 0}
    return set(exercice.communes) - exercice.communes_avec_qpv if indicateur.objet == "qpv" else ()


def _chiffres(
    indicateur: Indicateur, exercice: Exercice, numerateur: Case | None, denominateur: Case | None, modalite: str
) -> dict[str, float]:
    chiffres = {
        "numerateur": float("nan") if numerateur is None else exercice.compter(numerateur),
        "denominateur": float("nan") if denominateur is None else exercice.compter(denominateur),
    }
    if indicateur.est_une_mesure and denominateur is not None:
        chiffres["valeur"] = _mesurer(indicateur, exercice, denominateur, modalite)
    return chiffres


def _mesurer(indicateur: Indicateur, exercice: Exercice, case: Case, modalite: str) -> float:
    """The statistic of a stored column over the rows of a case, with one decimal; of the wait, see :mod:`attente`."""
    colonne, statistique = indicateur.compte.mesure
    if statistique == ATTENTE:
        return _mesurer_l_attente(indicateur, exercice, case, modalite)
    lignes = exercice.lignes.get(extrait_de(case.population))
    if lignes is None or colonne not in lignes:
        return float("nan")
    valeurs = lignes.loc[exercice.selection(case), colonne].dropna().astype("float64")
    if valeurs.empty:
        return float("nan")
    if statistique == "moyenne":
        return round(float(valeurs.mean()), 1)
    return round(float(valeurs.quantile(_STATISTIQUES[statistique])), 1)


def _mesurer_l_attente(indicateur: Indicateur, exercice: Exercice, case: Case, modalite: str) -> float:
    """The median wait, or the share that still waits after the length of time that the modalite is."""
    parties = [Case(population, case.conditions) for population in case.population.split("+")]
    if any(partie.population not in exercice.lignes for partie in parties):
        return float("nan")
    observees = pd.concat(
        [exercice.lignes[p.population].loc[exercice.selection(p), COLONNES_D_ATTENTE] for p in parties]
    )
    minimum = exercice.regles.attente_minimale
    if not indicateur.compte.duree:
        return mediane_en_mois(observees, minimum)
    durees = exercice.nomenclatures[indicateur.modalites].table.set_index("code")["minimum"]
    return part_en_attente(observees, float(durees[modalite]), minimum)


def _population(indicateur: Indicateur, exercice: Exercice) -> str:
    """The rows that say which places and actors there are; the leases, where the indicator's own are absent."""
    extrait = extrait_de(indicateur.compte.population)
    return extrait if extrait in exercice.lignes else "attributions"


def _lieux(indicateur: Indicateur, exercice: Exercice, perimetre: str) -> list[str]:
    """Every code that a type of perimeter has in the year.

    A code that the perimeter no longer has on 31 December (a commune that left in the year), or « NR » for a QPV
    without a name, has its row, in every table, when the year has rows there: nothing is lost.
    """
    if perimetre == EPCI_CONSTANT:
        return [exercice.epci] if exercice.constantes and set(exercice.communes) - exercice.constantes else []
    if perimetre not in (COMMUNE, QPV):
        return [exercice.epci]
    codes = list(exercice.communes if perimetre == COMMUNE else exercice.qpv)
    presents = {
        str(code)
        for extrait in {"attributions", _population(indicateur, exercice)}
        if perimetre == COMMUNE or extrait == "attributions"
        for code in exercice.classes(extrait, perimetre).unique()
    }
    return codes + sorted(presents - {*codes, "", *([NON_RENSEIGNE] if perimetre == COMMUNE else [])})


def _acteurs(indicateur: Indicateur, exercice: Exercice, acteur: str) -> list[str]:
    """The actors of a type that the year's rows name, in nomenclature order; « NR » where rows counted name none."""
    if not acteur:
        return [""]
    nomenclature = exercice.nomenclatures["bailleurs" if acteur == BAILLEUR else "reservataires"]
    population = indicateur.compte.population
    if extrait_de(population) not in exercice.lignes:
        return []  # Nobody knows whose rows these would be.
    presents = set(exercice.classes(extrait_de(population), acteur).unique())
    codes = [code for code in nomenclature.codes(None) if code in presents]
    # The field of the objectives, the zone: a table lists « NR » for what it counts.
    champ = indicateur.compte.champ + (indicateur.compte.champ_bailleur if acteur == BAILLEUR else ())
    sans_nom = exercice.compter(Case(population, frozenset([*champ, (acteur, NON_RENSEIGNE)])))
    return codes + ([NON_RENSEIGNE] if sans_nom > 0 else [])


def _modalites(indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation) -> list[str]:
    if ventilation.modalites not in (TOUTES, PRESENTES):
        return list(ventilation.modalites) or [""]
    compte, nom = indicateur.compte, indicateur.modalites
    if ventilation.modalites == PRESENTES and extrait_de(compte.population) not in exercice.lignes:
        return []  # Nobody knows which there would be.
    if nom.startswith("colonnes:"):
        extrait = nom.removeprefix("colonnes:")
        lignes = exercice.lignes.get(extrait)
        return [colonne for colonne in exercice.colonnes[extrait] if lignes is None or colonne in lignes]
    if nom == COMMUNES:
        return [*_lieux(indicateur, exercice, COMMUNE), HORS_EPCI, NON_RENSEIGNE]
    if compte.axe == "quartile":
        if None in exercice.regles.seuils:
            return ["Q1", "SUP_Q1", NON_RENSEIGNE]
        return [code for code in exercice.nomenclatures["quartiles"].codes(None) if code != "SUP_Q1"]
    codes = exercice.nomenclatures[nom].codes(None)
    sans_inconnu = compte.drapeaux or compte.duree or compte.axe == "zone" or compte.axe in COMPLETES
    if not sans_inconnu and NON_RENSEIGNE not in codes:
        codes = [*codes, NON_RENSEIGNE]
    if ventilation.modalites == PRESENTES:
        presents = set(exercice.classes_de(compte.population, compte.axe).unique())
        codes = [code for code in codes if code in presents]
    return codes
