"""A project made by an earlier version, rows that no import has written: what is wrong is said at once, in words."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.exigences import exiger_les_references, nomenclatures_exigees
from fabrique import ANNEE, attributions, bail, exercice
from messages import lisible, refuser

RACINE = Path(__file__).resolve().parents[2]


def test_tout_ce_qui_manque_est_dit_en_une_fois(tmp_path: Path) -> None:
    reference = tmp_path / "data" / "reference"
    shutil.copytree(RACINE / "data" / "reference", reference)
    exiger_les_references(References(ouvrir_projet(tmp_path)))
    assert {"trimestres", "colleges", "deciles_score", "bailleurs"} <= nomenclatures_exigees()
    for nom in ("trimestres", "colleges"):
        (reference / "nomenclatures" / f"{nom}.csv").unlink()
    (reference / "parameters" / "cotation.yml").unlink()
    secret = reference / "parameters" / "secret.yml"
    secret.write_text(secret.read_text("utf-8").partition("seuil_occupation:")[0], "utf-8")
    references = References(ouvrir_projet(tmp_path))
    with pytest.raises(ErreurCIL) as refus:
        exiger_les_references(references)
    attendus = ["nomenclatures/colleges.csv", "nomenclatures/trimestres.csv", "parameters/cotation.yml",
                "parameters/secret.yml", "seuil_occupation", "part_bailleur_occupation"]  # fmt: skip
    dit = lisible(str(refus.value))
    assert all(nom in dit for nom in attendus), dit
    assert "deciles_bas" not in dit, "the whole file is to be copied"
    with pytest.raises(ErreurCIL, match=r"nomenclatures/colleges\.csv"):
        references.nomenclatures["colleges"]


@pytest.mark.parametrize(
    ("colonne", "valeur"),
    [
        ("age", "quarante"),
        ("date_signature_bail", "2022-06-01"),
        ("date_signature_bail", pd.Timestamp("2022-06-01", tz="UTC")),
        ("commune_insee", 99001),
        ("est_en_qpv", 1.5),
        ("commune_insee", None),
    ],
)
def test_un_parquet_d_un_autre_type_est_refuse(colonne: str, valeur: Any) -> None:
    """A column of another type, or one without which no row is kept."""
    lignes = attributions(bail(2))
    lignes = lignes.drop(columns=colonne) if valeur is None else lignes.assign(**{colonne: valeur})
    with refuser(f"attributions/annee={ANNEE}/part.parquet", colonne, "--extrait attributions"):
        exercice(lignes)
