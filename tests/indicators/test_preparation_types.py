"""Stored rows that no import has written: a column of another type, or one without which no row is kept."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from fabrique import ANNEE, attributions, bail, exercice


@pytest.mark.parametrize(
    ("colonne", "valeur", "quoi"),
    [
        ("age", "quarante", "n’est pas du type attendu"),
        ("date_signature_bail", "2022-06-01", "n’est pas du type attendu"),
        ("date_signature_bail", pd.Timestamp("2022-06-01", tz="UTC"), "n’est pas du type attendu"),
        ("commune_insee", 99001, "n’est pas du type attendu"),
        ("est_en_qpv", 1.5, "n’est pas du type attendu"),
        ("commune_insee", None, "manque"),
    ],
)
def test_un_parquet_d_un_autre_type_est_refuse(colonne: str, valeur: Any, quoi: str) -> None:
    lignes = attributions(bail(2))
    lignes = lignes.drop(columns=colonne) if quoi == "manque" else lignes.assign(**{colonne: valeur})
    motif = rf"attributions/annee={ANNEE}/part\.parquet.*« {colonne} » {quoi}.*--extrait attributions"
    with pytest.raises(ErreurCIL, match=motif):
        exercice(lignes)
