"""A project for a made-up EPCI, from each of the files that an analyst may download."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
import yaml

import epci_invente as ei
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import charger_parametres
from cil_analysis.reference.seuils import SeuilsDeLAnnee, reporter_seuils, valeurs_de
from cil_analysis.reference.territoire import Territoire
from cil_analysis.reference.texte import normaliser
from cil_analysis.territoires.contours import lire_contours
from cil_analysis.territoires.listes import lire_listes
from messages import exiger_un_remede

if TYPE_CHECKING:
    from conftest import Nouveau

RACINE = Path(__file__).resolve().parents[2]
DU_MODELE = re.compile(r"Le Mans|Mans Métropole|\b72\d{3}\b|Sarthe|247200132|\bLMH\b", re.IGNORECASE)


def lignes(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


@pytest.mark.parametrize("format_", ["gpkg", "shp", "zip", "geojson"])
def test_chaque_format_donne_les_memes_communes(
    nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path, format_: str
) -> None:
    code, _, erreurs = nouveau(fichiers[format_], "--nom", ei.NOM)
    assert code == 0, erreurs
    territoire = tmp_path / "projet" / "data" / "reference" / "territory"
    assert [ligne["code_insee"] for ligne in lignes(territoire / "communes.csv")] == sorted(ei.MEMBRES)
    assert [ligne["code_insee"] for ligne in lignes(territoire / "communes_connues.csv")] == sorted(ei.CELLULES)
    for ligne in lignes(territoire / "communes.csv"):
        assert (ligne["nom"], ligne["membre_du"], ligne["membre_au"]) == (ei.nom(ligne["code_insee"]), "", "")
        assert fichiers[format_].name in ligne["source"] and "à renseigner" in ligne["source"]
    ecrits = gpd.read_file(territoire / "communes.geojson")
    assert ecrits.crs == "EPSG:4326" and ecrits["code_insee"].tolist() == sorted(ei.MEMBRES)
    formes = ecrits.to_crs("EPSG:2154").set_index("code_insee").geometry
    ensemble = formes.union_all()
    assert ensemble.geom_type == "Polygon" and len(ensemble.interiors) == 0  # no gap
    assert ensemble.area == pytest.approx(formes.area.sum(), rel=1e-9)  # no overlap
    origine = ei.contours().set_index("INSEE_COM").geometry[formes.index]
    assert (formes.area / origine.area).between(0.99, 1.01).all()
    assert shapely.get_num_coordinates(formes).sum() < shapely.get_num_coordinates(origine).sum() / 5


def test_les_listes_datent_les_adhesions(nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path) -> None:
    code, dit, _ = nouveau(fichiers["gpkg"], "--communes", fichiers["2024"], fichiers["2023"])
    assert code == 0
    communes = {c["code_insee"]: c for c in lignes(tmp_path / "projet/data/reference/territory/communes.csv")}
    dates = {code: (c["membre_du"], c["membre_au"]) for code, c in communes.items()}
    assert dates.pop(ei.MEMBRES[-1]) == ("2024-01-01", "")
    assert dates.pop("99901") == ("", "2023-12-31")
    assert set(dates.values()) == {("", "")} and len(dates) == 59
    assert "epci_2023.xlsx" in communes["99901"]["source"] and "supposé" in communes["99901"]["source"]
    projet = ouvrir_projet(tmp_path / "projet")
    assert (projet.epci_nom, projet.epci_siren, projet.commune_centre) == (ei.NOM, ei.SIREN, ei.CENTRE)
    assert (projet.departement, projet.donnees_fictives) == ("99", False)
    territoire = References(projet).territoire
    avant, apres = (set(territoire.membres(jour)["code_insee"]) for jour in (date(2023, 12, 31), date(2024, 1, 1)))
    assert "99901" in avant and "99901" not in apres
    assert len(territoire.membres(date(2024, 6, 1))) == 60
    assert f"à vérifier : {ei.nom(ei.MEMBRES[-1])} (2024-01-01)" in dit
    assert "60 communes, 1 qui l’a quitté" in dit and f"{ei.nom(ei.CENTRE)} ({ei.CENTRE}), la plus peuplée" in dit


def test_ce_qui_reste_a_renseigner_est_vide_et_dit(nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path) -> None:
    _, dit, _ = nouveau(fichiers["gpkg"], "--communes", fichiers["2024"])
    reference = tmp_path / "projet" / "data" / "reference"
    ecrits = [chemin for chemin in (tmp_path / "projet").rglob("*") if chemin.is_file()]
    assert len(ecrits) > 40
    restes = {c.name: m[0] for c in ecrits if (m := DU_MODELE.search(c.read_text("utf-8")))}
    assert not restes, "nothing of the model is left"
    for rang, fichier in enumerate(
        ["seuils_quartiles.csv", "bailleurs.csv", "parc_social.csv", "qpv.csv", "objectifs.csv", "documents.csv"], 1
    ):
        assert re.search(rf"^  {rang}\. .*{re.escape(fichier)}", dit, re.MULTILINE), dit
    assert "cil --projet" in dit and "importer" in dit and "bilan --annee" in dit
    vides = "territory/qpv territory/qpv_communes territory/communes_fusionnees nomenclatures/bailleurs"
    for nom in (*vides.split(), "governance/documents"):
        assert lignes(reference / f"{nom}.csv") == []
        modele = RACINE / "data" / "reference" / f"{nom}.csv"
        assert (reference / f"{nom}.csv").read_text("utf-8") == modele.read_text("utf-8").partition("\n")[0] + "\n"
    parc = lignes(reference / "territory" / "parc_social.csv")
    assert {(p["annee"], p["logements"]) for p in parc} == {("2024", "")} and len(parc) == 60
    objectifs = lignes(reference / "parameters" / "objectifs.csv")
    modele = lignes(RACINE / "data" / "reference" / "parameters" / "objectifs.csv")
    assert [o for o in objectifs if o["origine"] == "loi"] == [o for o in modele if o["origine"] == "loi"]
    locaux = [o for o in objectifs if o["origine"] != "loi"]
    sujets = {(o["perimetre_type"], o["acteur_type"]) for o in locaux}
    assert sujets == {("commune", ""), ("commune", "bailleur"), ("epci", "bailleur"), ("qpv", "")}
    assert {(o["valeur"], o["date_effet"], o["date_fin"]) for o in locaux} == {("", "", "")}
    projet = ouvrir_projet(tmp_path / "projet")
    # The EPCI is a réservataire under its own name.
    assert References(projet).nomenclatures["reservataires"].vers_code[normaliser(ei.NOM)] == "COLTER"
    assert valeurs_de(References(projet).seuils, 2024) == (None, None, None)
    lus = SeuilsDeLAnnee(2024, (9_000, 13_000, 18_000), "essai", "L")
    reporter_seuils(projet.reference, [lus], [ei.SIREN])  # « cil seuils » can write in what was made
    assert valeurs_de(References(projet).seuils, 2024) == (9_000, 13_000, 18_000)
    fiche = yaml.safe_load((reference / "territory" / "communes.geojson.meta.yml").read_text("utf-8"))
    assert fiche["sha256_source"] == hashlib.sha256(fichiers["gpkg"].read_bytes()).hexdigest()
    geojson = (reference / "territory" / "communes.geojson").read_bytes()
    assert fiche["sha256"] == hashlib.sha256(geojson).hexdigest()
    assert fiche["licence"] == "À renseigner" and fiche["source"] == fichiers["gpkg"].name


def test_rien_de_ce_que_le_modele_a_renseigne_n_y_passe(
    nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path
) -> None:
    """A model that is filled in: an avenant, an objective of one commune, an expected year, governance."""
    reference = tmp_path / "modele" / "data" / "reference"
    shutil.copytree(RACINE / "data" / "reference", reference)
    shutil.copytree(RACINE / "notebooks", tmp_path / "modele" / "notebooks")
    chemin = reference / "parameters" / "objectifs.csv"
    avant = lignes(chemin)
    commune = next(o for o in avant if o["origine"] != "loi" and o["perimetre_type"] == "commune")
    avenant = commune | {"id": "AVENANT", "date_effet": "2021-01-01", "valeur": "77", "remplace": commune["id"]}
    seule = commune | {"id": "UNE", "perimetre_code": "72181", "valeur": "78"}
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, list(avant[0]))
        ecrivain.writeheader()
        ecrivain.writerows([*avant, avenant, seule])
    previsions = reference / "parameters" / "previsions.yml"
    previsions.write_text(previsions.read_text("utf-8").replace("value: null", "value: 4321"), "utf-8")
    with (reference / "parameters" / "conventions_flux.csv").open("a", encoding="utf-8") as flux:
        flux.write("LMH,COLACT,72,,,20,convention,C\n")
    with (reference / "parameters" / "etats_des_lieux_flux.csv").open("a", encoding="utf-8") as etats:
        etats.write("LMH,COLACT,72,2020-12-31,300,1200,état des lieux,C\n")
    with (reference / "comparateurs.csv").open("a", encoding="utf-8") as autres:
        autres.write("O01,France,en France,2021,15,,essai,,2022-01-01,L\n")
    with (reference / "priorites.csv").open("a", encoding="utf-8") as regles:
        regles.write("R1,k,,logement_actuel,SD,,,essai,L\n")
    with (reference / "nomenclatures" / "professions_essentielles.csv").open("a", encoding="utf-8") as professions:
        professions.write("AS,Aide-soignant,,,,,délibération,C\n")
    with (reference / "nomenclatures" / "residences.csv").open("a", encoding="utf-8") as residences:
        residences.write("TIL,Résidence des Tilleuls,,,,,convention,C\n")
    with (reference / "territory" / "secteurs.csv").open("a", encoding="utf-8") as secteurs:
        secteurs.write("S1,Nord,72181,,TIL,,,convention,C\n")
    demande = reference / "parameters" / "fichier_departemental.yml"
    demande.write_text(demande.read_text("utf-8").replace("value: null", "value: 37"), "utf-8")
    code, _, erreurs = nouveau(fichiers["gpkg"], "--nom", "X", "--projet", tmp_path / "modele")
    assert code == 0, erreurs
    ecrite = tmp_path / "projet" / "data" / "reference" / "parameters"
    vides = (
        "parameters/conventions_flux", "parameters/etats_des_lieux_flux", "comparateurs", "priorites",
        "nomenclatures/professions_essentielles", "nomenclatures/residences", "territory/secteurs",
    )  # fmt: skip
    assert [lignes(ecrite.parent / f"{nom}.csv") for nom in vides] == [[]] * len(vides)
    parametres = charger_parametres(ecrite)
    assert parametres["fichier_departemental.delai_anormalement_long"].valeur(date(2024, 1, 1)) is None
    assert parametres["fichier_departemental.attente_minimale"].valeur(date(2024, 1, 1)) == 10
    assert "4321" not in (ecrite / "previsions.yml").read_text("utf-8")
    locaux = [o for o in lignes(ecrite / "objectifs.csv") if o["origine"] != "loi"]
    assert not {"AVENANT", "UNE"} & {o["id"] for o in locaux}
    assert {o["valeur"] + o["valeur_max"] + o["remplace"] + o["annee"] for o in locaux} == {""}
    cibles = [(o["indicateur"], o["perimetre_type"], o["acteur_type"], o["unite"]) for o in locaux]
    assert len(set(cibles)) == len(cibles) > 4


def test_une_liste_de_la_dgcl(nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path) -> None:
    """The population comes from the list; a code that a spreadsheet has cut is mended."""
    entetes = ["dept", "siren", "raison_sociale", "insee", "siren_membre", "nom_membre", "ptot_2025", "pmun_2025"]
    dgcl = ei.ecrire_csv(
        tmp_path / "epcicom2025.csv",
        entetes,
        [["99", ei.SIREN, ei.NOM, c, "219900000", ei.nom(c), "1 000", "999" if c != "99007" else "1 000"]
         for c in ei.MEMBRES],
    )  # fmt: skip
    code, dit, erreurs = nouveau(fichiers["geojson"], "--communes", dgcl, dossier=tmp_path / "a")
    assert code == 0, erreurs
    assert "(99007), la plus peuplée" in dit
    assert "membre au 01/01/2025" in (tmp_path / "a/data/reference/territory/communes.csv").read_text("utf-8")


def test_une_commune_disparue_est_laissee_a_l_analyste(
    nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path
) -> None:
    entetes = ["code", "nom", "epci"]
    avant = ei.ecrire_csv(
        tmp_path / "communes_2020.csv", entetes, [[c, f"Nom de {c}", ei.SIREN] for c in (*ei.MEMBRES, "99950")]
    )
    code, dit, erreurs = nouveau(fichiers["gpkg"], "--communes", avant, fichiers["2024"])
    assert code == 0, erreurs
    assert "99950" in dit and "communes_fusionnees.csv" in dit
    assert "99950" not in (tmp_path / "projet/data/reference/territory/communes_connues.csv").read_text("utf-8")


def liste(dossier: Path, nom: str, colonne: str = "epci", communes: Sequence[str] = ei.MEMBRES) -> Path:
    return ei.ecrire_csv(dossier / nom, ["code", "nom", colonne], [[c, c, ei.SIREN] for c in communes])


def faux(dossier: Path, nom: str, octets: bytes) -> Path:
    (dossier / nom).write_bytes(octets)
    return dossier / nom


def sans_projection(dossier: Path) -> Path:
    chemin = ei.ecrire_shapefile(dossier / "shp")
    chemin.with_suffix(".prj").unlink()
    return chemin


INCONNU = "299999999"
# Boundaries, SIREN and options, made of the downloaded files and a folder; and what the refusal cites.
Cas = Callable[[dict[str, Path], Path], tuple[Path, str, list[object]]]
REFUSES: dict[str, tuple[Cas, str]] = {
    "siren": (lambda f, d: (f["gpkg"], "12345", []), "12345"),
    "inconnu": (lambda f, d: (f["gpkg"], INCONNU, []), INCONNU),
    "absent des listes": (lambda f, d: (f["gpkg"], INCONNU, ["--communes", f["2024"]]), INCONNU),
    "sans nom": (lambda f, d: (f["gpkg"], ei.SIREN, []), "--nom"),
    "sans date": (lambda f, d: (f["gpkg"], ei.SIREN, ["--nom", "X", "--communes", liste(d, "communes.csv")]),
                  "communes_au_01-01-2024"),
    "deux fois 2024": (lambda f, d: (f["gpkg"], ei.SIREN, ["--communes", f["2024"], ei.ecrire_intercommunalite(
        d / "b.xlsx", 2024, ei.MEMBRES)]), "b.xlsx"),
    "pas une liste": (lambda f, d: (f["gpkg"], ei.SIREN, ["--nom", "X", "--communes", liste(
        d, "communes_2024.csv", "population")]), "communes_2024.csv"),
    "sans contour": (lambda f, d: (f["gpkg"], ei.SIREN, ["--nom", "X", "--communes", liste(
        d, "communes_2024.csv", communes=[*ei.MEMBRES, "99950"])]), "99950"),
    "couche": (lambda f, d: (f["gpkg"], ei.SIREN, ["--nom", "X", "--couche", "lieux"]), "« lieux »"),
    "7z": (lambda f, d: (faux(d, "ADE.7z", b"7z"), ei.SIREN, []), "ADE.7z"),
    "dossier": (lambda f, d: (d, ei.SIREN, []), "dossier"),
    "abimé": (lambda f, d: (faux(d, "ADE.gpkg", b"ceci n'est pas un GeoPackage"), ei.SIREN, []), "ADE.gpkg"),
    "sans projection": (lambda f, d: (sans_projection(d), ei.SIREN, ["--nom", "X"]), ".prj"),
}  # fmt: skip


@pytest.mark.parametrize("cas", REFUSES)
def test_un_fichier_inutilisable_est_refuse_et_rien_n_est_ecrit(
    nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path, cas: str
) -> None:
    travail, sortie = tmp_path / "fichiers", tmp_path / "sortie"
    travail.mkdir()
    sortie.mkdir()
    faire, nomme = REFUSES[cas]
    contours, siren, options = faire(fichiers, travail)
    code, dit, erreurs = nouveau(contours, *options, dossier=sortie / "a" / "b", siren=siren)
    assert (code, dit) == (1, ""), erreurs
    assert not list(sortie.iterdir())
    exiger_un_remede(erreurs, nomme)


def test_un_projet_qui_ne_se_relit_pas_ne_laisse_rien(
    nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read back after everything is written, before it is in place."""

    def echouer(_: Territoire) -> None:
        raise ErreurCIL("ce qui est écrit ne se relit pas")

    monkeypatch.setattr(Territoire, "contours", echouer)
    (tmp_path / "sortie").mkdir()
    assert nouveau(fichiers["gpkg"], "--communes", fichiers["2024"], dossier=tmp_path / "sortie" / "a")[0] == 1
    assert not list((tmp_path / "sortie").iterdir())


