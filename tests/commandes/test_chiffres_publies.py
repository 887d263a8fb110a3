"""Figures typed from a published bilan: any usual table is read, and what cannot be is refused in French."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from cil_analysis.commandes.designations import ENTETES, lire_chiffres_publies
from messages import refuser

LIGNES = [
    ["Indicateur", "ANNÉE", "Périmètre", "Valeur publiée", "Remarque"],
    ["V01", "2022", "Allonnes", "1 234", "page 3"],
    ["", "", "", "", ""],
    ["# à relire", "", "", "", ""],
    ["O01", "2022", "", "25,3 %", "été"],
]


@pytest.mark.parametrize(
    ("codage", "separateur"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";"), ("utf-16", "\t")]
)
def test_tout_tableau_de_texte(tmp_path: Path, codage: str, separateur: str) -> None:
    fichier = tmp_path / "chiffres.csv"
    cellules = [[f'"{c}"' if separateur in c else c for c in ligne] for ligne in LIGNES]
    fichier.write_text("\n".join(map(separateur.join, cellules)), encoding=codage)
    lus, non_lus = lire_chiffres_publies(fichier)
    assert list(lus.columns) == ["ligne", *ENTETES]
    assert lus["ligne"].tolist() == [2, 5]
    assert lus["perimetre_code"].tolist() == ["Allonnes", ""]
    assert lus["valeur"].tolist() == ["1 234", "25,3 %"]
    assert lus["note"].tolist() == ["page 3", "été"]
    assert non_lus == ()


def test_un_classeur(tmp_path: Path) -> None:
    classeur = openpyxl.Workbook()
    feuille = classeur.create_sheet("Chiffres", 0)
    feuille.append(["Bilan de l’année"])
    for ligne in LIGNES:
        feuille.append([int(c) if c.isdigit() else c or None for c in ligne])
    classeur["Sheet"]["A1"] = "autre chose"
    fichier = tmp_path / "chiffres.xlsx"
    classeur.save(fichier)
    lus, non_lus = lire_chiffres_publies(fichier)
    assert lus["ligne"].tolist() == [3, 6]
    assert non_lus == ("feuille Sheet",)


def test_un_total_n_est_pas_perdu(tmp_path: Path) -> None:
    """What an extract takes for a total or a note is here a figure like any other."""
    fichier = tmp_path / "chiffres.csv"
    fichier.write_text("indicateur;annee;perimetre;valeur;page\nV01;2022;Ensemble;12;4\nTotal;2022;;13;\n", "utf-8")
    lus, non_lus = lire_chiffres_publies(fichier)
    assert lus["indicateur"].tolist() == ["V01", "Total"]
    assert non_lus == ("page",)


@pytest.mark.parametrize(
    ("texte", "nommes"),
    [
        ("indicateur;valeur\nV01;2\n", ["« annee »"]),
        ("a;b;c\n1;2;3\n", ["« indicateur »", "« annee »", "« valeur »"]),
        ("indicateur;annee;valeur;chiffre\nV01;2022;1;2\n", ["« valeur »", "« chiffre »"]),
        ("indicateur;annee;valeur\n;;\n# V01;2022;1\n", []),
        ("indicateur;annee;perimetre;Commune;valeur\nO01;2022;EPCI;Allonnes;22\n", ["Ligne 2", "« Allonnes »"]),
        ("indicateur,annee,valeur\n# saisi, le 3, mars, 2024\nO01,2022,21,0\n", ["ligne 3", "« 0 »"]),
    ],
)
def test_un_fichier_inutilisable_est_refuse(tmp_path: Path, texte: str, nommes: list[str]) -> None:
    fichier = tmp_path / "chiffres.csv"
    fichier.write_text(texte, encoding="utf-8")
    with refuser(*nommes):
        lire_chiffres_publies(fichier)


def test_une_virgule_decimale_entre_guillemets(tmp_path: Path) -> None:
    fichier = tmp_path / "chiffres.csv"
    fichier.write_text('indicateur,annee,valeur\nO01,2022,"21,0"\n', "utf-8")
    assert lire_chiffres_publies(fichier)[0]["valeur"].tolist() == ["21,0"]


def test_une_colonne_commune_ou_bailleur_dit_de_qui_est_le_chiffre(tmp_path: Path) -> None:
    fichier = tmp_path / "chiffres.csv"
    lignes = ["indicateur;annee;Commune;Bailleur;valeur", "O01;2022;Allonnes;;22", "O01;2022;;LMH;23", "O01;2022;;;24"]
    fichier.write_text("\n".join(lignes), "utf-8")
    lus, non_lus = lire_chiffres_publies(fichier)
    cles = lus[["perimetre_type", "perimetre_code", "acteur_type", "acteur_code"]].to_numpy().tolist()
    assert cles == [["commune", "Allonnes", "", ""], ["", "", "bailleur", "LMH"], [""] * 4]
    assert non_lus == ()
