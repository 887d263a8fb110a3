"""bilan.xlsx: what a colleague opens in a spreadsheet (rendering/test_bilan.py: same data, same bytes)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from rapports import rapport, serie
from tables_publiees import table

from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.workbook import ecrire_classeur
from cil_analysis.project import Projet
from page_lue import contrat

# What a ratio and a median name their terms, instead of the general heading.
_RATIO = {"Demandes actives": "Ménages concernés", "Attributions": "Ensemble"}
_DELAI = {"Ménages au délai connu": "Ensemble"}
TERMES = {
    "V03": _RATIO, "V04": _RATIO, "L01T": _RATIO, "V06": _DELAI, "V06M": _DELAI, "V06P25": _DELAI, "V06P75": _DELAI,
    "T01R": {"Attributions": "Ménages concernés", "Logements sociaux": "Ensemble"},
    "V05": {"Attributions": "Ménages concernés", "Attributions et demandes": "Ensemble"},
    "O04N": {"Objectif (ménages)": "Objectif (%)", "Borne haute (ménages)": "Borne haute (%)",
             "Écart (ménages)": "Écart (points)"},
}  # fmt: skip
CHIFFRES = {"Ménages concernés": "numerateur", "Ensemble": "denominateur", "Valeur": "valeur",
            "Objectif (%)": "cible", "Borne haute (%)": "cible_max", "Écart (points)": "ecart",
            "Ménages manquants": "menages_manquants"}  # fmt: skip
PIEGES = ("=cmd()", "+1+1", "-2+3", "@SUM(A1)", '"><img onerror=1>', "=HYPERLINK(1)")
ENTETE = 7


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
    yield from (nom for nom in classeur.sheetnames if nom not in ("Couverture", "Sommaire"))


def corps(classeur: Workbook, code: str) -> list[dict[str, object]]:
    """The rows of a sheet, by heading."""
    feuille = classeur[code]
    entetes = [c.value for c in feuille[ENTETE]]
    return [dict(zip(entetes, ligne, strict=True)) for ligne in feuille.iter_rows(min_row=ENTETE + 1, values_only=True)]


def test_une_feuille_par_indicateur(classeur: Workbook, lignes: dict[str, list[dict[str, str]]]) -> None:
    assert classeur.sheetnames[:2] == ["Couverture", "Sommaire"]
    assert set(tables(classeur)) == set(lignes)


def test_le_sommaire_mene_a_chaque_feuille(classeur: Workbook, lignes: dict[str, list[dict[str, str]]]) -> None:
    sommaire = classeur["Sommaire"]
    rangs = list(sommaire.iter_rows(min_row=3))
    assert [r[0].value for r in rangs] == list(tables(classeur))
    for code, _, chiffres, masques in rangs:
        assert code.hyperlink.location == f"'{code.value}'!A1"
        assert code.hyperlink.target is None  # An address would be taken for a file.
        assert chiffres.value == len(lignes[str(code.value)])
        assert masques.value == sum(x["statut"] == "secret" for x in lignes[str(code.value)])


def test_chaque_feuille_dit_que_les_donnees_sont_fictives(classeur: Workbook) -> None:
    for feuille in classeur:
        haut = " ".join(str(c.value) for ligne in feuille.iter_rows(max_row=7, max_col=1) for c in ligne if c.value)
        assert "Données fictives" in haut, feuille.title


def test_chaque_feuille_a_titre_source_notes_et_entete_figee(classeur: Workbook) -> None:
    for code in tables(classeur):
        feuille = classeur[code]
        assert str(feuille["A1"].value).startswith(f"{code} – ")
        assert "Formule\u202f: " in str(feuille["A2"].value) and "Source\u202f: " in str(feuille["A4"].value)
        assert "secret statistique" in str(feuille["A5"].value)
        assert feuille.freeze_panes == f"A{ENTETE + 1}"
        assert all(c.font.b for c in feuille[ENTETE])
        assert feuille.page_setup.orientation == "landscape"


def test_aucune_cellule_n_est_une_formule(classeur: Workbook) -> None:
    assert not [c.coordinate for f in classeur for ligne in f.iter_rows() for c in ligne if c.data_type == "f"]


@pytest.mark.parametrize("piege", PIEGES)
def test_un_libelle_hostile_reste_du_texte(tmp_path: Path, piege: str) -> None:
    r = rapport({"V01": serie({2022: 300})}, (2022,))
    r.publication.tables["A01"] = table(
        "pct", [{"acteur_type": "bailleur", "acteur_code": piege, "numerateur": 50, "denominateur": 100}], "A01"
    )
    ecrire_classeur(r, piege, tmp_path / "b.xlsx")
    relu = openpyxl.load_workbook(tmp_path / "b.xlsx")
    cellule = next(c for ligne in relu["A01"].iter_rows(min_row=ENTETE + 1) for c in ligne if c.value == piege)
    assert cellule.data_type == "s"
    assert relu["Couverture"]["A1"].data_type == "s"
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        assert not [nom for nom in archive.namelist() if b"<f>" in archive.read(nom)]


def test_les_chiffres_egalent_le_contrat(classeur: Workbook, lignes: dict[str, list[dict[str, str]]]) -> None:
    for code, attendues in lignes.items():
        vues = corps(classeur, code)
        assert len(vues) == len(attendues)
        for ligne, attendue in zip(sorted(vues, key=_annee), sorted(attendues, key=lambda x: x["annee"]), strict=True):
            vue = {TERMES.get(code, {}).get(entete, entete): valeur for entete, valeur in ligne.items()}
            for entete, colonne in CHIFFRES.items():
                if entete not in vue:
                    assert not attendue[colonne]
                elif attendue["statut"] == "secret":
                    de_l_objectif = colonne in ("cible", "cible_max", "ecart", "menages_manquants")
                    assert vue[entete] == ("–" if de_l_objectif and not attendue["resultat"] else "s")
                elif not attendue[colonne]:
                    assert vue[entete] in ("–", "nd")
                else:
                    assert float(str(vue[entete])) == pytest.approx(float(attendue[colonne]), rel=1e-9)


def _annee(vue: dict[str, object]) -> str:
    return str(vue["Année"])


def test_chaque_absence_a_son_signe_et_un_zero_reste_un_zero(
    classeur: Workbook, lignes: dict[str, list[dict[str, str]]]
) -> None:
    vus: dict[object, int] = dict.fromkeys(("s", "nd", "–", 0), 0)
    for code, attendues in lignes.items():
        vues = sorted(corps(classeur, code), key=_annee)
        for vue, attendue in zip(vues, sorted(attendues, key=lambda x: x["annee"]), strict=True):
            signe = {"secret": "s", "sans_objet": "–"}.get(attendue["statut"], "nd")
            if signe == "nd" and attendue["denominateur"] == "0":
                signe = "–"
            if attendue["statut"] != "publie":
                assert vue["Valeur"] == signe
                vus[signe] += 1
            elif attendue["valeur"] == "0":
                assert vue["Valeur"] == 0
                vus[0] += 1
            if attendue["statut"] == "secret" and "Résultat" in vue:
                assert vue["Résultat"] == ("s" if attendue["resultat"] else "–")
    assert all(vus.values()), vus


def test_une_feuille_dont_tout_est_masque_a_sa_colonne_de_valeurs(tmp_path: Path) -> None:
    r = rapport({"V01": serie({2022: 3})}, (2022,))
    ecrire_classeur(r, "x", tmp_path / "b.xlsx")
    assert corps(openpyxl.load_workbook(tmp_path / "b.xlsx"), "V01")[0]["Valeur"] == "s"


def test_les_nombres_ont_un_format_et_les_libelles_sont_en_francais(classeur: Workbook) -> None:
    assert {c.number_format for c in classeur["V01"]["D"][ENTETE:]} <= {"#,##0"}
    feuille = classeur["O01"]
    entetes = {str(c.value): c.column for c in feuille[ENTETE]}
    for entete, format_ in (("Valeur", "0.0"), ("Écart (points)", "0.0"), ("Ensemble", "#,##0")):
        assert {feuille.cell(ENTETE + 1 + r, entetes[entete]).number_format for r in range(5)} == {format_}
    for code in tables(classeur):
        for vue in corps(classeur, code):
            assert not {"pct", "epci", "qpv", "hors_qpv", "non_atteint", "non_calculable"} & set(vue.values())


def test_rien_de_la_machine_n_est_dans_le_classeur(chemin: Path, exemple: Projet) -> None:
    with zipfile.ZipFile(chemin) as archive:
        tout = b"".join(archive.read(nom) for nom in archive.namelist())
    assert str(exemple.racine).encode() not in tout


def sans_extrait(*annees: int, code: str = "P06", publiees: tuple[int, ...] = ()) -> Rapport:
    """A report whose indicator cannot be computed in some years."""
    vide = {"modalite": "1", "numerateur": float("nan"), "denominateur": float("nan"), "statut": "non_calculable"}
    lignes = [vide | {"annee": a} for a in annees]
    lignes += [{"annee": a, "modalite": "1", "numerateur": 50, "denominateur": 100} for a in publiees]
    r = rapport({code: lignes}, tuple(sorted((*annees, *publiees))))
    absences = {(code, a): ("colonne « Nationalité » absente",) for a in annees}
    return Rapport(r.projet, r.references, replace(r.publication, absences=absences))


def test_une_table_non_calculable_est_une_ligne_qui_dit_pourquoi(tmp_path: Path) -> None:
    ecrire_classeur(sans_extrait(2021, 2022), "x", tmp_path / "b.xlsx")
    feuille = openpyxl.load_workbook(tmp_path / "b.xlsx")["P06"]
    assert feuille.max_row == ENTETE - 1
    assert feuille.cell(ENTETE - 1, 1).value == "Non calculable\u202f: colonne «\xa0Nationalité\xa0» absente."


def test_une_annee_non_calculable_est_dite_au_dessus_de_la_grille(tmp_path: Path) -> None:
    ecrire_classeur(sans_extrait(2020, 2021, publiees=(2022,)), "x", tmp_path / "b.xlsx")
    classeur_ = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert str(classeur_["P06"].cell(ENTETE - 1, 1).value).startswith("Chiffres non calculables en 2020 et 2021")
    assert [ligne["Valeur"] for ligne in corps(classeur_, "P06")] == ["nd", "nd", 50]


def test_une_table_sans_ligne_n_a_pas_de_feuille_et_tout_nom_est_valide(tmp_path: Path, classeur: Workbook) -> None:
    ecrire_classeur(rapport({"V01": serie({2022: 300})}, (2022,)), "x", tmp_path / "b.xlsx")
    assert openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames == ["Couverture", "Sommaire", "V01"]
    assert all(len(nom) <= 31 and not set(nom) & set("[]:*?/\\") for nom in classeur.sheetnames)
