"""The figures of the example against the oracles of tests/oracle: each of them, of its five years."""

from __future__ import annotations

import duckdb
import oracle_sql
import pandas as pd
from fabrication import SANS_SQL, verifier
from oracle_flux import CODES, comparer, recompter

from cil_analysis.disclosure.comptage import compter_annee
from cil_analysis.indicators.registry import INDICATEURS
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References


def test_chaque_indicateur_du_registre_a_son_sql(base_de_l_exemple: duckdb.DuckDBPyConnection) -> None:
    connus = {code for (code,) in base_de_l_exemple.sql("SELECT DISTINCT indicateur FROM catalogue").fetchall()}
    codes = {indicateur.code for indicateur in INDICATEURS} - SANS_SQL
    assert codes == connus, f"without SQL: {sorted(codes - connus)}; not in the registry: {sorted(connus - codes)}"


def test_chaque_chiffre_de_l_exemple_egale_celui_de_l_oracle(
    cadre_de_l_exemple: pd.DataFrame, base_de_l_exemple: duckdb.DuckDBPyConnection
) -> None:
    verifier(cadre_de_l_exemple, oracle_sql.chiffres(base_de_l_exemple))


def test_l_oracle_compte_quelque_chose(base_de_l_exemple: duckdb.DuckDBPyConnection) -> None:
    """Guards against a comparison of nothing with nothing: every code has several figures, above 0."""
    vides = base_de_l_exemple.sql(
        "SELECT indicateur FROM chiffres GROUP BY ALL HAVING count(DISTINCT valeur) < 2 OR NOT bool_or(valeur > 0)"
    ).fetchall()
    assert not vides, vides


def test_chaque_chiffre_de_la_gestion_en_flux_egale_celui_de_l_oracle(exemple: Projet) -> None:
    attendus = recompter(exemple.racine, exemple.departement, exemple.epci_siren)
    fautes = comparer(compter_annee(exemple, References(exemple), 2022).cadre, attendus)
    assert not fautes, f"{len(fautes)} differences:\n" + "\n".join(fautes[:20])
    assert set(attendus["indicateur"]) == CODES
