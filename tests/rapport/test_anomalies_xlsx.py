"""The workbook sent back to a landlord: nothing but its rows, plain text, ready to read and to print."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cil_analysis.rapport.classeur.anomalies import Envoi, ecrire_anomalies
from messages import exiger_du_francais, exiger_un_remede

EFFETS = {"ligne rejetée": "la ligne n’est pas comptée.", "signalée": "vérifiez-la."}
PIEGES = ("=cmd()", '"><img onerror=1>')  # the others: test_feuilles.py
ENTETES = ["Fichier", "Feuille", "Ligne", "Cellule", "Colonne", "Règle", "Valeur", "Effet", "Explication"]


def anomalies(*valeurs: str, effet: str = "ligne rejetée") -> pd.DataFrame:
    commun = {"fichier": "a.xlsx", "feuille": "Base", "colonne": "Commune du logement", "regle": "valeur absente",
              "effet": effet, "message": "« Commune » : manque."}  # fmt: skip
    lignes = [commun | {"ligne": 12 + i, "cellule": f"C{12 + i}", "valeur": v} for i, v in enumerate(valeurs)]
    ordre = ["fichier", "feuille", "ligne", "cellule", "colonne", "regle", "valeur", "effet", "message"]
    return pd.DataFrame(lignes, columns=ordre)


def envoi(destinataire: str = "Office & Fils", *, fictif: bool = False) -> Envoi:
    return Envoi("L’EPCI", "Attributions", 2022, destinataire, EFFETS, fictif)


def notice(chemin: Path) -> str:
    return "\n".join(str(c.value) for c in openpyxl.load_workbook(chemin)["À lire"]["A"])


def test_la_feuille_des_anomalies(tmp_path: Path) -> None:
    chemin = tmp_path / "a.xlsx"
    ecrire_anomalies(anomalies("Office Inventé", "(masquée)"), envoi(), chemin)
    classeur = openpyxl.load_workbook(chemin)
    assert classeur.sheetnames == ["À lire", "Anomalies"]
    feuille = classeur["Anomalies"]
    lignes = [list(ligne) for ligne in feuille.iter_rows(values_only=True)]
    assert lignes == [
        ENTETES,
        ["a.xlsx", "Base", 12, "C12", "Commune du logement", "valeur absente", "Office Inventé", "ligne rejetée",
         "«\u00a0Commune\u00a0»\u202f: manque."],
        ["a.xlsx", "Base", 13, "C13", "Commune du logement", "valeur absente", "(masquée)", "ligne rejetée",
         "«\u00a0Commune\u00a0»\u202f: manque."],
    ]  # fmt: skip
    assert feuille.freeze_panes == "A2" and feuille.print_title_rows == "$1:$1"
    assert feuille.tables["Tableau_Anomalies"].ref == feuille.tables["Tableau_Anomalies"].autoFilter.ref == "A1:I3"
    assert all(c.font.b for c in feuille[1])
    assert all(feuille.column_dimensions[c.column_letter].width > 7 for c in feuille[1])
    for page in classeur:
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
        assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (classeur.properties.language, classeur.properties.creator) == ("fr-FR", "cil-analysis")
    assert list(tmp_path.iterdir()) == [chemin]
    with zipfile.ZipFile(chemin) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "Office &amp;&amp; Fils</oddHeader>" in xml, "a lone « & » would start a code"


@pytest.mark.parametrize("piege", PIEGES)
def test_un_libelle_hostile_reste_du_texte(tmp_path: Path, piege: str) -> None:
    ecrire_anomalies(
        anomalies(piege, "a\x00b\x1fc").assign(fichier=piege, feuille=piege), envoi(piege), tmp_path / "a.xlsx"
    )
    ligne = openpyxl.load_workbook(tmp_path / "a.xlsx")["Anomalies"][2]
    assert [(ligne[i].value, ligne[i].data_type) for i in (0, 1, 6)] == [(piege, "s")] * 3
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["Anomalies"]["G3"].value == "abc", "no control character"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert not [nom for nom in archive.namelist() if b"<f>" in archive.read(nom)]


def test_la_notice_dit_quoi_faire_de_ce_qui_est_la(tmp_path: Path) -> None:
    chemin = tmp_path / "a.xlsx"
    ecrire_anomalies(anomalies("x", "y"), envoi(), chemin)
    texte = exiger_un_remede(exiger_du_francais(notice(chemin)), "Attributions 2022", "Office & Fils", "L’EPCI")
    assert "2 anomalies sur 2 lignes" in texte and EFFETS["ligne rejetée"] in texte
    assert not [mot for mot in ("signalée", "(masquée)", "interne", "fictives", "remplace") if mot in texte]
    ecrire_anomalies(anomalies("(masquée)"), envoi(fictif=True), chemin)
    assert "(masquée)" in notice(chemin) and "Données fictives" in notice(chemin)
    feuille = openpyxl.load_workbook(chemin)["Anomalies"]
    assert "données fictives" in feuille.oddHeader.center.text


def test_sans_bailleur_le_classeur_se_dit_interne(tmp_path: Path) -> None:
    ecrire_anomalies(anomalies("x"), envoi(""), tmp_path / "a.xlsx")
    texte = exiger_du_francais(notice(tmp_path / "a.xlsx"))
    assert "sans bailleur reconnu" in texte and "interne de L’EPCI" in texte and "renvoyez" not in texte


def test_le_meme_contenu_donne_les_memes_octets_et_une_ecriture_est_entiere(tmp_path: Path) -> None:
    for nom in ("a.xlsx", "b.xlsx"):
        ecrire_anomalies(anomalies("x", "y"), envoi(), tmp_path / nom)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with pytest.raises(KeyError):
        ecrire_anomalies(anomalies("x").drop(columns="cellule"), envoi(), tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert {c.name for c in tmp_path.iterdir()} == {"a.xlsx", "b.xlsx"}
