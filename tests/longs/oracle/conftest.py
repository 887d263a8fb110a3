"""The figures of the example project: the product's, and the oracle's."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import oracle_sql
import pandas as pd
import pytest
from conftest_oracle import fabrique as fabrique
from conftest_oracle import modele as modele
from conftest_oracle import sans_rien_changer as sans_rien_changer
from fabrication import sans_les_autres_oracles

from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import compter_annee
from cil_analysis.secret.publication import derniere_annee


@pytest.fixture(scope="package")
def cadre_de_l_exemple(exemple: Projet) -> pd.DataFrame:
    """The unmasked figures of the product, all the years of the example."""
    return sans_les_autres_oracles(compter_annee(exemple, References(exemple), derniere_annee(exemple)).cadre)


@pytest.fixture(scope="package")
def base_de_l_exemple(exemple: Projet) -> Iterator[duckdb.DuckDBPyConnection]:
    with oracle_sql.ouvrir(exemple.racine) as base:
        yield base
