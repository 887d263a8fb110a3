"""Workbooks by what they hold: their signature, their epoch, their cells in error, the bounds of their grids."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest_extraits import (
    ENTETES,
    FICHIERS,
    RACINE,
    bail,
    cellule_ods,
    ecrire_ods_brut,
    ecrire_xlsx,
    ecrire_zip,
    ligne_ods,
    modifier_zip,
)
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cil_analysis.commandes.importer import dire_les_classeurs
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture import classeurs, sources
from cil_analysis.extraits.lecture.classeurs import Feuille, lire_classeur
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.lecture.tableau import lire as lire_brut
from cil_analysis.reference.texte import normaliser
from messages import exiger_un_remede, lisible, refuser

FEUILLE = "xl/worksheets/sheet1.xml"
DATE_1900 = bytes.fromhex("2200 0200 0000 0E00 0200")
DATE_1904 = bytes.fromhex("2200 0200 0100 0E00 0200")


def lire(chemin: Path, nom: str = "") -> list[Feuille]:
    return lire_classeur(Source(nom or chemin.name, chemin.read_bytes()))


def cellules(feuilles: list[Feuille]) -> list[list[str | None]]:
    (lue,) = feuilles
    return [list(ligne.values()) for ligne in lue.table.to_pylist()]


def decalages(feuilles: list[Feuille]) -> dict[str, int]:
    return {lue.nom: lue.decalage for lue in feuilles}


def depuis_1904(chemin: Path, nom: str = "") -> bool:
    (dit,) = {lue.depuis_1904 for lue in lire(chemin, nom)}
    return dit


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
    assert decalages(attendu) == {"Baux": 1}
    assert lire(xlsx, "a.xls") == attendu
    assert lire(FICHIERS / "baux.xls", "a.xlsx") == lire(FICHIERS / "baux.xls")


def test_l_annee_1904(tmp_path: Path) -> None:
    classeur = Workbook()
    classeur.epoch = CALENDAR_MAC_1904
    classeur.active.append([datetime.date(2022, 3, 4)])
    classeur.save(tmp_path / "a.xlsx")
    assert depuis_1904(tmp_path / "a.xlsx") and depuis_1904(tmp_path / "a.xlsx", "a.xls")
    octets = (FICHIERS / "baux.xls").read_bytes()
    assert octets.count(DATE_1900) == 1 and not depuis_1904(FICHIERS / "baux.xls")
    (tmp_path / "b.xls").write_bytes(octets.replace(DATE_1900, DATE_1904))
    assert depuis_1904(tmp_path / "b.xls")


def test_un_classeur_binaire_renomme(tmp_path: Path) -> None:
    chemin = ecrire_zip(tmp_path / "a.xlsx", {"[Content_Types].xml": b"<Types/>", "XL/Workbook.bin": b"\x83\x01\x00"})
    with pytest.raises(ErreurCIL) as erreur:
        lire(chemin)
    exiger_un_remede(erreur.value, "a.xlsx", ".xlsb", "enregistrez-le au format .xlsx")


def test_deux_feuilles_du_meme_nom(tmp_path: Path) -> None:
    """The rows of one would take the place of the other's."""
    ecrire_xlsx(tmp_path / "a.xlsx", A=[["x"]], B=[["y"]])
    chemin = modifier_zip(tmp_path / "a.xlsx", lambda nom, octets: octets.replace(b'name="B"', b'name="A"'))
    with refuser("a.xlsx"):
        lire(chemin)


@pytest.mark.parametrize("nom", ["Été 1999 €", "x" * 200_000])
def test_une_feuille_de_n_importe_quel_nom(tmp_path: Path, nom: str) -> None:
    """A name goes on no command line, where it may be too long, or cannot be written."""
    numero = "172118016982001024"
    ecrire_xlsx(tmp_path / "a.xlsx", A=[["x"]], Baux=[[], ["", "n", "t", "u"], ["", int(numero), numero, "1"]])
    modifier_zip(tmp_path / "a.xlsx", lambda _, octets: octets.replace(b'name="Baux"', f'name="{nom}"'.encode()))
    source = Source("a.xlsx", (tmp_path / "a.xlsx").read_bytes())
    premiere, deuxieme = lire_classeur(source)
    assert (premiere.nom, deuxieme.nom) == ("A", nom)
    assert deuxieme.decalage == 1 and (premiere.en_texte, deuxieme.en_texte) == (frozenset(), {1})