def test_une_commune_sans_code_n_a_pas_de_contour(tmp_path: Path, fichiers: dict[str, Path]) -> None:
    """Whatever stands for nothing in the file."""
    table = gpd.read_file(fichiers["gpkg"], layer="commune")
    table.loc[0, "code_insee"] = None
    table.to_file(tmp_path / "c.gpkg", driver="GPKG")
    entiers, lus = (
        lire_contours(chemin).communes["code"].tolist() for chemin in (fichiers["gpkg"], tmp_path / "c.gpkg")
    )
    assert lus == entiers[1:]


def test_un_code_de_commune_se_lit_comme_dans_un_extrait(tmp_path: Path) -> None:
    """However a spreadsheet has broken it; a line of total is no commune."""
    codes = ("01004", "1004", "1004.0", "1 004", "1,004E+03", "2a004", "TOTAL")
    liste = tmp_path / "communes_au_01-01-2024.csv"
    liste.write_text("CODGEO;LIBGEO;EPCI\n" + "".join(f"{code};X;{ei.SIREN}\n" for code in codes), encoding="utf-8")
    (lue,) = lire_listes([liste])
    assert lue.communes["code"].tolist() == ["01004"] * 5 + ["2A004"]


def test_un_dossier_occupe_et_un_modele_fictif_sont_refuses(
    nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path
) -> None:
    occupe = tmp_path / "occupe"
    occupe.mkdir()
    (occupe / "a garder.txt").write_text("oui")
    code, _, erreurs = nouveau(fichiers["gpkg"], "--nom", "X", dossier=occupe)
    assert code == 1 and "n’est pas vide" in erreurs
    assert [c.name for c in occupe.iterdir()] == ["a garder.txt"]
    vide = tmp_path / "vide"
    vide.mkdir()
    assert nouveau(fichiers["gpkg"], "--nom", "X", dossier=vide)[0] == 0  # an empty folder is taken
    reglages = vide / "data" / "reference" / "projet.yml"
    reglages.write_text(reglages.read_text("utf-8").replace("fictives: false", "fictives: true"), "utf-8")
    code, _, erreurs = nouveau(fichiers["gpkg"], "--nom", "X", "--projet", vide, dossier=tmp_path / "autre")
    assert code == 1 and "projet d’exemple" in erreurs and not (tmp_path / "autre").exists()


