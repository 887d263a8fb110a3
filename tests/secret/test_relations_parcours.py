"""The sums that a reader of the path to the lease may do: requests and leases, candidatures and requests, decisions."""

from __future__ import annotations

import pandas as pd
from test_cases import EPCI, chiffre

from cil_analysis.grammaire.termes import canonique
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import RESTE, Case, Systeme
from cil_analysis.secret.relations.classes import lier_les_classes
from cil_analysis.secret.relations.liens import sommes_declarees
from cil_analysis.secret.relations.recouvrements import regroupements_declares
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from fabrique import vraies_nomenclatures
from registres import INDICATEURS, PAR_CODE

QUARTILES = ("Q1", "Q2", "Q3", "Q4")


def case(population: str, **conditions: str) -> Case:
    return Case(population, frozenset(conditions.items()))


def test_un_quartile_est_de_ressources_connues_qu_on_le_dise_ou_non() -> None:
    """R03Q beside R03, R06 beside R11: one count, so that one is not masked without the other."""
    assert canonique(case("demandes", revenu="connu", quartile="Q1")) == case("demandes", quartile="Q1")
    menage = case("propositions", attribuee="oui", revenu_du_menage="connu", quartile_du_menage="Q4")
    assert canonique(menage) == case("propositions", attribuee="oui", quartile_du_menage="Q4")
    for autre in (case("demandes", revenu="connu", quartile="NR"), case("demandes", revenu="connu")):
        assert canonique(autre) == autre


def test_les_ressources_connues_sont_celles_des_quartiles() -> None:
    regroupements = tuple(regroupements_declares(vraies_nomenclatures(), {"mois_anormaux": None}))
    connues = case("propositions", attribuee="oui", revenu_du_menage="connu")
    quartiles = [case("propositions", attribuee="oui", quartile_du_menage=q) for q in QUARTILES]
    obtenu = Systeme()
    lier_les_classes(obtenu, {connues, *quartiles}, [], Structure(regroupements=regroupements))
    assert [set(r.parties) for r in obtenu.relations if r.total == connues] == [set(quartiles)]


def test_le_premier_quartile_seul_ne_fait_pas_toutes_les_ressources_connues() -> None:
    """A table that shows it alone leaves the others out, whatever another table shows elsewhere."""
    ici, ailleurs = ({"champ": "objectifs", "zone": "QPV", "bailleur": b} for b in ("B1", "B2"))
    connues = case("attributions", revenu="connu", **ici)
    seul = case("attributions", quartile="Q1", **ici)
    autres = {case("attributions", quartile=q, **ailleurs) for q in QUARTILES}
    obtenu = Systeme()
    lier_les_classes(obtenu, {connues, seul, *autres}, INDICATEURS, Structure())
    sommes = [set(r.parties) for r in obtenu.relations if r.total == connues]
    assert sommes and {seul} not in sommes


def test_ce_qui_attend_se_deduit_des_demandes_et_des_baux() -> None:
    """R03 beside O03, by quartile: what is left are the requests that still wait."""
    toutes = case("attributions+demandes", quartile="Q2")
    loges = case("attributions", champ="objectifs", quartile="Q2")
    ((total, parties, restes),) = sommes_declarees({toutes, loges}, Structure())
    assert (total, parties[0]) == (toutes, loges) and restes == {toutes.avec(("en_attente_ou_hors_champ", RESTE))}


def test_ceux_a_qui_rien_n_est_propose_se_deduisent_dans_les_mots_des_demandes() -> None:
    toutes = case("attributions+demandes", quartile="Q1")
    candidats = case("propositions", premiere_candidature="oui", quartile_du_menage="Q1")
    ((total, (partie, _), _),) = sommes_declarees({toutes, candidats}, Structure())
    assert (total, partie) == (toutes, candidats)


def test_ce_qui_est_accorde_sans_refus_ni_bail_se_deduit() -> None:
    accordes, loues = case("propositions", attribuee="oui"), case("propositions", loue="oui")
    refuses = accordes.avec(("refusee", "oui"))
    baux = case("attributions")
    sommes = {
        restes: (total, set(parties))
        for total, parties, restes in sommes_declarees({accordes, loues, refuses, baux}, Structure())
    }
    sans_suite, anciens = accordes.avec(("sans_suite", RESTE)), baux.avec(("deja_accordes", RESTE))
    assert sommes[frozenset({sans_suite})] == (accordes, {refuses, loues, sans_suite})
    assert sommes[frozenset({anciens})] == (baux, {loues, anciens})


def test_ce_que_laisse_le_premier_quartile_des_ressources_connues_est_protege() -> None:
    """R06 of a landlord: the candidates that are not of the first quartile are a few households too."""
    connues = case("propositions", bailleur="B1", revenu_du_menage="connu")
    premiers = case("propositions", bailleur="B1", quartile_du_menage="Q1")
    obtenu = Systeme()
    lier_les_classes(obtenu, {connues, premiers}, INDICATEURS, Structure())
    autres = connues.avec(("quartile_du_menage", RESTE))
    assert autres in obtenu.restes and {premiers, autres} in [set(r.parties) for r in obtenu.relations]


def test_les_ressources_inconnues_se_deduisent_des_baux_et_des_demandes() -> None:
    """R03Q beside V01 and V02, in a year that R03 does not break down: what Q01 masks is what Q01D leaves of it."""
    connues = case("attributions+demandes", revenu="connu")
    baux, demandes = case("attributions"), case("demandes")
    sans = [une.avec(("quartile", "NR")) for une in (baux, demandes)]
    obtenu = Systeme()
    lier_les_classes(obtenu, {connues, baux, demandes, *sans}, [], Structure())
    sommes = {r.total: set(r.parties) for r in obtenu.relations}
    toutes, inconnues = case("attributions+demandes"), case("attributions+demandes", quartile="NR")
    assert [set(r.parties) for r in obtenu.relations if r.total == toutes] == [{connues, inconnues}, {baux, demandes}]
    assert sommes[inconnues] == set(sans)


def test_un_menage_reloge_compte_sans_ses_ressources_n_a_pas_de_ressources_connues() -> None:
    """The share that counts those rehoused whatever their income does not leave the missing incomes alone."""
    connues, tous = case("attributions", revenu_ou_ru="connu"), case("attributions")
    obtenu = Systeme()
    lier_les_classes(obtenu, {connues, tous, tous.avec(("quartile", "NR"))}, [], Structure())
    assert [r for r in obtenu.relations if r.total == tous] == []


def test_un_second_accord_au_meme_menage_se_deduit_et_se_protege() -> None:
    """R11 counts what is granted, R05 the households: two households of the quartile were granted two dwellings."""
    accords = [chiffre("R11", EPCI, 20, 140 if q == "Q1" else 60, modalite=q) for q in QUARTILES]
    menages = [chiffre("R05", EPCI, 138 if q == "Q1" else 50, 288, modalite=q) for q in QUARTILES]
    cadres = [
        (PAR_CODE[nom], pd.concat(lignes, ignore_index=True)) for nom, lignes in (("R11", accords), ("R05", menages))
    ]
    tables = publier_ensemble(cadres, {2022: ReglesSecret(seuil_effectif=5, denominateur_minimal=10)})
    masquees = {(code, x["modalite"]) for code, t in tables.items() for x in t.lignes() if x["statut"] == "secret"}
    assert masquees & {("R11", "Q1"), ("R05", "Q1")}
