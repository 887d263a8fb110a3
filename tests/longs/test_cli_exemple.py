"""The `cil` command on the example: what it counts, refuses and leaves as it was."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis import Projet as ProjetExplore
from cil_analysis.project import Projet, ouvrir_projet
from commande import echoue, lancer
from commande import modele as modele
from messages import lisible


def arbre(dossier: Path) -> dict[str, str]:
    return {str(c.relative_to(dossier)): hashlib.sha256(c.read_bytes()).hexdigest()
            for c in sorted(dossier.rglob("*")) if c.is_file()}  # fmt: skip


@pytest.fixture(scope="module")
def atelier(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """A copy of the example with its last two years, which commands may change."""
    dossier = tmp_path_factory.mktemp("atelier") / "projet"
    shutil.copytree(exemple.racine, dossier)
    for annee in (2018, 2019, 2020):
        for partition in (dossier / "data/processed").rglob(f"annee={annee}"):
            shutil.rmtree(partition)
    shutil.copytree(exemple.carnets, dossier / "notebooks")
    return ouvrir_projet(dossier)


def test_projet_se_donne_avant_ou_apres_la_commande(exemple: Projet, tmp_path: Path) -> None:
    dedans = lancer("qualite", "--annee", 2022, dossier=exemple.racine)
    avant = lancer("--projet", exemple.racine, "qualite", "--annee", 2022, dossier=tmp_path)
    apres = lancer("qualite", "--annee", 2022, "--projet", exemple.racine, dossier=tmp_path)
    assert dedans.returncode == avant.returncode == apres.returncode == 0
    assert dedans.stdout == avant.stdout == apres.stdout


@pytest.mark.parametrize("commande", ["bilan", "indicateurs", "objectifs", "qualite"])
def test_une_annee_sans_donnees_sort_en_1_et_dit_les_annees(atelier: Projet, commande: str) -> None:
    avant = arbre(atelier.racine)
    message = echoue(lancer(commande, "--annee", 2031, dossier=atelier.racine))
    assert "2031" in message and "cil importer" in message and "2021, 2022" in message
    assert arbre(atelier.racine) == avant


# --- cil importer ---------------------------------------------------------------------------------------------------


def mauvais(dossier: Path) -> dict[str, Path]:
    """Files that are no extract."""
    fichiers = {nom: dossier / nom for nom in ("vide.xlsx", "note.xlsx", "texte.csv", "protege.xlsx", "vide.csv")}
    fichiers["note.xlsx"].write_text("ceci n’est pas un classeur", encoding="utf-8")
    fichiers["texte.csv"].write_text("bonjour;au revoir\n1;2\n", encoding="utf-8")
    fichiers["vide.csv"].write_bytes(b"")
    # An encrypted workbook is an OLE file with an EncryptedPackage: its signature and the stream's name are enough.
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    fichiers["protege.xlsx"].write_bytes(ole + "EncryptedPackage".encode("utf-16-le") + bytes(4096))
    with zipfile.ZipFile(fichiers["vide.xlsx"], "w") as archive:
        archive.writestr("a.txt", "")
    return fichiers


@pytest.mark.parametrize("nom", ["vide.xlsx", "note.xlsx", "texte.csv", "protege.xlsx", "vide.csv", "absent.xlsx"])
def test_un_fichier_qui_n_est_pas_un_extrait_est_refuse_sans_rien_changer(
    atelier: Projet, tmp_path: Path, nom: str
) -> None:
    mauvais(tmp_path)
    avant = arbre(atelier.racine)
    message = echoue(lancer("importer", tmp_path / nom, "--annee", 2022, dossier=atelier.racine))
    assert nom in message
    if nom == "protege.xlsx":
        assert "mot de passe" in message
    assert arbre(atelier.racine) == avant


def test_un_dossier_ou_un_extrait_inconnu_est_refuse(atelier: Projet) -> None:
    assert "data/raw" in echoue(lancer("importer", "data/raw", "--annee", 2022, dossier=atelier.racine))
    fichier = atelier.brut / "attributions-2022.xlsx"
    message = echoue(lancer("importer", fichier, "--annee", 2022, "--extrait", "baux", dossier=atelier.racine))
    assert "« baux »" in message


def test_un_second_import_identique_est_reconnu_et_ne_change_rien(atelier: Projet) -> None:
    avant = arbre(atelier.racine)
    sortie = lancer("importer", atelier.brut / "attributions-2022.xlsx", "--annee", 2022, dossier=atelier.racine)
    assert sortie.returncode == 0
    assert "import identique déjà fait, rien n’a changé" in sortie.stderr
    assert arbre(atelier.racine) == avant


def test_l_extrait_d_une_autre_annee_est_hors_perimetre(atelier: Projet) -> None:
    avant = arbre(atelier.racine)
    sortie = lancer("importer", atelier.brut / "attributions-2021.xlsx", "--annee", 2019, dossier=atelier.racine)
    assert sortie.returncode == 1, sortie.stderr
    assert "Traceback" not in sortie.stderr and "2019" in sortie.stderr
    assert arbre(atelier.racine) == avant


# --- cil indicateurs ------------------------------------------------------------------------------------------------


def test_les_indicateurs_sont_ceux_du_bilan(un_an: Projet, tmp_path: Path) -> None:
    sortie = lancer("indicateurs", "--annee", 2022, dossier=un_an.racine, vers=tmp_path / "i.csv")
    assert sortie.returncode == 0 and sortie.stderr == ""
    assert (tmp_path / "i.csv").read_bytes() == (un_an.rapports / "2022" / "indicateurs.csv").read_bytes()


def test_interne_est_refuse_sous_reports_et_ailleurs_demasque(atelier: Projet, tmp_path: Path) -> None:
    arguments = ("indicateurs", "--annee", 2022, "--interne")
    sous = atelier.rapports / "2022" / "x.csv"
    sortie = lancer(*arguments, dossier=atelier.racine, vers=sous)
    assert sortie.returncode == 1 and "reports/" in sortie.stderr and "Traceback" not in sortie.stderr
    assert sous.read_text(encoding="utf-8") == ""
    sous.unlink()
    # Under the reports of another project too; a folder that is merely called reports is nobody's.
    (tmp_path / "autre/data/reference").mkdir(parents=True)
    (tmp_path / "autre/data/reference/projet.yml").touch()
    for dossier, code in ((tmp_path / "autre/reports/2022", 1), (tmp_path / "reports", 0)):
        dossier.mkdir(parents=True)
        sortie = lancer(*arguments, dossier=atelier.racine, vers=dossier / "x.csv")
        assert sortie.returncode == code, dossier
    sortie = lancer(*arguments, dossier=atelier.racine, vers=tmp_path / "x.csv")
    assert sortie.returncode == 0
    assert lisible(sortie.stderr).strip() == "Version interne : secret statistique non appliqué, ne pas diffuser."
    public = (atelier.rapports / "2022" / "indicateurs.csv").read_text(encoding="utf-8").splitlines()
    interne = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()
    assert interne[0] == public[0]
    assert [x.split(",")[:7] for x in interne[1:]] == [
        x.split(",")[:7] for x in public[1:] if x.split(",")[1] in ("2021", "2022")
    ]
    assert not [ligne for ligne in interne if ",secret," in ligne]


def ecarts_retrouves(projet: Projet, lues: pd.DataFrame) -> int:
    """How many pairs of counts a reader finds again between two rules; none is a small one, of the public or not."""
    cles = ["indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]
    bilan = pd.read_csv(projet.rapports / "2022" / "indicateurs.csv", keep_default_na=False, dtype="str")
    publies = lues[lues["statut"].eq("publie") & lues["unite"].eq("pct")].astype("str").merge(bilan, on=cles)
    trouves = 0
    for ligne in publies[publies["statut_y"].eq("publie")].to_dict("records"):
        n, d, dite = int(ligne["numerateur"]), int(ligne["denominateur"]), float(ligne["valeur_selon_regle"])
        essais = ((round(dite * dd / 100), dd) for dd in range(d // 2, d + 1) if dd)
        possibles = [(nn, dd) for nn, dd in essais if float(f"{100 * nn / dd:.6g}") == dite and nn <= n]
        if len(possibles) == 1:
            ecart, autres = n - possibles[0][0], d - possibles[0][1] - (n - possibles[0][0])
            assert not 0 < ecart < 5 and not 0 < autres < 5, ligne
            trouves += 1
    return trouves


def test_ce_qu_une_autre_regle_changerait(un_an: Projet, tmp_path: Path) -> None:
    sortie = lancer(
        "indicateurs", "--annee", 2022, "--regle", "P3=hors_mutations", dossier=un_an.racine, vers=tmp_path / "r.csv"
    )
    assert sortie.returncode == 0 and "Usage interne" in sortie.stderr
    lues = pd.read_csv(tmp_path / "r.csv", keep_default_na=False)
    epci = lues[lues["indicateur"].eq("O01") & lues["perimetre_type"].eq("epci") & lues["acteur_type"].eq("")]
    baux = ProjetExplore(un_an.racine).attributions(2022, classes=True)
    baux = baux[baux["situation_qpv"].eq("HORS_QPV") & baux["est_dans_le_champ"]]
    vises = baux["quartile"].eq("Q1") | baux["est_relogement_ru"].fillna(False)
    autres = ~baux["est_mutation_interne"].fillna(False)
    attendus = 100 * vises.mean(), 100 * vises[autres].mean()
    assert 0 < autres.sum() < len(baux)
    assert [float(epci[c].iloc[0]) for c in ("valeur", "valeur_selon_regle")] == pytest.approx(attendus, abs=0.001)
    masquees = lues[lues["statut"].eq("secret")]
    assert len(masquees) > 0 and set(masquees["valeur_selon_regle"]) == set(masquees["difference"]) == {""}
    assert ecarts_retrouves(un_an, lues) > 20
    assert set(map(str, lues["annee"])) == {"2022"} and f"{len(lues)} chiffres changent" in lisible(sortie.stderr)


@pytest.mark.parametrize(
    ("regles", "attendu"),
    [
        (["P3=hors_mutations", "P3=incluses"], "donnée deux fois"),
        (["P3=jamais"], "hors_mutations"),
        (["O01=25"], "n’est pas lisible"),
    ],
)
def test_une_regle_mal_dite_est_refusee(un_an: Projet, regles: list[str], attendu: str) -> None:
    arguments = [mot for regle in regles for mot in ("--regle", regle)]
    sortie = lancer("indicateurs", "--annee", 2022, *arguments, dossier=un_an.racine)
    assert (sortie.returncode, sortie.stdout) == (1, "")
    assert attendu in lisible(sortie.stderr) and "Traceback" not in sortie.stderr


@pytest.mark.parametrize(
    "arguments", [("indicateurs", "--annee", 2022, "--regle", "P3=hors_mutations"), ("secret", "--annee", 2022)]
)
def test_ce_qui_est_a_usage_interne_ne_s_ecrit_pas_sous_reports(atelier: Projet, arguments: tuple[object, ...]) -> None:
    sous = atelier.rapports / "2022" / "interne.txt"
    sortie = lancer(*arguments, dossier=atelier.racine, vers=sous)
    assert sortie.returncode == 1 and "reports/" in sortie.stderr and sous.read_text(encoding="utf-8") == ""
    sous.unlink()


# --- cil objectifs --------------------------------------------------------------------------------------------------


def rangees(texte: str) -> dict[tuple[str, str], list[str]]:
    """Indicator and whom → the cells of its row."""
    lues, code = {}, ""
    for ligne in lisible(texte).splitlines():
        titre = re.match(r"([OV]\d\d\w?) – ", ligne)
        code = titre[1] if titre else code if ligne.strip() else ""
        cellules = re.split(r" {2,}", ligne.strip())
        if code and not titre and len(cellules) > 5 and cellules[0] != "Pour":
            lues[code, cellules[0]] = cellules[1:]
    return lues


def test_les_objectifs_publies_et_ce_qu_il_faudrait(un_an: Projet) -> None:
    with (un_an.rapports / "2022" / "indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        lignes = [x for x in csv.DictReader(flux) if x["annee"] == "2022"]
    suivies = [x for x in lignes if x["resultat"]]
    total = next(int(x["numerateur"]) for x in lignes if x["indicateur"] == "V01" and x["perimetre_type"] == "epci")
    attendues = total + 400
    sortie = lancer("objectifs", "--annee", 2022, "--attendues", attendues, dossier=un_an.racine)
    assert sortie.returncode == 0 and sortie.stderr == ""
    lues = rangees(sortie.stdout)
    assert len(lues) == len(suivies) and "Données fictives" in sortie.stdout
    epci = next(
        x for x in suivies if x["indicateur"] == "O01" and x["perimetre_type"] == "epci" and not x["acteur_code"]
    )
    n, d = int(epci["numerateur"]), int(epci["denominateur"])
    restent = (400 * d * 2 + total) // (2 * total)
    faut = next(x for x in range(restent + 1) if 4 * (n + x) >= d + restent)  # the law's quarter
    assert lues["O01", un_an.epci_nom_court][-1] == f"{faut} des {restent}"
    sans_chiffre = {
        x["perimetre_code"] for x in suivies if x["statut"] == "secret" and x["perimetre_type"] == "commune"
    }
    assert sans_chiffre and sum(cellules[1] == "s" for cellules in lues.values()) >= len(sans_chiffre)
    masquees = [cellules for cellules in lues.values() if cellules[1] == "s"]
    assert all(set(cellules[1:]) <= {"s", "–", "atteint", "non atteint"} for cellules in masquees)
    dits = {x["resultat"].replace("_", " ") for x in suivies if x["statut"] == "secret"} - {"non calculable"}
    assert dits == {c for cellules in masquees for c in cellules[1:]} - {"s", "–"}, "results that may be told (D19)"
    assert "1 objectif à renseigner" in lisible(sortie.stdout) and "LOI-O04-PPRIOR" in sortie.stdout
    peu = lancer("objectifs", "--annee", 2022, "--attendues", 10, dossier=un_an.racine)
    assert peu.returncode == 0 and "vérifiez ce nombre" in peu.stdout
    sans = lancer("objectifs", "--annee", 2022, dossier=un_an.racine)
    assert "previsions.yml" in sans.stdout and all(len(c) == 5 for c in rangees(sans.stdout).values())


def test_les_objectifs_internes_sont_refuses_sous_reports(atelier: Projet, tmp_path: Path) -> None:
    sous = atelier.rapports / "2022" / "o.txt"
    sortie = lancer("objectifs", "--annee", 2022, "--interne", dossier=atelier.racine, vers=sous)
    assert sortie.returncode == 1 and "reports/" in sortie.stderr and sous.read_text(encoding="utf-8") == ""
    sous.unlink()
    sortie = lancer("objectifs", "--annee", 2022, "--interne", dossier=atelier.racine, vers=tmp_path / "o.txt")
    assert sortie.returncode == 0
    assert lisible(sortie.stderr).strip() == "Version interne : secret statistique non appliqué, ne pas diffuser."
    texte = (tmp_path / "o.txt").read_text(encoding="utf-8")
    assert "Version interne, ne pas diffuser." in texte
    assert not [cellules for cellules in rangees(texte).values() if cellules[1] == "s"]


# --- cil qualite, cil bilan, cil exemple ----------------------------------------------------------------------------


def test_la_qualite_dit_comptes_manquants_et_anomalies(exemple: Projet) -> None:
    sortie = lancer("qualite", "--annee", 2022, dossier=exemple.racine)
    assert sortie.returncode == 0 and sortie.stderr == ""
    texte = sortie.stdout
    assert re.search(r"Attributions 2022\u202f: \d\u202f\d{3}\u00a0lignes conservées sur \d\u202f\d{3}\.", texte)
    assert re.search(r"Âge du demandeur  +(\d+,\d +){5}[+−]?\d,\d\n", texte), "five years, and the last change"
    assert "\u00a0anomalies\u202f:" in texte
    assert not re.search(r"[a-z]_[a-z]", texte), "labels, and no column names"
    assert not re.search(r"\d\.\d|\d %| :", texte)


def test_un_exemple_d_un_an(modele: Path) -> None:
    sortie = lancer("exemple", "--annees", "2020-2020", "--graine", 3, dossier=modele)
    assert sortie.returncode == 0 and "données fictives" in sortie.stdout
    bruts = {c.name for c in (modele / "exemple/data/raw").iterdir()} - {"DONNEES-FICTIVES.txt"}
    assert bruts == {
        "attributions-2020.xlsx", "demandes-2020.csv", "propositions-2020.csv", "radiations-2020.txt", "flux-2020.csv",
        "occupation-2020.csv", "parc-2020.csv",
    }  # fmt: skip
    assert not list((modele / "exemple/reports").glob("2*"))
    refus = echoue(lancer("exemple", dossier=modele / "exemple"))
    assert "déjà un projet d’exemple" in refus
