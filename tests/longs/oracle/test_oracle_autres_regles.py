"""The oracle's made-up year again, under other rules, without a threshold, a column or an extract."""

from __future__ import annotations

import shutil
from typing import Any

import oracle_sql
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest_oracle import oracle_de, regler, regler_les_seuils
from fabrication import ANNEE, Fabrique, verifier

from exemple_produit import oublier_l_empreinte

# By quartile of resources, outside the objectives too.
DES_QUARTILES = ["R03", "R03Q", "R04", "R05", "R06", "R07", "R08", "R09Q", "R10Q", "R11", "R12", "R13", "R14"]
DU_SEUIL = {"p6_annee_du_seuil", "p7_comparaison"}


@pytest.mark.parametrize(
    "choix",
    [
        {"p1_attribution": "un_par_menage"},
        {"p3_mutations": "hors_mutations"},
        {"p4_financements_exclus": ["PLI", "PLS", "AUTRE"]},
        {"p6_annee_du_seuil": "annee_precedente"},
        {"p7_comparaison": "inferieur"},
        {"p8_ressources_manquantes": "exclues"},
        {"p10_relogement_ru": "selon_ressources"},
        {"p3_mutations": "hors_mutations", "p4_financements_exclus": [], "p8_ressources_manquantes": "exclues"},
    ],
    ids=lambda choix: "+".join(nom.split("_")[0] for nom in choix),
)
def test_les_chiffres_suivent_les_regles_de_comptage(
    fabrique: Fabrique, sans_rien_changer: pd.DataFrame, choix: dict[str, Any]
) -> None:
    regler(fabrique, "comptage", **choix)
    attendu = oracle_de(fabrique)
    comptes = [*oracle_sql.CLES, "numerateur", "denominateur"]
    change = pd.concat([attendu[comptes], sans_rien_changer[comptes]]).drop_duplicates(keep=False)
    # C02P counts the households of the publics followed, in the field of the objectives.
    objectifs = change["indicateur"].str.startswith("O") | change["indicateur"].eq("C02P")
    assert objectifs.any(), "the rule matters"
    permis = objectifs | change["indicateur"].isin(DES_QUARTILES if DU_SEUIL & choix.keys() else [])
    assert permis.all() or "p1_attribution" in choix, "to the objectives alone, and to the quartiles"
    verifier(fabrique.compter(), attendu)


@pytest.mark.parametrize("inconnus", [["q3"], ["q1", "q2", "q3"]], ids="+".join)
def test_un_seuil_inconnu_ferme_les_quartiles(fabrique: Fabrique, inconnus: list[str]) -> None:
    regler_les_seuils(fabrique, [ANNEE], **dict.fromkeys(inconnus, ""))
    verifier(fabrique.compter(), oracle_de(fabrique))


@pytest.mark.parametrize(
    ("colonnes", "vides"),
    [
        (["est_en_qpv", "qpv"], False),
        (["categories_prioritaires", "statut_dalo", "delai_mois", "nationalite"], False),
        (["age", "typologie", "financement", "commune_origine_insee"], False),
        (["revenu_uc_annuel_eur", "est_relogement_ru"], True),
        (["statut_dalo", "logement_actuel", "est_mutation", "periode_construction"], True),
        (["bailleur"], True),
    ],
    ids=lambda quoi: "+".join(quoi) if isinstance(quoi, list) else "vides" if quoi else "absentes",
)
def test_une_colonne_absente_ou_vide_ferme_ce_qui_en_depend(
    fabrique: Fabrique, colonnes: list[str], vides: bool
) -> None:
    fichier = fabrique.projet.traite / "attributions" / f"annee={ANNEE}" / "part.parquet"
    baux = pq.read_table(fichier, partitioning=None)
    for colonne in set(colonnes) & set(baux.column_names):
        place, sorte = baux.schema.get_field_index(colonne), baux.schema.field(colonne).type
        baux = baux.drop_columns([colonne])
        if vides:
            baux = baux.add_column(place, colonne, pa.nulls(len(baux), sorte))
    pq.write_table(baux, fichier)
    oublier_l_empreinte(fabrique.projet.racine, "attributions", ANNEE)
    verifier(fabrique.compter(), oracle_de(fabrique))


@pytest.mark.parametrize("extraits", [["demandes"], ["radiations", "propositions"]], ids="+".join)
def test_un_extrait_absent_ferme_ce_qui_en_depend(fabrique: Fabrique, extraits: list[str]) -> None:
    for extrait in extraits:
        shutil.rmtree(fabrique.projet.traite / extrait)
    verifier(fabrique.compter(), oracle_de(fabrique))
