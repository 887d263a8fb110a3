"""The figures of the example against the oracles of tests/oracle: each of them, of its five years."""

from __future__ import annotations

import duckdb
import objectifs_a_part
import oracle_sql
import pandas as pd
import pytest
from fabrication import SANS_SQL, verifier
from oracle_flux import CODES, comparer, recompter

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import Comptes, compter_annee
from messages import exiger_un_remede
from registres import INDICATEURS


def test_chaque_indicateur_du_registre_a_son_sql(base_de_l_exemple: duckdb.DuckDBPyConnection) -> None:
    connus = {code for (code,) in base_de_l_exemple.sql("SELECT DISTINCT indicateur FROM catalogue").fetchall()}
    codes = {indicateur.code for indicateur in INDICATEURS} - SANS_SQL
    assert codes == connus, f"without SQL: {sorted(codes - connus)}; not in the registry: {sorted(connus - codes)}"


def test_chaque_chiffre_de_l_exemple_egale_celui_de_l_oracle(
    cadre_de_l_exemple: pd.DataFrame, base_de_l_exemple: duckdb.DuckDBPyConnection
) -> None:
    verifier(cadre_de_l_exemple, oracle_sql.chiffres(base_de_l_exemple))


def test_chaque_cible_et_resultat_de_l_exemple_egale_celui_de_l_oracle(
    exemple: Projet, cadre_de_l_exemple: pd.DataFrame
) -> None:
    fautes = objectifs_a_part.ecarts(cadre_de_l_exemple, exemple.reference)
    assert not fautes, "\n".join(fautes[:20])


def test_l_oracle_compte_quelque_chose(base_de_l_exemple: duckdb.DuckDBPyConnection) -> None:
    """Guards against a comparison of nothing with nothing: every code has several figures, above 0."""
    vides = base_de_l_exemple.sql(
        "SELECT indicateur FROM chiffres GROUP BY ALL HAVING count(DISTINCT valeur) < 2 OR NOT bool_or(valeur > 0)"
    ).fetchall()
    assert not vides, vides


def test_chaque_chiffre_de_la_gestion_en_flux_egale_celui_de_l_oracle(exemple: Projet, comptes: Comptes) -> None:
    attendus = recompter(exemple.racine, exemple.departement, exemple.epci_siren)
    fautes = comparer(comptes.cadre, attendus)
    assert not fautes, f"{len(fautes)} differences:\n" + "\n".join(fautes[:20])
    assert set(attendus["indicateur"]) == CODES


def test_une_annee_se_compte_seule_comme_parmi_d_autres(exemple: Projet, cadre_de_l_exemple: pd.DataFrame) -> None:
    """The figures of the communes in 2018, targets included, by the bilan of that year and by that of 2022."""
    references = References(exemple)
    seule = compter_annee(exemple, references, 2018).cadre.query("perimetre_type == 'commune'")
    parmi = cadre_de_l_exemple.query("annee == 2018 and perimetre_type == 'commune'")
    deux = parmi.merge(seule, on=oracle_sql.CLES, suffixes=("", "_seule"))
    assert len(deux) == len(parmi) > 500
    for nom in ("valeur", "cible", "resultat"):
        pd.testing.assert_series_equal(deux[nom], deux[f"{nom}_seule"], check_names=False)
    with pytest.raises(ErreurCIL) as refus:
        compter_annee(exemple, references, 2030)
    exiger_un_remede(refus.value, "2030")
