"""The dictionaries of columns, as they are shipped and as a spreadsheet set to French writes them back."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.columns import Dictionnaire, charger_dictionnaires

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


@pytest.mark.parametrize(
    ("avant", "apres", "motif"),
    [
        ("unite,nomenclature,", "unite,liste,", "colonne absente : nomenclature"),
        ("Bailleur,code,", "Bailleur,texte,", "« type » vaut « texte »"),
        (",16,110,", ",seize,110,", "« seize » n’est pas un nombre"),
        ("Aucun=VIDE|", "Aucun=|", "« Aucun= » de la colonne « libelles » n’est pas compris"),
        ("gardee,,Le logement est situé", "gardee,Zone=ZUS,Le logement est situé", "(OUI, NON, VIDE ici)"),
        ("|Organisme bailleur", "|Organisme bailleur|Contingent", "désigne à la fois"),
        (",règle du projet (D10),C,,,", ",règle du projet (D10),C,Délai,,", "« delai_mois » est calculée"),
        (",règle du projet (D10),C,", ",règle du projet (D10),oui,", "« oui » inconnu dans la colonne confiance"),
        ("Numéro unique,identifiant,", "Numéro unique,cle,", "« numero_unique » est une clé"),
        ("16,110,999,gardee", "16,110,999,jetee", "« conservation » vaut « jetee »"),
    ],
)
def test_un_dictionnaire_fautif_se_dit(dossier: Path, avant: str, apres: str, motif: str) -> None:
    chemin = dossier / "columns" / "attributions.csv"
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres, 1), encoding="utf-8")
    with pytest.raises(ErreurCIL) as erreur:
        charger(dossier, "attributions")
    message = str(erreur.value).replace("\u202f", " ").replace("\u00a0", " ")
    assert motif in message and "attributions.csv" in message


def test_les_sentinelles_sont_les_nombres_de_la_colonne(reference: Path) -> None:
    parc = charger(reference, "parc").colonnes
    assert parc["surface_m2"].sentinelles == ("0", "999")
    assert charger(reference, "attributions").colonnes["taille_menage"].sentinelles == ("99", "999")
    assert parc["bailleur"].sentinelles == ()


def test_une_colonne_calculee_n_a_pas_d_en_tete(reference: Path) -> None:
    attributions = charger(reference, "attributions")
    assert attributions.colonnes["delai_mois"].conservation == "derivee"
    assert "delai_mois" not in attributions.entetes.values()


def test_une_cle_ne_s_ecrit_jamais(reference: Path) -> None:
    logement = charger(reference, "parc").colonnes["identifiant_logement"]
    assert (logement.type, logement.conservation) == ("cle", "transitoire")


def test_les_en_tetes_gardent_leur_ecriture_par_millesime(reference: Path) -> None:
    parc = charger(reference, "parc")
    assert list(parc.millesimes) == ["usuels", "rpls_2016", "rpls_2020", "rpls_2025", "rpls_securise"]
    assert parc.millesimes["rpls_2025"]["financement"] == ("FINAN_CODE",)
    assert "identifiant_logement" not in parc.millesimes["rpls_2020"]
