"""« cil objectifs --modele » and « --importer »: the workbook says what the reference says, and is written back."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from classeur_d_objectifs import cellule, cil, remplir
from conftest_extraits import RACINE
from openpyxl import Workbook, load_workbook

from messages import exiger_du_francais, exiger_un_remede, lisible, sans_projet

O01, O08 = "O01 – CIA-2018-2023", "O08 – CIA-2018-2023"


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, and the workbook that the command writes of its objectives."""
    racine = tmp_path_factory.mktemp("objectifs")
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    assert cil(racine, "--modele", racine / "objectifs.xlsx") == 0
    return racine


@pytest.fixture
def projet(modele: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(modele, tmp_path / "projet"))


@pytest.fixture
def classeur(projet: Path) -> Path:
    return projet / "objectifs.xlsx"


def fichier(projet: Path) -> Path:
    return projet / "data" / "reference" / "parameters" / "objectifs.csv"


def lignes(projet: Path) -> dict[str, dict[str, str]]:
    with fichier(projet).open(encoding="utf-8", newline="") as flux:
        return {ligne["id"]: ligne for ligne in csv.DictReader(flux)}


def refuse(projet: Path, capsys: pytest.CaptureFixture[str], chemin: Path, *nommes: str) -> None:
    """The workbook is refused in words that cite the cell, and nothing is written."""
    avant = fichier(projet).read_bytes()
    capsys.readouterr()
    assert cil(projet, "--importer", chemin) == 1
    dit = capsys.readouterr()
    assert dit.out == "" and fichier(projet).read_bytes() == avant
    texte = sans_projet(exiger_du_francais(dit.err))
    assert not [nomme for nomme in nommes if nomme not in texte], texte


def saisir_la_convention(wb: Workbook) -> None:
    """Two communes and a landlord, and where their targets were read: in a made-up convention."""
    cellule(wb["Communes"], "72181", O01).value = 30
    cellule(wb["Communes"], "72003", O01).value = 0.275
    cellule(wb["Communes"], "72003", O01).number_format = "0.0%"  # « 27,5 % », as a spreadsheet keeps it
    cellule(wb["Bailleurs"], "LMH", O08).value = "26,5"
    for colonne in (f"Communes/{O01}", f"Bailleurs/{O08}"):
        cellule(wb["Colonnes"], colonne, "Source").value = "Convention inventée"
        cellule(wb["Colonnes"], colonne, "Confiance").value = "C"


