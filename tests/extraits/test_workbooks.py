"""Workbooks by what they hold: their signature, their epoch, their cells in error, the bounds of their grids."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from conftest_extraits import (
    ENTETES,
    FICHIERS,
    RACINE,
    bail,
    ecrire_ods_brut,
    ecrire_xlsx,
    mentir,
    modifier_zip,
)
from isal import isal_zlib
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.classeurs import Classeur, lire_classeur
from cil_analysis.extraits.lecture.controle_archive import _CELLULE_REMPLIE, _parcourir, controler
from cil_analysis.extraits.lecture.sources import Source
from messages import exiger_un_remede

FEUILLE = "xl/worksheets/sheet1.xml"
DATE_1900 = bytes.fromhex("2200 0200 0000 0E00 0200")
DATE_1904 = bytes.fromhex("2200 0200 0100 0E00 0200")


def lire(chemin: Path, nom: str = "") -> Classeur:
    return lire_classeur(Source(nom or chemin.name, chemin.read_bytes()))


def cellules(classeur: Classeur) -> list[list[str | None]]:
    (table,) = classeur.feuilles.values()
    return [list(ligne.values()) for ligne in table.to_pylist()]


def feuille(chemin: Path, donnees: str) -> Path:
    """A workbook whose single sheet holds these rows, as XML."""
    ecrire_xlsx(chemin, Baux=[["x"]])
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{donnees}'
    xml += "</sheetData></worksheet>"
    return modifier_zip(chemin, lambda nom, octets: xml.encode() if nom == FEUILLE else octets)


# --- what a file is


def test_l_extension_ne_dit_pas_le_format(tmp_path: Path) -> None:
    xlsx = ecrire_xlsx(tmp_path / "a.xlsx", Baux=[["", *ENTETES], ["", *bail(1)]])
    attendu = lire(xlsx)
    assert attendu.decalages == {"Baux": 1}
    assert lire(xlsx, "a.xls") == attendu
    assert lire(FICHIERS / "baux.xls", "a.xlsx") == lire(FICHIERS / "baux.xls")


def test_l_annee_1904(tmp_path: Path) -> None:
    classeur = Workbook()
    classeur.epoch = CALENDAR_MAC_1904
    classeur.active.append([datetime.date(2022, 3, 4)])
    classeur.save(tmp_path / "a.xlsx")
    assert lire(tmp_path / "a.xlsx").depuis_1904 and lire(tmp_path / "a.xlsx", "a.xls").depuis_1904
    octets = (FICHIERS / "baux.xls").read_bytes()
    assert octets.count(DATE_1900) == 1 and not lire(FICHIERS / "baux.xls").depuis_1904
    (tmp_path / "b.xls").write_bytes(octets.replace(DATE_1900, DATE_1904))
    assert lire(tmp_path / "b.xls").depuis_1904


# --- cells in error


def test_une_cellule_en_erreur_est_le_texte_de_son_erreur(tmp_path: Path) -> None:
    """Below blank lines, right of blank columns, and in a column that holds nothing else."""
    textes = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]
    classeur = Workbook()
    for rang, texte in enumerate(textes):
        classeur.active.cell(rang + 3, 4).value = texte
        classeur.active.cell(rang + 3, 3 if rang % 2 else 5).value = rang
    classeur.active["F3"] = "#N/A"
    classeur.save(tmp_path / "a.xlsx")
    lues = cellules(lire(tmp_path / "a.xlsx"))
    assert [ligne[1] for ligne in lues] == [None, None, *textes]
    assert [ligne[0] for ligne in lues] == [None, None, None, "1", None, "3", None, "5", None]
    assert [ligne[3] for ligne in lues] == [None, None, "#N/A", *[None] * 6]
    assert lire(tmp_path / "a.xlsx").decalages == {"Sheet": 2}


def test_une_erreur_que_le_lecteur_ne_connait_pas(tmp_path: Path) -> None:
    chemin = feuille(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c></row>')
    with pytest.raises(ErreurCIL) as erreur:
        lire(chemin)
    exiger_un_remede(erreur.value, "« Baux »", "#SPILL!")


# --- the grid


@pytest.mark.parametrize(
    ("lignes", "colonnes"), [(1, 1), (9, 26), (10, 27), (99, 52), (123, 53), (999, 702), (12_345, 3), (1_048_576, 9)]
)
def test_les_bornes_d_une_feuille(tmp_path: Path, lignes: int, colonnes: int) -> None:
    """Never below the grid; above by a class of rows and of columns at most."""
    adresses = [(1, 1), (lignes, 1), (1, colonnes), (lignes // 2 + 1, colonnes // 2 + 1)]
    xml = "".join(f'<row r="{n}"><c r="{get_column_letter(c)}{n}"><v>1</v></c></row>' for n, c in adresses)
    chemin = feuille(tmp_path / "a.xlsx", f"<cols/>{xml}<conditionalFormatting/>")
    with zipfile.ZipFile(chemin) as archive:
        releve = _parcourir(archive, archive.getinfo(FEUILLE), Source("a.xlsx", b""))
    assert releve.ordinaire
    etendue = releve.etendue()
    assert lignes <= etendue.lignes <= max(9, 2 * lignes if lignes < 10_000 else 1.1 * lignes)
    assert colonnes <= etendue.colonnes <= colonnes + 25


@pytest.mark.parametrize(
    ("cellule", "adressees"),
    [
        ('<c r="B2"><v>1</v></c>', True),
        ("<c  r='B2'><v>1</v></c>", True),
        ('<c s="1" r="B2"><v>1</v></c>', True),
        ('<c\nr="B2"><v>1</v></c>', True),
        ("<c/><c><v>1</v></c>", False),
    ],
)
def test_une_adresse_ecrite_autrement(tmp_path: Path, cellule: str, adressees: bool) -> None:
    """What some programs write is read the same; a letter that is not known is not told."""
    chemin = feuille(tmp_path / "a.xlsx", f'<row r="2">{cellule}</row>')
    assert cellules(lire(chemin)) == [[None], ["1"]]
    assert lire(chemin).decalages == ({"Baux": 1} if adressees else {})


def test_la_premiere_colonne_a_cheval_sur_deux_morceaux(tmp_path: Path) -> None:
    """The letters named to users are right though the only cell of column A is cut by the end of a piece."""
    for recul in range(0, 40, 2):
        texte = "y" * ((1 << 20) - 130 - recul)
        xml = f'<row r="1"><c r="B1" t="str"><v>{texte}</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
        chemin = feuille(tmp_path / "a.xlsx", xml)
        with zipfile.ZipFile(chemin) as archive:
            coupe = archive.read(FEUILLE).index(b'<c r="A2"') - (1 << 20)
        assert -40 < coupe < 20
        assert lire(chemin).decalages == {"Baux": 0}, coupe


def test_des_lignes_vides_repetees_avant_une_ligne_remplie(tmp_path: Path) -> None:
    """They are part of the grid; those that nothing follows are not."""
    vide = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    pleine = '<table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>x</text:p>'
    pleine += "</table:table-cell></table:table-row>"
    table = '<table:table table:name="F">' + vide.format(7) + pleine + vide.format(1_048_000) + "</table:table>"
    chemin = ecrire_ods_brut(tmp_path / "a.ods", table)
    assert controler(Source("a.ods", chemin.read_bytes())).decalages == {"F": 1}
    assert cellules(lire(chemin)) == [[None]] * 7 + [["x"]]


# The relations of a workbook of one sheet, in a stream that zlib refuses for its set of distances, and isal accepts.
RELATIONS = bytes.fromhex(
    "05c131ae83300c00d0aba01c20860e1d2aa04b97aea817b0a8c116491cc5ee2ffff6fd7fbc9f39757fd44cb44c61887db8cfe342"
    "095db4184bb5eecca9d814d8bdde006c65ca68512b9533a74d5b46b7a86d878aeb813bc1a5efafd028a18b1663a916e671a1842e"
    "5a8ca576cff714daf33d84eef55f690aec5e6f00b63265b4a895ca99d3a62da35bd4b6836e9bacf4d0f593a9385cfafe0a8d12ba"
    "6831966af0d576181379e85ed876f2297cb51dc6446e604ce4433c730a308fb05042172dc6526dfe01"
)


def test_un_flux_sur_lequel_les_decompresseurs_ne_sont_pas_d_accord(tmp_path: Path) -> None:
    """What one has let through is not left to the other, which would end in a traceback."""
    relations = isal_zlib.decompress(RELATIONS, wbits=-15)
    with pytest.raises(zlib.error):
        zlib.decompress(RELATIONS, wbits=-15)
    chemin = ecrire_xlsx(tmp_path / "a.xlsx", Baux=[["", "x"]])
    modifier_zip(chemin, lambda nom, octets: None if nom == "xl/_rels/workbook.xml.rels" else octets)
    with zipfile.ZipFile(chemin, "a") as archive:
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)  # stored, then said to be deflated
    octets = mentir(
        chemin.read_bytes(),
        "xl/_rels/workbook.xml.rels",
        methode=zipfile.ZIP_DEFLATED,
        somme=zlib.crc32(relations),
        taille=len(relations),
    )
    assert controler(Source("a.xlsx", octets)).decalages == {"Baux": 1}
    with pytest.raises(ErreurCIL) as erreur:
        lire_classeur(Source("a.xlsx", octets))
    exiger_un_remede(erreur.value, "a.xlsx")


@pytest.mark.parametrize(
    "morceau",
    [b'<c r="B1" ' * 30_000, b"<c " + b'r="B1" ' * 40_000, b"<c" + b" " * 300_000, b'<c x="' + b"y" * 300_000],
)
def test_la_premiere_colonne_d_une_feuille_hostile(morceau: bytes) -> None:
    """No longer than any other sheet: the search never comes back to what it has read."""
    debut = time.monotonic()
    assert _CELLULE_REMPLIE.search(morceau) is None
    assert time.monotonic() - debut < 2


# --- the process apart


def test_le_processus_a_part_ne_lit_aucun_module_du_dossier(tmp_path: Path) -> None:
    (tmp_path / "fastexcel.py").write_text("open('lu', 'w')\n", encoding="utf-8")
    programme = (
        "import os, sys; from cil_analysis.extraits.lecture import classeurs, sources; from pathlib import Path\n"
        "os.chdir(sys.argv[1]); octets = Path(sys.argv[2]).read_bytes()\n"
        "print(len(classeurs.lire_classeur(sources.Source('baux.xls', octets)).feuilles))"
    )
    fini = subprocess.run(
        [sys.executable, "-c", programme, str(tmp_path), str(FICHIERS / "baux.xls")],
        env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert re.fullmatch(r"[1-9]\n", fini.stdout), fini.stderr
    assert not (tmp_path / "lu").exists()
