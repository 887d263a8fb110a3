"""The sums that a reader of the file of requests may do: exits and radiations, filings and ages, delays and ages."""

from __future__ import annotations

import pandas as pd
import pytest
from test_cases import EPCI, chiffre

from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case, Systeme
from cil_analysis.secret.relations.classes import lier_les_classes
from cil_analysis.secret.relations.liens import sommes_declarees
from cil_analysis.secret.relations.recouvrements import regroupements_declares
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from fabrique import vraies_nomenclatures
from registres import PAR_CODE

AU_DELA = ("A_4", "A_5_9", "A_10_PLUS")


def case(population: str, **conditions: str) -> Case:
    return Case(population, frozenset(conditions.items()))


def systeme(*connues: Case, mois: float | None = 40) -> Systeme:
    regroupements = tuple(regroupements_declares(vraies_nomenclatures(), {"mois_anormaux": mois}))
    obtenu = Systeme()
    lier_les_classes(obtenu, set(connues), [], Structure(regroupements=regroupements))
    return obtenu


def sommes(*connues: Case, mois: float | None = 40) -> dict[Case, set[Case]]:
    return {r.total: set(r.parties) for r in systeme(*connues, mois=mois).relations}


def test_les_radiations_annulees_se_deduisent_des_radiations_et_des_sorties() -> None:
    """R01 beside D03: what was radiated and has not left tells of households, by motive."""
    radiees = case("radiations", radiation="oui", motif_radiation="RADIRR")
    sorties = case("sorties", motif_radiation="RADIRR")
    ((total, (partie, annulees), restes),) = sommes_declarees({radiees, sorties}, Structure())
    assert (total, partie, restes) == (radiees, sorties, {annulees}) and radiees.conditions < annulees.conditions
    assert list(sommes_declarees({sorties}, Structure())) == [], "nothing to subtract from"


def test_un_delai_anormal_reunit_des_classes_et_en_coupe_une() -> None:
    anormales = case("demandes", delai_anormal="oui")
    coupee, *entieres = (case("demandes", anciennete=classe) for classe in ("A_3", *AU_DELA))
    dedans, dehors = (coupee.avec(("delai_anormal", reponse)) for reponse in ("oui", "non"))
    obtenu = systeme(anormales, coupee, *entieres)
    assert {r.total: set(r.parties) for r in obtenu.relations} == {
        anormales: {*entieres, dedans},
        coupee: {dedans, dehors},
    }
    assert obtenu.restes == {dedans, dehors}
    assert sommes(anormales, coupee, *entieres, mois=36) == {anormales: {coupee, *entieres}}
    assert sommes(anormales, coupee, *entieres, mois=None) == {}


def test_le_delai_anormal_d_une_commune_n_a_pas_de_classes() -> None:
    ici = case("demandes", commune="72181", delai_anormal="oui")
    assert sommes(ici, case("demandes", anciennete="A_3")) == {}
    loges = case("attributions", delai="connu", delai_anormal_au_bail="oui")
    classe = case("attributions", delai="connu", delai_en_annees="A_3")
    assert loges in sommes(loges, classe)


@pytest.mark.parametrize(("deposees", "se_dit"), [(204.0, False), (201.0, True), (231.0, True)])
def test_les_demandes_deposees_et_sorties_dans_l_annee_ne_se_deduisent_pas(deposees: float, se_dit: bool) -> None:
    """D01 beside V07: 201 of those filed in the year are active on 31 December, so 3, none or 30 of them have left."""
    regroupements = tuple(regroupements_declares(vraies_nomenclatures(), {"mois_anormaux": None}))
    actives = {"MOINS_1": 201.0, "A_1": 150.0, "A_2": 80.0, "A_3": 40.0, "A_4": 19.0, "A_5_9": 10.0}
    vides = dict.fromkeys(("A_10_PLUS", "NR"), 0.0)
    anciennes = [chiffre("V07", EPCI, n, 500.0, modalite=nom) for nom, n in {**actives, **vides}.items()]
    cadres = [
        (PAR_CODE["D01"], chiffre("D01", EPCI, deposees, deposees)),
        (PAR_CODE["V07"], pd.concat(anciennes, ignore_index=True)),
    ]
    regles = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
    publiees = publier_ensemble(cadres, {2022: regles}, {2022: Structure(regroupements=regroupements)})
    montres = [code for code in ("D01", "V07") if not publiees[code].donnees["statut"].eq("secret").any()]
    assert (len(montres) == 2) is se_dit
