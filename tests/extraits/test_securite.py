"""Hostile files: refused in French, quickly, within bounded memory, and nothing is left on the disk.

Each is imported in a process of its own, whose address space is limited: a native reader that asks for the grid that a
hostile address promises dies there, and the test says so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest_extraits import (
    ENTETES,
    FICHIERS,
    RACINE,
    bail,
    cellule_ods,
    contenu,
    ecrire_ods_brut,
    ecrire_xlsx,
    ecrire_zip,
    ligne_ods,
    mentir,
    modifier_zip,
    octets_csv,
)
from openpyxl import Workbook

from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lecture.sources import OCTETS_SANS_SOUPCON
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from messages import exiger_un_remede

FEUILLE = "xl/worksheets/sheet1.xml"
SECONDES_MAXIMALES = 10
MEGAOCTETS_MAXIMAUX = 1200  # of which about 200 are the libraries
GRAND = 10 * 1024**3

# Imports each file in a child of one warm process. One line of output is one file: what happened, seconds, megabytes.
PROGRAMME = """
import json, os, resource, sys, time
from pathlib import Path
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References

projet = ouvrir_projet(sys.argv[1])
references = References(projet)
for nom in sys.argv[2:]:
    sys.stdout.flush()
    if os.fork() == 0:
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, resource.getrlimit(resource.RLIMIT_AS)[1]))
        debut = time.monotonic()
        try:
            importer(projet, references, Demande([Path(nom)], 2022, extrait="attributions"))
            issue = "importé"
        except ErreurCIL as erreur:
            issue = str(erreur)
        duree = time.monotonic() - debut
        memoire = max(resource.getrusage(q).ru_maxrss for q in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        memoire //= 1 << 20 if sys.platform == "darwin" else 1 << 10
        print(json.dumps([Path(nom).name, issue, duree, memoire]), flush=True)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.wait()[1])
    if code:
        print(json.dumps([Path(nom).name, f"processus mort, code {code}", 0, 0]), flush=True)
