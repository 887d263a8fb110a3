"""An objective that nothing would follow is refused; a bilan written before a column existed is still read."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cil_analysis.disclosure.comptage import _refuser_objectifs_sans_indicateur
from cil_analysis.disclosure.publies import lire_chiffres
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.cadre import COLONNES
from cil_analysis.project import ouvrir_projet
from cil_analysis.reference.ensemble import References

RACINE = Path(__file__).resolve().parents[2]


def references(tmp_path: Path, **colonnes: str) -> References:
    """Those of the repository, the first legal objective changed."""
    shutil.copytree(RACINE / "data" / "reference", tmp_path / "data" / "reference")
    chemin = tmp_path / "data/reference/parameters/objectifs.csv"
    with chemin.open(encoding="utf-8", newline="") as flux:
        lignes = list(csv.DictReader(flux))
    lignes[0] |= colonnes
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, list(lignes[0]))
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    return References(replace(ouvrir_projet(RACINE), racine=tmp_path))


@pytest.mark.parametrize(
    ("colonnes", "attendu"),
    [
        ({"indicateur": "V03"}, "aucun objectif ne se suit sur l’indicateur « V03 »"),
        ({"indicateur": "O01N"}, "aucun objectif ne se suit sur l’indicateur « O01N »"),
        ({"unite": "nombre", "indicateur": "V03"}, "aucun objectif en nombre ne se suit sur l’indicateur « V03 »"),
        ({"modalite": "DALO"}, "l’indicateur « O01 » n’a pas de modalité « DALO »"),
    ],
)
def test_un_objectif_que_rien_ne_suit_est_refuse(tmp_path: Path, colonnes: dict[str, str], attendu: str) -> None:
    with pytest.raises(ErreurCIL, match=r"objectifs\.csv") as erreur:
        _refuser_objectifs_sans_indicateur(references(tmp_path, **colonnes))
    assert attendu in str(erreur.value)


def test_les_objectifs_livres_sont_suivis(tmp_path: Path) -> None:
    _refuser_objectifs_sans_indicateur(references(tmp_path))


LIGNE = {"indicateur": "O01", "annee": "2022", "perimetre_type": "epci", "perimetre_code": "200000000",
         "numerateur": "30", "denominateur": "100", "valeur": "30", "unite": "pct", "statut": "publie", "cible": "20",
         "sens": "intervalle", "ecart": "0", "menages_manquants": "0", "resultat": "atteint",
         "cible_max": "40"}  # fmt: skip


def ecrire(dossier: Path, colonnes: list[str]) -> Path:
    dossier.mkdir()
    with (dossier / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, colonnes, restval="", extrasaction="ignore", lineterminator="\n")
        ecrivain.writeheader()
        ecrivain.writerow(LIGNE)
    return dossier


def test_un_bilan_d_avant_les_intervalles_se_relit(tmp_path: Path) -> None:
    nouveau = lire_chiffres(ecrire(tmp_path / "2023", COLONNES))
    ancien = lire_chiffres(ecrire(tmp_path / "2022", [c for c in COLONNES if c != "cible_max"]))
    assert nouveau["cible_max"].tolist() == [40] and ancien["cible_max"].isna().all()
    assert list(ancien.columns) == list(nouveau.columns) == COLONNES
    assert ancien.drop(columns="cible_max").equals(nouveau.drop(columns="cible_max"))
    with pytest.raises(ErreurCIL, match="n’est plus tel"):
        lire_chiffres(ecrire(tmp_path / "2021", [c for c in COLONNES if c != "ecart"]))
