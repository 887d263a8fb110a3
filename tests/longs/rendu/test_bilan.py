"""What lies under reports/<année>/: the contract file, the journal, and a report replaced whole or not at all."""

from __future__ import annotations

import ast
import hashlib
import json
import math
import os
import re
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest_rendu import rendre

from cil_analysis.commandes.terminal import dire_le_systeme
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.rapport.pages import AUTRES
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu import bilan
from cil_analysis.rendu.mise_en_place import a_cote, mettre_en_place, reprendre, seul_a_ecrire
from cil_analysis.rendu.suivi import Production
from cil_analysis.secret.publication import relire_publication
from cil_analysis.secret.table_publiee import Publication
from cil_analysis.secret.transmission import transmettre
from exemple_produit import faire_le_bilan
from messages import exiger_un_remede
from page_lue import contrat
from registres import PAR_CODE

RACINE = Path(__file__).resolve().parents[3]
# The contract, as architecture.md writes it.
COLONNES = (
    "indicateur,annee,perimetre_type,perimetre_code,acteur_type,acteur_code,modalite,numerateur,denominateur,valeur,"
    "unite,statut,cible,sens,ecart,menages_manquants,resultat,cible_max"
)
CHIFFRES = ("numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "cible_max")
PAGES = {"bilan.html", "demande.html", "gestion-en-flux.html", "cotation.html", "occupation.html", "gouvernance.html",
         "methode.html"}  # fmt: skip
# And bilan.pdf: test_pdf.py.
FICHIERS = PAGES | {"bilan.xlsx", "indicateurs.csv", "journal.json"}
# Beside them: the home page, the sheets (test_fiches.py), what réservataires get (test_pages_particulieres.py).
AUTOUR = {"index.html", "communes", "bailleurs", "reservataires", ".fiches.json", ".bilan.json"}


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / "2022"


@pytest.fixture(scope="module")
def lignes(dossier: Path) -> list[dict[str, str]]:
    return contrat(dossier / "indicateurs.csv")


@pytest.fixture(scope="module")
def journal(dossier: Path) -> Any:
    return json.loads((dossier / "journal.json").read_text(encoding="utf-8"))


def empreintes(dossier: Path) -> dict[str, str]:
    return {c.name: hashlib.sha256(c.read_bytes()).hexdigest() for c in sorted(dossier.iterdir()) if c.is_file()}


def relu(projet: Projet) -> Rapport:
    """The figures that stand, instead of counting and protecting them again."""
    references = References(projet)
    return Rapport(references, relire_publication(references, 2022))


def copie(exemple: Projet, dossier: Path) -> Projet:
    """A project apart, with its own notebooks: what a test may break."""
    shutil.copytree(exemple.racine, dossier, ignore=shutil.ignore_patterns("raw"))
    shutil.copytree(exemple.carnets, dossier / "notebooks")
    return ouvrir_projet(dossier)


def test_les_pages_et_les_fichiers_y_sont_et_rien_d_autre(dossier: Path, exemple: Projet) -> None:
    assert {c.name for c in dossier.iterdir()} - {"bilan.pdf"} == FICHIERS | AUTOUR
    assert {c.name for c in exemple.rapports.iterdir()} == {"2022", "DONNEES-FICTIVES.txt"}


# --- indicateurs.csv ------------------------------------------------------------------------------------------------


def test_le_fichier_a_les_colonnes_du_contrat_en_utf_8(dossier: Path) -> None:
    octets = (dossier / "indicateurs.csv").read_bytes()
    assert octets.decode("utf-8").partition("\n")[0] == COLONNES
    assert not octets.startswith(b"\xef\xbb\xbf") and b"\r" not in octets and b";" not in octets


def test_une_ligne_masquee_perd_tous_ses_chiffres(lignes: list[dict[str, str]]) -> None:
    masquees = [ligne for ligne in lignes if ligne["statut"] == "secret"]
    assert masquees
    assert not [x for x in masquees if any(x[c] for c in (*CHIFFRES, "sens"))]
    assert {x["resultat"] for x in masquees} <= {"", "non_calculable", "atteint", "non_atteint"}


# O07 counts results of objectives, published ones alone; G… sessions, seats, documents: no households.
SANS_MENAGES = {"O07", *(code for code in PAR_CODE if code.startswith("G"))}
# What the landlords expect and the conventions reserve, and the stock: no household.
PUBLICS = {"F04", "F07", "F08", "F09", "F10P", "F12", "S01", "S01T", "S01F", "S01P", "S01E"}
# What dwellings were let, in all.
DES_LOGEMENTS = {"L01", "L02", "L02P", "L02C"}
HORS_DE_CENT = {"F05"}  # What is allocated, of what is reserved: it may be more.
# Read on the curve of Kaplan-Meier, or a median of shares: of so many households, but no share of a count.
ESTIMEES = {"D09", "R13"}


def decrit_un_logement(ligne: dict[str, str]) -> bool:
    """What a dwelling is, or that its quarter is not known: no household is told (D20)."""
    inconnue = ligne["indicateur"] == "T02" and ligne["modalite"] == "INCONNU"
    colonnes = {"est_en_qpv", "financement", "typologie", "type_construction", "periode_construction"}
    return inconnue or ligne["indicateur"] in DES_LOGEMENTS or (
        ligne["indicateur"] == "Q01" and ligne["modalite"] in colonnes
    )  # fmt: skip


def test_aucun_effectif_publie_n_est_sous_les_seuils(lignes: list[dict[str, str]], exemple: Projet) -> None:
    regles = yaml.safe_load((exemple.reference / "parameters/secret.yml").read_text(encoding="utf-8"))
    seuil, minimum = (next(iter(regles[nom]["values"].values()))["value"]
                      for nom in ("seuil_effectif", "denominateur_minimal"))  # fmt: skip
    for ligne in lignes:
        if ligne["statut"] == "publie" and ligne["indicateur"] not in SANS_MENAGES | PUBLICS:
            if decrit_un_logement(ligne):
                continue
            assert not 0 < float(ligne["numerateur"] or 0) < seuil
            if ligne["unite"] == "pct":
                assert float(ligne["denominateur"]) >= minimum
            if ligne["unite"] == "pct" and ligne["indicateur"] not in ESTIMEES | HORS_DE_CENT:
                assert not 0 < float(ligne["denominateur"]) - float(ligne["numerateur"]) < seuil


def test_les_chiffres_se_tiennent(lignes: list[dict[str, str]]) -> None:
    for ligne in lignes:
        if ligne["statut"] != "publie":
            assert not ligne["valeur"]
            continue
        valeur = float(ligne["valeur"])
        if ligne["unite"] == "pct":
            assert 0 <= valeur <= 100 or (ligne["indicateur"] in HORS_DE_CENT and valeur > 100)
        if ligne["indicateur"] in ESTIMEES:
            assert not ligne["numerateur"] and ligne["denominateur"]
        elif ligne["unite"] == "pct":
            assert valeur == pytest.approx(100 * float(ligne["numerateur"]) / float(ligne["denominateur"]))
        if ligne["unite"] == "mois":
            assert not ligne["numerateur"] and ligne["denominateur"]
        if ligne["cible"]:
            assert (ligne["cible_max"] != "") == (ligne["sens"] == "intervalle")
            bas = -math.inf if ligne["sens"] == "plafond" else float(ligne["cible"])
            haut = math.inf if ligne["sens"] == "plancher" else float(ligne["cible_max"] or ligne["cible"])
            atteint = bas <= valeur <= haut  # The example's objectives have no tolerance.
            borne = bas if ligne["sens"] == "plancher" or valeur < bas else haut
            voulu = 0 if ligne["sens"] == "intervalle" and atteint else valeur - borne
            assert float(ligne["ecart"]) == pytest.approx(voulu)
            assert ligne["resultat"] == ("atteint" if atteint else "non_atteint")
            assert (ligne["menages_manquants"] == "0") == atteint
        else:
            assert not ligne["ecart"] and not ligne["menages_manquants"] and not ligne["cible_max"]


def test_le_masquage_n_ote_que_ce_qu_il_faut(un_an: Projet, un_an_interne: Publication) -> None:
    """Unmasked and published figures are the same but for the masked rows, which do have figures to hide.

    Or none, in a table that has a small count: an empty one that is shown would tell what the others are. Or it would
    be of nobody, which the table that counts these households does not tell.
    """
    lignes = contrat(un_an.rapports / "2022" / "indicateurs.csv")
    interne = un_an_interne.en_table()
    assert len(interne) == len(lignes)
    tableau = ["indicateur", "annee", "perimetre_type", "perimetre_code"]
    petits = {tuple(x[c] for c in tableau) for x in interne.to_dict("records") if 0 < x["numerateur"] < 5}
    for ligne, (_, vraie) in zip(lignes, interne.iterrows(), strict=True):
        assert ligne["perimetre_code"] == vraie["perimetre_code"]
        if ligne["statut"] == "secret":
            menages = vraie["denominateur"] > 0 or vraie["numerateur"] > 0
            de_personne = vraie["statut"] == "non_calculable" and vraie["denominateur"] == 0
            assert menages or de_personne or tuple(vraie[c] for c in tableau) in petits, vraie.to_dict()
        elif ligne["valeur"] and ligne["indicateur"] not in SANS_MENAGES:
            assert float(ligne["valeur"]) == pytest.approx(vraie["valeur"])


# --- journal.json ---------------------------------------------------------------------------------------------------


def test_le_journal_rend_compte_de_chaque_fichier_recu_et_de_chaque_ligne(
    journal: dict[str, Any], exemple: Projet
) -> None:
    bruts = {c.name: hashlib.sha256(c.read_bytes()).hexdigest() for c in exemple.brut.glob("*-20*")
             if not c.name.endswith(".yml") and not c.name.startswith("relogements-")}  # fmt: skip
    sommes = {nom: None if nom.startswith(("flux", "occupation", "parc")) else somme for nom, somme in bruts.items()}
    assert {Path(f["nom"]).name: f.get("sha256") for e in journal["entrees"] for f in e["fichiers"]} == sommes
    # Four extracts of five years; two bilans of the flux, three surveys of occupants, and a file of the stock.
    assert len(bruts) == 20 + 2 + 3 + 1
    for entree in journal["entrees"]:
        comptes = dict(entree["comptes"])
        assert comptes.pop("lues") == sum(comptes.values())
        assert sum(entree["motifs"]["rejetees"].values()) == comptes["rejetees"]


def test_le_journal_dit_parametres_versions_et_masques_et_rien_de_la_machine(
    journal: dict[str, Any], lignes: list[dict[str, str]], exemple: Projet
) -> None:
    attendus = {f"{c.stem}.{nom}" for c in (exemple.reference / "parameters").glob("*.yml")
                for nom in yaml.safe_load(c.read_text(encoding="utf-8"))}  # fmt: skip
    attendus |= {f"seuils_quartiles.q{i}" for i in (1, 2, 3)}
    assert set(journal["parametres"]) == attendus and journal["parametres"]["secret.seuil_effectif"] == 5
    assert journal["annees"] == [2018, 2019, 2020, 2021, 2022]
    assert journal["donnees_fictives"] is True and journal["interne"] is False
    assert journal["empreinte_references"] == References(exemple).empreinte()
    assert journal["chiffres"]["masques"] == sum(x["statut"] == "secret" for x in lignes)
    assert all(re.match(r"\d", str(v)) for v in journal["versions"].values())
    assert str(exemple.racine.parent) not in json.dumps(journal)


# --- Rendering again ------------------------------------------------------------------------------------------------


# More than a year later, where the machine can lie about the time; in another time zone, with other hashes.
_PLUS_TARD = ["faketime", "-f", "+437d"] if shutil.which("faketime") else []
_AILLEURS = {"PYTHONPATH": str(RACINE / "src"), "PYTHONHASHSEED": "12345", "TZ": "Pacific/Auckland"}


def test_un_second_bilan_est_identique_a_l_octet_et_dit_son_avancement(
    exemple: Projet, dossier: Path, tmp_path: Path
) -> None:
    """No path, date or order of a set is in the pages, the workbook, the journal and the figures, counted again.

    The sheets stay, that index.html links.
    """
    projet = copie(exemple, tmp_path / "autre")
    for nom in (*PAGES, "bilan.xlsx", "journal.json", "bilan.pdf", "index.html"):
        (projet.rapports / "2022" / nom).unlink(missing_ok=True)
    fait = subprocess.run(
        [*_PLUS_TARD, sys.executable, "-m", "cil_analysis", "bilan", "--annee", "2022", "--moteur", "interne"],
        cwd=projet.racine / "data",  # The project is found above the current folder.
        env=os.environ | _AILLEURS,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert fait.returncode == 0, fait.stderr
    assert Path(fait.stdout.strip()) == projet.rapports / "2022" / "bilan.html"
    assert empreintes(projet.rapports / "2022") == empreintes(dossier)
    etapes = [etape.strip() for etape in fait.stderr.splitlines()]
    # The pages are made two at a time: each is told once, in no order but that the bilan is printed once laid out.
    assert len(etapes) > 10 and etapes.index("Mise en page") < etapes.index("Mise en PDF")
    assert len(set(etapes)) == len(etapes)
    assert set(etapes) > {f"Page faite\u202f: {page.titre}" for page in AUTRES}


@pytest.mark.parametrize("etage", ["grammaire", "comptage", "systemes", "secret", "rapport", "rendu"])
def test_rien_de_ce_qui_fait_un_bilan_ne_demande_l_heure(etage: str) -> None:
    """The dates of a bilan are those of the imports, which the journal keeps."""
    horloges = {"now", "utcnow", "today", "time", "localtime", "gmtime", "ctime"}
    modules = sorted((RACINE / "src" / "cil_analysis" / etage).rglob("*.py"))
    assert modules
    for chemin in modules:
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
            assert not (isinstance(noeud, ast.Attribute) and noeud.attr in horloges), (chemin.name, noeud.lineno)


def test_un_rendu_qui_echoue_laisse_le_rapport_precedent(
    exemple: Projet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    projet = copie(exemple, tmp_path / "casse")
    carnet = projet.carnets / "bilan_annuel.qmd"
    texte = carnet.read_text(encoding="utf-8").replace('rapport.entete("Bilan annuel des attributions")', "1 / 0")
    carnet.write_text(texte, encoding="utf-8")
    monkeypatch.setattr(bilan, "publier_annee", lambda *_, **__: relu(projet).publication)
    avant = empreintes(projet.rapports / "2022")
    with pytest.raises(ErreurCIL) as echec:
        faire_le_bilan(projet, Production(2022, "interne"))
    assert "bilan_annuel.qmd" in str(echec.value) and "ZeroDivisionError" in str(echec.value)
    assert empreintes(projet.rapports / "2022") == avant
    assert not list(projet.rapports.glob(".*"))


@pytest.mark.parametrize("arret", [PermissionError(13, "ouvert ailleurs"), KeyboardInterrupt()])
def test_un_classeur_tenu_ouvert_ou_un_arret_laisse_le_rapport_precedent_entier(
    arret: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a workbook open in a spreadsheet cannot be replaced: none of the files then changes or goes."""
    etape, dossier = tmp_path / "etape", tmp_path / "2022"
    for lieu, texte in ((etape, "neuf"), (dossier, "ancien")):
        lieu.mkdir()
        for nom in ("bilan.html", "bilan.xlsx", "journal.json"):
            (lieu / nom).write_text(texte)
    (dossier / "bilan.pdf").write_text("ancien")
    (etape / "indicateurs.csv").write_text("neuf")
    vrai = Path.replace

    def tenu(self: Path, cible: Path) -> Path:
        if self == etape / "bilan.xlsx":
            raise arret
        return vrai(self, cible)

    monkeypatch.setattr(Path, "replace", tenu)
    with pytest.raises(type(arret)):
        mettre_en_place(etape, dossier, retirer=["bilan.pdf"])
    assert {f.name: f.read_text() for f in dossier.iterdir()} == dict.fromkeys(
        ("bilan.html", "bilan.pdf", "bilan.xlsx", "journal.json"), "ancien"
    )


def test_un_classeur_qui_ne_peut_pas_revenir_non_plus_n_arrete_pas_les_autres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to put the old workbook back as well, where a spreadsheet holds it: it has not moved."""
    etape, dossier = tmp_path / "etape", tmp_path / "2022"
    noms = [*(f"{lettre}.html" for lettre in "abcdef"), "tenu.xlsx"]
    for lieu, texte in ((etape, "neuf"), (dossier, "ancien")):
        lieu.mkdir()
        for nom in noms:
            (lieu / nom).write_text(texte)
    vrai = Path.replace

    def tenu(self: Path, cible: Path) -> Path:
        if cible == dossier / "tenu.xlsx":
            raise PermissionError(13, "tenu ouvert", str(self), None, str(cible))
        return vrai(self, cible)

    monkeypatch.setattr(Path, "replace", tenu)
    with pytest.raises(PermissionError) as refus:
        mettre_en_place(etape, dossier)
    assert {f.name: f.read_text() for f in dossier.iterdir()} == dict.fromkeys(noms, "ancien")
    exiger_un_remede(dire_le_systeme(refus.value), dossier / "tenu.xlsx")
    # A killed run's are not forgotten because one of them is held: the next run says which.
    with pytest.raises(PermissionError):
        reprendre(etape, dossier)


def test_les_rapports_restent_a_qui_peut_lire_leur_dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows moves keeps the rights of the folder that it comes from; elsewhere, nobody looks there meanwhile."""
    for systeme, ferme in (("win32", False), ("linux", True)):
        monkeypatch.setattr(sys, "platform", systeme)
        with a_cote(tmp_path, tmp_path / "2022") as etape:
            assert (stat.S_IMODE(etape.stat().st_mode) == 0o700) == ferme


def test_ce_qu_un_rendu_tue_avait_mis_de_cote_revient(tmp_path: Path) -> None:
    """Killed between the moves: the previous page is in the folder of the run, one of the new files in its place."""
    reste, dossier = tmp_path / ".en-cours-2022-x", tmp_path / "2022"
    (reste / "anciens").mkdir(parents=True)
    dossier.mkdir()
    (reste / "anciens" / "bilan.html").write_text("ancien")
    (reste / "anciens" / "bilan.xlsx").write_text("ancien")
    (dossier / "bilan.xlsx").write_text("neuf")
    reprendre(reste, dossier)
    assert {f.name: f.read_text() for f in dossier.iterdir()} == {"bilan.html": "ancien", "bilan.xlsx": "ancien"}
    assert not reste.exists()


def test_deux_bilans_a_la_fois_sont_refuses_en_francais(exemple: Projet, tmp_path: Path) -> None:
    """In a thread of its own, as in another process: the second says so at once, and sweeps nothing of the first.

    In a copy: other tests, that run at the same time, may hold the example.
    """
    projet = copie(exemple, tmp_path / "tenu")
    avant = {f.name for f in projet.rapports.rglob("*")}
    with ThreadPoolExecutor(1) as autre, seul_a_ecrire(projet):
        essai = autre.submit(faire_le_bilan, projet, Production(2022, "interne"))
        assert isinstance(essai.exception(), ErreurCIL)
        exiger_un_remede(essai.exception())
    assert avant and {f.name for f in projet.rapports.rglob("*")} == avant


def test_une_annee_sans_donnees_ne_cree_rien(exemple: Projet, tmp_path: Path) -> None:
    projet = copie(exemple, tmp_path / "vide")
    with pytest.raises(ErreurCIL, match="2031"):
        faire_le_bilan(projet, Production(2031, "interne"))
    assert {c.name for c in projet.rapports.iterdir()} == {"2022", "DONNEES-FICTIVES.txt"}


def test_le_carnet_ouvert_seul_est_celui_de_la_derniere_annee(exemple: Projet, dossier: Path, tmp_path: Path) -> None:
    """Default parameters, from its own folder: what RStudio or VS Code would show. Its first chapter is enough."""
    projet = copie(exemple, tmp_path / "seul")
    carnet = projet.carnets / "bilan_annuel.qmd"
    carnet.write_text(carnet.read_text(encoding="utf-8").partition("## Le cadre")[0], encoding="utf-8")
    sortie = tmp_path / "bilan.html"
    titre = f"Bilan annuel des attributions 2022 – {projet.epci_nom_court}"
    with transmettre(References(projet), relu(projet).publication):
        rendre(carnet, {}, sortie, titre=titre, moteur="interne")
    seul, entier = (page.read_text(encoding="utf-8").partition("<main")[2] for page in (sortie, dossier / "bilan.html"))
    premier = entier.partition('<section id="cadre"')[0]
    assert len(premier) > 5_000 and seul.startswith(premier.rstrip())
