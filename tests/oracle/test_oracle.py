"""The product's figures against an independent implementation, in plain SQL over the same stored rows (recompte.py)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import recompte
import yaml
from fabrication import ANNEE, Fabrique

from cil_analysis.indicators.registry import INDICATEURS


def test_chaque_indicateur_du_registre_a_son_sql(base_de_l_exemple: duckdb.DuckDBPyConnection) -> None:
    connus = {code for (code,) in base_de_l_exemple.sql("SELECT DISTINCT indicateur FROM catalogue").fetchall()}
    codes = {indicateur.code for indicateur in INDICATEURS}
    assert codes == connus, f"without SQL: {sorted(codes - connus)}; not in the registry: {sorted(connus - codes)}"


def test_chaque_chiffre_de_l_exemple_egale_celui_de_l_oracle(
    cadre_de_l_exemple: pd.DataFrame, base_de_l_exemple: duckdb.DuckDBPyConnection
) -> None:
    verifier(cadre_de_l_exemple, recompte.chiffres(base_de_l_exemple))


def test_l_oracle_compte_quelque_chose(base_de_l_exemple: duckdb.DuckDBPyConnection) -> None:
    """Guards against a comparison of nothing with nothing: every code has several figures, above 0."""
    vides = base_de_l_exemple.sql(
        "SELECT indicateur FROM chiffres GROUP BY ALL HAVING count(DISTINCT valeur) < 2 OR NOT bool_or(valeur > 0)"
    ).fetchall()
    assert not vides, vides


def verifier(produit: pd.DataFrame, attendu: pd.DataFrame) -> None:
    fautes = recompte.ecarts(produit, attendu)
    assert not fautes, f"{len(fautes)} differences:\n" + "\n".join(fautes[:20])


# --- One made-up year, under other rules and with less in it ---------------------------------------------------------


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fabrique]:
    dossier = tmp_path_factory.mktemp("oracle")
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(dossier / "cles"))
        fabrique = Fabrique(dossier / "modele", graine=1)
        fabrique.importer_tout(fabrique.lignes())
        yield fabrique


@pytest.fixture
def fabrique(modele: Fabrique, tmp_path: Path) -> Fabrique:
    """A copy of the made-up year, to be altered."""
    shutil.copytree(modele.projet.racine, tmp_path / "projet")
    return modele.ailleurs(tmp_path / "projet")


def oracle_de(fabrique: Fabrique) -> pd.DataFrame:
    with recompte.ouvrir(fabrique.projet.racine) as base:
        return recompte.chiffres(base)


def regler(fabrique: Fabrique, fichier: str, **choix: Any) -> None:
    """Give parameters a value, whatever the date."""
    chemin = fabrique.projet.reference / "parameters" / f"{fichier}.yml"
    parametres = yaml.safe_load(chemin.read_text("utf-8"))
    for nom, valeur in choix.items():
        for datee in parametres[nom]["values"].values():
            datee["value"] = valeur
    chemin.write_text(yaml.safe_dump(parametres, allow_unicode=True), "utf-8")
    fabrique.relire()


@pytest.fixture(scope="module")
def sans_rien_changer(modele: Fabrique) -> pd.DataFrame:
    return oracle_de(modele)


def test_chaque_chiffre_d_une_annee_fabriquee_egale_celui_de_l_oracle(
    modele: Fabrique, sans_rien_changer: pd.DataFrame
) -> None:
    verifier(modele.compter(), sans_rien_changer)


@pytest.mark.parametrize(
    "choix",
    [
        {"p3_mutations": "hors_mutations"},
        {"p4_financements_exclus": ["PLI", "PLS", "AUTRE"]},
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
    comptes = [*recompte.CLES, "numerateur", "denominateur"]
    change = pd.concat([attendu[comptes], sans_rien_changer[comptes]]).drop_duplicates(keep=False)
    assert len(change) and change["indicateur"].str.startswith("O").all(), "the rule matters, to the objectives alone"
    verifier(fabrique.compter(), attendu)


@pytest.mark.parametrize("inconnus", [["q3"], ["q1", "q2", "q3"]], ids="+".join)
def test_un_seuil_inconnu_ferme_les_quartiles(fabrique: Fabrique, inconnus: list[str]) -> None:
    regler(fabrique, "seuils_quartiles", **dict.fromkeys(inconnus))
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
    verifier(fabrique.compter(), oracle_de(fabrique))


@pytest.mark.parametrize("extraits", [["demandes"], ["radiations", "propositions"]], ids="+".join)
def test_un_extrait_absent_ferme_ce_qui_en_depend(fabrique: Fabrique, extraits: list[str]) -> None:
    for extrait in extraits:
        shutil.rmtree(fabrique.projet.traite / extrait)
    verifier(fabrique.compter(), oracle_de(fabrique))
