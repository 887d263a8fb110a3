"""The base that counts: what its configuration lets SQL do."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from cil_analysis.comptage.base import CONFIGURATION


@pytest.mark.parametrize(
    "requete",
    [
        "SELECT * FROM read_csv('{fichier}')",
        "COPY (SELECT 1 AS un) TO '{fichier}.csv'",
        "ATTACH '{fichier}.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET temp_directory = '{fichier}.d'",
    ],
)
def test_une_expression_ne_lit_ni_n_ecrit_de_fichier(tmp_path: Path, requete: str) -> None:
    fichier = tmp_path / "lignes.csv"
    fichier.write_text("a\n1\n")
    base = duckdb.connect(config=CONFIGURATION)
    with pytest.raises(duckdb.Error):
        base.execute(requete.format(fichier=fichier)).fetchall()
    assert list(tmp_path.iterdir()) == [fichier]


def test_ce_que_la_memoire_ne_tient_pas_ne_va_pas_sur_un_disque() -> None:
    """Rows are personal data, even without names: no temporary file holds them."""
    base = duckdb.connect(config=CONFIGURATION)
    assert base.execute("SELECT current_setting('temp_directory')").fetchone() == ("",)
