"""bilan.xlsx against the checklist of accessible spreadsheets (Analysis Function, gptables): docs/accessibilite.md.

One test a part of the list; what a program cannot judge of it, spelling or plain words, is not here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from classeur_lu import corps, entete_de, haut
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rapports import rapport, serie

from cil_analysis.projet import Projet
from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from contrastes import contraste

# Where a chart needs a gap; the column « État » says why, and so does a sentence above.
VIDES = {"Séries": {"Valeur", "Objectif", "Borne haute"}}


@pytest.fixture(scope="module")
def octets(exemple: Projet) -> bytes:
    return (exemple.rapports / "2022" / "bilan.xlsx").read_bytes()


@pytest.fixture(scope="module")
def classeur(octets: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(octets))


def cellules(feuille: Worksheet) -> Iterator[Cell]:
    return (c for ligne in feuille.iter_rows() for c in ligne if c.value is not None)


def est_de_texte(feuille: Worksheet) -> bool:
    """The cover, and an indicator of which nothing can be computed: sentences in one column."""
    return feuille.max_column == 1


def defauts_des_tableaux(feuille: Worksheet) -> Iterator[str]:
    """One table a sheet, named, from column A, with nothing below; one row of headers; no blank, no merge."""
    if feuille.merged_cells.ranges or feuille.sheet_state != "visible":
        yield "cellules fusionnées, ou feuille cachée"
    if any(d.hidden for d in (*feuille.column_dimensions.values(), *feuille.row_dimensions.values())):
        yield "ligne ou colonne cachée"
    if len(feuille.tables) != (not est_de_texte(feuille)):
        yield "pas un tableau, ou plusieurs"
    if len(feuille.tables) != 1:
        return
    (tableau,), entete = feuille.tables.values(), entete_de(feuille)
    if not re.fullmatch(r"Tableau_\w+", tableau.displayName) or tableau.headerRowCount != 1:
        yield "tableau sans nom ou sans en-têtes"
    if tableau.ref != f"A{entete}:{get_column_letter(feuille.max_column)}{feuille.max_row}":
        yield "tableau qui n’est pas à gauche et en bas de sa feuille"
    titres = [c.value for c in feuille[entete]]
    if not all(isinstance(x, str) and x for x in titres) or len({*titres}) < len(titres):
        yield "en-têtes vides ou répétés"
    if [c.name for c in tableau.tableColumns] != titres:
        yield "en-têtes qui ne sont pas ceux du tableau"
    lignes = corps(feuille)
    if {e for ligne in lignes for e, v in ligne.items() if v in (None, "")} - VIDES.get(feuille.title, set()):
        yield "cellule vide"
    if feuille.freeze_panes:
        yield "volets figés"


def defauts_de_forme(feuille: Worksheet) -> Iterator[str]:
    """A sans-serif font of 12 points at least, words that stand out from their ground, wrapped in a table."""
    entete = entete_de(feuille) if feuille.tables else 0
    annees = {c.column for c in feuille[entete] if c.value == "Année"} if entete else set()
    allures: dict[int, Cell] = {}  # Looking at each of a hundred thousand cells is what would be long.
    for c in cellules(feuille):
        allures.setdefault(c.style_id, c)
        if c.data_type == "f" or c.comment:
            yield "formule ou commentaire"
        if isinstance(c.value, int | float):
            if c.column not in annees and c.alignment.horizontal != "right":
                yield "nombre à gauche"
        elif c.row >= entete > 0 and len(str(c.value)) > 9 and not (c.alignment.wrap_text or c.hyperlink):
            yield "texte coupé"
    for c in allures.values():
        if c.font.name != "Arial" or c.font.sz < 12:
            yield "police petite ou à empattements"
        fond = f"#{c.fill.fgColor.rgb[2:]}" if c.fill.fill_type else "#FFFFFF"
        if contraste(f"#{c.font.color.rgb[2:]}", fond) < 4.5:
            yield "texte pâle"
    if feuille["A1"].style != "Headline 1" or not str(feuille["A1"].value).strip():
        yield "feuille sans titre"


def defauts_de_structure(feuille: Worksheet) -> Iterator[str]:
    """What is in the sheet is said first, the way back is a link that says where, notes are notes."""
    vue = feuille.sheet_view.selection[0]
    if vue.activeCell != "A1" or vue.sqref != "A1":
        yield "curseur ailleurs"
    if feuille._images:
        yield "image"
    liens = [c for c in cellules(feuille) if c.hyperlink]
    if any(len(str(c.value)) < 4 or c.hyperlink.target for c in liens):
        yield "lien qui ne dit pas où il mène"
    if not feuille.tables:
        return
    attendu = "Cette feuille contient un tableau" + (" et, à sa droite, un graphique." if feuille._charts else ".")
    if not haut(feuille)[1].startswith(attendu):
        yield "rien ne dit ce que contient la feuille"
    if any(re.search(r"[*†¹²³]|\[\w+\]", str(c.value)) for c in cellules(feuille)):
        yield "renvoi par un symbole"
    if not any("notes " in dit or "Notes" in dit for dit in haut(feuille)) and " – " in feuille.title:
        yield "aucun renvoi aux notes"


REGLES = (defauts_des_tableaux, defauts_de_forme, defauts_de_structure)


@pytest.mark.parametrize("regle", REGLES)
def test_chaque_feuille_suit_les_regles(classeur: Workbook, regle: Callable[[Worksheet], Iterator[str]]) -> None:
    assert {(feuille.title, dit) for feuille in classeur for dit in regle(feuille)} == set()


def test_le_document_dit_ce_qu_il_est_et_s_ouvre_a_son_debut(classeur: Workbook, octets: bytes) -> None:
    dits = classeur.properties
    assert dits.title == classeur["Couverture"]["A1"].value and dits.subject and dits.creator
    assert dits.language == "fr-FR" and classeur.active.title == "Couverture"
    assert [c.style for c in classeur["Couverture"]["A"]].count("Headline 2") >= 4
    assert len({nom.lower() for nom in classeur.sheetnames}) == len(classeur.sheetnames)
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert not [nom for nom in archive.namelist() if re.search("vba|macro|media/|comments|externalLink", nom)]


def test_un_graphique_a_un_texte_et_les_marges_ne_disent_rien_de_plus(classeur: Workbook, octets: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        dessins = [archive.read(nom).decode() for nom in archive.namelist() if "drawings/drawing" in nom]
    assert sum(len(f._charts) for f in classeur) == len([d for d in dessins if "graphicFrame" in d]) > 10
    assert all(re.search(r'<\S*cNvPr id="\d+" name="[^"]{10,}" descr="[^"]{20,}"', d) for d in dessins)
    for feuille in classeur:
        dits = " ".join(" ".join(c.value.split()) for c in cellules(feuille) if isinstance(c.value, str))
        assert feuille.oddFooter.left.text == "Données fictives." and "Données fictives" in dits
        assert feuille.oddHeader.center.text.replace("&&", "&") in dits
        assert feuille.oddFooter.right.text == "Page &P sur &N" and feuille.page_setup.paperSize == 9
        large = sum(d.width for d in feuille.column_dimensions.values())
        assert feuille.page_setup.orientation == ("landscape" if large > 95 else "portrait")


@pytest.mark.parametrize(
    ("regle", "abimer", "dit"),
    [
        (defauts_des_tableaux, lambda f: f.merge_cells("A13:A14"), "fusionnées"),
        (defauts_des_tableaux, lambda f: setattr(f.row_dimensions[14], "hidden", True), "cachée"),
        (defauts_des_tableaux, lambda f: f.tables.clear(), "pas un tableau"),
        (defauts_des_tableaux, lambda f: setattr(f.cell(f.max_row + 2, 1), "value", "dessous"), "en bas"),
        (defauts_des_tableaux, lambda f: setattr(f.cell(f.max_row, 2), "value", None), "vide"),
        (defauts_des_tableaux, lambda f: setattr(f.cell(entete_de(f), 2), "value", "Année"), "répétés"),
        (defauts_des_tableaux, lambda f: setattr(f, "freeze_panes", "A13"), "figés"),
        (defauts_de_forme, lambda f: setattr(f["A2"], "font", Font("Arial", 11, color="FF000000")), "petite"),
        (defauts_de_forme, lambda f: setattr(f["A2"], "font", Font("Arial", 12, color="FFAAAAAA")), "pâle"),
        (defauts_de_forme, lambda f: setattr(f["A1"], "style", "Normal"), "sans titre"),
        (defauts_de_structure, lambda f: setattr(f["A2"], "value", "Autre chose"), "ce que contient"),
        (defauts_de_structure, lambda f: setattr(f["A3"], "value", "Une part*"), "symbole"),
    ],
)  # fmt: skip
def test_chaque_defaut_est_vu(
    tmp_path: Path,
    regle: Callable[[Worksheet], Iterator[str]],
    abimer: Callable[[Worksheet], object],
    dit: str,
) -> None:
    ecrire_classeur(rapport({"V01": serie({2021: 300, 2022: 320})}, (2021, 2022)), "Bilan", tmp_path / "b.xlsx")
    feuille = openpyxl.load_workbook(tmp_path / "b.xlsx")["V01 – Attributions"]
    assert not [*regle(feuille)]
    abimer(feuille)
    assert [defaut for defaut in regle(feuille) if dit in defaut]