def test_un_projet_dans_une_copie_du_depot_en_prend_les_carnets(
    nouveau: Nouveau, fichiers: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "depot" / "notebooks").mkdir(parents=True)
    carnet = tmp_path / "depot" / "notebooks" / "bilan_annuel.qmd"
    carnet.write_text("", "utf-8")
    nouveau(fichiers["gpkg"], "--nom", "X", dossier=tmp_path / "depot" / "val")
    assert not (tmp_path / "depot" / "val" / "notebooks").exists()
    assert ouvrir_projet(tmp_path / "depot" / "val").carnets == carnet.parent
    nouveau(fichiers["gpkg"], "--nom", "X", dossier=tmp_path / "ailleurs")
    assert ouvrir_projet(tmp_path / "ailleurs").carnets == tmp_path / "ailleurs" / "notebooks"


def test_le_code_et_les_carnets_ne_nomment_aucun_territoire() -> None:
    """The model's EPCI, its communes and landlords are in data/reference alone."""
    reference = RACINE / "data" / "reference"
    noms = [ligne["nom"] for ligne in lignes(reference / "territory" / "communes.csv")]
    noms += [ligne["nom"] for ligne in lignes(reference / "territory" / "qpv.csv")]
    noms += [ligne[c] for ligne in lignes(reference / "nomenclatures" / "bailleurs.csv") for c in ("code", "libelle")]
    noms = [nom for nom in noms if len(nom) > 2 and nom not in ("Fay", "Epine")]
    motif = re.compile(rf"{DU_MODELE.pattern}|\bMans\b|\b({'|'.join(map(re.escape, noms))})\b", re.IGNORECASE)
    suffixes = (".py", ".qmd", ".ipynb", ".lua", ".js", ".css", ".html", ".yml")
    fichiers = [c for d in ("src", "notebooks") for c in (RACINE / d).rglob("*") if c.suffix in suffixes]
    assert len(fichiers) > 100
    restes = {str(c.relative_to(RACINE)): m[0] for c in fichiers if (m := motif.search(c.read_text("utf-8")))}
    assert not restes
