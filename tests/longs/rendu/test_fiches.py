"""The sheets and the page that links them: what a run keeps or redoes (their figures: test_pages_lues.py)."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from cil_analysis.commandes import main
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.atelier import Atelier, choisir
from cil_analysis.rendu.fiches import Compte, produire_fiches
from cil_analysis.rendu.interne import noyau
from cil_analysis.rendu.plan_des_fiches import fiches_de
from cil_analysis.rendu.suivi import Production
from cil_analysis.secret.publication import relire_publication
from cil_analysis.secret.transmission import transmettre
from exemple_produit import faire_les_fiches
from messages import exiger_du_francais, exiger_un_remede
from page_lue import arbre, contrat, executer

ANNEE = 2022


# --- What a sheet shows ---------------------------------------------------------------------------------------------


def test_une_commune_sans_logement_social_le_dit_sans_dessin_vide(exemple: Projet) -> None:
    parc = contrat(exemple.reference / "territory/parc_social.csv")
    (sans_parc,) = {ligne["code_insee"] for ligne in parc if ligne["logements"] == "0"}
    (chemin,) = (exemple.rapports / str(ANNEE) / "communes").glob(f"{sans_parc}-*.html")
    page = arbre(chemin.read_text(encoding="utf-8"))
    assert "elle n’en compte aucun" in page.texte and not page.tous("figure", "figure")
    assert len(page.tous("article", "carte")) == 2


def test_les_libelles_hostiles_restent_du_texte(exemple: Projet, tmp_path: Path) -> None:
    """Names as an extract or a list could give them, in both notebooks."""
    piege = '<script>alert(1)</script>"><img src=x onerror=alert(2)> ``` =cmd()'
    shutil.copytree(exemple.reference, tmp_path / "hostile" / "data" / "reference")
    hostile = ouvrir_projet(tmp_path / "hostile")
    for nom, colonne in (("territory/communes.csv", "nom"), ("nomenclatures/bailleurs.csv", "libelle")):
        with (hostile.reference / nom).open(encoding="utf-8-sig", newline="") as flux:
            lignes = list(csv.DictReader(flux))
        for rang, ligne in enumerate(lignes):
            ligne[colonne] = f"{ligne[colonne]} {rang} {piege}"
        with (hostile.reference / nom).open("w", encoding="utf-8", newline="") as flux:
            ecrivain = csv.DictWriter(flux, list(lignes[0]))
            ecrivain.writeheader()
            ecrivain.writerows(lignes)
    publication = relire_publication(References(exemple), ANNEE)
    with transmettre(References(hostile), publication):
        for carnet in ("fiche_commune.qmd", "fiche_bailleur.qmd"):
            html = executer(exemple.carnets / carnet, projet=str(hostile.racine), annee=ANNEE)
            page = arbre(html)
            assert not page.tous("script") and not page.tous("img")
            assert piege in page.un("h1").texte.replace("’", "'") or "<script>alert(1)</script>" in page.un("h1").texte


# --- What a run keeps and redoes ------------------------------------------------------------------------------------


@pytest.fixture
def copie(exemple: Projet, tmp_path: Path) -> Projet:
    """A project apart, with its own notebooks and sheets: what a test may break."""
    shutil.copytree(exemple.racine, tmp_path / "copie", ignore=shutil.ignore_patterns("raw"))
    shutil.copytree(exemple.carnets, tmp_path / "copie" / "notebooks")
    return ouvrir_projet(tmp_path / "copie")


def produire(
    projet: Projet,
    avancement: Callable[[str], None] = lambda _: None,
    listes: Mapping[str, Sequence[str]] | None = None,
    *,
    refaire: bool = False,
) -> Compte:
    production = Production(ANNEE, "interne", refaire=refaire)
    return faire_les_fiches(projet, production, avancement, listes)


class Froid(Atelier):
    """No engine, where no sheet is to be made: two would start for each refusal."""

    def chauffer(self, *_: object, **__: object) -> None:
        pass


def n_en_faire_aucune(projet: Projet, annee: int = ANNEE, listes: Mapping[str, Sequence[str]] | None = None) -> Compte:
    with Froid(projet.carnets, choisir("interne", print)) as atelier:
        return produire_fiches(projet, Production(annee, "interne"), atelier, print, listes)


def octets(projet: Projet) -> dict[str, bytes]:
    dossier = projet.rapports / str(ANNEE)
    return {c.relative_to(dossier).as_posix(): c.read_bytes() for c in dossier.rglob("*") if c.is_file()}


def test_rien_n_est_refait_sans_raison_et_ce_qui_a_change_l_est(copie: Projet) -> None:
    avant = octets(copie)
    compte = n_en_faire_aucune(copie)
    assert (compte.faites, compte.gardees, compte.retirees) == (0, 24 + 5, 0)  # And the five réservataires.
    assert octets(copie) == avant
    dossier = copie.rapports / str(ANNEE)
    # A sheet that was spoilt, one that is missing, and a notebook that says something else.
    (dossier / "communes" / "72130-fay.html").write_text("coupé", encoding="utf-8")
    (dossier / "communes" / "72003-allonnes.html").unlink()
    carnet = copie.carnets / "fiche_bailleur.qmd"
    carnet.write_text(carnet.read_text(encoding="utf-8") + "\nUne phrase de plus.\n", encoding="utf-8")
    compte = produire(copie, listes={"communes": [], "bailleurs": ["B5", "Bailleur Gamma"]})
    assert (compte.faites, compte.gardees) == (4, 17)
    apres = octets(copie)
    # The others are made again byte for byte; « .bilan.json » says what the home page was made from.
    changes = {"bailleurs/B5.html", "bailleurs/B3.html", ".fiches.json", ".bilan.json"}
    assert {nom for nom in apres if apres[nom] != avant[nom]} == changes


def test_refaire_redonne_les_memes_octets_sans_un_noyau_par_fiche(copie: Projet) -> None:
    """Six sheets in twenty seconds: of processor, for a machine that does other things takes longer."""
    avant, debut = octets(copie), sum(os.times()[:4])  # The kernel and Pandoc included.
    compte = produire(copie, listes={"communes": ["72001", "72003", "72008", "72054", "72095", "72181"]}, refaire=True)
    calcul = sum(os.times()[:4]) - debut
    assert compte.faites == 6 and octets(copie) == avant
    assert calcul < 20


def test_un_arret_se_reprend_ou_il_en_etait(copie: Projet) -> None:
    avant = octets(copie)
    dossier = copie.rapports / str(ANNEE)
    bailleurs = {"B1": "Alpha", "B2": "Bêta", "B3": "Gamma"}
    for code in bailleurs:
        (dossier / "bailleurs" / f"{code}.html").unlink()

    def arreter(dit: str) -> None:
        if dit.startswith("Fiches 1/3 · "):
            (dossier / "bailleurs" / ".B9.html.1.tmp").write_text("à moitié", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        produire(copie, arreter, listes={"bailleurs": [*bailleurs]})
    faites = {code for code in bailleurs if (dossier / "bailleurs" / f"{code}.html").exists()}
    assert len(faites) == 1
    index = (dossier / "index.html").read_text(encoding="utf-8")
    assert {b for b in bailleurs if f'href="bailleurs/{b}.html"' in index} == faites, "no dead link"
    noms: list[str] = []
    compte = produire(copie, lambda dit: noms.append(dit.partition(" · ")[2]), listes={"bailleurs": [*bailleurs]})
    assert (compte.faites, compte.gardees) == (2, 1)
    assert sorted(noms) == sorted(f"Bailleur {nom}" for b, nom in bailleurs.items() if b not in faites)
    assert octets(copie) == avant, "what was half written is gone"


def test_une_cellule_qui_echoue_dit_ou_et_laisse_la_fiche_precedente(
    copie: Projet, capsys: pytest.CaptureFixture[str]
) -> None:
    carnet = copie.carnets / "fiche_commune.qmd"
    echec = '\n## Essai {#essai}\n\n```{python}\nraise ValueError("pas de chance")\n```\n'
    carnet.write_text(carnet.read_text(encoding="utf-8") + echec, encoding="utf-8")
    avant = octets(copie)
    options = ["fiches", "--annee", str(ANNEE), "--communes", "Allonnes", "--moteur", "interne"]
    assert main(["--projet", str(copie.racine), *options]) == 1
    dit = capsys.readouterr()
    assert not dit.out
    for nomme in ("Allonnes", "fiche_commune.qmd", "Essai", "pas de chance"):
        assert nomme in exiger_du_francais(dit.err)
    assert octets(copie) == avant


def test_une_fiche_perimee_est_retiree_et_elle_seule(copie: Projet) -> None:
    dossier = copie.rapports / str(ANNEE)
    suivi = json.loads((dossier / ".fiches.json").read_text(encoding="utf-8"))
    note = suivi["fichiers"]["communes/72003-allonnes.html"]
    ancienne, retouchee, autre = (
        dossier / "communes" / nom for nom in ("99001-partie.html", "99002-vue.html", "notes.html")
    )
    for chemin, ecrit in ((ancienne, "fiche"), (retouchee, "fiche, corrigée à la main"), (autre, "notes")):
        chemin.write_text(ecrit, encoding="utf-8")
    for chemin in (ancienne, retouchee):
        suivi["fichiers"][f"communes/{chemin.name}"] = note | {"contenu": hashlib.sha256(b"fiche").hexdigest()}
    suivi["fichiers"]["../../dehors.html"] = note | {"contenu": hashlib.sha256(b"fiche").hexdigest()}
    (copie.racine / "dehors.html").write_text("fiche", encoding="utf-8")
    (dossier / ".fiches.json").write_text(json.dumps(suivi), encoding="utf-8")
    compte = n_en_faire_aucune(copie, listes={"communes": ["72003"]})
    assert compte.retirees == 2 and compte.faites == 0
    assert not ancienne.exists() and retouchee.exists() and autre.exists() and (copie.racine / "dehors.html").exists()
    index = (dossier / "index.html").read_text(encoding="utf-8")
    assert "99001" not in index and "notes.html" not in index


@pytest.mark.parametrize(
    ("options", "plus_proche"),
    [
        (["--communes", "Alonnes"], ["72003", "Allonnes"]),
        (["--communes", "72182"], ["72181", "Le Mans"]),
        (["--bailleurs", "zzz"], ["B1", "Bailleur Alpha", "B2"]),
    ],
)
def test_un_nom_inconnu_est_refuse_avec_le_plus_proche(
    exemple: Projet, capsys: pytest.CaptureFixture[str], options: list[str], plus_proche: list[str]
) -> None:
    assert main(["--projet", str(exemple.racine), "fiches", "--annee", str(ANNEE), *options]) == 1
    dit = exiger_du_francais(capsys.readouterr().err)
    assert all(nom in dit for nom in [options[1], *plus_proche])


def test_les_fiches_ne_vont_qu_avec_le_bilan_de_ces_donnees(copie: Projet) -> None:
    """Nor with reference data of later, an internal version, a journal or figures that were spoilt."""
    dossier, commande = copie.rapports / str(ANNEE), f"cil bilan --annee {ANNEE}"
    avant = octets(copie)
    chiffres = (dossier / "indicateurs.csv").read_text(encoding="utf-8")
    masquee = next(ligne for ligne in chiffres.splitlines() if ",secret," in ligne)
    for chemin, ancien, nouveau, nommes in (
        (copie.reference / "nomenclatures" / "bailleurs.csv", "Bailleur Alpha,", "Bailleur Oméga,", [commande]),
        (dossier / "journal.json", '"interne": false', '"interne": true', ["interne"]),
        (dossier / "journal.json", "{", "", ["journal.json"]),
        (dossier / "indicateurs.csv", masquee, masquee.replace(",secret,", ",publie,"), ["indicateurs.csv"]),
    ):
        texte = chemin.read_text(encoding="utf-8")
        assert ancien in texte
        chemin.write_text(texte.replace(ancien, nouveau, 1), encoding="utf-8")
        with pytest.raises(ErreurCIL) as refus:
            n_en_faire_aucune(copie)
        exiger_un_remede(refus.value, *nommes)
        chemin.write_text(texte, encoding="utf-8")
    with pytest.raises(ErreurCIL) as refus:
        n_en_faire_aucune(copie, 2021)
    exiger_un_remede(refus.value, "cil bilan --annee 2021")
    assert octets(copie) == avant and not (copie.rapports / "2021").exists()


def test_deux_bailleurs_n_ont_jamais_la_meme_fiche(copie: Projet) -> None:
    avant = len(fiches_de(References(copie), ANNEE))
    bailleurs = copie.reference / "nomenclatures" / "bailleurs.csv"
    texte = bailleurs.read_text(encoding="utf-8")
    (modele,) = [ligne for ligne in texte.splitlines() if ligne.startswith("B1,")]
    nouvelles = [modele.replace("B1,", f"{code},").replace("Alpha", code) for code in ("Z.1", "Z+1")]
    bailleurs.write_text("\n".join([texte.rstrip("\n"), *nouvelles]) + "\n", encoding="utf-8")
    chemins = [f.chemin for f in fiches_de(References(copie), ANNEE)]
    assert {"bailleurs/Z.1.html", "bailleurs/Z+1.html"} <= set(chemins) and len(set(chemins)) == len(chemins)
    assert len(chemins) == avant + 2


# --- The kernel -----------------------------------------------------------------------------------------------------


def test_un_carnet_ne_voit_rien_de_celui_d_avant(tmp_path: Path) -> None:
    premier = "```{python}\nimport os, matplotlib.pyplot as plt\nsecret = 12\nplt.figure()\nos.chdir('/')\nsecret\n```"
    second = (
        "```{python}\nimport os, matplotlib.pyplot as plt\n"
        "trouve = [n for n in ('secret', 'plt_', 'premier') if n in globals()]\n"
        "sorties = [v for v in Out.values()] if 'Out' in globals() else []\n"
        "raise RuntimeError(f'{trouve} {sorties} {plt.get_fignums()} {os.path.basename(os.getcwd())}')\n```"
    )
    with noyau(tmp_path) as chaud:
        chaud.executer(notebooks.analyser(premier), "premier.qmd", lambda message: None)
        with pytest.raises(ErreurCIL, match=re.escape(f"[] [] [] {tmp_path.name}")):
            chaud.executer(notebooks.analyser(second), "second.qmd", lambda message: None)
        # A failure does not spoil the kernel for the next one.
        chaud.executer(notebooks.analyser("```{python}\n1 + 1\n```"), "tiers.qmd", lambda message: None)
    assert "CIL_PUBLICATION" not in os.environ
