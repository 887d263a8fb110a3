"""The income thresholds, as somebody types them in seuils_quartiles.yml."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.regles import regles_de_comptage
from cil_analysis.project import ouvrir_projet
from cil_analysis.reference.ensemble import References

RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture
def seuils(tmp_path: Path):
    """The thresholds of 2024 under a Q1 typed as given."""
    shutil.copytree(RACINE / "data" / "reference", tmp_path / "data" / "reference")
    chemin = tmp_path / "data/reference/parameters/seuils_quartiles.yml"
    texte = chemin.read_text(encoding="utf-8")
    assert texte.count("value: 9143") == 1

    def lire(saisie: str) -> tuple[float | None, ...]:
        chemin.write_text(texte.replace("value: 9143", f"value: {saisie}"), encoding="utf-8")
        return regles_de_comptage(References(ouvrir_projet(tmp_path)), 2024).seuils

    return lire


@pytest.mark.parametrize(("saisie", "q1"), [("9000", 9000.0), ("9000.5", 9000.5), ("null", None)])
def test_un_nombre_ou_rien(seuils, saisie: str, q1: float | None) -> None:
    assert seuils(saisie)[0] == q1


@pytest.mark.parametrize("saisie", ["9 000", '"9000,5"', '"9000"', "9000,5 €", "true", "[9000]"])
def test_une_saisie_francaise_se_dit(seuils, saisie: str) -> None:
    with pytest.raises(ErreurCIL, match=r"seuils_quartiles\.yml.*« q1 » pour 2024.*n’est pas un nombre.*9000\.5"):
        seuils(saisie)


def test_une_regle_sans_valeur_est_refusee(tmp_path: Path) -> None:
    """A rule left empty would otherwise be applied in silence while the report says « à renseigner »."""
    shutil.copytree(RACINE / "data" / "reference", tmp_path / "data" / "reference")
    chemin = tmp_path / "data/reference/parameters/comptage.yml"
    texte = chemin.read_text(encoding="utf-8")
    assert texte.count("value: inferieur_ou_egal") == 1
    chemin.write_text(texte.replace("value: inferieur_ou_egal", "value: null"), encoding="utf-8")
    with pytest.raises(ErreurCIL, match=r"comptage\.yml.*p7_comparaison.*2024"):
        regles_de_comptage(References(ouvrir_projet(tmp_path)), 2024)