def test_deux_lignes_du_meme_numero(tmp_path: Path) -> None:
    """What a program that puts two tables end to end may write: the reader keeps one of the two."""
    lignes = '<row r="1"><c r="A1"><v>1</v></c></row><row spans="1:1" r="{0}"><c r="A{0}"><v>2</v></c></row>'
    assert cellules(lire(feuille(tmp_path / "a.xlsx", lignes.format(2)))) == [["1"], ["2"]]
    with refuser("a.xlsx", "abîmé"):
        lire(feuille(tmp_path / "a.xlsx", lignes.format(1)))


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
    assert decalages(lire(tmp_path / "a.xlsx")) == {"Sheet": 2}


def test_une_erreur_que_le_lecteur_ne_connait_pas(tmp_path: Path) -> None:
    chemin = feuille(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c></row>')
    with refuser("« Baux »", "#SPILL!"):
        lire(chemin)


# --- the grid


@pytest.mark.parametrize(
    "cellule",
    [
        '<c r="B2"><v>1</v></c>',
        "<c  r='B2'><v>1</v></c>",
        '<c s="1" r="B2"><v>1</v></c>',
        '<c\nr="B2"><v>1</v></c>',
        "<c/><c><v>1</v></c>",
    ],
)
def test_une_adresse_ecrite_autrement(tmp_path: Path, cellule: str) -> None:
    """What some programs write is read the same."""
    chemin = feuille(tmp_path / "a.xlsx", f'<row r="2">{cellule}</row>')
    assert cellules(lire(chemin)) == [[None], ["1"]]
    assert decalages(lire(chemin)) == {"Baux": 1}


def test_des_lignes_vides_repetees_avant_une_ligne_remplie(tmp_path: Path) -> None:
    """They are part of the grid; those that nothing follows are not."""
    vide = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    pleine = '<table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>x</text:p>'
    pleine += "</table:table-cell></table:table-row>"
    table = '<table:table table:name="F">' + vide.format(7) + pleine + vide.format(1_048_000) + "</table:table>"
    chemin = ecrire_ods_brut(tmp_path / "a.ods", table)
    assert decalages(lire(chemin)) == {"F": 1}
    assert cellules(lire(chemin)) == [[None]] * 7 + [["x"]]


# --- the process apart


def test_le_processus_a_part_ne_lit_aucun_module_du_dossier(tmp_path: Path) -> None:
    (tmp_path / "fastexcel.py").write_text("open('lu', 'w')\n", encoding="utf-8")
    programme = (
        "import os, sys; from cil_analysis.extraits.lecture import classeurs, sources; from pathlib import Path\n"
        "os.chdir(sys.argv[1]); octets = Path(sys.argv[2]).read_bytes()\n"
        "print(len(classeurs.lire_classeur(sources.Source('baux.xls', octets))))"
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


PAR_LE_PROCESSUS = classeurs._demander


@pytest.fixture
def bibliotheques(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules that the process apart finds before those that are installed."""
    monkeypatch.setattr(classeurs, "_demander", PAR_LE_PROCESSUS)
    dossier = tmp_path / "bibliotheques"
    dossier.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(dossier))
    return dossier


@pytest.mark.parametrize(
    ("fastexcel", "dit"),
    [
        ("import bibliotheque_absente", "installation"),
        ("import os; os.kill(os.getpid(), 9)", "démesuré"),
        ("raise MemoryError", "démesuré"),
        ("import os, sys\nfor _ in range(300): os.write(1, bytes(1 << 20))\nos._exit(0)", "démesuré"),
    ],
)
def test_un_classeur_sain_n_est_jamais_dit_abime(bibliotheques: Path, fastexcel: str, dit: str) -> None:
    """A library that is missing, a process killed for want of memory or that answers without end."""
    (bibliotheques / "fastexcel.py").write_text(fastexcel, encoding="utf-8")
    with pytest.raises(ErreurCIL) as erreur:
        lire(FICHIERS / "baux.xls")
    exiger_un_remede(erreur.value, "baux.xls", dit)
    assert "abîmé" not in str(erreur.value)


@pytest.mark.skipif(sys.platform != "linux", reason="la mémoire n’est bornée que sous Linux")
def test_la_memoire_des_bibliotheques_n_est_pas_comptee(bibliotheques: Path) -> None:
    """On a machine of many cores they reserve more than a small workbook may take."""
    reserver = "import mmap\nreserve = mmap.mmap(-1, 3 << 30)\n"
    (bibliotheques / "sitecustomize.py").write_text(reserver, encoding="utf-8")
    assert lire(FICHIERS / "baux.xls")


def test_un_delai_depasse(monkeypatch: pytest.MonkeyPatch, bibliotheques: Path) -> None:
    monkeypatch.setattr(classeurs, "_DELAI_S", 0.5)
    (bibliotheques / "fastexcel.py").write_text("import time; time.sleep(60)", encoding="utf-8")
    with pytest.raises(ErreurCIL, match="démesuré"):
        lire(FICHIERS / "baux.xls")


def trois_baux(chemin: Path) -> Workbook:
    classeur = Workbook()
    feuille = classeur.active
    for ligne in (["Extrait"], ENTETES, bail(1), bail(2), bail(3), ["Total : 3"]):
        feuille.append(ligne)
    # Of a title and of a total, merged cells take nothing away.
    feuille.merge_cells("A1:D1")
    feuille.merge_cells("A6:D6")
    classeur.create_sheet("Vide")
    classeur.save(chemin)
    return classeur


def test_les_lignes_masquees_d_un_classeur_sont_dites(tmp_path: Path) -> None:
    classeur = trois_baux(chemin := tmp_path / "baux.xlsx")
    for rang in (1, 4, 5):
        classeur["Sheet"].row_dimensions[rang].hidden = True
    classeur.save(chemin)
    brut = lire_brut(Source(chemin.name, chemin.read_bytes()), [frozenset(map(normaliser, ENTETES))])
    assert (len(brut.lignes), brut.masquees) == (3, 2)  # the title is hidden too: it is no row
    for journal in (
        {"fichiers": [brut.en_bref(), {"nom": "autre.csv"}]},
        {"fichiers": [], "listes": {"RU": {"fichiers": [brut.en_bref()]}}},
    ):
        (phrase,) = dire_les_classeurs(journal)
        assert "baux.xlsx" in phrase and "2 lignes" in lisible(phrase)


@pytest.mark.parametrize("tranche", [7, 1 << 20])
def test_les_lignes_masquees_et_les_fusions_d_un_ods(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tranche: int
) -> None:
    """As LibreOffice writes them: runs of hidden rows, cells that were merged and are no more, blank ones that are."""
    monkeypatch.setattr(sources, "_TRANCHE", tranche)
    entetes = [frozenset(map(normaliser, ENTETES))]

    def lire(fusion: str) -> Brut:
        lignes = [ligne_ods([*map(cellule_ods, ligne)]) for ligne in (ENTETES, bail(1), bail(2), bail(3), bail(4))]
        lignes[2] = lignes[2].replace("<table:table-row", '<table:table-row table:visibility="filter"')
        vides = ligne_ods([], 5).replace("<table:table-row", '<table:table-row table:visibility="collapse"')
        vides = vides.replace("<table:table-cell", '<table:table-cell table:number-columns-spanned="2"', 1)
        lignes[3] = lignes[3].replace("<table:table-row", '<table:table-row table:visibility="visible"')
        lignes[4] = lignes[4].replace("<table:table-row", '<table:table-row table:visibility="collapse"')
        lignes[4] = lignes[4].replace("<table:table-cell", f"<table:table-cell {fusion}", 1)
        notice = f'<table:table table:name="Notice">{ligne_ods([cellule_ods("Extrait")])}</table:table>'
        tables = (
            f'{notice}<table:table table:name="L&apos;année">{"".join([*lignes[:2], vides, *lignes[2:]])}</table:table>'
        )
        chemin = ecrire_ods_brut(tmp_path / "baux.ods", tables)
        return lire_brut(Source(chemin.name, chemin.read_bytes()), entetes)

    assert lire('table:number-columns-spanned="1" table:number-rows-spanned="1"').masquees == 2
    with refuser("baux.ods", "ligne 10", "L'année"):
        lire('table:number-columns-spanned="1" table:number-rows-spanned="3"')


def test_des_cellules_fusionnees_parmi_les_lignes_sont_refusees(tmp_path: Path) -> None:
    classeur = trois_baux(chemin := tmp_path / "baux.xlsx")
    entetes = [frozenset(map(normaliser, ENTETES))]
    assert lire_brut(Source(chemin.name, chemin.read_bytes()), entetes).masquees == 0
    classeur["Sheet"].merge_cells("B3:B5")
    classeur.save(chemin)
    with refuser("baux.xlsx", "B3:B5", "« Sheet »"):
        lire_brut(Source(chemin.name, chemin.read_bytes()), entetes)
