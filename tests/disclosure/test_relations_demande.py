"""The sums that a reader of the file of requests may do: exits and radiations, filings and ages, delays and ages."""

from __future__ import annotations

from cil_analysis.disclosure.cases import Case
from cil_analysis.disclosure.relations_demande import liens
from cil_analysis.disclosure.structure import Structure

STRUCTURE = Structure(classe_de_l_annee="MOINS_1", classes_anormales=(frozenset({"A_3", "A_4"}), "A_2"))


def case(population: str, **conditions: str) -> Case:
    return Case(population, frozenset(conditions.items()))


def sommes(*connues: Case, structure: Structure = STRUCTURE) -> dict[Case, set[Case]]:
    return {total: set(parties) for total, parties, _ in liens(set(connues), structure)}


def test_les_radiations_annulees_se_deduisent_des_radiations_et_des_sorties() -> None:
    """R01 beside D03: what was radiated and has not left tells of households, by motive."""
    radiees = case("radiations", radiation="oui", motif_radiation="RADIRR")
    sorties = case("sorties", motif_radiation="RADIRR")
    ((total, parties, restes),) = liens({radiees, sorties}, STRUCTURE)
    annulees = case("radiations", radiation="oui", motif_radiation="RADIRR", sortie="non")
    assert (total, set(parties), restes) == (radiees, {sorties, annulees}, {annulees})
    assert sommes(sorties) == {}, "nothing to subtract from"


def test_les_demandes_de_l_annee_sont_celles_de_moins_d_un_an() -> None:
    entrees, agees = case("demandes+sorties", depot="ANNEE"), case("demandes", anciennete="MOINS_1")
    assert sommes(entrees, agees) == {case("demandes", depot="ANNEE"): {agees}}
    assert sommes(entrees, agees, structure=Structure()) == {}, "classes of other bounds say nothing of the year"
    sans_date = case("demandes", anciennete="NR")
    assert sommes(case("demandes", depot="AVANT"), sans_date) == {case("demandes", depot="NR"): {sans_date}}


def test_un_delai_anormal_reunit_des_classes_et_en_coupe_une() -> None:
    anormales = case("demandes", delai_anormal="oui")
    classes = [case("demandes", anciennete=classe) for classe in ("A_2", "A_3", "A_4")]
    dedans, dehors = (classes[0].avec(("delai_anormal", reponse)) for reponse in ("oui", "non"))
    assert sommes(anormales, *classes) == {anormales: {*classes[1:], dedans}, classes[0]: {dedans, dehors}}
    restes = [r for _, _, r in liens({anormales, *classes}, STRUCTURE)]
    assert set().union(*restes) == {dedans, dehors}
    nette = Structure(classes_anormales=(frozenset({"A_3", "A_4"}), ""))
    assert sommes(anormales, *classes, structure=nette) == {anormales: set(classes[1:])}


def test_le_delai_anormal_d_une_commune_n_a_pas_de_classes() -> None:
    ici = case("demandes", commune="72181", delai_anormal="oui")
    assert sommes(ici, case("demandes", anciennete="A_3")) == {}
    loges = case("attributions", delai="connu", delai_anormal_au_bail="oui")
    classe = case("attributions", delai="connu", delai_en_annees="A_3")
    assert loges in sommes(loges, classe)
