"""What a year of aggregated tables counts, and the words for what it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.comptage.preparation import preparer_exercice, preparer_variantes
from cil_analysis.grammaire.indicateur import Ventilation
from cil_analysis.reference.systemes.cotation import Cotation
from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    HAMEAU,
    PAR_CODE,
    Cadre,
    absences,
    attributions,
    bail,
    chiffres,
    compter,
    comptes,
    demandes,
    extrait,
    fraction,
    ligne,
    priorite,
    proposition,
)

TYPES = {CENTRE: {"T1": 30, "T2": 10}, BOURG: {"T1": 0, "T2": 7}, HAMEAU: {"T1": 1}}
ZONES = {CENTRE: {"QPV": 25, "HORS_QPV": 15}, BOURG: {"HORS_QPV": 7}, HAMEAU: {"HORS_QPV": 1}}


def tableaux(**dites: dict[str, dict[str, int]]) -> pd.DataFrame:
    lignes = [
        ("attributions", dimension, commune, classe, effectif)
        for dimension, tableau in dites.items()
        for commune, effectifs in tableau.items()
        for classe, effectif in effectifs.items()
    ]
    return pd.DataFrame(lignes, columns=["extrait", "dimension", "commune", "classe", "effectif"])


def annee(cadre: Cadre | None = None, **options: Any) -> Exercice:
    agregats = tableaux(typologie=TYPES, zone=ZONES)
    return preparer_exercice((cadre or Cadre()).references(), ANNEE, agregats=agregats, **options)


def statut(code: str, un: Exercice) -> str:
    return str(ligne(chiffres(code, un))["statut"])


def statuts(code: str, un: Exercice) -> set[str]:
    return set(chiffres(code, un)["statut"])


def test_chaque_tableau_compte_ce_qu_il_dit() -> None:
    lus = comptes("V01", annee())
    assert [lus[nom] for nom in ("", CENTRE, BOURG, HAMEAU)] == [48, 40, 7, 1]
    types = comptes("L01", annee())
    assert (types["T1"], types["T2"], types["T3"]) == ((31, 48), (17, 48), (0, 48))
    assert comptes("T02", annee())["QPV"] == (25, 48)


def test_ce_que_les_tableaux_ne_croisent_pas_n_est_pas_calculable() -> None:
    un = annee()
    assert statut("O01", un) == statut("V04", un) == "non_calculable"
    revenu = "colonne « Revenu annuel par unité de consommation » absente des tableaux agrégés"
    croisement = "croisement que les tableaux agrégés ne font pas"
    dites = absences(PAR_CODE["O02"], un)
    assert revenu in dites
    quartiles = {commune: {"Q1": sum(effectifs.values())} for commune, effectifs in TYPES.items()}
    avec = preparer_exercice(Cadre().references(), ANNEE, agregats=tableaux(zone=ZONES, quartile=quartiles))
    dites = absences(PAR_CODE["O02"], avec)
    assert revenu not in dites and croisement in dites
    assert not absences(PAR_CODE["T02"], un)


@pytest.mark.parametrize("choix", [{"p9_perimetre": "perimetre_constant"}, None])
def test_le_perimetre_constant_borne_les_tableaux(choix: dict[str, Any] | None) -> None:
    un = annee(constantes=(CENTRE,), choix=choix)
    assert comptes("L01", un)["T1"] == ((30, 40) if choix else (31, 48))
    assert comptes("V01", un)[""] == (40 if choix else 48)


def test_une_annee_de_lignes_et_une_de_tableaux_se_comptent_ensemble() -> None:
    """One base counts both: what the rows lack is theirs alone, and so is what the tables do not cross."""
    lignes = preparer_exercice(
        Cadre().references(), ANNEE - 1, attributions=attributions(bail(3, typologie="T1"), bail(5))
    )
    annees = [lignes, annee()]
    logements = compter(PAR_CODE["L01"], annees)
    lues = [fraction(logements[logements["annee"].eq(un.annee)], modalite="T1") for un in annees]
    assert lues == [(3, 8), (31, 48)]
    statuts_lus = compter(PAR_CODE["O01"], annees, [Ventilation("epci")]).set_index("annee")["statut"]
    assert statuts_lus.to_list() == ["publie", "non_calculable"]


def test_une_autre_regle_ne_change_rien_sur_des_tableaux_qui_ne_la_disent_pas() -> None:
    choix = {"P1=un_par_menage": {"p1_attribution": "un_par_menage"}, "P4=": {"p4_financements_exclus": ()}}
    variantes = preparer_variantes(Cadre().references(), annee(), {"agregats": tableaux(typologie=TYPES)}, choix)
    annees = [replace(une, variante="") for une in variantes.values()]
    assert {statut("O01", une) for une in annees} == {"non_calculable"}
    assert [statut("V01", une) for une in annees] == ["non_calculable", "publie"]


def test_aucune_regle_de_priorite_ne_s_applique_a_des_tableaux() -> None:
    cadre = Cadre(priorites=(priorite("k", "logement_actuel", "SD"),), source_des_priorites="deduites")
    lignes = preparer_exercice(cadre.references(), ANNEE, attributions=attributions(bail(3)))
    assert lignes.regles.colonnes_deduites and not annee(cadre).regles.colonnes_deduites


@pytest.mark.parametrize("agrege", ["attributions", "demandes"])
def test_des_propositions_ne_se_rattachent_pas_aux_menages_de_tableaux(agrege: str) -> None:
    """The rows of the other extract are of a part of the households: their income and scores would be of that part."""
    menages = [f"{rang:032d}" for rang in range(20)]
    stock = demandes(
        *(
            bail(1, demande_pseudonyme=nom, score_cotation=float(n), revenu_uc_annuel_eur=1.0)
            for n, nom in enumerate(menages)
        )
    )
    baux = attributions(*(bail(1, demande_pseudonyme=nom) for nom in menages))
    refus = {"motif_refus_demandeur": "PRIX"}
    proposees = extrait("propositions", *(proposition(1, demande_pseudonyme=nom, **refus) for nom in menages))
    lignes = {"attributions": baux, "demandes": stock, "propositions": proposees}
    references = Cadre(cotation=Cotation()).references()
    avec = preparer_exercice(references, ANNEE, **lignes)
    un = preparer_exercice(
        references, ANNEE, agregats=tableaux(typologie=TYPES).assign(extrait=agrege), **lignes | {agrege: None}
    )
    for code in ("C10", "R04", "R05", "R06", "R07", "R09Q", "R11"):
        assert "publie" in statuts(code, avec) and statuts(code, un) == {"non_calculable"}, code
        assert "propositions que rien ne rattache aux ménages des tableaux agrégés" in absences(PAR_CODE[code], un)
    assert "publie" in statuts("R09", un) and "publie" in statuts("R02", un)
