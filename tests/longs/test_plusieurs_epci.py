"""A project of several EPCI: each of them has the rows and the figures that it would have alone."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pytest
import yaml
from benchmarks.pays import creer_pays, ecrire_extrait

from cil_analysis import commandes as cli
from messages import exiger_du_francais
from tueur import Tueur

RACINE = Path(__file__).resolve().parents[2]
ANNEE, EPCI, COMMUNES = 2022, 3, 4
LIGNES = {"attributions": 400, "demandes": 1_500}


class Fini(NamedTuple):
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def cil(racine: Path, *arguments: str) -> Fini:
    """In this process: starting another for each command would take most of the time."""
    sortie, erreurs = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as retouche, redirect_stdout(sortie), redirect_stderr(erreurs):
        retouche.setenv("CIL_DOSSIER_CLES", str(racine.parent / "cles"))
        code = cli.main([*arguments, "--projet", str(racine)])
    return Fini(code, sortie.getvalue(), erreurs.getvalue())


@pytest.fixture(scope="module")
def pays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    racine = tmp_path_factory.mktemp("pays") / "pays"
    creer_pays(RACINE / "data" / "reference", racine, ANNEE, EPCI, COMMUNES)
    for extrait, lignes in LIGNES.items():
        chemin = ecrire_extrait(racine, extrait, ANNEE, lignes)
        fini = cil(racine, "importer", str(chemin), "--annee", str(ANNEE))
        assert fini.returncode == 0, fini.stderr
    return racine


def lire_csv(chemin: Path, separateur: str = ",") -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=separateur))


def chiffres(texte: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(texte)))


@pytest.fixture(scope="module")
def internes(pays: Path) -> list[dict[str, str]]:
    fini = cil(pays, "indicateurs", "--annee", str(ANNEE), "--interne")
    assert fini.returncode == 0, fini.stderr
    return chiffres(fini.stdout)


@pytest.fixture(scope="module")
def epci_de(pays: Path) -> dict[str, str]:
    return {c["code_insee"]: c["epci_siren"] for c in lire_csv(pays / "data/reference/territory/communes.csv")}


@pytest.mark.parametrize("extrait", LIGNES)
def test_chaque_epci_a_ses_lignes(pays: Path, epci_de: dict[str, str], extrait: str) -> None:
    """Counted in the raw file: a N° unique once (the rows that are there twice are one lease of one day and place)."""
    brutes = lire_csv(pays / "data" / "raw" / f"{extrait}-{ANNEE}.csv", ";")
    cles = ("ID_demande_unique", "Date_signature_bail", "Code_INSEE_commune")
    uniques = {
        tuple(ligne[cle] for cle in cles[:: 1 if extrait == "attributions" else 3]): ligne for ligne in reversed(brutes)
    }
    attendu = Counter(epci_de[ligne["Code_INSEE_commune"]] for ligne in uniques.values())
    dossier = pays / "data" / "processed" / extrait / f"annee={ANNEE}"
    stocke = {d.name.removeprefix("epci="): pd.read_parquet(d / "part.parquet") for d in dossier.iterdir()}
    assert {siren: len(table) for siren, table in stocke.items()} == dict(attendu)
    for siren, table in stocke.items():
        assert {epci_de[code] for code in table["commune_insee"]} == {siren}


def seul(pays: Path, racine: Path, siren: str) -> Path:
    """The project of one of the EPCI alone, as « cil nouveau » would have it."""
    reference = racine / "data" / "reference"
    shutil.copytree(pays / "data" / "reference", reference)
    territoire = reference / "territory"
    (epci,) = [e for e in lire_csv(territoire / "epci.csv") if e["siren"] == siren]
    (territoire / "epci.csv").unlink()
    communes = {c["code_insee"] for c in lire_csv(territoire / "communes.csv") if c["epci_siren"] == siren}
    quartiers = {q["qpv_code"] for q in lire_csv(territoire / "qpv_communes.csv") if q["code_insee"] in communes}
    for nom, colonne, gardes in (
        ("communes.csv", "code_insee", communes),
        ("parc_social.csv", "code_insee", communes),
        ("qpv_communes.csv", "code_insee", communes),
        ("qpv.csv", "code", quartiers),
    ):
        lignes = [ligne for ligne in lire_csv(territoire / nom) if ligne[colonne] in gardes]
        pd.DataFrame(lignes).drop(columns="epci_siren", errors="ignore").to_csv(territoire / nom, index=False)
    seuils = reference / "parameters" / "seuils_quartiles.csv"
    siens = [s for s in lire_csv(seuils) if s["epci_siren"] == siren]
    pd.DataFrame(siens).drop(columns="epci_siren").to_csv(seuils, index=False)
    reglages = yaml.safe_load((reference / "projet.yml").read_text(encoding="utf-8")) | {
        "epci_siren": siren, "epci_nom": epci["nom"], "epci_nom_court": epci["nom_court"],
        "commune_centre": epci["commune_centre"],
    }  # fmt: skip
    (reference / "projet.yml").write_text(yaml.safe_dump(reglages, allow_unicode=True), encoding="utf-8")
    (racine / "data" / "raw").mkdir()
    return racine


def test_un_epci_du_pays_a_les_chiffres_qu_il_aurait_seul(
    pays: Path, internes: list[dict[str, str]], epci_de: dict[str, str], tmp_path: Path
) -> None:
    """Its rows are cut out of the raw files and imported in a project of its own: the same figures, every one."""
    siren = sorted(set(epci_de.values()))[1]
    racine = seul(pays, tmp_path / "seul", siren)
    for extrait in LIGNES:
        brutes = lire_csv(pays / "data" / "raw" / f"{extrait}-{ANNEE}.csv", ";")
        siennes = [ligne for ligne in brutes if epci_de[ligne["Code_INSEE_commune"]] == siren]
        if extrait == "demandes":  # One request is of one EPCI: that of its first row.
            premieres = {ligne["ID_demande_unique"]: ligne for ligne in reversed(brutes)}
            siennes = [ligne for ligne in siennes if premieres[ligne["ID_demande_unique"]] in (ligne, *siennes)]
        chemin = racine / "data" / "raw" / f"{extrait}.csv"
        with chemin.open("w", encoding="utf-8", newline="") as flux:
            ecrivain = csv.DictWriter(flux, list(siennes[0]), delimiter=";")
            ecrivain.writeheader()
            ecrivain.writerows(siennes)
        fini = cil(racine, "importer", str(chemin), "--annee", str(ANNEE))
        assert fini.returncode == 0, fini.stderr
    autre = cil(racine, "indicateurs", "--annee", str(ANNEE), "--interne")
    assert autre.returncode == 0, autre.stderr
    dits = cil(pays, "indicateurs", "--annee", str(ANNEE), "--interne", "--epci", siren)
    assert chiffres(dits.stdout) == chiffres(autre.stdout)
    # In the figures of all, those of the EPCI stand together, in the order of epci.csv.
    debut = internes.index(chiffres(dits.stdout)[0])
    assert internes[debut : debut + len(chiffres(dits.stdout))] == chiffres(dits.stdout)


def test_la_requete_d_un_epci_ne_lit_que_ses_lignes(
    pays: Path, internes: list[dict[str, str]], epci_de: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    siren = sorted(set(epci_de.values()))[1]
    ecrite = cil(pays, "indicateurs", "V03", "--requete", "--epci", siren)
    assert ecrite.returncode == 0, ecrite.stderr
    monkeypatch.chdir(pays)
    lus = {
        (str(ligne["perimetre_code"]), str(ligne["numerateur"]), str(ligne["denominateur"]))
        for ligne in duckdb.sql(ecrite.stdout).df().to_dict("records")
    }
    siens = [c for c in internes if c["indicateur"] == "V03" and epci_de.get(c["perimetre_code"], siren) == siren]
    attendus = {(c["perimetre_code"], c["numerateur"], c["denominateur"]) for c in siens}
    assert (siren in {code for code, _, _ in lus}) and lus <= attendus and len(lus) > COMMUNES / 2
    sans_epci = cil(pays, "indicateurs", "V03", "--requete", "--annee", str(ANNEE))
    assert sans_epci.returncode == 1 and "--epci" in exiger_du_francais(sans_epci.stderr)


def test_un_nouvel_import_ne_laisse_rien_de_l_ancien(pays: Path, epci_de: dict[str, str], tmp_path: Path) -> None:
    copie = tmp_path / "pays"
    shutil.copytree(pays, copie)
    shutil.copytree(pays.parent / "cles", tmp_path / "cles")
    brut = copie / "data" / "raw" / f"attributions-{ANNEE}.csv"
    entete, *lignes = brut.read_text(encoding="utf-8").splitlines()
    rang = entete.split(";").index("Code_INSEE_commune")
    parti = sorted(set(epci_de.values()))[0]
    gardees = [ligne for ligne in lignes if epci_de[ligne.split(";")[rang]] != parti]
    brut.write_text("\n".join([entete, *gardees]), encoding="utf-8")
    fini = cil(copie, "importer", str(brut), "--annee", str(ANNEE))
    assert fini.returncode == 0, fini.stderr
    dossier = copie / "data" / "processed" / "attributions" / f"annee={ANNEE}"
    assert {d.name for d in dossier.iterdir()} == {f"epci={s}" for s in set(epci_de.values()) - {parti}}


@pytest.mark.parametrize("commande", ["bilan", "fiches"])
def test_les_autres_commandes_et_un_epci_inconnu_sont_refuses(pays: Path, commande: str) -> None:
    fini = cil(pays, commande, "--annee", str(ANNEE))
    assert fini.returncode == 1 and "EPCI" in exiger_du_francais(fini.stderr)
    blocs = yaml.safe_load(Path(cli.__file__).with_name("commandes.yml").read_text(encoding="utf-8"))
    assert all(nom in fini.stderr for nom, bloc in blocs.items() if "plusieurs_epci" in bloc)
    fini = cil(pays, "indicateurs", "--annee", str(ANNEE), "--epci", "123456789")
    assert fini.returncode == 1 and "123456789" in exiger_du_francais(fini.stderr)


@pytest.mark.parametrize("commande", ["colonnes", "libelles"])
def test_ce_qui_ne_lit_que_le_fichier_ne_demande_pas_d_epci(pays: Path, commande: str) -> None:
    fini = cil(pays, commande, str(pays / "data" / "raw" / f"attributions-{ANNEE}.csv"))
    assert fini.returncode == 0, fini.stderr


def test_un_envoi_se_verifie_et_se_montre_tous_epci_ensemble(pays: Path, epci_de: dict[str, str]) -> None:
    """Compared to what is stored of every EPCI: the same file has nothing unusual, a file without one of them has."""
    brut = pays / "data" / "raw" / f"attributions-{ANNEE}.csv"
    lignes = lire_csv(brut, ";")
    gardees = len({(x["ID_demande_unique"], x["Date_signature_bail"], x["Code_INSEE_commune"]) for x in lignes})
    fini = cil(pays, "verifier", str(brut), "--annee", str(ANNEE))
    assert fini.returncode == 0 and fini.stdout.startswith("Rien d’inhabituel"), fini.stderr
    parti = min(epci_de.values())
    tronque = pays.parent / "tronque.csv"
    restes = pd.DataFrame([ligne for ligne in lignes if epci_de[ligne["Code_INSEE_commune"]] != parti])
    restes.to_csv(tronque, sep=";", index=False)
    fini = cil(pays, "verifier", str(tronque), "--annee", str(ANNEE))
    assert fini.returncode == 0 and not fini.stdout.startswith("Rien d’inhabituel"), fini.stderr
    fini = cil(pays, "qualite", "--annee", str(ANNEE))
    assert fini.returncode == 0 and f"\u202f: {gardees}\xa0lignes conservées" in fini.stdout, fini.stderr


def test_le_flux_de_deux_departements_se_lit_epci_par_epci(pays: Path, tmp_path: Path) -> None:
    """A landlord in two EPCI: in each, the base that it gives there, and the rate of the convention of its département.

    The département of the project is of neither.
    """
    racine, autre = tmp_path / "pays", "53004"
    shutil.copytree(pays / "data" / "reference", racine / "data" / "reference")
    for fichier in (racine / "data" / "reference" / "territory").glob("*.csv"):
        lu = fichier.read_text(encoding="utf-8")
        fichier.write_text(
            re.sub(r"\b1000([4-7])\b", r"5300\1", lu).replace(f"fictive {autre}", "la Belle"), encoding="utf-8"
        )
    conventions = racine / "data" / "reference" / "parameters" / "conventions_flux.csv"
    taux = {"10": 10, "53": 30, "00": 50}
    ecrites = [f"B000,COLTER,{departement},,,{dit},Donnée fictive,FICTIF" for departement, dit in taux.items()]
    entete = conventions.read_text(encoding="utf-8").splitlines()[0]
    conventions.write_text("\n".join([entete, *ecrites, ""]), encoding="utf-8")
    brut = racine / "data" / "raw" / "flux.csv"
    brut.parent.mkdir()
    colonnes = "Bailleur;Réservataire;Code INSEE;Base prévisionnelle;Taux;Logements proposés;Logements attribués"
    faites = ["10000;100;10;12;11", f"{autre};200;30;40;33"]
    brut.write_text("\n".join([colonnes, *(f"B000;COLTER;{faite}" for faite in faites), ""]), encoding="utf-8")
    baux = ecrire_extrait(racine, "attributions", ANNEE, LIGNES["attributions"])
    venus = lire_csv(baux, ";")
    pd.DataFrame(venus).assign(**{"Code INSEE commune d’origine": "53000 Commune la Belle"}).to_csv(
        baux, sep=";", index=False
    )
    for fichier in (brut, baux):
        fini = cil(racine, "importer", str(fichier), "--annee", str(ANNEE))
        assert fini.returncode == 0, fini.stderr
        assert fichier != brut or "anomalie" not in fini.stderr + fini.stdout, fini
    lues = pd.read_parquet(racine / "data" / "processed" / "attributions", columns=["commune_origine_insee"])
    assert set(lues["commune_origine_insee"]) == {autre}
    for siren, reserves in (("900000001", 10), ("900000002", 60)):
        dits = cil(racine, "indicateurs", "F04", "--annee", str(ANNEE), "--interne", "--epci", siren)
        [ensemble] = [x for x in chiffres(dits.stdout) if x["perimetre_code"] == siren and not x["acteur_code"]]
        assert float(ensemble["numerateur"]) == reserves, dits


def test_les_epci_d_un_pays_se_comptent_sur_une_grappe(
    pays: Path,
    internes: list[dict[str, str]],
    ordonnanceur: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(pays.parent / "cles"))
    tueur = Tueur(ordonnanceur)
    tueur.start()
    commande = ["--projet", str(pays), "indicateurs", "--annee", str(ANNEE), "--interne"]
    assert cli.main([*commande, "--grappe", ordonnanceur.scheduler_address]) == 0
    tueur.join()
    assert tueur.tues
    assert chiffres(capsys.readouterr().out) == internes


def test_saisir_les_seuils_d_un_epci(pays: Path, tmp_path: Path) -> None:
    """His row alone is changed, once he is named; what else the file keeps: reference/test_seuils_enregistres.py."""
    racine = tmp_path / "pays"
    shutil.copytree(pays / "data" / "reference", racine / "data" / "reference")
    chemin = racine / "data" / "reference" / "parameters" / "seuils_quartiles.csv"
    avant, lignes = chemin.read_bytes(), lire_csv(chemin)
    siren, q1 = lignes[1]["epci_siren"], float(lignes[1]["q1"]) + 100
    saisie = ("seuils", "--annee", str(ANNEE), "--q1", str(q1), "--source", "Arrêté inventé")
    for epci, nomme in (((), ""), (("--epci", siren), "--remplacer")):
        refus = cil(racine, *saisie, *epci)
        assert (refus.returncode, chemin.read_bytes()) == (1, avant) and nomme in exiger_du_francais(refus.stderr)
    assert cil(racine, *saisie, "--epci", siren, "--remplacer").returncode == 0
    [change] = [ligne for ligne in lire_csv(chemin) if ligne not in lignes]
    assert (change["epci_siren"], float(change["q1"])) == (siren, q1)
    liste = cil(racine, "seuils", "--epci", siren)
    assert liste.returncode == 0 and "Arrêté inventé" in liste.stdout
