"""The base that counts: what its configuration lets SQL do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from cil_analysis.bases import ouvrir_une_base
from cil_analysis.blocs import Bloc
from cil_analysis.comptage.base import Base
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import DIMENSIONS, lire_dimensions
from messages import exiger_un_remede


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
    base = ouvrir_une_base()
    with pytest.raises(duckdb.Error):
        base.execute(requete.format(fichier=fichier)).fetchall()
    assert list(tmp_path.iterdir()) == [fichier]


@pytest.mark.parametrize("condition", ["CAST(bailleur AS INTEGER) > 3", "error(bailleur) IS NULL"])
def test_une_expression_qui_echoue_sur_une_ligne_est_refusee_sans_la_citer(
    condition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What DuckDB says quotes the cell; what we say names the definition alone."""
    une = lire_dimensions([Bloc("dimensions.yml", "x_essai", {"colonnes": ["bailleur"], "oui": condition})])
    lignes = pd.DataFrame({"bailleur": pd.array(["Nom d’une personne"], dtype="str")})
    base = Base([{"exercice": 0}], [{"attributions": lignes}], {}, {"bailleur": "code"})
    monkeypatch.setitem(DIMENSIONS, "x_essai", une["x_essai"])  # type: ignore[call-overload]  # a dictionary
    with pytest.raises(ErreurCIL) as erreur:
        base.classer("attributions", ("x_essai",))
    exiger_un_remede(str(erreur.value), "dimensions.yml", "x_essai", "oui")
    assert "personne" not in str(erreur.value) and erreur.value.__context__ is None


def test_une_requete_longue_n_ecrit_rien_parmi_les_chiffres() -> None:
    """DuckDB shows its progress on the standard output of a process that runs no file, as our workers do."""
    dire = (
        "from cil_analysis.bases import ouvrir_une_base; "
        "print(ouvrir_une_base().execute(\"SELECT current_setting('enable_progress_bar')\").fetchone())"
    )
    assert subprocess.run([sys.executable, "-c", dire], capture_output=True, text=True).stdout == "(False,)\n"


def test_ce_que_la_memoire_ne_tient_pas_ne_va_pas_sur_un_disque() -> None:
    """Rows are personal data, even without names: no temporary file holds them."""
    base = ouvrir_une_base()
    assert base.execute("SELECT current_setting('temp_directory')").fetchone() == ("",)


def test_une_statistique_qui_ne_tient_pas_en_memoire_est_dite_comme_un_compte(monkeypatch: pytest.MonkeyPatch) -> None:
    base = Base([{"exercice": 0}], [{"attributions": pd.DataFrame({"delai_mois": [1.0, 2.0]})}], {}, {})

    def deborder(_: Base, requete: str) -> None:
        raise duckdb.OutOfMemoryException(requete)

    monkeypatch.setattr(Base, "_lire", deborder)
    with pytest.raises(MemoryError):
        base.interroger(pa.table({"delai_mois": [1.0, 2.0]}), "SELECT avg(delai_mois) FROM chiffrees")
