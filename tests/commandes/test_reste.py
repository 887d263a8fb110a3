"""`cil` alone: what it says is there and missing, and that each command it gives is one that can be typed."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from cil_analysis import a_coller
from cil_analysis import commandes as cli
from cil_analysis.commandes.commun import dire_si_le_bilan_est_ancien
from cil_analysis.commandes.reste import objectifs_a_renseigner
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.objectifs import charger_objectifs, en_vigueur
from commande import RACINE, echoue, lancer_ici
from commande import modele as modele
from messages import exiger_du_francais, lisible

ANNEE = 2022


def dit(dossier: Path, *arguments: object) -> str:
    """What `cil` alone says, with ordinary spaces; each of its commands is understood by the parser."""
    sortie = lancer_ici(*arguments, dossier=dossier)
    assert (sortie.returncode, sortie.stderr) == (0, "")
    texte = exiger_du_francais(sortie.stdout)
    commandes = re.findall(r" : cil (.+)$", texte, re.M)
    assert commandes
    for commande in commandes:
        mots = shlex.split(commande.replace("AAAA", str(ANNEE)))
        if mots[-1] != "--help" and mots[-1] != "DOSSIER":
            assert cli.analyseur_des_commandes().parse_args(mots).commande, commande
    return texte


@pytest.fixture
def projet(modele: Path, tmp_path: Path) -> Path:
    """A project of its own, in a folder whose name a console would cut, without data."""
    dossier = tmp_path / "l’été de l'an (deux)"
    shutil.copytree(modele / "data" / "reference", dossier / "data" / "reference")
    shutil.copytree(modele / "notebooks", dossier / "notebooks")
    (dossier / "data" / "raw").mkdir()
    return dossier


def importer(
    projet: Path, extrait: str, annee: int, le: str = "2023-01-05T10:00:00+01:00", agreges: tuple[str, ...] = ()
) -> None:
    """What an import leaves for `cil` to read: its journal."""
    ranges = ("conservees", "rejetees", "doublons", "hors_perimetre", "ignorees")
    journal = {
        "extrait": extrait, "annee": annee, "importe_le": le, "fichiers": [{"nom": f"{extrait}.csv", "sha256": "0"}],
        "comptes": dict.fromkeys(("lues", *ranges), 0), "motifs": {nom: {} for nom in ranges[1:]}, "constats": {},
        "anomalies": 0, "colonnes": {"reconnues": [], "entetes": {}}, "manquants": {},
    }  # fmt: skip
    journal |= {"extraits": list(agreges)} if agreges else {}
    chemin = projet / "data" / "processed" / "journal" / f"{extrait}-{annee}.json"
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_text(json.dumps(journal), encoding="utf-8")


def test_hors_d_un_projet_les_deux_facons_de_commencer(tmp_path: Path) -> None:
    texte = dit(tmp_path)
    assert f"Aucun projet dans {tmp_path}" in texte
    assert re.search(rf"cil --projet \"?{re.escape(str(RACINE))}\"? exemple --bilan\n", texte)
    assert "nouveau DOSSIER --epci SIREN --contours FICHIER\n" in texte


def test_un_projet_neuf_commence_par_ses_fichiers(projet: Path) -> None:
    assert "cil importer FICHIER --annee AAAA\n" in dit(projet)
    assert "cil nouveau" not in dit(projet), "it is not a clone of the repository"
    (projet / "pyproject.toml").touch()
    assert "si ce n’est pas Le Mans Métropole : cil nouveau --help\n" in dit(projet), "that of one EPCI"
    # From elsewhere the project is named in each command.
    assert f'cil --projet "{projet}" importer FICHIER' in dit(projet.parent, "--projet", projet)


def test_de_partout_ailleurs_une_commande_dite_nomme_le_projet(projet: Path) -> None:
    """Pasted as it is, it would act on the project of the current folder."""
    for dite in (("bilan", "--annee", ANNEE), ("secret", "--annee", ANNEE), ("objectifs", "--annee", ANNEE)):
        dit = echoue(lancer_ici("--projet", projet, *dite, dossier=projet.parent))
        assert re.findall(r'« cil (?:--projet (".*?") )?[a-z]', dit) == [f'"{projet}"'], dite
    modele = projet / "objectifs.xlsx"
    dit = lisible(lancer_ici("objectifs", "--modele", modele, "--projet", projet.name, dossier=projet.parent).stdout)
    assert f' : cil --projet "{projet.name}" objectifs --importer "{modele}"\n' in dit
    assert " : cil objectifs --importer " in lisible(
        lancer_ici("objectifs", "--modele", "autre.xlsx", dossier=projet).stdout
    )


@pytest.mark.parametrize(
    ("systeme", "chemin", "ecrit"),
    [("posix", "l'été/mes baux.csv", '"l\'été/mes baux.csv"'), ("posix", "$HOME/a.csv", "'$HOME/a.csv'"),
     ("nt", r"C:\Données\l'été (2)\baux.csv", '"C:\\Données\\l\'été (2)\\baux.csv"'), ("nt", r"D:\a.csv", "D:\\a.csv")],
)  # fmt: skip
def test_un_chemin_se_colle_dans_la_console(
    monkeypatch: pytest.MonkeyPatch, systeme: str, chemin: str, ecrit: str
) -> None:
    """That of Windows reads a backslash as it is, and no simple quotes."""
    monkeypatch.setattr(a_coller, "os", SimpleNamespace(name=systeme))
    assert a_coller.argument(chemin) == ecrit


def test_ce_qui_manque_a_chaque_annee(projet: Path) -> None:
    for annee in (2019, 2020, 2021, 2022, 2024):
        importer(projet, "attributions", annee)
    importer(projet, "demandes", 2024)
    importer(projet, "demandes", 2025)
    texte = dit(projet)
    assert "  2019-2022 : attributions\n" in texte and "  2024 : attributions et demandes\n" in texte
    assert re.search(r"2025 : attributions manquantes, .* : cil importer FICHIER --annee 2025\n", texte)
    # The thresholds that the reference data has for 2024 alone.
    assert re.search(r"2019-2022 : seuils Q1, Q2 et Q3 à renseigner, .* : cil seuils --annee 2022 --q1", texte)
    assert re.search(r"2024 : \d+ objectifs à renseigner : cil objectifs --modele", texte)
    assert "2024 : bilan à produire : cil bilan --annee 2024\n" in texte and "bilan --annee 2022" not in texte


def test_des_tableaux_agreges_tiennent_lieu_d_attributions(projet: Path) -> None:
    importer(projet, "demandes", ANNEE)
    importer(projet, "agregats", ANNEE, agreges=("attributions",))
    texte = dit(projet)
    assert f"  {ANNEE} : tableaux agrégés (attributions) et demandes\n" in texte
    assert "manquantes" not in texte and f"{ANNEE} : bilan à produire : cil bilan --annee {ANNEE}\n" in texte
    assert re.search(rf"{ANNEE} : à importer si vous les avez, (?!.*(attributions|demandes)).* : cil importer", texte)


def test_un_projet_de_plusieurs_epci_les_produit_tous(projet: Path) -> None:
    (projet / "data/reference/territory/epci.csv").touch()
    importer(projet, "attributions", ANNEE)
    texte = dit(projet)
    assert f"{ANNEE} : à importer si vous les avez, demandes, " in texte
    assert " : cil seuils\n" in texte and "objectif" not in texte
    assert f"bilans à produire : cil bilan --tous --annee {ANNEE}\n" in texte
    (projet / "reports").mkdir()
    (projet / "reports" / f"{ANNEE}.html").touch()
    texte = dit(projet)
    assert f"  {ANNEE} : {Path('reports') / f'{ANNEE}.html'}\n" in texte and "cil bilan" not in texte


def test_un_bilan_plus_vieux_que_ses_donnees_se_dit(projet: Path) -> None:
    """By the journal of the bilan: the one that stands as it would be made is in test_un_bilan.py."""
    importer(projet, "attributions", ANNEE)
    journal = json.loads((projet / f"data/processed/journal/attributions-{ANNEE}.json").read_text(encoding="utf-8"))
    fait = projet / "reports" / str(ANNEE)
    fait.mkdir(parents=True)
    (fait / "bilan.html").touch()
    (fait / "journal.json").write_text(
        json.dumps({"entrees": [journal], "annees": [ANNEE], "empreinte_references": "autre"}), encoding="utf-8"
    )
    texte = dit(projet)
    assert f"bilan à refaire (les référentiels ont changé depuis) : cil bilan --annee {ANNEE}\n" in texte
    assert f"à ouvrir dans un navigateur :\n  {ANNEE} : {Path('reports') / str(ANNEE) / 'bilan.html'}\n" in texte
    dite = r"Depuis le bilan 2022, les référentiels ont changé.* Un refus\.$"
    with pytest.raises(ErreurCIL, match=dite), dire_si_le_bilan_est_ancien(ouvrir_projet(projet), ANNEE):
        raise ErreurCIL("Un refus.")
    importer(projet, "attributions", ANNEE, "2023-02-01T10:00:00+01:00")
    assert "(les données ont changé depuis)" in dit(projet)
    importer(projet, "attributions", ANNEE)
    importer(projet, "demandes", ANNEE)
    assert "(les données ont changé depuis)" in dit(projet)


def test_les_objectifs_a_renseigner_sont_ceux_que_suit_le_bilan(tmp_path: Path) -> None:
    """One that a later one replaces is counted until that day, one of a year for that year."""
    modele = (RACINE / "data/reference/parameters/objectifs.csv").read_text(encoding="utf-8").splitlines()
    vide = next(ligne for ligne in modele if ligne.startswith("CIA-O01-COMMUNE,"))
    autre = vide.replace("CIA-O01-COMMUNE,", "AVENANT,", 1).replace("2018-01-01", "01/07/2020")
    cellules = autre.split(",")
    cellules[modele[0].split(",").index("remplace")] = "CIA-O01-COMMUNE"
    annuel = vide.replace("CIA-O01-COMMUNE,", "ANNUEL,", 1).split(",")
    annuel[modele[0].split(",").index("annee")] = "2021"
    (tmp_path / "objectifs.csv").write_text("\n".join([*modele, ",".join(cellules), ",".join(annuel)]), "utf-8")
    objectifs = charger_objectifs(tmp_path)
    comptes = []
    for annee in range(2016, 2027):
        vigueur = en_vigueur(objectifs, annee)
        comptes.append(objectifs_a_renseigner(tmp_path, annee))
        assert comptes[-1] == int(pd.isna(vigueur["valeur"]).sum()), annee
    assert len(set(comptes)) > 3


def test_aucune_bibliotheque_lourde_n_est_chargee(projet: Path) -> None:
    importer(projet, "attributions", ANNEE)
    (projet / "reports" / str(ANNEE)).mkdir(parents=True)
    (projet / "reports" / str(ANNEE) / "bilan.html").touch()
    programme = "import sys; from cil_analysis.commandes import main; main([]); print(*sys.modules)"
    env = {"PYTHONPATH": str(RACINE / "src")}
    fait = subprocess.run([sys.executable, "-c", programme], cwd=projet, env=env, capture_output=True, check=True)
    charges = set(fait.stdout.decode("utf-8").splitlines()[-1].split())
    assert "cil_analysis.commandes.reste" in charges
    assert not charges & {"pandas", "numpy", "pyarrow", "duckdb", "geopandas", "matplotlib", "openpyxl"}
