"""The `cil` command on the example: what it counts, refuses and leaves as it was."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis import Projet as ProjetExplore
from cil_analysis.commandes import main
from cil_analysis.comptage.cadre import CLES
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.rapport.rapport import Rapport
from commande import lancer
from messages import exiger_du_francais, exiger_un_remede, lisible, sans_projet

Commande = Callable[..., tuple[int, str, str]]


def arbre(dossier: Path) -> dict[str, str]:
    return {str(c.relative_to(dossier)): hashlib.sha256(c.read_bytes()).hexdigest()
            for c in sorted(dossier.rglob("*")) if c.is_file()}  # fmt: skip


@pytest.fixture
def cil(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commande:
    """Run a command from a folder, in this process; its code, and what it says."""

    def executer(*arguments: object, dossier: Path) -> tuple[int, str, str]:
        monkeypatch.chdir(dossier)
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        dit = capsys.readouterr()
        assert "Traceback" not in dit.err
        return code, dit.out, dit.err

    return executer


@pytest.fixture(scope="module")
def atelier(un_an: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """A copy of the last year, which commands may change."""
    dossier = tmp_path_factory.mktemp("atelier") / "projet"
    shutil.copytree(un_an.racine, dossier)
    return ouvrir_projet(dossier)


def chiffres(projet: Projet) -> str:
    with (projet.rapports / "2022" / "indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        return flux.read()


def test_le_projet_se_donne_avant_ou_apres_la_commande(exemple: Projet, tmp_path: Path, cil: Commande) -> None:
    ici = cil("qualite", "--annee", 2022, dossier=exemple.racine)
    avant = cil("--projet", exemple.racine, "qualite", "--annee", 2022, dossier=tmp_path)
    apres = cil("qualite", "--annee", 2022, "--projet", exemple.racine, dossier=tmp_path)
    assert avant == apres and (avant[0], sans_projet(avant[1])) == ici[:2] and ici[0] == 0
    assert f"cil --projet {exemple.racine} libelles" in avant[1]


@pytest.mark.parametrize("commande", ["bilan", "indicateurs", "objectifs", "qualite"])
def test_une_annee_sans_donnees_sort_en_1_et_dit_les_annees(atelier: Projet, cil: Commande, commande: str) -> None:
    avant = arbre(atelier.racine)
    code, montre, dit = cil(commande, "--annee", 2031, dossier=atelier.racine)
    assert (code, montre) == (1, "")
    exiger_un_remede(dit, 2031, "cil importer", 2022)
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


def test_ce_qui_n_est_pas_un_extrait_est_refuse_sans_rien_changer(
    exemple: Projet, atelier: Projet, tmp_path: Path, cil: Commande
) -> None:
    avant = arbre(atelier.racine)
    refuses: list[tuple[object, ...]] = [(chemin,) for chemin in mauvais(tmp_path).values()]
    refuses += [
        (tmp_path / "absent.xlsx",),
        (tmp_path,),
        (exemple.brut / "attributions-2022.xlsx", "--extrait", "baux"),
    ]
    for arguments in refuses:
        code, montre, dit = cil("importer", *arguments, "--annee", 2022, dossier=atelier.racine)
        assert (code, montre) == (1, "") and dit.count("\n") == 1
        assert ("baux" if "baux" in arguments else Path(str(arguments[0])).name) in exiger_du_francais(dit)
        assert arbre(atelier.racine) == avant


def test_un_second_import_identique_ou_celui_d_une_autre_annee_ne_change_rien(
    exemple: Projet, atelier: Projet, cil: Commande
) -> None:
    avant = arbre(atelier.racine)
    baux, liste = exemple.brut / "attributions-2022.xlsx", f"RU={exemple.brut / 'relogements-2022.csv'}"
    code, _, dit = cil("importer", baux, "--annee", 2022, "--liste", liste, dossier=atelier.racine)
    assert code == 0 and "identique" in dit
    code, _, dit = cil("importer", exemple.brut / "attributions-2021.xlsx", "--annee", 2019, dossier=atelier.racine)
    assert code == 1 and "2019" in dit
    assert arbre(atelier.racine) == avant


# --- cil indicateurs ------------------------------------------------------------------------------------------------


def test_les_indicateurs_sont_ceux_du_bilan_ou_sans_masque(un_an: Projet, cil: Commande) -> None:
    public = chiffres(un_an)
    code, montre, dit = cil("indicateurs", "--annee", 2022, dossier=un_an.racine)
    assert all("en cours" in ligne for ligne in dit.splitlines())  # While it works, and nothing else.
    assert code == 0 and montre.splitlines() == public.splitlines()
    code, interne, dit = cil("indicateurs", "--annee", 2022, "--interne", dossier=un_an.racine)
    assert code == 0 and "ne pas diffuser" in dit
    assert [x.split(",")[:7] for x in interne.splitlines()] == [x.split(",")[:7] for x in public.splitlines()]
    assert ",secret," in public and ",secret," not in interne


def test_ce_qui_est_a_usage_interne_ne_s_ecrit_pas_sous_reports(atelier: Projet, tmp_path: Path) -> None:
    """Nor under the reports of another project."""
    (tmp_path / "autre/data/reference").mkdir(parents=True)
    (tmp_path / "autre/data/reference/projet.yml").touch()
    (tmp_path / "autre/reports/2022").mkdir(parents=True)
    ici, ailleurs = atelier.rapports / "2022/interne.txt", tmp_path / "autre/reports/2022/interne.txt"
    for arguments, sous in (
        (("indicateurs", "--interne"), ici), (("indicateurs", "--regle", "P3=hors_mutations"), ailleurs),
        (("objectifs", "--interne"), ailleurs), (("secret",), ici),
    ):  # fmt: skip
        sortie = lancer(*arguments, "--annee", 2022, dossier=atelier.racine, vers=sous)
        assert sortie.returncode == 1 and sous.read_text(encoding="utf-8") == ""
        assert "reports/" in exiger_du_francais(sortie.stderr)
        sous.unlink()


def test_un_dossier_qui_s_appelle_seulement_reports_n_est_a_personne(un_an: Projet, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    vers = tmp_path / "reports/o.txt"
    sortie = lancer("objectifs", "--annee", 2022, "--interne", dossier=un_an.racine, vers=vers)
    assert sortie.returncode == 0 and "ne pas diffuser" in lisible(sortie.stderr)
    lues = rangees(vers.read_text(encoding="utf-8"))
    assert lues and not [cellules for cellules in lues.values() if cellules[1] == "s"]


def ecarts_retrouves(projet: Projet, lues: pd.DataFrame) -> int:
    """How many pairs of counts a reader finds again between two rules; none is a small one, of the public or not."""
    bilan = pd.read_csv(projet.rapports / "2022" / "indicateurs.csv", keep_default_na=False, dtype="str")
    publies = lues[lues["statut"].eq("publie") & lues["unite"].eq("pct")].astype("str").merge(bilan, on=CLES)
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


def test_ce_qu_une_autre_regle_changerait(un_an: Projet, tmp_path: Path, cil: Commande) -> None:
    regle = ("--regle", "P3=hors_mutations")
    code, montre, dit = cil("indicateurs", "--annee", 2022, *regle, dossier=un_an.racine)
    assert code == 0 and "interne" in dit
    (tmp_path / "r.csv").write_text(montre, encoding="utf-8")
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
    assert len(masquees) > 0
    assert set(masquees["valeur"]) == set(masquees["valeur_selon_regle"]) == set(masquees["difference"]) == {""}
    bilan = pd.read_csv(io.StringIO(chiffres(un_an)), keep_default_na=False, dtype="str")
    deux = lues[CLES].astype("str").assign(ici=lues["statut"]).merge(bilan, on=CLES)
    assert len(deux) == len(lues) and deux.loc[deux["statut"].eq("secret"), "ici"].eq("secret").all()
    assert ecarts_retrouves(un_an, lues) > 20
    assert set(map(str, lues["annee"])) == {"2022"} and str(len(lues)) in lisible(dit).replace(" ", "")


@pytest.mark.parametrize(
    ("regles", "nomme"),
    [(["P3=hors_mutations", "P3=incluses"], "--regle"), (["P3=jamais"], "hors_mutations"), (["O01=25"], "O01=25")],
)
def test_une_regle_mal_dite_est_refusee(un_an: Projet, cil: Commande, regles: list[str], nomme: str) -> None:
    arguments = [mot for regle in regles for mot in ("--regle", regle)]
    code, montre, dit = cil("indicateurs", "--annee", 2022, *arguments, dossier=un_an.racine)
    assert (code, montre) == (1, "") and nomme in lisible(dit)


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


def test_les_objectifs_publies_et_ce_qu_il_faudrait(un_an: Projet, cil: Commande) -> None:
    lignes = [x for x in csv.DictReader(chiffres(un_an).splitlines()) if x["annee"] == "2022"]
    suivies = [x for x in lignes if x["resultat"]]
    total = next(int(x["numerateur"]) for x in lignes if x["indicateur"] == "V01" and x["perimetre_type"] == "epci")
    attendues = total + 400
    code, montre, dit = cil("objectifs", "--annee", 2022, "--attendues", attendues, dossier=un_an.racine)
    assert (code, dit) == (0, "")
    lues = rangees(montre)
    assert len(lues) == len(suivies) and "Données fictives" in montre
    epci = next(
        x for x in suivies if x["indicateur"] == "O01" and x["perimetre_type"] == "epci" and not x["acteur_code"]
    )
    n, d = int(epci["numerateur"]), int(epci["denominateur"])
    restent = (400 * d * 2 + total) // (2 * total)
    faut = next(x for x in range(restent + 1) if 4 * (n + x) >= d + restent)  # the law's quarter
    assert lues["O01", un_an.epci_nom_court][-1] == f"{faut} des {restent}"
    masquees = [cellules for cellules in lues.values() if cellules[1] == "s"]
    assert len(masquees) == sum(x["statut"] == "secret" for x in suivies) > 0
    assert all(set(cellules[1:]) <= {"s", "–", "atteint", "non atteint"} for cellules in masquees)
    dits = {x["resultat"].replace("_", " ") for x in suivies if x["statut"] == "secret"} - {"non calculable"}
    assert dits == {c for cellules in masquees for c in cellules[1:]} - {"s", "–"}, "results that may be told (D19)"
    assert "LOI-O04-PPRIOR" in montre, "an objective that nobody has filled in"
    sans = cil("objectifs", "--annee", 2022, dossier=un_an.racine)[1]
    assert "previsions.yml" in sans and all(len(c) == 5 for c in rangees(sans).values())


def test_ce_qui_manque_a_un_objectif_se_dit_sous_lui(
    un_an: Projet, cil: Commande, monkeypatch: pytest.MonkeyPatch
) -> None:
    """« nd » alone does not say which column, nor « 0,0 % » that a landlord's file has no incomes."""
    monkeypatch.setattr(Rapport, "manques", lambda *_, **__: ("colonne « Logement en QPV » absente",))
    monkeypatch.setattr(Rapport, "absentes", lambda *_: {"revenu_uc_annuel_eur": 1})
    montre = lisible(cil("objectifs", "--annee", 2022, dossier=un_an.racine)[1])
    assert "\n  D’autres chiffres sont non calculables : colonne « Logement en QPV » absente.\n" in montre
    sous_o01 = montre.partition("O01 – ")[2].partition("\n\n")[0]
    assert "fichiers n’ont pas" in sous_o01 and "« Revenu annuel par unité de consommation »" in sous_o01


