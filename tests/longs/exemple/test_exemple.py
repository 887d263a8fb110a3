"""The fictitious extracts: the same for the same seed, irregular like real ones, and recognisably of nobody."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from dateutil.easter import easter
from openpyxl import load_workbook

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exemple.generation import generer
from cil_analysis.exemple.projet import EFFECTIFS, Effectifs, creer_projet
from cil_analysis.extraits import store
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.objectifs import charger_objectifs
from cil_analysis.reference.texte import normaliser

RACINE = Path(__file__).resolve().parents[3]
BAILLEURS_REELS = ("Le Mans Métropole Habitat", "Sarthe Habitat", "LMMH")
DOSSIERS_DE_DONNEES = ("raw", "reference/nomenclatures", "reference/parameters", "reference/territory")


def octets(dossier: Path) -> dict[str, bytes]:
    return {str(c.relative_to(dossier)): c.read_bytes() for c in sorted(dossier.rglob("*")) if c.is_file()}


@pytest.fixture(scope="module")
def modele() -> Projet:
    return ouvrir_projet(RACINE)


@pytest.fixture(scope="module")
def fabriquer(modele: Projet, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Projet]:
    def fabriquer(annees: list[int], effectifs: Effectifs) -> Projet:
        projet, fichiers = generer(modele, tmp_path_factory.mktemp("exemple") / "e", annees, 7, effectifs=effectifs)
        ecrits = dict(fichiers)
        assert sorted(ecrits) == sorted(annees)
        assert all(fichier.is_file() for siens in ecrits.values() for fichier in siens)
        return projet

    return fabriquer


@pytest.fixture(scope="module")
def deux_ans(fabriquer: Callable[..., Projet]) -> Projet:
    """Of the two generations of QPV."""
    return fabriquer([2024, 2022], Effectifs(900, 900))


@pytest.fixture(scope="module")
def un_an(fabriquer: Callable[..., Projet]) -> Projet:
    return fabriquer([2018], EFFECTIFS)


def lire(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8-sig", newline="") as flux:
        return list(csv.DictReader(flux))


@cache
def feuille(projet: Projet, annee: int) -> list[tuple[object, ...]]:
    classeur = load_workbook(projet.brut / f"attributions-{annee}.xlsx", read_only=True)
    lignes = list(classeur.worksheets[0].iter_rows(values_only=True))
    classeur.close()
    return lignes


def baux(projet: Projet, annee: int) -> list[dict[str, object]]:
    """The rows of a workbook by heading: a title, a blank line, the headings, the rows, a total."""
    titre, blanc, entetes, *lignes, total = feuille(projet, annee)
    assert "FICTIVES" in str(titre[0])
    assert not any(blanc)
    assert total[0] == f"Total : {len(lignes)} attributions"
    assert not any(total[1:])
    return [dict(zip(map(str, entetes), ligne, strict=True)) for ligne in lignes]


def demandes(projet: Projet, annee: int) -> list[dict[str, str]]:
    with (projet.brut / f"demandes-{annee}.csv").open(encoding="cp1252", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=";", strict=True))


@cache
def textes(projet: Projet, extrait: str, annee: int) -> list[dict[str, str]]:
    """The rows of a text file that has a title and a total."""
    (fichier,) = (f for f in projet.brut.glob(f"{extrait}-{annee}.*") if f.suffix != ".yml")
    separateur = "\t" if fichier.suffix == ".txt" else ","
    with fichier.open(encoding="utf-8-sig", newline="") as flux:
        (titre,), blanc, entetes, *lignes, total = csv.reader(flux, delimiter=separateur, strict=True)
    assert "FICTIVES" in titre and not any(blanc)
    assert total == [f"Total : {len(lignes)} {extrait}"]
    return [dict(zip(entetes, ligne, strict=True)) for ligne in lignes]


def test_meme_graine_memes_octets(un_an: Projet, modele: Projet, tmp_path: Path) -> None:
    """In another process, another time zone, another order of the sets: byte for byte, reference data included."""
    programme = (
        "import sys; from pathlib import Path; from cil_analysis.projet import ouvrir_projet; "
        "from cil_analysis.exemple.generation import generer; "
        "generer(ouvrir_projet(sys.argv[1]), Path(sys.argv[2]), [2018], 7)"
    )
    env = {**os.environ, "PYTHONPATH": str(RACINE / "src"), "PYTHONHASHSEED": "12345", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, "-c", programme, str(modele.racine), str(tmp_path)], check=True, env=env)
    assert octets(tmp_path) == octets(un_an.racine)


def test_autre_graine_autres_octets_et_aucune_horloge(un_an: Projet, modele: Projet, tmp_path: Path) -> None:
    un, autre = (generer(modele, tmp_path / str(g), [2018], g, effectifs=Effectifs(50, 50))[0] for g in (7, 8))
    for nom in ("attributions-2018.xlsx", "demandes-2018.csv", "radiations-2018.txt", "propositions-2018.csv"):
        assert (autre.brut / nom).read_bytes() != (un.brut / nom).read_bytes()
    with zipfile.ZipFile(un_an.brut / "attributions-2018.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        proprietes = archive.read("docProps/core.xml").decode()
    assert f"{datetime.now().year}" not in proprietes


def test_les_objectifs_ont_toutes_les_formes(deux_ans: Projet) -> None:
    with (deux_ans.reference / "parameters/objectifs.csv").open(encoding="utf-8", newline="") as flux:
        locaux = [o for o in csv.DictReader(flux) if o["origine"] != "loi"]
    assert all(o["confiance"] == "FICTIF" and "fictif" in o["commentaire"].lower() for o in locaux)
    assert {o["sens"] for o in locaux} == {"plancher", "plafond", "intervalle"}
    assert {o["annee"] for o in locaux if o["unite"] == "nombre"} >= {"2022", "2024"}
    assert [o for o in locaux if o["perimetre_type"] == "commune" and o["acteur_type"] == "bailleur"]
    assert {o["remplace"] for o in locaux} - {""} <= {o["id"] for o in locaux}
    assert len(charger_objectifs(deux_ans.reference / "parameters")) > len(locaux), "beside those of the law"


def test_rien_n_est_reel(deux_ans: Projet, un_an: Projet) -> None:
    """No landlord that exists; numbers, names, addresses and telephones that say that they are made up."""
    for projet in (deux_ans, un_an):
        assert projet.donnees_fictives
        assert "fictives" in (projet.brut / "DONNEES-FICTIVES.txt").read_text(encoding="utf-8")
        assert projet.identifiant != ouvrir_projet(RACINE).identifiant  # another key of pseudonyms
        for dossier in DOSSIERS_DE_DONNEES:
            for nom, contenu in octets(projet.racine / "data" / dossier).items():
                texte = contenu.decode("cp1252" if nom.endswith(".csv") and dossier == "raw" else "utf-8", "replace")
                assert not [b for b in BAILLEURS_REELS if b in texte], nom
    autres = [ligne for extrait in ("radiations", "propositions") for ligne in textes(un_an, extrait, 2018)]
    lignes: list[dict[str, object]] = [*baux(un_an, 2018), *demandes(un_an, 2018), *autres]
    for ligne in lignes:
        assert str(ligne["N° unique"])[14:17] == "FIC"
        assert len(str(ligne["N° unique"])) == 18
        assert str(ligne["Nom du demandeur"]).startswith("NOM-FICTIF-")
        assert str(ligne["Adresse du logement"]).endswith(" RUE FICTIVE")
        assert not ligne["Téléphone"] or str(ligne["Téléphone"]).startswith("00 00 00 ")
    for liste in (baux(un_an, 2018), textes(un_an, "propositions", 2018)):
        assert {str(ligne["Bailleur"]).split()[0].upper() for ligne in liste} == {"BAILLEUR"}
    assert all(ligne["N° de proposition"].startswith("FICT-") for ligne in textes(un_an, "propositions", 2018))


@pytest.mark.parametrize(("annee", "generation"), [(2022, "2015"), (2024, "2024")])
def test_generation_des_qpv(deux_ans: Projet, annee: int, generation: str) -> None:
    with (RACINE / "data/reference/territory/qpv.csv").open(encoding="utf-8", newline="") as flux:
        noms = {normaliser(ligne["nom"]) for ligne in csv.DictReader(flux) if ligne["generation"] == generation}
    vus = {normaliser(str(ligne["Quartier prioritaire"] or "")) for ligne in baux(deux_ans, annee)} - {""}
    assert vus == noms


@pytest.mark.parametrize("extrait", ["attributions", "demandes", "radiations", "propositions"])
def test_l_import_rend_compte_de_chaque_ligne(exemple: Projet, extrait: str) -> None:
    """Each extract has rows of every sort, and no column that is not known; which are kept: test_chaine.py."""
    journal = store.lire_journal(exemple, extrait, 2022)
    assert journal and not journal["colonnes"]["inconnues"]
    comptes = dict(journal["comptes"])
    lues = comptes.pop("lues")
    assert sum(comptes.values()) == lues
    assert all(comptes[sort] > 0 for sort in ("rejetees", "hors_perimetre", "doublons", "conservees"))
    lignes = {"attributions": baux, "demandes": demandes}.get(extrait, lambda p, a: textes(p, extrait, a))
    assert lues - comptes["ignorees"] == len(lignes(exemple, 2022))


def test_les_radiations_sont_celles_des_baux(un_an: Projet) -> None:
    """A radiation for each lease, with its day; other reasons; and requests of the stock that came back."""
    bail = {str(ligne["N° unique"]): ligne["Date de signature du bail"] for ligne in baux(un_an, 2018)[:-14]}
    lignes = textes(un_an, "radiations", 2018)[:-14]
    par_motif: dict[str, list[dict[str, str]]] = {}
    for ligne in lignes:
        par_motif.setdefault(normaliser(ligne["Motif de radiation"]), []).append(ligne)
    attribution = par_motif.pop("attribution d un logement")
    assert sorted(ligne["N° unique"] for ligne in attribution) == sorted(bail)
    for ligne in attribution:
        signe = bail[ligne["N° unique"]]
        assert isinstance(signe, datetime) and ligne["Date de signature du bail"] == f"{signe:%d/%m/%Y}"
        assert datetime.strptime(ligne["Date de radiation"], "%d/%m/%Y") >= signe
    stock = {ligne["N° unique"] for ligne in demandes(un_an, 2018)}
    revenues = par_motif.pop("deradiation demande reactivee")
    assert len(revenues) > 50 and {ligne["N° unique"] for ligne in revenues} <= stock
    assert len(par_motif) == 6 and all(len(restes) > 10 for restes in par_motif.values())


def ouvre(jour: date) -> bool:
    """Whether people work on a day: by its weekday, the holidays of the law, and Easter as dateutil computes it."""
    paques = easter(jour.year)
    feries = {date(jour.year, *jm) for jm in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))}
    feries |= {paques + timedelta(days=n) for n in (1, 39, 50)}
    return jour.isoweekday() <= 5 and jour not in feries and jour.month != 8 and (jour.month, jour.day) < (12, 24)


def test_la_vie_inventee_de_la_cil_tombe_sur_des_jours_ouvres(modele: Projet, tmp_path: Path) -> None:
    projet, _ = creer_projet(modele, tmp_path / "e", list(range(2010, 2040)), 3)
    dates = {"seances": ("date",), "decisions": ("echeance", "date_suivi"), "membres": ("debut", "fin")}
    for nom, colonnes in dates.items():
        lignes = [x for x in lire(projet.reference / "governance" / f"{nom}.csv") if x["confiance"] == "FICTIF"]
        jours = [date.fromisoformat(x[colonne]) for x in lignes for colonne in colonnes if x[colonne]]
        assert len(jours) > 60 and [jour for jour in jours if not ouvre(jour)] == [], nom
    seances = lire(projet.reference / "governance" / "seances.csv")
    assert len({x["date"] for x in seances}) == len(seances)
    plenieres = Counter(x["date"][:4] for x in seances if x["type"] == "plénière")
    assert len(plenieres) == 30 and set(plenieres.values()) == {1, 2}


def test_ce_qui_est_reel_reste_tel_quel_et_l_invente_se_dit(modele: Projet, un_an: Projet) -> None:
    """The model invents nothing; the example keeps its rows before its own, and each of those says so."""
    for chemin in sorted((modele.reference / "governance").glob("*.csv")):
        reelles, toutes = lire(chemin), lire(un_an.reference / "governance" / chemin.name)
        assert toutes[: len(reelles)] == reelles and "FICTIF" not in {x["confiance"] for x in reelles}
        assert {x["confiance"] for x in toutes[len(reelles) :]} <= {"FICTIF"}
    for chemin in modele.reference.rglob("*.csv"):
        assert "FICTIF" not in chemin.read_text(encoding="utf-8"), chemin.name


def test_un_territoire_sans_population_a_un_parc(modele: Projet, tmp_path: Path) -> None:
    """What « cil nouveau » writes knows no population: the centre comes first, all have dwellings."""
    shutil.copytree(modele.reference, tmp_path / "m" / "data" / "reference")
    chemin = tmp_path / "m" / "data" / "reference" / "territory" / "communes.csv"
    lignes = [ligne | {"population": ""} for ligne in lire(chemin)]
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, list(lignes[0]))
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    projet, _ = creer_projet(ouvrir_projet(tmp_path / "m"), tmp_path / "e", [2022], 1)
    parc = {p["code_insee"]: int(p["logements"]) for p in lire(projet.reference / "territory" / "parc_social.csv")}
    assert min(parc.values()) > 0 and max(parc, key=lambda code: parc[code]) == projet.commune_centre


def test_un_projet_reel_n_est_jamais_efface(modele: Projet, tmp_path: Path) -> None:
    reel = tmp_path / "reel"
    shutil.copytree(modele.reference, reel / "data" / "reference")
    (reel / "data" / "raw").mkdir()
    (reel / "data" / "raw" / "precieux.xlsx").write_bytes(b"x")
    avant = octets(reel)
    autre = tmp_path / "autre"
    (autre / "data").mkdir(parents=True)
    for dossier in (reel, autre):
        with pytest.raises(ErreurCIL) as refus:
            generer(modele, dossier, [2022], 1)
        assert dossier.name in str(refus.value)
    assert octets(reel) == avant and list(autre.iterdir()) == [autre / "data"]


def test_une_seconde_generation_remplace_la_premiere(modele: Projet, tmp_path: Path) -> None:
    peu = Effectifs(300, 300)
    projet, _ = generer(modele, tmp_path / "e", [2019], 7, effectifs=peu)
    (projet.traite / "reste.txt").write_text("ancien")
    generer(modele, projet.racine, [2020], 7, effectifs=peu)
    assert [c.name for c in sorted(projet.brut.glob("*-20*"))] == [
        "attributions-2020.xlsx", "demandes-2020.csv", "flux-2020.csv", "occupation-2020.csv", "parc-2020.csv",
        "propositions-2020.csv", "radiations-2020.txt", "relogements-2020.csv",
    ]  # fmt: skip
    assert list(projet.traite.iterdir()) == []
