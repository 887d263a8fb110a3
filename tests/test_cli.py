"""The `cil` command, as a colleague types it: exit codes, French, and nothing changed by a command that fails."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from commande import RACINE, Sortie, echoue, lancer
from commande import modele as modele
from messages import exiger_du_francais, lisible

Lancer = Callable[..., Sortie]


# --- Help and usage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "commande",
    ["", "exemple", "verifier", "importer", "bilan", "indicateurs", "objectifs", "qualite", "explorer"],
)
def test_l_aide_est_en_francais(tmp_path: Path, commande: str) -> None:
    sortie = lancer(*commande.split(), "--help", dossier=tmp_path)
    assert sortie.returncode == 0 and sortie.stderr == ""
    assert sortie.stdout.startswith(f"usage\u202f: cil {commande}".strip())
    assert "afficher cette aide" in sortie.stdout and "--projet DOSSIER" in sortie.stdout
    exiger_du_francais(sortie.stdout)


@pytest.mark.parametrize(
    ("arguments", "attendu"),
    [
        ((), "il manque : COMMANDE"),
        (("publier",), "« publier » n’est pas admis"),
        (("bilan",), "il manque : --annee"),
        (("importer", "--annee", "2022"), "il manque : FICHIER"),
        (("verifier", "--annee", "2022"), "il manque : FICHIER"),
        (("verifier", "a.csv"), "il manque : --annee"),
        (("bilan", "--annee"), "une valeur est attendue"),
        (("bilan", "--annee", "deux"), "--annee : attendu une année"),
        (("bilan", "--annee", "99999"), "--annee : attendu une année"),
        (("objectifs",), "il manque l’un de : --annee --modele --importer"),
        (("objectifs", "--annee", "2022", "--attendues", "0"), "entier et positif"),
        (("objectifs", "--annee", "2022", "--attendues", "mille"), "entier et positif"),
        (("indicateurs", "--annee", "0"), "--annee : attendu une année"),
        (("bilan", "--annee", "2022", "--moteur", "word"), "« word » n’est pas admis (choix : auto, quarto, interne)"),
        (("bilan", "--annee", "2022", "--zut"), "argument inconnu : --zut"),
        (("indicateurs", "--annee", "2022", "--interne=3"), "valeur inattendue"),
        (("exemple", "--annees", "2022-2018"), "période croissante"),
        (("exemple", "--annees", "18-22"), "attendu AAAA ou AAAA-AAAA"),
        (("exemple", "--annees", "2018-2099"), "20 ans au plus"),
        (("exemple", "--graine", "-1"), "--graine"),
        (("exemple", "--graine", "x"), "entier positif"),
    ],
)
def test_un_mauvais_usage_sort_en_2_en_francais(tmp_path: Path, arguments: tuple[str, ...], attendu: str) -> None:
    sortie = lancer(*arguments, dossier=tmp_path)
    message = echoue(sortie, 2)
    assert message.startswith("usage : cil") and attendu in message


# --- The project ----------------------------------------------------------------------------------------------------


def test_sans_projet_la_commande_dit_quoi_faire(tmp_path: Path) -> None:
    assert "--projet" in echoue(lancer("bilan", "--annee", 2022, dossier=tmp_path))
    assert "n’est pas un projet" in echoue(lancer("--projet", "ailleurs", "bilan", "--annee", 2022, dossier=tmp_path))


def test_un_projet_sans_donnees_se_dit(modele: Path) -> None:
    message = echoue(lancer("bilan", "--annee", 2022, dossier=modele))
    assert "2022" in message and "cil importer" in message
    assert not (modele / "reports" / "2022").exists()


def test_un_dossier_qui_ne_peut_etre_ecrit_se_dit(modele: Path, tmp_path: Path) -> None:
    shutil.copytree(modele / "data", tmp_path / "data")
    (tmp_path / "exemple").write_text("un fichier, et non un dossier", encoding="utf-8")
    sortie = lancer("exemple", dossier=tmp_path)
    assert sortie.returncode == 1 and "Traceback" not in sortie.stderr
    assert "Erreur\u202f: " in sortie.stderr and "exemple" in sortie.stderr and "ni lu ni écrit" in sortie.stderr


@pytest.fixture
def neuf(modele: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real project of its own, without data or key."""
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(tmp_path / "cles"))
    shutil.copytree(modele / "data" / "reference", tmp_path / "neuf" / "data" / "reference")
    return tmp_path / "neuf"


def ecrire_baux(chemin: Path, *lignes: str) -> Path:
    chemin.write_text("\n".join(["N° unique;Date du bail;Commune;Bailleur;Âge", *lignes]) + "\n", encoding="utf-8")
    return chemin


