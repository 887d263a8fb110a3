"""bilan.xlsx: what a colleague opens in a spreadsheet (rendu/test_bilan.py: same data, same bytes)."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from classeur_lu import corps, entete_de, haut
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from rapports import rapport, serie

from cil_analysis.projet import Projet
from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from cil_analysis.rapport.rapport import Rapport
from page_lue import contrat

# The figures of the contract, in the order of the columns of a sheet.
CHIFFRES = ("numerateur", "denominateur", "valeur", "cible", "cible_max", "ecart", "menages_manquants")
FIXES = ["Couverture", "Sommaire", "Notes", "Séries"]


@pytest.fixture(scope="module")
def chemin(exemple: Projet) -> Path:
    return exemple.rapports / "2022" / "bilan.xlsx"


@pytest.fixture(scope="module")
def classeur(chemin: Path) -> Workbook:
    return openpyxl.load_workbook(chemin)


@pytest.fixture(scope="module")
def lignes(exemple: Projet) -> dict[str, list[dict[str, str]]]:
    par_code: dict[str, list[dict[str, str]]] = {}
    for ligne in contrat(exemple.rapports / "2022" / "indicateurs.csv"):
        par_code.setdefault(ligne["indicateur"], []).append(ligne)
    return par_code


def tables(classeur: Workbook) -> Iterator[str]:
    """The codes of the indicators, in the order of their sheets."""
    yield from (nom.partition(" ")[0] for nom in classeur.sheetnames if nom not in FIXES)


def feuille_de(classeur: Workbook, code: str) -> Worksheet:
    return classeur[next(nom for nom in classeur.sheetnames if nom.partition(" ")[0] == code)]


def test_le_sommaire_mene_a_chaque_feuille_et_chaque_feuille_y_ramene(
    classeur: Workbook, lignes: dict[str, list[dict[str, str]]]
) -> None:
    assert classeur.sheetnames[:4] == FIXES
    assert sorted(tables(classeur)) == sorted(lignes), "a sheet an indicator"
    sommaire = classeur["Sommaire"]
    rangs = list(sommaire.iter_rows(min_row=entete_de(sommaire) + 1))
    assert [r[0].value for r in rangs] == classeur.sheetnames[2:]
    for nom, titre, _, _, graphique, chiffres, masques in rangs:
        feuille = classeur[str(nom.value)]
        assert nom.hyperlink.location == f"'{nom.value}'!A1"
        assert nom.hyperlink.target is None  # An address would be taken for a file.
        retours = [c for ligne in feuille.iter_rows(max_col=1) for c in ligne if c.value == "Retour au sommaire"]
        assert [c.hyperlink.location for c in retours] == ["'Sommaire'!A1"]
        if nom.value in FIXES:
            continue
        code = str(nom.value).partition(" ")[0]
        assert str(feuille["A1"].value) == f"{code} – {titre.value}"
        assert graphique.value == ("oui" if feuille._charts else "non")
        assert chiffres.value == len(lignes[code])
        assert masques.value == sum(x["statut"] == "secret" for x in lignes[code])
    liens = [c.hyperlink.location for c in classeur["Couverture"]["A"] if c.hyperlink]
    assert liens == ["'Sommaire'!A1", "'Notes'!A1", "'Séries'!A1"]


def test_la_couverture_dit_quoi_ou_quand_et_comment_lire(classeur: Workbook, chemin: Path, exemple: Projet) -> None:
    textes = [str(c.value) for c in classeur["Couverture"]["A"]]
    tout = "\n".join(textes)
    journaux = [json.loads(c.read_text(encoding="utf-8")) for c in (exemple.traite / "journal").rglob("*.json")]
    jour = max(datetime.fromisoformat(j["importe_le"]) for j in journaux)
    assert all(nomme in tout for nomme in ("2022", exemple.epci_nom, "2018-2022", "secret statistique appliqué"))
    assert re.search(rf"importés le {jour.day}(er)?\u00a0\w+ {jour.year}\.", tout)
    for signe in ("s", "nd", "–"):
        assert any(t.startswith(f"{signe}\u202f: ") for t in textes)
        assert any(n["Sujet"] == f"Signe «\u00a0{signe}\u00a0»" for n in corps(classeur["Notes"]))
    assert [f.title for f in classeur if f.sheet_view.tabSelected] == [classeur.active.title] == ["Couverture"]
    assert classeur.properties.title == textes[0] and classeur.properties.language == "fr-FR"
    with zipfile.ZipFile(chemin) as archive:
        assert str(exemple.racine).encode() not in b"".join(map(archive.read, archive.namelist()))


def test_chaque_feuille_a_titre_source_et_notes(classeur: Workbook) -> None:
    notes = {n["Sujet"]: str(n["Note"]).removeprefix("note ") for n in corps(classeur["Notes"])}
    for code in tables(classeur):
        feuille = feuille_de(classeur, code)
        dits = haut(feuille)
        assert dits[0].startswith(f"{code} – ") and "None" not in dits
        for mot in ("Formule\u202f: ", "Unité\u202f:", "Source\u202f: ", "Signes\u202f: s\u202f: masqué"):
            assert any(mot in dit for dit in dits), (code, mot)
        for regles, numeros in re.findall(r"Règles? de comptage\u202f: (.*?) \(notes? (.*?)\)", "\n".join(dits)):
            assert re.findall(r"\d+", numeros) == [notes[f"Règle {regle}"] for regle in re.findall(r"P\d+", regles)]
        assert feuille.print_title_rows == f"${entete_de(feuille)}:${entete_de(feuille)}"
    assert {f"Règle P{i}" for i in range(1, 11)} <= set(notes)


def test_les_series_sont_celles_de_l_intercommunalite(
    classeur: Workbook, lignes: dict[str, list[dict[str, str]]]
) -> None:
    vues: dict[str, list[dict[str, object]]] = {}
    for vue in corps(classeur["Séries"]):
        vues.setdefault(str(vue["Feuille"]).partition(" ")[0], []).append(vue)
    assert {"V01", "V03", "V06", "T02", "O01", "O04N", "R02"} <= set(vues) and "P04" not in vues and "O01S" not in vues
    for code, siennes in vues.items():
        attendues = [x for x in lignes[code] if x["perimetre_type"] == "epci" and not x["acteur_type"]]
        if any(not x["modalite"] for x in attendues):
            attendues = [x for x in attendues if not x["modalite"]]
        ordre = list(dict.fromkeys(x["modalite"] for x in attendues))
        attendues.sort(key=lambda x: (ordre.index(x["modalite"]), x["annee"]))
        for vue, attendue in zip(siennes, attendues, strict=True):
            assert str(vue["Année"]) == attendue["annee"]
            for entete, colonne in (("Valeur", "valeur"), ("Objectif", "cible"), ("Borne haute", "cible_max")):
                texte = attendue[colonne]
                assert vue[entete] == (pytest.approx(float(texte), rel=1e-9) if texte else None), (code, vue)
            etats = {"publie": "publié", "secret": "masqué (s)", "non_calculable": "non disponible (nd)",
                     "sans_objet": "sans objet (–)"}  # fmt: skip
            sans_objet = attendue["statut"] == "non_calculable" and attendue["denominateur"] == "0"
            assert vue["État"] == etats["sans_objet" if sans_objet else attendue["statut"]]
    assert any(vue["Valeur"] is None for siennes in vues.values() for vue in siennes)


def test_chaque_serie_a_son_graphique_a_cote_du_tableau(classeur: Workbook, chemin: Path) -> None:
    """It draws cells of « Séries », holds no figure itself, and says its figures to who does not see it."""
    series = classeur["Séries"]
    entete = entete_de(series)
    codes = {str(series.cell(r, 1).value).partition(" ")[0] for r in range(entete + 1, series.max_row + 1)
             if series.cell(r, 5).value is not None}  # fmt: skip
    traces = [code for code in tables(classeur) if feuille_de(classeur, code)._charts]
    assert set(traces) == codes
    with zipfile.ZipFile(chemin) as archive:
        dessins = [archive.read(f"xl/drawings/drawing{n}.xml").decode() for n in range(1, len(traces) + 1)]
        graphiques = [archive.read(f"xl/charts/chart{n}.xml").decode() for n in range(1, len(traces) + 1)]
    for code, dessin, xml in zip(traces, dessins, graphiques, strict=True):
        feuille = feuille_de(classeur, code)
        (graphique,) = feuille._charts
        assert graphique.anchor._from.col > feuille.max_column and graphique.anchor._from.row == entete_de(feuille)
        assert "Cache" not in xml and "numLit" not in xml and '<dispBlanksAs val="gap"' in xml
        racine = ElementTree.fromstring(xml)
        textes = [e.text for e in racine.iter() if e.tag.endswith("}t") and e.text]
        titre = str(feuille["A1"].value).partition(" – ")[2]
        assert str(textes[0]).startswith(titre) and "Année" in textes and "2018-2022" in str(textes[1])
        minimums = [e.get("val") for e in racine.iter() if e.tag.endswith("}min")]
        assert minimums == ["0"]
        # A grid that is left to the spreadsheet is black, and crosses the figures.
        assert all(list(e) for e in racine.iter() if e.tag.endswith("}majorGridlines"))
        barres = any(e.tag.endswith("}barChart") for e in racine.iter())
        assert barres == (corps(feuille)[0]["Unité"] == "nombre")
        zones = [e.text for e in racine.iter() if e.tag.endswith("}f")]
        colonnes = set()
        for zone in zones:
            lettre, debut, fin = re.fullmatch(r"'Séries'!\$([A-Z])\$(\d+):\$[A-Z]\$(\d+)", str(zone)).groups()
            colonnes.add(lettre)
            for r in range(int(debut), int(fin) + 1):
                assert str(series.cell(r, 1).value).startswith(f"{code} ")
                assert isinstance(series[f"{lettre}{r}"].value, int | float | None)
        a_objectif = any(series.cell(r, 6).value is not None for r in range(entete + 1, series.max_row + 1)
                         if str(series.cell(r, 1).value).startswith(f"{code} "))  # fmt: skip
        modalites = {series.cell(r, 3).value for r in range(entete + 1, series.max_row + 1)
                     if str(series.cell(r, 1).value).startswith(f"{code} ")}  # fmt: skip
        # Of several classes, some have an objective, which is not that of all.
        assert a_objectif if "F" in colonnes else not a_objectif or len(modalites) > 1
        nom, dit = re.search(r'<cNvPr id="1" name="(.*?)" descr="(.*?)"', dessin).groups()
        annees = [series.cell(r, 4).value for r in range(entete + 1, series.max_row + 1)
                  if str(series.cell(r, 1).value).startswith(f"{code} ")]  # fmt: skip
        assert nom.startswith(titre) and f"{min(annees)}, " in dit and "2022, " in dit


def test_un_graphique_laisse_un_blanc_pour_une_annee_masquee(tmp_path: Path) -> None:
    r = rapport({"V01": serie({2020: 300, 2021: 3, 2022: 320})}, (2020, 2021, 2022))
    ecrire_classeur(r, "x", tmp_path / "b.xlsx")
    relu = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert [(v["Valeur"], v["État"]) for v in corps(relu["Séries"])] == [
        (300, "publié"), (None, "masqué (s)"), (320, "publié")
    ]  # fmt: skip
    assert [v["Valeur"] for v in corps(feuille_de(relu, "V01"))] == [300, "s", 320]
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        assert "2021, secret statistique" in archive.read("xl/drawings/drawing1.xml").decode()


def test_chaque_ligne_dit_les_chiffres_du_contrat_ou_le_signe_de_leur_absence(
    classeur: Workbook, lignes: dict[str, list[dict[str, str]]]
) -> None:
    vus: dict[object, int] = dict.fromkeys(("s", "nd", "–", 0), 0)
    for code, attendues in lignes.items():
        vues = sorted(corps(feuille_de(classeur, code)), key=lambda vue: str(vue["Année"]))
        for vue, attendue in zip(vues, sorted(attendues, key=lambda x: x["annee"]), strict=True):
            nombres = [v for nom, v in vue.items() if isinstance(v, int | float) and nom != "Année"]
            publies = [float(attendue[c]) for c in CHIFFRES if attendue[c]]
            assert nombres == pytest.approx(publies, rel=1e-9), (code, vue)
            if attendue["statut"] != "publie":
                rien = attendue["statut"] == "sans_objet" or attendue["denominateur"] == "0"
                signe = "s" if attendue["statut"] == "secret" else "–" if rien else "nd"
                assert vue["Valeur"] == signe
                vus[signe] += 1
            elif attendue["valeur"] == "0":
                vus[0] += 1
            if attendue["statut"] == "secret":
                assert set(vue.values()) >= {"s"}
                dits = {"": "–", "atteint": "atteint", "non_atteint": "non atteint"}
                assert vue.get("Résultat", "–") == dits.get(attendue["resultat"], "s")
    assert all(vus.values()), vus


def test_les_nombres_ont_un_format_et_les_libelles_sont_en_francais(classeur: Workbook) -> None:
    for code, entete, format_ in (
        ("V01", "Valeur", "#,##0"), ("O01", "Valeur", "0.0"), ("O01", "Écart (points)", "+0.0;-0.0;0.0"),
        ("O01", "Ensemble", "#,##0"), ("O04N", "Écart (ménages)", "+#,##0;-#,##0;0"),
    ):  # fmt: skip
        feuille = feuille_de(classeur, code)
        debut = entete_de(feuille)
        colonne = next(c.column for c in feuille[debut] if c.value == entete)
        cellules = [feuille.cell(r, colonne) for r in range(debut + 1, feuille.max_row + 1)]
        assert {(c.number_format, c.alignment.horizontal) for c in cellules} == {(format_, "right")}
    for code in tables(classeur):
        for vue in corps(feuille_de(classeur, code)):
            assert not {"pct", "epci", "qpv", "hors_qpv", "non_atteint", "non_calculable"} & set(vue.values())


def sans_extrait(*annees: int, code: str = "P06", publiees: tuple[int, ...] = ()) -> Rapport:
    """A report whose indicator cannot be computed in some years."""
    vide = {"modalite": "1", "numerateur": float("nan"), "denominateur": float("nan"), "statut": "non_calculable"}
    lignes = [vide | {"annee": a} for a in annees]
    lignes += [{"annee": a, "modalite": "1", "numerateur": 50, "denominateur": 100} for a in publiees]
    r = rapport({code: lignes}, tuple(sorted((*annees, *publiees))))
    absences = {(code, a): ("colonne « Nationalité » absente",) for a in annees}
    return Rapport(r.references, replace(r.publication, absences=absences))


def test_ce_qui_n_est_pas_calculable_se_dit_au_lieu_ou_au_dessus_de_la_grille(tmp_path: Path) -> None:
    ecrire_classeur(sans_extrait(2021, 2022), "x", tmp_path / "b.xlsx")
    feuille = feuille_de(openpyxl.load_workbook(tmp_path / "b.xlsx"), "P06")
    assert not feuille.tables and feuille.max_column == 1 and not feuille._charts
    assert "«\xa0Nationalité\xa0» absente" in " ".join(str(c.value) for c in feuille["A"])
    ecrire_classeur(sans_extrait(2020, 2021, publiees=(2022,)), "x", tmp_path / "b.xlsx")
    feuille = feuille_de(openpyxl.load_workbook(tmp_path / "b.xlsx"), "P06")
    assert any("en 2020 et 2021" in dit for dit in haut(feuille))
    assert [ligne["Valeur"] for ligne in corps(feuille)] == ["nd", "nd", 50]


@pytest.mark.parametrize("n", [300, 3])
def test_une_seule_annee_n_a_pas_de_series_et_un_chiffre_masque_a_sa_colonne(tmp_path: Path, n: int) -> None:
    ecrire_classeur(rapport({"V01": serie({2022: n})}, (2022,)), "x", tmp_path / "b.xlsx")
    relu = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert relu.sheetnames == [*FIXES[:3], "V01 – Attributions"]
    assert not [c for c in relu["Couverture"]["A"] if "Séries" in str(c.value)]
    assert corps(feuille_de(relu, "V01"))[0]["Valeur"] == (300 if n == 300 else "s")
