"""The fictitious extracts: the same for the same seed, irregular like real ones, and recognisably of nobody."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.example.generation import generer
from cil_analysis.extracts.importation import importer
from cil_analysis.project import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.objectives import charger_objectifs
from cil_analysis.reference.texte import normaliser

RACINE = Path(__file__).resolve().parents[2]
BAILLEURS_REELS = ("Le Mans Métropole Habitat", "Sarthe Habitat", "LMMH")
DOSSIERS_DE_DONNEES = ("raw", "reference/nomenclatures", "reference/parameters", "reference/territory")


def octets(dossier: Path) -> dict[str, bytes]:
    return {str(c.relative_to(dossier)): c.read_bytes() for c in sorted(dossier.rglob("*")) if c.is_file()}


@pytest.fixture(scope="module")
def modele() -> Projet:
    return ouvrir_projet(RACINE)


@pytest.fixture(scope="module")
def fabrique(modele: Projet, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Projet]:
    def fabriquer(annees: list[int], graine: int = 7) -> Projet:
        projet, ecrits = generer(modele, tmp_path_factory.mktemp("exemple") / "e", annees, graine, lambda etape: None)
        assert sorted(ecrits) == sorted(annees)
        assert all(fichier.is_file() for fichiers in ecrits.values() for fichier in fichiers)
        return projet

    return fabriquer


@pytest.fixture(scope="module")
def trois_ans(fabrique: Callable[..., Projet]) -> Projet:
    return fabrique([2024, 2022, 2023])


@pytest.fixture(scope="module")
def un_an(fabrique: Callable[..., Projet]) -> Projet:
    return fabrique([2018])


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


def test_meme_graine_memes_octets(un_an: Projet, modele: Projet, tmp_path: Path) -> None:
    """In another process, another time zone, another order of the sets: byte for byte, reference data included."""
    programme = (
        "import sys; from pathlib import Path; from cil_analysis.project import ouvrir_projet; "
        "from cil_analysis.example.generation import generer; "
        "generer(ouvrir_projet(sys.argv[1]), Path(sys.argv[2]), [2018], 7, print)"
    )
    env = {**os.environ, "PYTHONPATH": str(RACINE / "src"), "PYTHONHASHSEED": "12345", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, "-c", programme, str(modele.racine), str(tmp_path)], check=True, env=env)
    assert octets(tmp_path) == octets(un_an.racine)


def test_autre_graine_autres_octets(un_an: Projet, fabrique: Callable[..., Projet]) -> None:
    autre = fabrique([2018], 8)
    for nom in ("attributions-2018.xlsx", "demandes-2018.csv"):
        assert (autre.brut / nom).read_bytes() != (un_an.brut / nom).read_bytes()


def test_aucune_horloge_dans_le_classeur(un_an: Projet) -> None:
    with zipfile.ZipFile(un_an.brut / "attributions-2018.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        proprietes = archive.read("docProps/core.xml").decode()
    assert f"{datetime.now().year}" not in proprietes
    assert proprietes.count("1980-01-01T00:00:00Z") == 2


@pytest.mark.parametrize("annee", [2022, 2023, 2024])
def test_volumes_et_reperes(trois_ans: Projet, annee: int) -> None:
    assert 2_700 <= len(baux(trois_ans, annee)) <= 3_300
    assert 11_000 <= len(demandes(trois_ans, annee)) <= 13_500


def test_demandes_en_cp1252_a_la_francaise(un_an: Projet) -> None:
    brut = (un_an.brut / "demandes-2018.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        brut.decode("utf-8")
    texte = brut.decode("cp1252")
    assert "?" not in texte  # every character exists in cp1252: none was replaced
    assert brut.count(b"\r\n") == brut.count(b"\n") == len(demandes(un_an, 2018)) + 1
    assert {ligne["Nb UC"] for ligne in demandes(un_an, 2018)} > {"1,0", "1,5", "1,8"}
    assert "." not in "".join(ligne["Nb UC"] for ligne in demandes(un_an, 2018))


def test_les_objectifs_ont_toutes_les_formes(trois_ans: Projet) -> None:
    with (trois_ans.reference / "parameters/objectifs.csv").open(encoding="utf-8", newline="") as flux:
        locaux = [o for o in csv.DictReader(flux) if o["origine"] != "loi"]
    assert all(o["confiance"] == "FICTIF" and "fictif" in o["commentaire"].lower() for o in locaux)
    assert {o["sens"] for o in locaux} == {"plancher", "plafond", "intervalle"}
    marches = [o["annee"] for o in locaux if o["unite"] == "nombre"]
    assert marches == ["2022", "2023", "2024"]
    assert [o for o in locaux if o["perimetre_type"] == "commune" and o["acteur_type"] == "bailleur"]
    assert {o["remplace"] for o in locaux} - {""} <= {o["id"] for o in locaux}
    assert len(charger_objectifs(trois_ans.reference / "parameters")) > len(locaux)


def test_rien_n_est_reel(trois_ans: Projet, un_an: Projet) -> None:
    """No landlord that exists; numbers, names, addresses and telephones that say that they are made up."""
    for projet in (trois_ans, un_an):
        assert projet.donnees_fictives
        assert "fictives" in (projet.brut / "DONNEES-FICTIVES.txt").read_text(encoding="utf-8")
        assert projet.identifiant != ouvrir_projet(RACINE).identifiant  # another key of pseudonyms
        for dossier in DOSSIERS_DE_DONNEES:
            for nom, contenu in octets(projet.racine / "data" / dossier).items():
                texte = contenu.decode("cp1252" if nom.endswith(".csv") and dossier == "raw" else "utf-8", "replace")
                assert not [b for b in BAILLEURS_REELS if b in texte], nom
    lignes: list[dict[str, object]] = [*baux(un_an, 2018), *demandes(un_an, 2018)]
    for ligne in lignes:
        assert str(ligne["N° unique"])[14:17] == "FIC"
        assert len(str(ligne["N° unique"])) == 18
        assert str(ligne["Nom du demandeur"]).startswith("NOM-FICTIF-")
        assert str(ligne["Adresse du logement"]).endswith(" RUE FICTIVE")
        assert not ligne["Téléphone"] or str(ligne["Téléphone"]).startswith("00 00 00 ")
    assert {str(ligne["Bailleur"]).split()[0].upper() for ligne in baux(un_an, 2018)} == {"BAILLEUR"}


def test_rien_de_reel_dans_le_classeur(trois_ans: Projet) -> None:
    for annee in (2022, 2023, 2024):
        texte = normaliser(" ".join({str(cellule) for ligne in feuille(trois_ans, annee) for cellule in ligne}))
        assert not [bailleur for bailleur in BAILLEURS_REELS if normaliser(bailleur) in texte]


def test_en_tetes_changent_dans_la_periode(un_an: Projet, trois_ans: Projet) -> None:
    assert {"Bailleur", "Date de signature du bail"} <= baux(un_an, 2018)[0].keys()
    assert {"Organisme bailleur", "Date signature bail"} <= baux(trois_ans, 2022)[0].keys()


@pytest.mark.parametrize(("annee", "generation"), [(2022, "2015"), (2023, "2015"), (2024, "2024")])
def test_generation_des_qpv(trois_ans: Projet, annee: int, generation: str) -> None:
    with (RACINE / "data/reference/territory/qpv.csv").open(encoding="utf-8", newline="") as flux:
        noms = {normaliser(ligne["nom"]) for ligne in csv.DictReader(flux) if ligne["generation"] == generation}
    vus = {normaliser(str(ligne["Quartier prioritaire"] or "")) for ligne in baux(trois_ans, annee)} - {""}
    assert vus == noms


def test_casse_et_accents_varient(un_an: Projet) -> None:
    communes = Counter(str(ligne["Commune du logement"]) for ligne in baux(un_an, 2018))
    assert communes["Le Mans"] > communes["LE MANS"] > 0
    assert {"Sarge-les-le-Mans", "Yvre-l’Eveque"} & communes.keys()


@pytest.fixture
def cles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(tmp_path / "cles"))
    yield


@pytest.mark.usefixtures("cles")
@pytest.mark.parametrize("annee", [2022, 2024])
def test_l_import_rend_compte_de_chaque_ligne(trois_ans: Projet, annee: int) -> None:
    """The account that plain loops over the workbook give: unusable rows, then other years, outside, duplicates."""
    references = References(trois_ans)
    membres = {normaliser(n) for n in references.territoire.membres(date(annee, 12, 31))["nom"]}
    connues = {normaliser(n) for n in references.territoire.noms().values()}
    attendu = Counter({"lues": 4, "ignorees": 4, "rejetees": 0, "hors_perimetre": 0, "doublons": 0, "conservees": 0})
    deja = set()
    for ligne in baux(trois_ans, annee):
        attendu["lues"] += 1
        jour, commune = ligne["Date signature bail"], normaliser(str(ligne["Commune du logement"]))
        cle = (ligne["N° unique"], jour, commune)
        if not isinstance(jour, datetime) or commune not in connues:
            attendu["rejetees"] += 1
        elif jour.year != annee or commune not in membres:
            attendu["hors_perimetre"] += 1
        elif cle in deja:
            attendu["doublons"] += 1
        else:
            deja.add(cle)
            attendu["conservees"] += 1
    fichier = trois_ans.brut / f"attributions-{annee}.xlsx"
    obtenu = importer(trois_ans, references, [fichier], annee).journal["comptes"]
    assert obtenu == dict(attendu)
    assert min(attendu.values()) > 0
    shutil.rmtree(trois_ans.traite)  # each test has its own key


def test_un_projet_reel_n_est_jamais_efface(modele: Projet, tmp_path: Path) -> None:
    reel = tmp_path / "reel"
    shutil.copytree(modele.reference, reel / "data" / "reference")
    (reel / "data" / "raw").mkdir()
    (reel / "data" / "raw" / "precieux.xlsx").write_bytes(b"x")
    avant = octets(reel)
    with pytest.raises(ErreurCIL, match="projet réel"):
        generer(modele, reel, [2022], 1, lambda etape: None)
    autre = tmp_path / "autre"
    (autre / "data").mkdir(parents=True)
    with pytest.raises(ErreurCIL, match="pas un projet"):
        generer(modele, autre, [2022], 1, lambda etape: None)
    assert octets(reel) == avant


def test_une_seconde_generation_remplace_la_premiere(modele: Projet, fabrique: Callable[..., Projet]) -> None:
    projet = fabrique([2019])
    (projet.traite / "reste.txt").write_text("ancien")
    generer(modele, projet.racine, [2020], 7, lambda etape: None)
    assert [c.name for c in sorted(projet.brut.glob("*-20*"))] == ["attributions-2020.xlsx", "demandes-2020.csv"]
    assert list(projet.traite.iterdir()) == []
