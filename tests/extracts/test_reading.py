"""From a file to rows of text, whatever its encoding, its separator and the lines around its table."""

from __future__ import annotations

import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from conftest_extracts import ENTETES, bail, ecrire_csv, ecrire_xlsx
from openpyxl import Workbook

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts.reading import Brut, lire
from cil_analysis.reference.ensemble import References

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


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
    return [list(ligne) for ligne in zip(*(c.to_pylist() for c in brut.table.columns), strict=True)]


@pytest.mark.parametrize("separateur", [";", ",", "\t"])
@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("fin", ["\r\n", "\n", "\r"])
def test_texte(tmp_path: Path, connus: list[frozenset[str]], separateur: str, codage: str, fin: str) -> None:
    chemin = ecrire_csv(tmp_path / "a.csv", [ENTETES, *GENS], separateur=separateur, codage=codage, fin=fin)
    brut = lire(chemin, connus)
    assert list(brut.entetes) == ENTETES
    assert cellules(brut) == GENS
    assert brut.lignes.tolist() == [2, 3, 4]
    assert (brut.lues, brut.ignorees) == (4, {"en_tete": 1})


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


def test_tout_ce_qui_entoure_le_tableau(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    lignes = [
        ["Extrait des attributions", "", "", ""],
        [],
        ENTETES,
        GENS[0],
        ["", "", "", ""],
        [],
        [entete.upper() for entete in ENTETES],
        GENS[1],
        ["Sous-total", "", "", "1"],
        GENS[2],
        ["Total général", "", "", ""],
        ["ENSEMBLE : 3"],
        ["Source : organisme fictif"],
        [" ", "\u00a0", "", ""],
    ]
    brut = lire(ecrire_csv(tmp_path / "a.csv", lignes), connus)
    assert cellules(brut) == GENS
    assert brut.lignes.tolist() == [4, 8, 10]
    assert brut.ignorees == {"titre": 2, "en_tete": 1, "vide": 3, "en_tete_repete": 1, "total": 3, "note": 1}
    assert brut.lues == len(lignes)


def test_une_ligne_de_donnees_qui_commence_par_total_reste(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    ligne = ["Totalement autre chose", "15/03/2022", "Le Mans", "LMH"]
    assert cellules(lire(ecrire_csv(tmp_path / "a.csv", [ENTETES, ligne]), connus)) == [ligne]


def test_lignes_trop_longues_ou_trop_courtes(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    chemin = ecrire_csv(tmp_path / "a.csv", [ENTETES, [*GENS[0], "en", "trop"], GENS[1][:2]])
    brut = lire(chemin, connus)
    assert cellules(brut) == [[*GENS[0], "en", "trop"], [*GENS[1][:2], "", "", "", ""]]
    assert list(brut.entetes[-2:]) == ["(sans en-tête 5)", "(sans en-tête 6)"], "the journal will name them"


def test_cellule_sur_plusieurs_lignes(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    chemin = ecrire_csv(tmp_path / "a.csv", [[*ENTETES, "Commentaire"], [*GENS[0], 'deux\nlignes "citées" ; voilà']])
    assert cellules(lire(chemin, connus)) == [[*GENS[0], 'deux\nlignes "citées" ; voilà']]


def test_un_guillemet_mal_ferme_n_avale_pas_les_lignes(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    lignes = [";".join(ENTETES), ";".join(GENS[0]), '"ouvert;15/03/2022;Le Mans;LMH', ";".join(GENS[1])]
    (tmp_path / "a.csv").write_text("\n".join(lignes) + "\n", encoding="utf-8")
    with pytest.raises(ErreurCIL, match=r"a\.csv.*guillemet.*Corrigez"):
        lire(tmp_path / "a.csv", connus)


def test_en_tetes_en_double(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    chemin = ecrire_csv(tmp_path / "a.csv", [[*ENTETES, "Commune", ""], [*GENS[0], "Arnage", "x"]])
    assert lire(chemin, connus).entetes == [*ENTETES, "Commune", "(sans en-tête 6)"]


def test_classeur_a_plusieurs_feuilles(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    """The sheet is the one whose headings are known; line numbers are those that the spreadsheet shows."""
    chemin = ecrire_xlsx(
        tmp_path / "a.xlsx",
        Notice=[["Bailleur", "signification"], ["LMH", "…"]],
        Vide=[],
        Données=[[], [None, "Titre"], [None, *ENTETES], *([None, *ligne] for ligne in GENS), [None, "Total : 3"]],
    )
    brut = lire(chemin, connus)
    assert brut.feuille == "Données"
    assert [ligne[-4:] for ligne in cellules(brut)] == GENS
    assert brut.lignes.tolist() == [4, 5, 6]
    assert brut.ignorees == {"titre": 2, "en_tete": 1, "total": 1}
    assert brut.lues == 7


def test_deux_feuilles_de_meme_forme_sont_refusees(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    """One of them would be lost without a word."""
    chemin = ecrire_xlsx(tmp_path / "a.xlsx", Janvier=[ENTETES, GENS[0]], Février=[ENTETES, GENS[1]])
    with pytest.raises(ErreurCIL, match=r"a\.xlsx.*Janvier.*Février.*enregistrez chacune"):
        lire(chemin, connus)
    autre = ["Bailleur", "Commune", "Note"], ["LMH", "Le Mans", "x"]  # two of the four headings
    chemin = ecrire_xlsx(tmp_path / "c.xlsx", Janvier=[ENTETES, GENS[0]], Février=autre)
    with pytest.raises(ErreurCIL, match=r"c\.xlsx.*Janvier.*Février.*enregistrez chacune"):
        lire(chemin, connus)
    entetes = [*ENTETES, "Âge"]
    chemin = ecrire_xlsx(tmp_path / "d.xlsx", Janvier=[entetes, [*GENS[0], "30"]], Récapitulatif=autre)
    assert len(cellules(lire(chemin, connus))) == 1
    chemin = ecrire_xlsx(tmp_path / "b.xlsx", Janvier=[ENTETES, GENS[0]], Modèle=[ENTETES])
    assert cellules(lire(chemin, connus)) == [GENS[0]]


def test_cellules_typees_du_classeur(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    classeur = Workbook()
    classeur.active.append(["N° unique", "Date du bail", "Code INSEE", "Bailleur", "QPV", "UC"])
    classeur.active.append(["A", datetime(2022, 3, 15), 72181, "LMH", True, 1.5])
    classeur.create_chartsheet("Graphique")
    classeur.save(tmp_path / "a.xlsx")
    assert cellules(lire(tmp_path / "a.xlsx", connus)) == [["A", "2022-03-15 00:00:00", "72181", "LMH", "true", "1.5"]]


def docx(chemin: Path) -> Path:
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return chemin


@pytest.mark.parametrize(
    ("nom", "octets", "motif"),
    [
        ("vide.csv", b"", "vide.*nouvel envoi"),
        ("vide.xlsx", b"", "vide.*nouvel envoi"),
        ("blanc.csv", b"\r\n;;\r\n\r\n", "aucune cellule remplie.*nouvel envoi"),
        ("bom.csv", b"\xef\xbb\xbf", "aucune cellule remplie.*nouvel envoi"),
        ("protege.xlsx", ole("EncryptionInfo", "EncryptedPackage"), "protégé par un mot de passe.*copie sans"),
        ("renomme.xlsx", ole("Workbook"), "pas un classeur lisible.*enregistrez-le de nouveau"),
        ("faux.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pas un classeur lisible.*nouvel envoi"),
        ("faux.xls", OLE + b"\0" * 600, "pas un classeur lisible.*nouvel envoi"),
        ("page.xls", b"<html><table><tr><td>N</td></tr></table></html>", "page HTML.*enregistrez-la au format .xlsx"),
        ("coupe.xlsx", b"PK\x03\x04abc", "pas un classeur lisible.*nouvel envoi"),
        ("faux.ods", b"abc", "pas un classeur lisible.*nouvel envoi"),
        ("faux.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "Aucune ligne d.en-têtes.*ajoutez"),
        ("binaire.csv", b"PK\x03\x04\0\0\0\0", "pas un fichier de texte.*vérifiez"),
        ("lettre.docx", b"PK\x03\x04", "pas d.un type connu.*attendu"),
        ("sans_extension", b"a;b", "pas d.un type connu.*attendu"),
        ("seule.csv", "N° unique\nA\n".encode(), "Aucune ligne d.en-têtes.*ajoutez"),
        ("autre.csv", b"u;v;w\n1;2;3\n", "Aucune ligne d.en-têtes.*ajoutez"),
        ("utf16.csv", b"\xff\xfe\x00", "Aucune ligne d.en-têtes|aucune cellule"),
    ],
)
def test_fichiers_refuses(tmp_path: Path, connus: list[frozenset[str]], nom: str, octets: bytes, motif: str) -> None:
    (tmp_path / nom).write_bytes(octets)
    with pytest.raises(ErreurCIL, match=motif) as erreur:
        lire(tmp_path / nom, connus)
    assert nom in str(erreur.value)
    assert (tmp_path / nom).read_bytes() == octets


def test_fichier_absent_ou_dossier(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    (tmp_path / "dossier.csv").mkdir()
    for nom, motif in (("absent.csv", "introuvable.*vérifiez"), ("dossier.csv", "est un dossier : nommez")):
        with pytest.raises(ErreurCIL, match=f"{nom}.*{motif}"):
            lire(tmp_path / nom, connus)


def test_classeurs_vides_et_docx_renomme(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    with pytest.raises(ErreurCIL, match=r"docx\.xlsx.*pas un classeur lisible"):
        lire(docx(tmp_path / "docx.xlsx"), connus)
    with pytest.raises(ErreurCIL, match=r"rien\.xlsx.*aucune cellule remplie"):
        lire(ecrire_xlsx(tmp_path / "rien.xlsx", Un=[], Deux=[[], []]), connus)


def test_cellule_demesuree(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    chemin = ecrire_csv(tmp_path / "a.csv", [ENTETES, ["x" * 200_000, *GENS[0][1:]]])
    with pytest.raises(ErreurCIL, match=r"a\.csv.*ligne 2"):
        lire(chemin, connus)


def test_en_tete_trop_loin(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    lignes = [["Notice"]] * 59
    assert lire(ecrire_csv(tmp_path / "a.csv", [*lignes, ENTETES, GENS[0]]), connus).ignorees["titre"] == 59
    with pytest.raises(ErreurCIL, match="Aucune ligne"):
        lire(ecrire_csv(tmp_path / "b.csv", [*lignes, *lignes, ENTETES, GENS[0]]), connus)


def test_une_suite_sans_en_tetes_sur_une_autre_feuille_est_refusee(
    tmp_path: Path, connus: list[frozenset[str]]
) -> None:
    """Excel 97 stopped at 65,536 rows: the second sheet would be lost without a word."""
    suite = ecrire_xlsx(tmp_path / "a.xlsx", Feuil1=[ENTETES, *GENS], Feuil2=GENS)
    with pytest.raises(ErreurCIL, match=r"a\.xlsx.*Feuil2.*sans en-têtes.*copiez"):
        lire(suite, connus)
    notice = ecrire_xlsx(tmp_path / "b.xlsx", Feuil1=[ENTETES, *GENS], Notice=[["LMH", "un bailleur"], ["SH"]])
    assert lire(notice, connus).non_lues == ("Notice",)


def test_totaux_chiffres_et_seconde_ligne_d_en_tetes(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    """A balance: every cell of a total is filled. Somebody's row is never taken for one."""
    entetes = ["Bailleur", "Réservataire", "Logements proposés", "Logements attribués"]
    lignes = [
        ["Nom de l’organisme", "Contingent du logement", "En nombre", "En nombre"],
        ["LMH", "Action Logement", "54", "29"],
        ["Sous-total LMH", "", "54", "29"],
        ["SH", "Total", "15", "8"],
        ["Total général", "Tous", "54", "29"],
    ]
    brut = lire(ecrire_csv(tmp_path / "flux.csv", [entetes, *lignes]), connus)
    assert cellules(brut) == [lignes[1]]
    assert brut.ignorees == {"en_tete": 2, "total": 3}
    baux = [bail(1, bailleur="Total Habitat")[::-1], ["", "", "", bail(2)[0]]]
    assert cellules(lire(ecrire_csv(tmp_path / "b.csv", [ENTETES[::-1], *baux]), connus)) == baux


def test_les_lignes_trop_longues_d_un_csv_se_voient(tmp_path: Path, connus: list[frozenset[str]]) -> None:
    chemin = ecrire_csv(tmp_path / "a.csv", [ENTETES, *GENS, [*GENS[0], "en trop"]])
    assert lire(chemin, connus).debordent.tolist() == [False] * 3 + [True]