"""
Fabrique = Callable[[Path], Path]


def bon(dossier: Path) -> Path:
    return ecrire_xlsx(dossier / "bon.xlsx", Baux=[ENTETES, *map(bail, range(5))])


def changer_feuille(changer: Callable[[bytes], bytes]) -> Fabrique:
    def faire(chemin: Path) -> Path:
        return modifier_zip(bon(chemin.parent), lambda nom, o: changer(o) if nom == FEUILLE else o, vers=chemin)

    return faire


def loin(octets: bytes, ligne: bytes = b'<row r="1048576">', adresse: bytes = b'r="XFD1048576"') -> bytes:
    """One more cell, in the last corner of the sheet."""
    cellule = b"<c " + adresse + b' t="inlineStr"><is><t>x</t></is></c>'
    return octets.replace(b"</row></sheetData>", b"</row>" + ligne + cellule + b"</row></sheetData>")


def feuilles_creuses(chemin: Path) -> Path:
    """Each under every limit."""
    classeur = Workbook()
    classeur.active.append(ENTETES)
    for rang in range(6):
        classeur.create_sheet(f"S{rang}")["S999999"] = "x"
    classeur.save(chemin)
    return chemin


def menteur(chemin: Path) -> Path:
    """The sheet declares to end before its hostile cell: a reader that believes the stream goes on, and meets it."""
    changer_feuille(loin)(chemin)
    with zipfile.ZipFile(chemin) as archive:
        feuille = archive.read(FEUILLE)
    visible = feuille[: feuille.index(b'<row r="1048576"')]
    chemin.write_bytes(mentir(chemin.read_bytes(), FEUILLE, taille=len(visible), somme=zlib.crc32(visible)))
    return chemin


def bombe_declaree(chemin: Path) -> Path:
    bon(chemin.parent).replace(chemin)
    chemin.write_bytes(mentir(chemin.read_bytes(), FEUILLE, taille=GRAND & 0xFFFFFFFF or 0xFFFFFFF0))
    return chemin


def bombe_de_csv(chemin: Path) -> Path:
    """A little more than what is read without suspicion, which a thousandth of its bytes holds."""
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as flux:
        flux.write(octets_csv([ENTETES, bail(1)]))
        for _ in range(1 + (OCTETS_SANS_SOUPCON >> 20)):
            flux.write(b";;;\r\n" * ((1 << 20) // 5))
    return chemin


def beaucoup_de_membres(chemin: Path) -> Path:
    return ecrire_zip(chemin, {f"{rang}.csv": octets_csv([ENTETES, bail(rang)]) for rang in range(600)})


def entites(chemin: Path) -> Path:
    """The billion laughs, where the format has its text."""
    niveaux = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE lol [<!ENTITY l0 "lol">{niveaux}]>'.encode()
    membre = chemin.stem.split("-", 1)[1].replace("-", "/") + ".xml"
    classeur = Workbook()
    classeur.active.append(ENTETES)
    classeur.save(chemin.parent / "bon.xlsx")
    if chemin.suffix == ".ods":
        return ecrire_ods_brut(
            chemin, "", contenu_xml=f'<?xml version="1.0"?>{doctype.decode()}<x xmlns="urn:x">&l9;</x>'
        )

    def planter(nom: str, octets: bytes) -> bytes:
        if nom != membre:
            return octets
        tete, fin = re.match(rb"(<\?xml[^>]*\?>)?(.*)", octets, re.DOTALL).groups()  # type: ignore[union-attr]
        return (tete or b"") + b"<!--" + b"y" * (3 << 20) + b"-->" + doctype + fin  # far from the beginning

    return modifier_zip(chemin.parent / "bon.xlsx", planter, vers=chemin)


TEXTE = ' office:value-type="string"'


def ods(largeur: int, hauteur: int, attributs: str = TEXTE, dedans: str = "<text:p>x</text:p>") -> str:
    tete = ligne_ods([cellule_ods(e) for e in ENTETES]) + ligne_ods([cellule_ods(e) for e in bail(1)])
    return (
        f'<table:table table:name="A">{tete}<table:table-row table:number-rows-repeated="{hauteur}">'
        f'<table:table-cell{attributs} table:number-columns-repeated="{largeur}">{dedans}</table:table-cell>'
        "</table:table-row></table:table>"
    )


def lignes_vides(hauteur: int, largeur: int) -> str:
    """Blank rows repeated, then a wide one."""
    return ods(largeur, 1).replace(
        '<table:table-row table:number-rows-repeated="1">',
        f'<table:table-row table:number-rows-repeated="{hauteur}"><table:table-cell/></table:table-row>'
        "<table:table-row>",
    )


def ods_hostile(tables: str, *remplacements: tuple[str, str]) -> Fabrique:
    def faire(chemin: Path) -> Path:
        ecrire_ods_brut(chemin.with_suffix(".ods"), tables)
        with zipfile.ZipFile(chemin.with_suffix(".ods")) as archive:
            contenu_xml = archive.read("content.xml").decode()
        for avant, apres in remplacements:
            assert avant in contenu_xml
            contenu_xml = contenu_xml.replace(avant, apres)
        ecrire_ods_brut(chemin.with_suffix(".ods"), "", contenu_xml=contenu_xml)
        return chemin.with_suffix(".ods").replace(chemin)

    return faire


def colonnes_par_million(chemin: Path) -> Path:
    chemin.write_bytes(";".join(["Commune"] * 1_000_000).encode() + b"\n" + b";" * 999_999 + b"\n")
    return chemin


def colonnes_par_million_plus_bas(chemin: Path) -> Path:
    """Beyond the lines that are looked at first."""
    chemin.write_bytes(octets_csv([ENTETES, *map(bail, range(200))]) + (b"x;" * 1_000_000 + b"\n") * 3)
    return chemin


def colonnes_par_million_entre_guillemets(chemin: Path) -> Path:
    """The same through the strict reader, which a new line in a cell calls for."""
    chemin.write_bytes(octets_csv([ENTETES, ["a\nb", *bail(1)[1:]]]) + (b"x;" * 1_000_000 + b"\n") * 3)
    return chemin


def une_ligne_large_parmi_beaucoup(chemin: Path) -> Path:
    """1,500 cells are admitted; beside 100,000 rows of four they would make 150 million."""
    chemin.write_bytes(octets_csv([ENTETES, *[bail(1)] * 100_000]) + b"x;" * 1_500 + b"\n")
    return chemin


def xls(changer: Callable[[bytearray], None]) -> Fabrique:
    def faire(chemin: Path) -> Path:
        octets = bytearray((FICHIERS / "baux.xls").read_bytes())
        changer(octets)
        chemin.write_bytes(octets)
        return chemin

    return faire


def cellule_lointaine(octets: bytearray) -> None:
    """A number (record RK) moves to row 65,536 and column 65,536: four billion cells in between."""
    place = octets.index(struct.pack("<HH", 0x027E, 10))
    struct.pack_into("<HH", octets, place + 4, 65_535, 65_535)


def chaine_sans_fin(octets: bytearray) -> None:
    """In the allocation table, the first sector of the workbook follows itself."""
    table = 512 * (1 + struct.unpack_from("<I", octets, 76)[0])
    struct.pack_into("<I", octets, table, 0)


ENORME = ods(16_384, 1_048_576)
HOSTILES: dict[str, tuple[Fabrique, str]] = {
    # --- cells far away
    "coin.xlsx": (changer_feuille(loin), "démesuré"),
    "coin-reference.xlsx": (changer_feuille(lambda o: loin(o, b"<row>", b'r="&#88;FD1048576"')), "classeur"),
    "colonne.xlsx": (changer_feuille(lambda o: loin(o, b'<row r="7">', b'r="XFD7"')), "2000 colonnes"),
    "menteur.xlsx": (menteur, "démesuré"),
    "coin.ods": (ods_hostile(ENORME), "classeur"),
    "coin-negatif.ods": (
        ods_hostile(
            ods(1_900, 1_048_576),
            ("</table:table-row></table:table>", "</table:table-row>" + ligne_ods([cellule_ods("x")], 2).replace(
                'rows-repeated="2"', 'rows-repeated="-9999999"') + "</table:table>"),
        ),
        "classeur",
    ),
    "feuilles.xlsx": (feuilles_creuses, "aucune ligne"),
    "feuilles.ods": (ods_hostile(ods(400, 100_000) * 20), "démesuré"),
    "formule-seule.ods": (ods_hostile(ods(1_000, 100_000, ' table:formula="of:=1"', "")), "démesuré"),
    "lignes-vides.ods": (ods_hostile(lignes_vides(200_000, 500)), "classeur"),
    "texte-repete.ods": (ods_hostile(ods(1_000, 15_000, TEXTE, f"<text:p>{'x' * 30_000}</text:p>")), "démesuré"),
    "loin.xls": (xls(cellule_lointaine), "démesuré"),
    "boucle.xls": (xls(chaine_sans_fin), "classeur"),
    # --- bombs
    "bombe-declaree.xlsx": (bombe_declaree, "démesuré|classeur"),
    "bombe.zip": (bombe_de_csv, "démesuré"),
    "membres.zip": (beaucoup_de_membres, "démesuré"),
    # --- entities
    "entites-xl-styles.xlsx": (entites, "XML"),
    "entites-content.ods": (entites, "XML"),
    # --- text
    "colonnes.csv": (colonnes_par_million, "2000"),
    "colonnes-plus-bas.csv": (colonnes_par_million_plus_bas, "2000"),
    "colonnes-guillemets.csv": (colonnes_par_million_entre_guillemets, "2000"),
    "ligne-large.csv": (une_ligne_large_parmi_beaucoup, "1500"),
    "une-ligne.csv": (lambda p: p.write_bytes(b"N" * (64 << 20)) and p, "démesurée"),
    "guillemet.csv": (lambda p: p.write_bytes(octets_csv([ENTETES]) + b'"' + b"x;\n" * (8 << 20)) and p, "guillemet"),
}  # fmt: skip


@pytest.fixture(scope="module")
def issues(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, float, float]]:
    """What became of each hostile file: the message, the seconds, the megabytes. Nothing on the disk has changed."""
    if not hasattr(os, "fork"):
        pytest.skip("os.fork manque sur ce système")
    racine = tmp_path_factory.mktemp("hostiles")
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    fichiers = []
    (dossier := racine / "data" / "raw").mkdir()
    for nom, (faire, _) in HOSTILES.items():
        fichiers.append(faire(dossier / nom))
    avant = contenu(racine)
    fini = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PROGRAMME, str(racine), *map(str, fichiers)],
        env=os.environ | {"PYTHONPATH": str(RACINE / "src"), "CIL_DOSSIER_CLES": str(racine / "cles")},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )
    assert fini.stderr == "", fini.stderr[-3000:]
    assert contenu(racine) == avant
    assert not (racine / "cles").exists()
    lignes = map(json.loads, fini.stdout.splitlines())
    return {nom: (issue, duree, memoire) for nom, issue, duree, memoire in lignes}


@pytest.fixture(autouse=True)
def classeurs_lus_ici() -> None:
    """By the process apart, as an import does."""


@pytest.mark.parametrize("nom", HOSTILES)
def test_fichier_hostile(issues: dict[str, tuple[str, float, float]], nom: str) -> None:
    message, duree, memoire = issues[nom]
    texte = exiger_un_remede(message, nom)
    assert re.search(HOSTILES[nom][1], texte), texte
    assert duree < SECONDES_MAXIMALES
    assert memoire < MEGAOCTETS_MAXIMAUX


def test_ce_qui_ressemble_a_une_attaque_est_importe(projet: Projet, tmp_path: Path) -> None:
    """Styles down to the last row and column, a picture with a DOCTYPE, « ctr » in a theme: ordinary workbooks."""
    remplissage = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:style-name="ce1"'
        ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    a = ods_hostile(ods(1, 1), ("</table:table>", remplissage))(tmp_path / "a.ods")
    b = bon(tmp_path)
    with zipfile.ZipFile(b, "a") as archive:
        archive.writestr("xl/media/image1.svg", "<!DOCTYPE svg><svg/>" + "y" * 1000)
        archive.writestr("xl/drawings/drawing1.xml", '<a anchor="ctr" dir="rtl" color="FFF999" r="ABCDEF12"/>')
    references = References(projet)
    for chemin, lues in ((a, 3), (b, 6)):
        assert importer(projet, references, Demande([chemin], 2022)).journal["comptes"]["lues"] == lues
