"""The figures of the example project: the product's, and the oracle's."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import oracle_sql
import pandas as pd
import pytest
from conftest_oracle import cadre as cadre
from conftest_oracle import fabrique as fabrique
from conftest_oracle import modele as modele
from conftest_oracle import sans_rien_changer as sans_rien_changer
from fabrication import sans_les_autres_oracles

from cil_analysis.projet import Projet
from cil_analysis.secret.comptage import Comptes


@pytest.fixture(scope="package")
def cadre_de_l_exemple(comptes: Comptes) -> pd.DataFrame:
    """The unmasked figures of the product that oracle_sql counts, all the years of the example."""
    return sans_les_autres_oracles(comptes.cadre)


@pytest.fixture(scope="package")
def base_de_l_exemple(exemple: Projet) -> Iterator[duckdb.DuckDBPyConnection]:
    with oracle_sql.ouvrir(exemple.racine) as base:
        yield base
