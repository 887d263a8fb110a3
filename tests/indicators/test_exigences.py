"""A project made by an earlier version: what it lacks is said at once, in words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.exigences import exiger_les_references, nomenclatures_exigees
from cil_analysis.project import ouvrir_projet
from cil_analysis.reference.ensemble import References

RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    shutil.copytree(RACINE / "data" / "reference", tmp_path / "data" / "reference")
    return tmp_path


def _references(projet: Path) -> References:
    return References(ouvrir_projet(projet))


def test_le_projet_du_depot_ne_manque_de_rien(projet: Path) -> None:
    exiger_les_references(_references(projet))
    assert {"trimestres", "colleges", "deciles_score", "bailleurs"} <= nomenclatures_exigees()


def test_tout_ce_qui_manque_est_dit_en_une_fois(projet: Path) -> None:
    reference = projet / "data" / "reference"
    for nom in ("trimestres", "colleges"):
        (reference / "nomenclatures" / f"{nom}.csv").unlink()
    (reference / "parameters" / "cotation.yml").unlink()
    secret = reference / "parameters" / "secret.yml"
    secret.write_text(secret.read_text("utf-8").partition("seuil_occupation:")[0], "utf-8")
    with pytest.raises(ErreurCIL) as erreur:
        exiger_les_references(_references(projet))
    message = str(erreur.value)
    assert "nomenclatures/colleges.csv, nomenclatures/trimestres.csv et parameters/cotation.yml." in message
    assert "dans parameters/secret.yml" in message
    assert "seuil_occupation et part_bailleur_occupation." in message
    assert "deciles_bas" not in message  # The whole file is to be copied.


def test_une_nomenclature_absente_se_demande_en_francais(projet: Path) -> None:
    (projet / "data" / "reference" / "nomenclatures" / "mois.csv").unlink()
    nomenclatures = _references(projet).nomenclatures
    assert nomenclatures.get("mois") is None
    with pytest.raises(ErreurCIL, match=r"«\smois\s» manque.*nomenclatures/mois\.csv"):
        nomenclatures["mois"]