def test_l_import_dit_ses_anomalies_et_quoi_ajouter(neuf: Path, tmp_path: Path) -> None:
    baux = ecrire_baux(
        tmp_path / "a.csv",
        *(f"072{i:011d}TEST;15/03/2022;Le Mans;LMH;30" for i in range(100, 160)),
        *(f"072{i:011d}TEST;15/03/2022;Le Mans;Office Inventé;MOT LIBRE" for i in range(10, 15)),
        f"072{20:011d}TEST;15/03/2022;Le Mans;Mme 06 11 22 33 44;30",
        f"072{21:011d}TEST;15/03/2021;Le Mans;LMH;30",
        f"072{22:011d}TEST;;Le Mans;LMH;30",
    )
    sortie = lancer("importer", baux, "--annee", 2022, dossier=neuf)
    assert (sortie.returncode, sortie.stdout) == (0, "")
    exiger_du_francais(sortie.stderr)
    lignes = [ligne.strip() for ligne in lisible(sortie.stderr).splitlines()]
    assert lignes.pop(1).startswith("clé de pseudonymisation créée : ") and "rapprochées" in lignes.pop(1)
    assert lignes == [
        "Attributions 2022 : 69 lignes lues = 66 conservées + 1 rejetée + 0 doublon + 1 hors périmètre + 1 ignorée.",
        "rejet : « Date de signature du bail » : valeur absente ou illisible (1)",
        "hors périmètre : autre année (1)",
        "12 anomalies :",
        "« Bailleur » : 6 valeurs écartées (lignes 62, 63, 64, …)",
        "« Âge du demandeur » : 5 valeurs écartées (lignes 62, 63, 64, …)",
        "« Date de signature du bail » : 1 ligne rejetée (ligne 69)",
        "attention : des cellules remplies ne se lisent pas, et manquent aux chiffres :",
        "« Bailleur » : 6 cellules illisibles sur 66 remplies",
        "« Office Inventé » (5) : aucun code proche, parmi LMH, SH",
        "(si aucun code ne convient, une ligne de plus dans data/reference/nomenclatures/bailleurs.csv)",
        "autres, à lire dans le fichier : ligne 67",
        "« Âge du demandeur » : 5 cellules illisibles sur 66 remplies",
        "à lire dans le fichier : lignes 62, 63, 64, 65, 66",
        f"Pour les voir tous : cil libelles {baux} --extrait attributions",
        f"Pour les inscrire (VIDE : non renseigné) : cil libelles {baux} --extrait attributions --accepter "
        '"bailleur:Office Inventé=CODE"',
        f"Pour une liste à remplir : cil libelles {baux} --extrait attributions --vers liste.xlsx",
        f"Pour inscrire la liste remplie : cil libelles {baux} --extrait attributions --depuis liste.xlsx",
    ]
    assert b"MOT LIBRE" not in b"".join(c.read_bytes() for c in neuf.rglob("*") if c.is_file())

    autre = ecrire_baux(tmp_path / "b.csv", f"072{1:011d}TEST;15/03/2022;Le Mans;LMH;30")
    sortie = lancer("importer", autre, "--annee", 2022, dossier=neuf)
    assert re.search(r"remplace l’import du \d\d/\d\d/\d{4} à \d\d h \d\d\n", lisible(sortie.stderr))
    assert "anomalie" not in sortie.stderr


def test_la_qualite_d_une_annee_qui_n_a_que_des_demandes(neuf: Path, tmp_path: Path) -> None:
    fichier = tmp_path / "d.csv"
    fichier.write_text(f"N° unique;Commune souhaitée;Âge\n072{1:011d}TEST;Le Mans;\n", encoding="utf-8")
    assert lancer("importer", fichier, "--annee", 2022, dossier=neuf).returncode == 0
    sortie = lancer("qualite", "--annee", 2022, dossier=neuf)
    assert sortie.returncode == 0, sortie.stderr
    lignes = lisible(sortie.stdout).splitlines()
    assert lignes[:3] == [
        "Qualité des données de 2022 – usage interne : effectifs bruts, ne pas diffuser",
        "",
        "Demandes actives 2022 : 1 ligne conservée sur 2.",
    ]
    assert ["Âge", "du", "demandeur", "0,0"] in [ligne.split() for ligne in lignes]
    assert "  0 anomalie." in lignes
    assert lignes[-1].startswith("Sans import pour 2022 : Attributions, ")


def test_un_import_refuse_ne_laisse_pas_de_cle(neuf: Path, tmp_path: Path) -> None:
    baux = ecrire_baux(tmp_path / "a.csv")
    message = echoue(lancer("importer", baux, "--annee", 2022, dossier=neuf))
    assert "aucune ligne de données" in message
    assert not (tmp_path / "cles").exists()


def test_une_page_de_methode_absente_se_dit(tmp_path: Path) -> None:
    sortie = lancer("methode", tmp_path / "methode.md", dossier=RACINE)
    assert sortie.returncode == 1 and "n’existe pas" in sortie.stderr and "Errno" not in sortie.stderr
    assert not (tmp_path / "methode.md").exists()
