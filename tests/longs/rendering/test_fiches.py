"""The sheets and the page that links them: their figures against indicateurs.csv, and what a run keeps or redoes."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from cil_analysis.cli import main
from cil_analysis.disclosure.relecture import relire_publication
from cil_analysis.disclosure.transmission import transmettre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.project import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.rendering import notebooks
from cil_analysis.rendering.fiches import Compte, produire_fiches
from cil_analysis.rendering.noyau import noyau
from cil_analysis.rendering.plan_des_fiches import fiches_de, nom_de_fichier
from page_lue import Noeud, arbre, contrat, executer, fautes, tableau_lu

ANNEE = 2022
FINE, INSECABLE = "\u202f", "\u00a0"
# Rows of the last table of a commune's sheet, as they are titled, and the rows of indicateurs.csv that they show.
COMMUNE = {
    "Attributions": ("V01", ""),
    "Demandes actives au 31 décembre": ("V02", ""),
    "Pression de la demande": ("V03", ""),
    "Pression de la demande hors mutations internes": ("V04", ""),
    "Taux de satisfaction": ("V05", ""),
    "Délai médian d’attribution": ("V06", ""),
    "Répartition des attributions": ("T01", ""),
    "Attributions pour 100 logements sociaux": ("T01R", ""),
    f"Attributions en quartier prioritaire et hors quartier{FINE}: en QPV": ("T02", "QPV"),
    "Ménages logés dans leur commune d’origine": ("T03R", ""),
    f"Mutations{FINE}: mutation interne, chez le même bailleur": ("M01", "INTERNE"),
    "Ménages relogés par le renouvellement urbain": ("O06", ""),
    "Propositions refusées par le demandeur": ("R02", ""),
}
BAILLEUR = {
    "Délai médian d’attribution": ("V06", ""),
    f"Mutations{FINE}: mutation interne, chez le même bailleur": ("M01", "INTERNE"),
    "Attributions par bailleur": ("A01", ""),
    "Propositions refusées par le demandeur": ("R02", ""),
}
OBJECTIFS = {
    "Ménages du premier quartile logés hors quartier prioritaire": "O01",
    "Ménages des trois autres quartiles logés en quartier prioritaire": "O02",
    "Ménages prioritaires": "O04",
    "Ménages prioritaires dans toutes les attributions d’un bailleur": "O08",
}
Ligne = dict[str, str]


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / str(ANNEE)


@pytest.fixture(scope="module")
def chiffres(dossier: Path) -> dict[tuple[str, ...], Ligne]:
    """The rows of the contract file by indicator, year, perimeter, actor and category."""
    cles = ("indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_code", "modalite")
    return {tuple(ligne[c] for c in cles): ligne for ligne in contrat(dossier / "indicateurs.csv")}


def liste(exemple: Projet, chemin: str, cle: str, nom: str) -> dict[str, str]:
    with (exemple.reference / chemin).open(encoding="utf-8-sig", newline="") as flux:
        return {ligne[cle]: ligne[nom] for ligne in csv.DictReader(flux)}


@pytest.fixture(scope="module")
def fiches(exemple: Projet, dossier: Path) -> dict[str, tuple[str, Noeud]]:
    """Code → path and content of every sheet, named by the reference data."""
    communes = {
        code: nom for code, nom in liste(exemple, "territory/communes.csv", "code_insee", "nom").items()
        if liste(exemple, "territory/communes.csv", "code_insee", "membre_du")[code] <= f"{ANNEE}-12-31"
    }  # fmt: skip
    bailleurs = liste(exemple, "nomenclatures/bailleurs.csv", "code", "libelle")
    chemins = {c: nom_de_fichier("commune", c, nom) for c, nom in communes.items()}
    chemins |= {c: nom_de_fichier("bailleur", c, nom) for c, nom in bailleurs.items()}
    return {c: (p, arbre((dossier / p).read_text(encoding="utf-8"))) for c, p in chemins.items()}


def ecrire(valeur: str, unite: str) -> str:
    """A figure as the sheets must write it, from the text of the csv alone."""
    decimales = 0 if unite == "nombre" else 1
    arrondi = Decimal(valeur).quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    texte = f"{arrondi:,f}".replace(",", FINE).replace(".", ",")
    return texte + {"pct": f"{FINE}%", "mois": f"{INSECABLE}mois"}.get(unite, "")


def attendu(ligne: Ligne | None) -> str:
    if ligne is None:
        return "–"
    if ligne["statut"] == "secret":
        return "s"
    return ecrire(ligne["valeur"], ligne["unite"]) if ligne["statut"] == "publie" else "–"


def tables(page: Noeud) -> dict[str, Noeud]:
    return {section.attributs["id"]: section for section in page.tous("section")}


# --- What a sheet shows ---------------------------------------------------------------------------------------------


def test_une_fiche_par_commune_et_par_bailleur_et_rien_d_autre(
    dossier: Path, fiches: dict[str, tuple[str, Noeud]]
) -> None:
    presentes = {
        c.relative_to(dossier).as_posix() for sous in ("communes", "bailleurs") for c in (dossier / sous).iterdir()
    }
    assert presentes == {chemin for chemin, _ in fiches.values()}
    assert len(presentes) == 24 and "communes/72181-le-mans.html" in presentes


def test_chaque_chiffre_est_celui_d_indicateurs_csv(
    fiches: dict[str, tuple[str, Noeud]], chiffres: dict[tuple[str, ...], Ligne], exemple: Projet
) -> None:
    """Every row of the last table of every sheet, over three years, and the figure of the EPCI beside."""
    lus = masques = 0
    siren = exemple.epci_siren
    for code, (chemin, page) in fiches.items():
        commune = chemin.startswith("communes/")
        tableau = tableau_lu(tables(page)["chiffres"].un("table"))
        annees = tableau.entetes[1:-1]
        assert annees == ["2020", "2021", "2022"]
        noms = COMMUNE if commune else BAILLEUR
        assert set(tableau.lignes) == set(noms), chemin
        for titre, cellules in tableau.lignes.items():
            indicateur, modalite = noms[titre]
            lieu = ("commune", code, "") if commune else ("epci", siren, code)
            voulu = [attendu(chiffres.get((indicateur, annee, *lieu, modalite))) for annee in annees]
            ensemble = None if indicateur == "A01" else chiffres.get((indicateur, "2022", "epci", siren, "", modalite))
            assert cellules == [*voulu, attendu(ensemble)], (chemin, titre)
            lus += len(voulu)
            masques += voulu.count("s")
    assert lus > 600 and masques > 10


def test_chaque_objectif_est_celui_d_indicateurs_csv(
    fiches: dict[str, tuple[str, Noeud]], chiffres: dict[tuple[str, ...], Ligne], exemple: Projet
) -> None:
    mots = {"atteint": "atteint", "non_atteint": "non atteint"}
    lus = masques = 0
    for code, (chemin, page) in fiches.items():
        commune = chemin.startswith("communes/")
        suivis = {
            cle: ligne for cle, ligne in chiffres.items()
            if cle[1] == "2022" and ligne["resultat"] not in ("", "sans_objet")
            and (cle[2:5] == ("commune", code, "") if commune else (ligne["acteur_type"], cle[4]) == ("bailleur", code))
        }  # fmt: skip
        trouves = tables(page)["objectifs"].tous("table", "donnees")
        if not suivis:
            assert "Aucun objectif ne peut être mesuré" in tables(page)["objectifs"].texte
            continue
        tableau = tableau_lu(trouves[0])
        assert len(tableau.lignes) == len(suivis), chemin
        for cle, ligne in suivis.items():
            nom = next(n for n, i in OBJECTIFS.items() if i == cle[0])
            if not commune and cle[2] == "commune":
                nom += f" (Commune{FINE}: {liste(exemple, 'territory/communes.csv', 'code_insee', 'nom')[cle[3]]})"
            concernes, ensemble, valeur, _, _, _, resultat, _ = tableau.lignes[nom]
            if ligne["statut"] == "secret":
                dit = mots[ligne["resultat"]] if ligne["resultat"] in ("atteint", "non_atteint") else "s"
                assert (concernes, ensemble, valeur, resultat) == ("s", "s", "s", dit), chemin
                masques += 1
            else:
                assert valeur == ecrire(ligne["valeur"], "pct")
                assert concernes == ecrire(ligne["numerateur"], "nombre")
                assert ensemble == ecrire(ligne["denominateur"], "nombre")
                assert resultat.startswith(mots[ligne["resultat"]])
            lus += 1
    assert lus > 50 and masques


def test_les_chiffres_cles_disent_s_quand_ils_sont_masques(
    fiches: dict[str, tuple[str, Noeud]], chiffres: dict[tuple[str, ...], Ligne], exemple: Projet
) -> None:
    codes = {"Attributions de l’année": "V01", "Premier quartile hors quartier prioritaire": "O01"}
    vus = set()
    for code, (chemin, page) in fiches.items():
        for carte in page.tous("article", "carte") if chemin.startswith("communes/") else []:
            indicateur = codes.get(carte.un("a").texte)
            if indicateur is None:
                continue
            ecrit = carte.un("p", "valeur").texte.replace(FINE, "").replace(INSECABLE, "")
            voulu = attendu(chiffres[indicateur, "2022", "commune", code, "", ""])
            assert ecrit == voulu.replace(FINE, "").replace(INSECABLE, ""), (chemin, indicateur)
            ensemble = attendu(chiffres[indicateur, "2022", "epci", exemple.epci_siren, "", ""])
            assert carte.un("p", "ensemble").texte == f"{exemple.epci_nom_court}{FINE}: {ensemble}"
            vus.add((indicateur, voulu == "s"))
    assert {("O01", True), ("O01", False), ("V01", False)} <= vus


def test_une_commune_sans_logement_social_le_dit_sans_dessin_vide(
    exemple: Projet, fiches: dict[str, tuple[str, Noeud]]
) -> None:
    parc = liste(exemple, "territory/parc_social.csv", "code_insee", "logements")
    (sans_parc,) = (code for code, logements in parc.items() if logements == "0")
    page = fiches[sans_parc][1]
    assert "Aucun logement social n’a été attribué" in page.texte and "ne compte aucun logement social" in page.texte
    assert len(page.tous("article", "carte")) == 2
    assert not page.tous("figure", "figure"), "no chart of nothing"
    assert "Aucune attribution dans la commune" in page.un("p", "rien").texte


def test_le_texte_des_fiches_est_en_francais_sans_reste_de_code(
    fiches: dict[str, tuple[str, Noeud]], dossier: Path
) -> None:
    index = arbre((dossier / "index.html").read_text(encoding="utf-8"))
    for page in [index, *(page for _, page in fiches.values())]:
        assert not fautes(page, lambda faute, bloc: bloc in fiches)  # but a code, which is no number


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
    publication = relire_publication(exemple, References(exemple), ANNEE)
    with transmettre(References(hostile), publication):
        for carnet in ("fiche_commune.qmd", "fiche_bailleur.qmd"):
            html = executer(exemple.carnets / carnet, projet=str(hostile.racine), annee=ANNEE)
            page = arbre(html)
            assert not page.tous("script") and not page.tous("img")
            assert piege in page.un("h1").texte.replace("’", "'") or "<script>alert(1)</script>" in page.un("h1").texte


# --- The page that links everything ---------------------------------------------------------------------------------


def liens(page: Noeud) -> list[str]:
    return [a.attributs["href"] for a in page.tous("a") if not a.attributs["href"].startswith("#")]


def test_l_accueil_mene_a_tout_et_les_fiches_en_reviennent(
    dossier: Path, fiches: dict[str, tuple[str, Noeud]], chiffres: dict[tuple[str, ...], Ligne]
) -> None:
    page = arbre((dossier / "index.html").read_text(encoding="utf-8"))
    menes = liens(page)
    documents = {c.name for c in dossier.iterdir() if c.is_file() and not c.name.startswith(".")} - {"index.html"}
    aux_reservataires = {f"reservataires/{c.name}" for c in (dossier / "reservataires").iterdir()}
    assert set(menes) == documents | {chemin for chemin, _ in fiches.values()} | aux_reservataires
    assert all((dossier / lien).is_file() for lien in menes)
    for chemin, fiche in fiches.values():
        for lien in liens(fiche):
            assert (dossier / chemin).parent.joinpath(lien).resolve().is_file(), (chemin, lien)
        assert {"../index.html", "../bilan.html"} <= set(liens(fiche))
    communes = tableau_lu(tables(page)["communes"].un("table"))
    publies = set()
    for nom, code in {"Allonnes": "72003", "Aigné": "72001"}.items():
        assert communes.lignes[nom][0] == attendu(chiffres["V01", "2022", "commune", code, "", ""])
        ligne = chiffres["O01", "2022", "commune", code, "", ""]
        assert communes.lignes[nom][3].startswith(attendu(ligne))  # a share is followed by its verdict
        publies.add(ligne["statut"])
    assert publies == {"publie", "secret"}  # one of each is seen


# --- What a run keeps and redoes ------------------------------------------------------------------------------------


@pytest.fixture
def copie(exemple: Projet, tmp_path: Path) -> Projet:
    """A project apart, with its own notebooks and sheets: what a test may break."""
    shutil.copytree(exemple.racine, tmp_path / "copie")
    shutil.copytree(exemple.carnets, tmp_path / "copie" / "notebooks")
    return ouvrir_projet(tmp_path / "copie")


def produire(projet: Projet, progres: Callable[..., None] = lambda *_: None, **options: object) -> Compte:
    return produire_fiches(
        projet, ANNEE, moteur="interne", avancement=lambda message: None, progres=progres, **options  # type: ignore[arg-type]
    )  # fmt: skip


def octets(projet: Projet) -> dict[str, bytes]:
    dossier = projet.rapports / str(ANNEE)
    return {c.relative_to(dossier).as_posix(): c.read_bytes() for c in dossier.rglob("*") if c.is_file()}


def test_rien_n_est_refait_sans_raison_et_ce_qui_a_change_l_est(copie: Projet) -> None:
    avant = octets(copie)
    compte = produire(copie)
    assert (compte.faites, compte.gardees, compte.retirees) == (0, 24 + 5, 0)  # And the five réservataires.
    assert octets(copie) == avant
    dossier = copie.rapports / str(ANNEE)
    # A sheet that was spoilt, one that is missing, and a notebook that says something else.
    (dossier / "communes" / "72130-fay.html").write_text("coupé", encoding="utf-8")
    (dossier / "communes" / "72003-allonnes.html").unlink()
    compte = produire(copie, communes=[])
    assert (compte.faites, compte.gardees) == (2, 17)
    assert octets(copie) == avant, "made again, byte for byte"
    carnet = copie.carnets / "fiche_bailleur.qmd"
    carnet.write_text(carnet.read_text(encoding="utf-8") + "\nUne phrase de plus.\n", encoding="utf-8")
    compte = produire(copie, bailleurs=["B5", "Bailleur Gamma"])
    assert compte.faites == 2
    apres = octets(copie)
    assert {nom for nom in apres if apres[nom] != avant[nom]} == {
        "bailleurs/B5.html",
        "bailleurs/B3.html",
        ".fiches.json",
        ".bilan.json",  # what the home page was made from
    }


def test_refaire_redonne_les_memes_octets_dans_le_temps_voulu(copie: Projet) -> None:
    """Twenty sheets in forty seconds: of processor, for a machine that does other things takes longer."""
    avant = octets(copie)
    debut, montre = sum(os.times()[:4]), time.perf_counter()  # The kernel and Pandoc included.
    compte = produire(copie, communes=[], refaire=True)
    calcul, duree = (sum(os.times()[:4]) - debut) * 20 / compte.faites, time.perf_counter() - montre
    print(f"\n20 fiches de communes : {calcul:.0f} s de calcul, {duree * 20 / compte.faites:.0f} s d’attente")
    assert compte.faites == 19 and octets(copie) == avant
    assert calcul < 40


def test_un_arret_se_reprend_ou_il_en_etait(copie: Projet) -> None:
    avant = octets(copie)
    dossier = copie.rapports / str(ANNEE)
    shutil.rmtree(dossier / "bailleurs")

    def arreter(faits: int, total: int, suivant: str) -> None:
        if faits == 2:
            (dossier / "bailleurs" / ".B9.html.1.tmp").write_text("à moitié", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        produire(copie, arreter, bailleurs=[])
    faites = {c.stem for c in (dossier / "bailleurs").glob("*.html")}
    assert len(faites) == 2  # The first two, unless the third overtakes one of them.
    index = (dossier / "index.html").read_text(encoding="utf-8")
    bailleurs = {"B1": "Alpha", "B2": "Bêta", "B3": "Gamma", "B4": "Delta", "B5": "Epsilon"}
    assert {b for b in bailleurs if f'href="bailleurs/{b}.html"' in index} == faites, "no dead link"
    noms: list[str] = []
    compte = produire(copie, lambda faits, total, suivant: noms.append(suivant), bailleurs=[])
    assert (compte.faites, compte.gardees) == (3, 2)
    assert noms == [*(f"Bailleur {nom}" for b, nom in bailleurs.items() if b not in faites), ""]
    assert octets(copie) == avant, "what was half written is gone"


def test_une_cellule_qui_echoue_dit_ou_et_laisse_la_fiche_precedente(
    copie: Projet, capsys: pytest.CaptureFixture[str]
) -> None:
    carnet = copie.carnets / "fiche_commune.qmd"
    texte = carnet.read_text(encoding="utf-8")
    carnet.write_text(
        texte + '\n## Essai {#essai}\n\n```{python}\nraise ValueError("pas de chance")\n```\n', encoding="utf-8"
    )
    avant = octets(copie)
    code = main(
        [
            "--projet",
            str(copie.racine),
            "fiches",
            "--annee",
            str(ANNEE),
            "--communes",
            "Allonnes",
            "--moteur",
            "interne",
        ]
    )
    dit = capsys.readouterr()
    assert code == 1 and not dit.out and "Traceback" not in dit.err
    assert "La fiche Allonnes n’a pas pu être produite" in dit.err
    assert "fiche_commune.qmd" in dit.err and "Essai" in dit.err and "pas de chance" in dit.err
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
    compte = produire(copie, communes=["72003"])
    assert compte.retirees == 2 and compte.faites == 0
    assert not ancienne.exists() and retouchee.exists() and autre.exists() and (copie.racine / "dehors.html").exists()
    page = arbre((dossier / "index.html").read_text(encoding="utf-8"))
    assert not [lien for lien in liens(page) if "99001" in lien or "notes" in lien]


@pytest.mark.parametrize(
    ("options", "mots"),
    [
        (["--communes", "Alonnes"], "le plus proche : 72003 (Allonnes)"),
        (["--communes", "72182"], "le plus proche : 72181 (Le Mans)"),
        (["--bailleurs", "zzz"], "B1 (Bailleur Alpha), B2"),
    ],
)
def test_un_nom_inconnu_est_refuse_avec_le_plus_proche(
    exemple: Projet, capsys: pytest.CaptureFixture[str], options: list[str], mots: str
) -> None:
    assert main(["--projet", str(exemple.racine), "fiches", "--annee", str(ANNEE), *options]) == 1
    dit = capsys.readouterr().err.replace(FINE, " ").replace(INSECABLE, " ")
    assert mots in dit and "Traceback" not in dit


def test_les_fiches_ne_vont_qu_avec_le_bilan_de_ces_donnees(copie: Projet) -> None:
    avant = octets(copie)
    bailleurs = copie.reference / "nomenclatures" / "bailleurs.csv"
    texte = bailleurs.read_text(encoding="utf-8")
    bailleurs.write_text(texte.replace("Bailleur Alpha,", "Bailleur Oméga,"), encoding="utf-8")
    with pytest.raises(ErreurCIL, match=f"ont changé depuis le bilan {ANNEE}.*cil bilan --annee {ANNEE}"):
        produire(copie)
    bailleurs.write_text(texte, encoding="utf-8")
    with pytest.raises(ErreurCIL, match="Le bilan 2021 n’est pas encore produit"):
        produire_fiches(copie, 2021, avancement=print, progres=lambda *_: None)
    journal = copie.rapports / str(ANNEE) / "journal.json"
    entier = journal.read_text(encoding="utf-8")
    for abime, mots in ((entier.replace('"interne": false', '"interne": true'), "interne"), ("{", "abîmé")):
        journal.write_text(abime, encoding="utf-8")
        with pytest.raises(ErreurCIL, match=mots):
            produire(copie)
    journal.write_text(entier, encoding="utf-8")
    chiffres = copie.rapports / str(ANNEE) / "indicateurs.csv"
    lignes = chiffres.read_text(encoding="utf-8")
    masquee = next(ligne for ligne in lignes.splitlines() if ",secret," in ligne)
    chiffres.write_text(lignes.replace(masquee, masquee.replace(",secret,", ",publie,")), encoding="utf-8")
    with pytest.raises(ErreurCIL, match="n’est plus tel que"):
        produire(copie)
    chiffres.write_text(lignes, encoding="utf-8")
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


@pytest.fixture(scope="module")
def carnets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("carnets")


def test_un_carnet_ne_voit_rien_de_celui_d_avant(carnets: Path) -> None:
    premier = "```{python}\nimport os, matplotlib.pyplot as plt\nsecret = 12\nplt.figure()\nos.chdir('/')\nsecret\n```"
    second = (
        "```{python}\nimport os, matplotlib.pyplot as plt\n"
        "trouve = [n for n in ('secret', 'plt_', 'premier') if n in globals()]\n"
        "sorties = [v for v in Out.values()] if 'Out' in globals() else []\n"
        "raise RuntimeError(f'{trouve} {sorties} {plt.get_fignums()} {os.path.basename(os.getcwd())}')\n```"
    )
    with noyau(carnets) as chaud:
        chaud.executer(notebooks.analyser(premier), "premier.qmd", lambda message: None)
        with pytest.raises(ErreurCIL, match=re.escape(f"[] [] [] {carnets.name}")):
            chaud.executer(notebooks.analyser(second), "second.qmd", lambda message: None)
        # A failure does not spoil the kernel for the next one.
        chaud.executer(notebooks.analyser("```{python}\n1 + 1\n```"), "tiers.qmd", lambda message: None)
    assert "CIL_PUBLICATION" not in os.environ