def test_le_modele_reprend_ce_que_le_projet_a(projet: Path, classeur: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wb = load_workbook(classeur)
    with (projet / "data/reference/territory/communes.csv").open(encoding="utf-8", newline="") as flux:
        communes = {ligne["code_insee"] for ligne in csv.DictReader(flux)}
    assert {ligne[0].value for ligne in wb["Communes"].iter_rows(min_row=2)} == {"*", *communes}
    assert cellule(wb["Réservataires"], "COLTER", "O04 – LOI").value == 25
    assert cellule(wb["Communes"], "*", O01).value is None
    assert {len(feuille.tables) for feuille in wb.worksheets if feuille.title != "À lire"} == {1}
    avant = fichier(projet).read_bytes()
    capsys.readouterr()
    assert cil(projet, "--importer", classeur) == 0
    assert fichier(projet).read_bytes() == avant
    capsys.readouterr()
    assert cil(projet, "--modele", classeur) == 1  # What may be filled in is not lost.
    exiger_un_remede(capsys.readouterr().err, classeur.name)


def test_saisir_puis_relire_puis_vider(projet: Path, classeur: Path, capsys: pytest.CaptureFixture[str]) -> None:
    depart, octets = lignes(projet), fichier(projet).read_bytes()
    remplir(classeur, saisir_la_convention)
    capsys.readouterr()
    assert cil(projet, "--importer", classeur) == 0
    dit = lisible(capsys.readouterr().out)
    assert f"Communes, Allonnes, {O01} : 27,5" in dit
    assert f"Bailleurs, Le Mans Métropole Habitat, {O08} : 26,5" in dit
    assert "3 ajoutés, 2 changés" in dit  # The rows « * » of these columns have the new source.
    lues = lignes(projet)
    nouvelles = [ligne for nom, ligne in lues.items() if nom not in depart]
    assert [(x["indicateur"], x["perimetre_type"], x["perimetre_code"], x["acteur_type"], x["acteur_code"], x["valeur"])
            for x in nouvelles] == [
        ("O01", "commune", "72181", "", "", "30"), ("O01", "commune", "72003", "", "", "27.5"),
        ("O08", "epci", "*", "bailleur", "LMH", "26.5"),
    ]  # fmt: skip
    assert {(x["document"], x["date_effet"], x["source"], x["confiance"]) for x in nouvelles} == {
        ("CIA-2018-2023", "2018-01-01", "Convention inventée", "C")
    }
    assert [nom for nom in depart if lues[nom] != depart[nom]] == ["CIA-O01-COMMUNE", "CIA-O08-BAILLEUR"]
    gardees = [x for x in octets.splitlines() if not x.startswith((b"CIA-O01-COMMUNE,", b"CIA-O08-BAILLEUR,"))]
    assert all(ligne in fichier(projet).read_bytes().splitlines() for ligne in gardees)

    apres = fichier(projet).read_bytes()
    assert cil(projet, "--importer", classeur) == 0  # The same workbook again.
    assert fichier(projet).read_bytes() == apres

    def vider_et_changer(wb: Workbook) -> None:
        cellule(wb["Communes"], "72181", O01).value = None
        cellule(wb["Communes"], "72003", O01).value = 28
        cellule(wb["Communes"], "72003", O01).number_format = "General"

    remplir(classeur, vider_et_changer)
    refuse(projet, capsys, classeur, "72181", "--retirer")  # A cell may be blank by mistake.
    assert cil(projet, "--modele", classeur.with_name("autre.xlsx"), "--retirer") == 1
    assert "--importer" in exiger_du_francais(capsys.readouterr().err)
    assert cil(projet, "--importer", classeur, "--retirer") == 0
    dit = lisible(capsys.readouterr().out)
    assert f"Communes, Le Mans, {O01} : 30" in dit and f"Communes, Allonnes, {O01} : 27,5" in dit
    assert {x["perimetre_code"]: x["valeur"] for x in lignes(projet).values()
            if x["indicateur"] == "O01" and x["perimetre_type"] == "commune" and not x["acteur_type"]} == {
        "*": "", "72003": "28"
    }  # fmt: skip


def test_une_colonne_ajoutee_et_un_intervalle(projet: Path, classeur: Path) -> None:
    def ajouter(wb: Workbook) -> None:
        feuille = wb["Communes"]
        for rang, titre in enumerate(("O04 – avenant", "O04 – avenant (au plus)"), start=feuille.max_column + 1):
            feuille.cell(1, rang).value = titre
        cellule(feuille, "72181", "O04 – avenant").value = 20
        cellule(feuille, "72181", "O04 – avenant (au plus)").value = 35
        dits = {"Feuille": "Communes", "Colonne": "O04 – avenant", "Indicateur": "O04", "Document": "AVENANT-1",
                "Valable du": "01/01/2021", "Sens": "intervalle", "Unité": "pct", "Origine": "avenant",
                "Source": "Avenant inventé", "Confiance": "C"}  # fmt: skip
        wb["Colonnes"].append([dits.get(c.value) for c in wb["Colonnes"][1]])

    remplir(classeur, ajouter)
    assert cil(projet, "--importer", classeur) == 0
    (ligne,) = [x for x in lignes(projet).values() if x["document"] == "AVENANT-1"]
    assert (ligne["perimetre_code"], ligne["date_effet"], ligne["valeur"], ligne["valeur_max"], ligne["sens"]) == (
        "72181", "2021-01-01", "20", "35", "intervalle",
    )  # fmt: skip
    apres = fichier(projet).read_bytes()
    assert cil(projet, "--importer", classeur) == 0
    assert fichier(projet).read_bytes() == apres


def mettre(feuille: str, code: str, titre: str, valeur: Any) -> Callable[[Workbook], None]:
    def faire(wb: Workbook) -> None:
        cellule(wb[feuille], code, titre).value = valeur

    return faire


def en_double(wb: Workbook) -> None:
    wb["Communes"].append(["72181", "Le Mans", 30])


def des_valeurs_fausses(wb: Workbook) -> None:
    codes = [ligne[0].value for ligne in wb["Communes"].iter_rows(min_row=3)]
    for code, valeur in zip(codes, (101, 0.25, "à voir", True, "=20+10", -5), strict=False):
        cellule(wb["Communes"], code, O01).value = valeur


def sans_ligne(wb: Workbook) -> None:
    wb["Réservataires"].delete_rows(cellule(wb["Réservataires"], "COLTER", "Code").row)


def sans_la_feuille(wb: Workbook) -> None:
    """It was renamed, and no objective that the project has is in it."""
    wb["Communes"].title = "Communes 2"
    colonnes = wb["Colonnes"]
    for rang in range(colonnes.max_row, 1, -1):
        if colonnes.cell(rang, 1).value == "Communes" and colonnes.cell(rang, 17).value:
            colonnes.delete_rows(rang)


def decrire_o06(wb: Workbook, **dits: Any) -> None:
    dits |= {"Document": "AVENANT-1", "Valable du": "01/01/2021", "Source": "Avenant inventé"}
    for titre, dit in dits.items():
        cellule(wb["Colonnes"], "Communes/O06 – à ajouter", titre.replace("_", " ")).value = dit


def sans_sa_premiere_borne(wb: Workbook) -> None:
    decrire_o06(wb, Sens="intervalle")
    cellule(wb["Communes"], "72181", "O06 – à ajouter").value = 30
    titres = wb["Communes"][1]
    next(c for c in titres if c.value == "O06 – à ajouter").value = "O06 – à ajouter (au plus)"


def une_annee_sans_objectif(wb: Workbook) -> None:
    decrire_o06(wb, Valable_au="31/12/2025", Année_seule="2030")
    cellule(wb["Communes"], "72181", "O06 – à ajouter").value = 30


def deux_fois_la_meme_cible(wb: Workbook) -> None:
    """Beside an objective of the project, from a column that was offered."""
    saisir_la_convention(wb)
    wb["Communes"].cell(1, wb["Communes"].max_column + 1).value = "O01 – avenant"
    cellule(wb["Communes"], "72181", "O01 – avenant").value = 35
    dits = {"Feuille": "Communes", "Colonne": "O01 – avenant", "Indicateur": "O01", "Document": "AVENANT-1",
            "Valable du": "01/01/2021", "Sens": "plancher", "Unité": "pct", "Origine": "CIA",
            "Source": "Avenant inventé", "Confiance": "C"}  # fmt: skip
    wb["Colonnes"].append([dits.get(c.value) for c in wb["Colonnes"][1]])


@pytest.mark.parametrize(
    ("retouche", "nommes"),
    [
        (des_valeurs_fausses, ["« Communes », cellule C3", "« 101 »", "cellule C4", "« 0,25 »", "25 %", "cellule C5",
                               "« à voir »", "cellule C6", "cellule C7", "formule", "cellule C8", "« -5 »"]),
        (mettre("Communes", "72181", "Code", "99999"), ["« Communes », cellule A3", "« 99999 »"]),
        (mettre("Bailleurs", "LMH", "Code", "LHM"), ["« Bailleurs », cellule A3", "« LHM »"]),
        (mettre("Communes", "72181", "Code", None), ["cellule A3"]),
        (en_double, ["« Communes », cellule A23", "« 72181 »"]),
        (mettre("Communes", "72181", O01, 30), ["« Colonnes », ligne 2", "NF"]),
        (mettre("Communes", "72181", "O02 – à ajouter", 30), ["« Document »", "« Valable du »", "« Source »"]),
        (mettre("Colonnes", f"Communes/{O01}", "Indicateur", "O99"), ["« Colonnes », cellule C2", "« O99 »"]),
        (mettre("Colonnes", f"Communes/{O01}", "Sens", "egal"), ["cellule J2", "« egal »"]),
        (mettre("Colonnes", f"Communes/{O01}", "Valable du", "bientôt"), ["cellule F2", "« bientôt »"]),
        (lambda wb: wb.remove(wb["Bailleurs"]), ["« Bailleurs »"]),
        (lambda wb: wb.remove(wb["Colonnes"]), ["« Colonnes »", "cil objectifs --modele"]),
        (lambda wb: wb["Colonnes"].delete_rows(2), [f"« {O01} »"]),
        (lambda wb: wb["Communes"].delete_cols(3), [f"« {O01} »", "« Colonnes », ligne 2"]),
        (sans_la_feuille, ["« Communes »", "« Colonnes » en décrit"]),
        (sans_sa_premiere_borne, ["la colonne « O06 – à ajouter » manque"]),
        (une_annee_sans_objectif, ["rien n’a été écrit.\n  Feuille « Communes », cellule F3", "2030"]),
        (lambda wb: wb["Colonnes"].__setitem__("C1", "Indic"), ["« Indicateur » en tête de sa feuille « Colonnes »"]),
        (lambda wb: wb["Communes"].__setitem__("H3", 30), ["cellule H3"]),
        (sans_ligne, ["objectifs.xlsx", "« COLTER »"]),
        (deux_fois_la_meme_cible, ["objectifs.xlsx", "la même cible", "ligne « 72181 », colonne « O01 – avenant »",
                                   f"« Communes », ligne « 72181 », colonne « {O01} »"]),
    ],
)  # fmt: skip
def test_un_classeur_fautif_se_dit(
    projet: Path,
    classeur: Path,
    capsys: pytest.CaptureFixture[str],
    retouche: Callable[[Workbook], Any],
    nommes: list[str],
) -> None:
    remplir(classeur, retouche)
    refuse(projet, capsys, classeur, *nommes)


def test_un_autre_fichier_ou_un_fichier_abime(projet: Path, classeur: Path, capsys: pytest.CaptureFixture[str]) -> None:
    avant = fichier(projet).read_bytes()
    (projet / "texte.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    autre = Workbook()
    autre.save(projet / "autre.xlsx")
    (projet / "coupe.xlsx").write_bytes(classeur.read_bytes()[:2_000])
    for chemin in ("texte.csv", "autre.xlsx", "coupe.xlsx", "absent.xlsx", "."):
        capsys.readouterr()
        assert cil(projet, "--importer", projet / chemin) == 1
        assert capsys.readouterr().err.startswith("Erreur")
    assert fichier(projet).read_bytes() == avant


def test_un_modele_perime_se_dit(projet: Path, classeur: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reference has changed since the workbook was written: nothing is undone in silence."""
    texte = fichier(projet).read_text(encoding="utf-8")
    fichier(projet).write_text(texte.replace("CIA-2018-2023,2018-04-12", "CIA-REVUE,2018-04-12"), encoding="utf-8")
    remplir(classeur, saisir_la_convention)
    refuse(projet, capsys, classeur, "modèle")


def test_un_fichier_d_excel_francais_le_reste(projet: Path, classeur: Path) -> None:
    """Semicolons, cp1252, CRLF: what a spreadsheet made of objectifs.csv stays so."""
    table = list(csv.reader(io.StringIO(fichier(projet).read_text(encoding="utf-8"))))
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=";", lineterminator="\r\n").writerows(table)
    fichier(projet).write_bytes(tampon.getvalue().encode("cp1252"))
    remplir(classeur, saisir_la_convention)
    assert cil(projet, "--importer", classeur) == 0
    relu = list(csv.reader(io.StringIO(fichier(projet).read_bytes().decode("cp1252"), newline=""), delimiter=";"))
    assert len(relu) == len(table) + 3 and {len(ligne) for ligne in relu} == {len(table[0])}
    assert fichier(projet).read_bytes().count(b"\r\n") == len(relu)
    assert relu[-1][relu[0].index("source")] == "Convention inventée"


def test_une_colonne_que_le_fichier_n_a_pas_s_y_ajoute(projet: Path, classeur: Path) -> None:
    """A project made before a column existed lacks it."""
    table = list(csv.reader(io.StringIO(fichier(projet).read_text(encoding="utf-8"))))
    rang = table[0].index("tolerance")
    assert not any(ligne[rang] for ligne in table[1:])
    tampon = io.StringIO(newline="")
    csv.writer(tampon, lineterminator="\n").writerows([*ligne[:rang], *ligne[rang + 1 :]] for ligne in table)
    fichier(projet).write_text(tampon.getvalue(), encoding="utf-8")

    def tolerer(wb: Workbook) -> None:
        saisir_la_convention(wb)
        cellule(wb["Colonnes"], f"Communes/{O01}", "Tolérance").value = 2

    remplir(classeur, tolerer)
    assert cil(projet, "--importer", classeur) == 0
    lues = lignes(projet).values()
    communes = [x for x in lues if (x["indicateur"], x["perimetre_type"], x["acteur_type"]) == ("O01", "commune", "")]
    assert {x["tolerance"] for x in communes} == {"2"}
    assert {x["tolerance"] for x in lues if x["document"] == "LOI"} == {""}
