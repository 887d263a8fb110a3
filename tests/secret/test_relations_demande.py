"""The sums that a reader of the file of requests may do: exits and radiations, filings and ages, delays and ages."""

from __future__ import annotations

from cil_analysis.secret.relations.cases import Case
from cil_analysis.secret.relations.classes import lier_les_classes
from cil_analysis.secret.relations.liens import sommes_declarees
from cil_analysis.secret.relations.regroupements import regroupements_declares
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.relations.systeme import Systeme
from fabrique import vraies_nomenclatures

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


def test_les_demandes_de_l_annee_sont_celles_de_moins_d_un_an() -> None:
    entrees, agees = case("demandes+sorties", depot="ANNEE"), case("demandes", anciennete="MOINS_1")
    assert sommes(entrees, agees) == {case("demandes", depot="ANNEE"): {agees}}
    sans_date = case("demandes", anciennete="NR")
    assert sommes(case("demandes", depot="NR"), sans_date) == {case("demandes", depot="NR"): {sans_date}}


def test_les_demandes_d_avant_l_annee_sont_toutes_les_autres() -> None:
    """D04 rests on them: a class masked in V07 would be read from the others and from its denominator."""
    avant = case("demandes", depot="AVANT")
    classes = [case("demandes", anciennete=classe) for classe in ("MOINS_1", "A_1", "A_2", "A_3", *AU_DELA, "NR")]
    assert sommes(avant, *classes) == {avant: set(classes[1:-1])}


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
