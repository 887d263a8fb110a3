"""From a file to rows of text: which lines and which sheet are the table, and what is no table at all."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from conftest_extraits import ENTETES, bail, ecrire_csv, ecrire_xlsx

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture import tableau
from cil_analysis.extraits.lecture.sources import ouvrir_un
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.reference.ensemble import References
from messages import refuser

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def lire(chemin: Path, connus: Sequence[frozenset[str]]) -> Brut:
    return tableau.lire(ouvrir_un(chemin), connus)


def ole(*flux: str) -> bytes:
    """A minimal OLE file ([MS-CFB]): header, allocation table, directory. Office keeps an encrypted workbook in one."""
    fin, libre = 0xFFFFFFFE, 0xFFFFFFFF
    entete = OLE + struct.pack("<16xHHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, fin, 0, fin, 0, 0)
    table = struct.pack("<128I", 0xFFFFFFFD, fin, *[libre] * 126)
    dossier = b"".join(
        struct.pack(
            "<64sHBBIII36xIII", nom.encode("utf-16-le"), 2 * len(nom) + 2, genre, 1, libre, libre, libre, fin, 0, 0
        )
        for nom, genre in [("Root Entry", 5), *((nom, 2) for nom in flux)]
    )
    return entete.ljust(512, b"\xff") + table + dossier.ljust(512, b"\0")


GENS = [bail(1, bailleur="Évêché"), bail(2), bail(3)]


@pytest.fixture
def connus(references_communes: References) -> list[frozenset[str]]:
    return [frozenset(d.entetes) for d in references_communes.dictionnaires.values()]


def cellules(brut: Brut) -> list[list[str]]:
    return [list(ligne) for ligne in zip(*(c.to_pylist() for c in brut.feuille.table.columns), strict=True)]


def test_octets_sans_caractere_en_cp1252(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    texte = "N° unique;Date du bail;Commune;Bailleur\n1;2;3;x\n".encode("cp1252").replace(b"x", b"\x81\xe9")
    (tmp_path / "a.csv").write_bytes(texte)
    assert cellules(lire(tmp_path / "a.csv", connus))[0][3].endswith("é")


def test_le_separateur_est_celui_des_en_tetes(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    """Labels full of commas, in a file separated by semicolons."""
    lignes = [[*ligne, "a, b, c, d, e, f, g", "h, i, j, k, l"] for ligne in GENS * 20]
    chemin = ecrire_csv(tmp_path / "a.csv", [[*ENTETES, "Réservataire", "Motif 1"], *lignes])
    brut = lire(chemin, connus)
    assert cellules(brut) == lignes


@pytest.mark.parametrize("separateur", ";,\t")
def test_un_texte_qu_un_tableur_n_a_pas_coupe_en_colonnes(tmp_path: Path, connus, separateur: str) -> None:
    """Excel opens a file of another separator so, and saves it in one column, between quotation marks."""
    lignes = [["Baux de 2022"], *([separateur.join(ligne)] for ligne in (ENTETES, *GENS))]
    texte = tmp_path / "a.csv"
    texte.write_text("".join(f'"{ligne}"\n' for (ligne,) in lignes), encoding="utf-8")
    for fichier in (ecrire_xlsx(tmp_path / "a.xlsx", Baux=lignes), texte):
        with refuser(fichier.name, "Convertir"):
            lire(fichier, connus)


def test_lignes_trop_longues_ou_trop_courtes(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    chemin = ecrire_csv(tmp_path / "a.csv", [ENTETES, [*GENS[0], "en", "trop"], GENS[1][:2]])
    brut = lire(chemin, connus)
    assert cellules(brut) == [[*GENS[0], "en", "trop"], [*GENS[1][:2], "", "", "", ""]]
    assert list(brut.entetes[-2:]) == ["(sans en-tête 5)", "(sans en-tête 6)"], "the journal will name them"
    assert brut.debordent.tolist() == [True, False]


def test_des_en_tetes_repris_dans_un_autre_ordre_sont_refuses(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    """Two exports put end to end: the rows of the second were read under the headings of the first."""
    bout_a_bout = [ENTETES, *GENS, [ENTETES[0], *ENTETES[:0:-1]], *([g[0], *g[:0:-1]] for g in GENS)]
    with refuser("a.csv", f"ligne {len(GENS) + 2}"):
        lire(ecrire_csv(tmp_path / "a.csv", bout_a_bout), connus)


def test_en_tetes_en_double(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    chemin = ecrire_csv(tmp_path / "a.csv", [[*ENTETES, "Commune", ""], [*GENS[0], "Arnage", "x"]])
    assert lire(chemin, connus).entetes == [*ENTETES, "Commune", "(sans en-tête 6)"]


@pytest.mark.parametrize(
    ("feuilles", "nommes"),
    [
        ({"Janvier": [ENTETES, GENS[0]], "Février": [ENTETES, GENS[1]]}, ["Janvier", "Février"]),
        # Two of the four headings.
        ({"Janvier": [ENTETES, GENS[0]], "Février": [["Bailleur", "Commune", "Note"], ["LMH", "Le Mans", "x"]]},
         ["Janvier", "Février"]),
        # Excel 97 stopped at 65,536 rows.
        ({"Feuil1": [ENTETES, *GENS], "Feuil2": GENS}, ["Feuil2"]),
    ],
)  # fmt: skip
def test_une_seconde_feuille_de_donnees_est_refusee(tmp_path: Path, connus, feuilles, nommes: list[str]) -> None:
    """One of them would be lost without a word."""
    with refuser("a.xlsx", *nommes):
        lire(ecrire_xlsx(tmp_path / "a.xlsx", **feuilles), connus)


def test_une_feuille_d_autre_chose_n_empeche_rien(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    recapitulatif = ["Bailleur", "Commune", "Note"], ["LMH", "Le Mans", "x"]
    for autre in (
        {"Récapitulatif": recapitulatif},
        {"Modèle": [[*ENTETES, "Âge"]]},
        {"Notice": [["LMH", "un bailleur"]]},
    ):
        chemin = ecrire_xlsx(tmp_path / "d.xlsx", Janvier=[[*ENTETES, "Âge"], [*GENS[0], "30"]], **autre)
        assert cellules(lire(chemin, connus)) == [[*GENS[0], "30"]]
    assert lire(chemin, connus).non_lues == {"Notice": ()}


def docx() -> bytes:
    with zipfile.ZipFile(flux := io.BytesIO(), "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return flux.getvalue()


TEXTES = [b"Commune;Bailleur\r\nLe Mans;LMH\r\n", "Commune\tBailleur\nAllonnes\tÉvêché\n".encode("cp1252"),
          "Commune\tBailleur\n".encode("utf-16")]  # fmt: skip
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"


@pytest.mark.parametrize(
    ("noms", "octets", "nomme"),
    [
        ("a.csv a.xlsx", b"", ""),
        ("a.csv", b"\r\n;;\r\n\r\n", ""),
        ("a.csv", b"\xef\xbb\xbf", ""),
        ("a.csv", b"\xff\xfe\x00", ""),
        ("a.csv", PDF, "cil colonnes"),
        ("a.csv", b"PK\x03\x04\0\0\0\0", ""),
        ("a.csv", "N° unique\nA\n".encode(), "cil colonnes"),
        ("a.csv", b"u;v;w\n1;2;3\n", "cil colonnes"),
        ("a.docx a", b"PK\x03\x04", ".xlsx"),
        ("a.xlsx", ole("EncryptionInfo", "EncryptedPackage"), "mot de passe"),
        ("a.xlsx", ole("Workbook"), ""),
        ("a.xlsx", docx(), ""),
        ("a.xlsx", b"PK\x03\x04abc", ""),
        ("a.xls", OLE + b"\0" * 600, ""),
        ("a.ods a.xlsx", PDF, ""),
        *(("a.xlsx a.xls a.ods", texte, ".csv") for texte in TEXTES),
        ("a.xlsx a.xls a.ods", b"\xef\xbb\xbf <html><table><tr><td>1", "HTML"),
        ("a.xlsx a.xls a.ods", b"<?xml version='1.0'?><Workbook/>", "XML"),
        ("a.xlsx a.xls a.ods", b"hello", ""),
        ("a.xlsx a.xls a.ods", b"\x00\x01;\n" * 9, ""),
    ],
)
def test_fichiers_refuses(tmp_path: Path, connus, noms: str, octets: bytes, nomme: str) -> None:
    """Empty, protected, of another kind than its name says: what to do is said, and the file stays."""
    for nom in noms.split():
        (tmp_path / nom).write_bytes(octets)
        with refuser(nom, nomme):
            lire(tmp_path / nom, connus)
        assert (tmp_path / nom).read_bytes() == octets


def test_ce_qui_ne_se_lit_pas(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    (tmp_path / "dossier.csv").mkdir()
    ecrire_xlsx(tmp_path / "rien.xlsx", Un=[], Deux=[[], []])
    for nom in ("absent.csv", "dossier.csv", "rien.xlsx"):
        with refuser(nom):
            lire(tmp_path / nom, connus)


def test_ce_qu_un_tableur_a_mal_ouvert(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    """UTF-8 opened as Windows text and saved; days taken for months: imported, or other headings asked for."""
    mal_lus = [[cellule.encode().decode("cp1252") for cellule in ligne] for ligne in [ENTETES, *GENS]]
    for chemin in (ecrire_xlsx(tmp_path / "a.xlsx", F=mal_lus), ecrire_csv(tmp_path / "a.csv", mal_lus)):
        with refuser(chemin.name, "NÂ° unique", "« N° unique »", "65001"):
            lire(chemin, connus)
    jours = [datetime(2022, mois, 3) for mois in range(1, 13)] + [f"{jour}/03/2022" for jour in range(13, 25)]
    lignes = [bail(rang, jour) for rang, jour in enumerate(jours)]
    brut = lire(ecrire_xlsx(tmp_path / "b.xlsx", F=[ENTETES, *lignes]), connus)
    with refuser("b.xlsx", "« Date du bail »", "colonne B", "jj/mm/aaaa"):
        brut.colonne("Date du bail", "date")
    brut = lire(ecrire_xlsx(tmp_path / "c.xlsx", F=[ENTETES, *lignes, bail(99, datetime(2022, 3, 14))]), connus)
    assert brut.colonne("Date du bail", "date").iloc[-1].startswith("2022-03-14"), "dates typed in two ways"


def test_en_tete_trop_loin(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    lignes = [["Notice"]] * 59
    assert lire(ecrire_csv(tmp_path / "a.csv", [*lignes, ENTETES, GENS[0]]), connus).ignorees["titre"] == 59
    with pytest.raises(ErreurCIL, match=r"b\.csv"):
        lire(ecrire_csv(tmp_path / "b.csv", [*lignes, *lignes, ENTETES, GENS[0]]), connus)


def test_totaux_chiffres_et_seconde_ligne_d_en_tetes(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    """A balance: every cell of a total is filled. Somebody's row is never taken for one."""
    entetes = ["Bailleur", "Réservataire", "Logements proposés", "Logements attribués"]
    lignes = [
        ["Nom de l’organisme", "Contingent du logement", "En nombre", "En nombre"],
        ["LMH", "Action Logement", "54", "29"],
        ["Sous-total LMH", "", "54", "29"],
        ["SH", "Total", "15", "8"],
        ["Total général", "Tous", "54", "29"],
        ["Moyenne", "Tous", "27", "14,5"],
        ["Médiane par bailleur", "Tous", "27", "14,5"],
    ]
    brut = lire(ecrire_csv(tmp_path / "flux.csv", [entetes, *lignes]), connus)
    assert cellules(brut) == [lignes[1]]
    assert brut.ignorees == {"en_tete": 2, "total": 5}
    # A commune whose counts are hidden, above one whose counts are not.
    communes = [["Le Mans", "s", "s", "s", "s"], ["Arnage", "1", "2", "3", "4"]]
    entetes = ["Commune", "Bailleur", "Seuls", "Couples", "Autres"]
    assert cellules(lire(ecrire_csv(tmp_path / "ops.csv", [entetes, *communes]), connus)) == communes
    baux = [bail(1, bailleur="Total Habitat")[::-1], bail(3, bailleur="Moyenne Ville")[::-1], ["", "", "", bail(2)[0]]]
    assert cellules(lire(ecrire_csv(tmp_path / "b.csv", [ENTETES[::-1], *baux]), connus)) == baux