# --- cil qualite, cil exemple ---------------------------------------------------------------------------------------


def test_la_qualite_dit_comptes_manquants_et_anomalies(exemple: Projet, cil: Commande) -> None:
    code, texte, dit = cil("qualite", "--annee", 2022, dossier=exemple.racine)
    assert (code, dit) == (0, "")
    assert re.search(r"Attributions 2022\u202f: \d\u202f\d{3}\u00a0lignes conservées sur \d\u202f\d{3}\.", texte)
    assert re.search(r"Âge du demandeur  +(\d+,\d +){5}[+−]?\d,\d\n", texte), "five years, and the last change"
    assert not re.search(r"[a-z]_[a-z]", texte), "labels, and no column names"
    assert not re.search(r"\d\.\d|\d %| :", texte)


def test_un_exemple_ne_se_fait_pas_dans_un_exemple(exemple: Projet, cil: Commande) -> None:
    code, montre, dit = cil("exemple", dossier=exemple.racine)
    assert (code, montre) == (1, "")
    exiger_un_remede(dit)


# --- cil cotation ---------------------------------------------------------------------------------------------------


def test_la_cotation_se_compte_sans_montrer_personne(exemple: Projet, cil: Commande) -> None:
    code, dit, _ = cil("cotation", "--annee", 2022, dossier=exemple.racine)
    assert code == 0 and "usage interne" in dit and "FICTIVE-1" in dit
    groupes = re.sub(r"(?<=\d)[\u202f\u00a0](?=\d{3})", "", dit)
    lignes = re.findall(r"^  [A-Z0-9]+-[A-Z0-9]+ .*?((?:\s+\d+){4})$", groupes, re.M)
    assert len(lignes) == 12, "a line for each criterion"
    assert len({sum(map(int, comptes.split())) for comptes in lignes}) == 1, "each read on every request"
    assert not re.search(r"[0-9a-f]{32}", dit)
    code, dit, _ = cil("cotation", "--annee", 2022, "--grille", "FICTIVE-2", dossier=exemple.racine)
    assert code == 0 and "simulation" in dit
    code, _, refus = cil("cotation", "--annee", 2022, "--grille", "AUTRE", dossier=exemple.racine)
    assert code == 1 and all(nom in exiger_du_francais(refus) for nom in ("AUTRE", "FICTIVE-1", "FICTIVE-2"))
    code, _, refus = cil("cotation", "--annee", 1999, dossier=exemple.racine)
    assert code == 1
    exiger_un_remede(refus)
