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
        {"p3_mutations": "hors_mutations", "p4_financements_exclus": [], "p8_ressources_manquantes": "exclues"},
        {"p6_annee_du_seuil": "annee_precedente", "p10_relogement_ru": "selon_ressources",
         "p4_financements_exclus": ["PLI", "PLS", "AUTRE"]},
        {"p1_attribution": "un_par_menage", "p7_comparaison": "inferieur"},
    ],
    ids=lambda choix: "+".join(nom.split("_")[0] for nom in choix),
)  # fmt: skip
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


def test_un_seuil_inconnu_ferme_les_quartiles(fabrique: Fabrique) -> None:
    """The third alone: the first quartile is known, and two others are not told from one another."""
    regler_les_seuils(fabrique, [ANNEE], q3="")
    verifier(fabrique.compter(), oracle_de(fabrique))


@pytest.mark.parametrize(
    ("absentes", "vides", "extraits"),
    [
        (["est_en_qpv", "qpv"], ["bailleur"], []),
        (["categories_prioritaires", "statut_dalo", "delai_mois", "nationalite"], [], ["demandes"]),
        (
            ["age", "typologie", "financement", "commune_origine_insee"],
            ["revenu_uc_annuel_eur", "est_relogement_ru"],
            [],
        ),
        (
            [],
            ["statut_dalo", "logement_actuel", "est_mutation", "periode_construction"],
            ["radiations", "propositions"],
        ),
    ],
    ids=["quartiers", "publics", "revenus", "logement"],
)
def test_ce_qui_est_absent_ou_vide_ferme_ce_qui_en_depend(
    fabrique: Fabrique, absentes: list[str], vides: list[str], extraits: list[str]
) -> None:
    fichier = fabrique.projet.traite / "attributions" / f"annee={ANNEE}" / "part.parquet"
    baux = pq.read_table(fichier, partitioning=None)
    for colonne in {*absentes, *vides} & set(baux.column_names):
        place, sorte = baux.schema.get_field_index(colonne), baux.schema.field(colonne).type
        baux = baux.drop_columns([colonne])
        if colonne in vides:
            baux = baux.add_column(place, colonne, pa.nulls(len(baux), sorte))
    pq.write_table(baux, fichier)
    oublier_l_empreinte(fabrique.projet.racine, "attributions", ANNEE)
    for extrait in extraits:
        shutil.rmtree(fabrique.projet.traite / extrait)
    verifier(fabrique.compter(), oracle_de(fabrique))
