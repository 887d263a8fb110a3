"""The dictionaries of columns, as they are shipped and as a spreadsheet set to French writes them back."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from cil_analysis.reference.colonnes import Dictionnaire, charger_dictionnaires

EXTRAITS = ("attributions", "demandes")


@pytest.fixture
def dossier(reference: Path, tmp_path: Path) -> Path:
    shutil.copytree(reference / "columns", tmp_path / "columns")
    shutil.copy(reference / "extraits.csv", tmp_path)
    return tmp_path


def charger(dossier: Path, extrait: str) -> Dictionnaire:
    return charger_dictionnaires(dossier)[extrait]


@pytest.mark.parametrize("extrait", EXTRAITS)
def test_un_tableur_francais_peut_enregistrer_le_dictionnaire(dossier: Path, extrait: str) -> None:
    """Semicolons, cp1252, CRLF and decimal commas: the same dictionary."""
    attendu = charger(dossier, extrait)
    chemin = dossier / "columns" / f"{extrait}.csv"
    with chemin.open(encoding="utf-8", newline="") as flux:
        lignes = list(csv.reader(flux))
    minimum = lignes[0].index("minimum")
    for ligne in lignes[1:]:
        ligne[minimum] = ligne[minimum] and f"{ligne[minimum]},0"
    with chemin.open("w", encoding="cp1252", newline="") as flux:
        csv.writer(flux, delimiter=";", lineterminator="\r\n").writerows(lignes)
    assert charger(dossier, extrait) == attendu


def test_les_sentinelles_sont_les_nombres_de_la_colonne(reference: Path) -> None:
    parc = charger(reference, "parc").colonnes
    assert parc["surface_m2"].sentinelles == ("0", "999")
    assert charger(reference, "attributions").colonnes["taille_menage"].sentinelles == ("99", "999")
    assert parc["bailleur"].sentinelles == ()


def test_les_en_tetes_gardent_leur_ecriture_par_millesime(reference: Path) -> None:
    parc = charger(reference, "parc")
    assert list(parc.millesimes) == ["usuels", "rpls_2016", "rpls_2020", "rpls_2025", "rpls_securise"]
    assert parc.millesimes["rpls_2025"]["financement"] == ("FINAN_CODE",)
    assert "identifiant_logement" not in parc.millesimes["rpls_2020"]
