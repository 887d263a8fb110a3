"""An objective that nothing would follow is refused; a bilan written before a column existed is still read."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cil_analysis.comptage.cadre import COLONNES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import _refuser_objectifs_sans_indicateur
from cil_analysis.secret.publies import lire_chiffres
from messages import exiger_un_remede

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
    "colonnes",
    [
        {"indicateur": "V03"}, {"indicateur": "O01N"}, {"unite": "nombre", "indicateur": "V03"}, {"modalite": "DALO"},
    ],
)  # fmt: skip
def test_un_objectif_que_rien_ne_suit_est_refuse(tmp_path: Path, colonnes: dict[str, str]) -> None:
    """Those of the repository are followed."""
    with pytest.raises(ErreurCIL) as erreur:
        _refuser_objectifs_sans_indicateur(references(tmp_path, **colonnes))
    nommes = [valeur for nom, valeur in colonnes.items() if nom != "unite"]
    assert all(nomme in str(erreur.value) for nomme in ("objectifs.csv", *nommes))
    _refuser_objectifs_sans_indicateur(References(ouvrir_projet(RACINE)))


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
    with pytest.raises(ErreurCIL) as erreur:
        lire_chiffres(ecrire(tmp_path / "2021", [c for c in COLONNES if c != "ecart"]))
    exiger_un_remede(erreur.value, "indicateurs.csv")
