"""The dictionaries of columns, as they are shipped and as a spreadsheet set to French writes them back."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.columns import charger_dictionnaire

CITABLES = {
    "attributions": "bailleur reservataire financement typologie tranche_plafonds statut_dalo composition_familiale "
    "est_en_qpv est_relogement_ru est_mutation_interne qpv",
    "demandes": "typologie tranche_plafonds statut_dalo composition_familiale etat_demande est_mutation_interne",
}


@pytest.fixture
def dossier(reference: Path, tmp_path: Path) -> Path:
    shutil.copytree(reference / "columns", tmp_path / "columns")
    return tmp_path


@pytest.mark.parametrize("extrait", CITABLES)
def test_un_tableur_francais_peut_enregistrer_le_dictionnaire(dossier: Path, extrait: str) -> None:
    """Semicolons, cp1252, CRLF and decimal commas: the same dictionary."""
    attendu = charger_dictionnaire(dossier, extrait)
    chemin = dossier / "columns" / f"{extrait}.csv"
    with chemin.open(encoding="utf-8", newline="") as flux:
        lignes = list(csv.reader(flux))
    minimum = lignes[0].index("minimum")
    for ligne in lignes[1:]:
        ligne[minimum] = ligne[minimum] and f"{ligne[minimum]},0"
    with chemin.open("w", encoding="cp1252", newline="") as flux:
        csv.writer(flux, delimiter=";", lineterminator="\r\n").writerows(lignes)
    assert charger_dictionnaire(dossier, extrait) == attendu


@pytest.mark.parametrize(
    ("avant", "apres", "motif"),
    [
        ("conservation,citable,", "conservation,cite,", "colonne absente : citable"),
        ("Bailleur,code,", "Bailleur,texte,", "« type » vaut « texte »"),
        (",16,110,", ",seize,110,", "« seize » n’est pas un nombre"),
        ("gardee,oui,Organisme", "gardee,peut-être,Organisme", "« peut-être » inconnu dans la colonne citable"),
        ("|Organisme bailleur", "|Organisme bailleur|Contingent", "désigne à la fois"),
    ],
)
def test_un_dictionnaire_fautif_se_dit(dossier: Path, avant: str, apres: str, motif: str) -> None:
    chemin = dossier / "columns" / "attributions.csv"
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres, 1), encoding="utf-8")
    with pytest.raises(ErreurCIL) as erreur:
        charger_dictionnaire(dossier, "attributions")
    message = str(erreur.value).replace("\u202f", " ").replace("\u00a0", " ")
    assert motif in message and "attributions.csv" in message


@pytest.mark.parametrize("extrait", CITABLES)
def test_les_colonnes_citables_sont_des_libelles(reference: Path, extrait: str) -> None:
    colonnes = charger_dictionnaire(reference, extrait).colonnes.values()
    assert {c.nom for c in colonnes if c.citable} == set(CITABLES[extrait].split())
    assert not [c.nom for c in colonnes if "Insee)" in c.libelle]
