"""The workbook read back before it is published: whatever it shows beyond the csv is refused, wherever it stands."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl import Workbook
from rapports import EPCI, rapport, serie
from tables_publiees import table

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from cil_analysis.rendu.indicateurs import ecrire_indicateurs
from cil_analysis.secret.preuve.preuve import exiger_le_classeur
from cil_analysis.secret.publies import lire_chiffres

ANNEES = (2020, 2021, 2022)
LIBELLES = {EPCI}  # It has no name in these reports.


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small bilan: a series whose middle year is masked, and landlords of which one is."""
    lieu = tmp_path_factory.mktemp("relu")
    r = rapport({"V01": serie({2020: 300, 2021: 3, 2022: 320})}, ANNEES)
    r.publication.tables["A01"] = table(
        "pct",
        [{"acteur_type": "bailleur", "acteur_code": code, "numerateur": n, "denominateur": 320}
         for code, n in (("LMH", 192), ("SH", 126), ("NR", 2))],
        "A01",
    )  # fmt: skip
    ecrire_classeur(r, "Bilan", lieu / "bilan.xlsx")
    with (lieu / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrire_indicateurs(r.publication, flux)
    return lieu


@pytest.fixture(scope="module")
def chiffres(dossier: Path) -> pd.DataFrame:
    return lire_chiffres(dossier)


@pytest.fixture
def copie(dossier: Path, tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "bilan.xlsx").write_bytes((dossier / "bilan.xlsx").read_bytes())
    yield tmp_path / "bilan.xlsx"


def retoucher(chemin: Path, changer: Callable[[Workbook], object]) -> None:
    classeur = openpyxl.load_workbook(chemin)
    changer(classeur)
    classeur.save(chemin)


def remplacer(feuille: str, valeur: object, par: object) -> Callable[[Workbook], None]:
    """Change the last cell of a sheet that has a value."""

    def changer(classeur: Workbook) -> None:
        [*_, derniere] = (c for ligne in classeur[feuille].iter_rows() for c in ligne if c.value == valeur)
        derniere.value = par

    return changer


def ecrire(feuille: str, adresse: str) -> Callable[[Workbook], None]:
    def changer(classeur: Workbook) -> None:
        classeur[feuille][adresse] = 31.25

    return changer


def test_le_classeur_produit_est_admis(dossier: Path, chiffres: pd.DataFrame) -> None:
    exiger_le_classeur(dossier / "bilan.xlsx", chiffres, LIBELLES)
    assert chiffres["statut"].eq("secret").sum() >= 2


@pytest.mark.parametrize(
    ("changer", "dit"),
    [
        (remplacer("A01 – Bailleurs", "s", 2), "feuille A01"),
        (remplacer("A01 – Bailleurs", 192, 193), "feuille A01"),
        (remplacer("V01 – Attributions", "s", "3"), "feuille V01"),
        (remplacer("Séries", "masqué (s)", 3), "feuille Séries"),
        (ecrire("V01 – Attributions", "C2"), "feuille V01"),
        (ecrire("V01 – Attributions", "M12"), "feuille V01"),
        *((ecrire(nom, "C2"), f"feuille {nom}") for nom in ("Couverture", "Notes", "Sommaire", "Séries")),
        (lambda classeur: classeur.create_sheet("Calculs"), "une feuille que le bilan n’écrit pas"),
        (lambda classeur: classeur.create_sheet("A01 bis"), "une feuille que le bilan n’écrit pas"),
        (lambda classeur: classeur.remove(classeur["A01 – Bailleurs"]), "pas de feuille A01"),
        (lambda classeur: classeur["A01 – Bailleurs"].delete_rows(3, 99), "incomplète"),
    ],
)
def test_ce_qui_n_est_pas_publie_est_refuse(
    copie: Path, chiffres: pd.DataFrame, changer: Callable[[Workbook], None], dit: str
) -> None:
    retoucher(copie, changer)
    with pytest.raises(ErreurCIL, match=dit):
        exiger_le_classeur(copie, chiffres, LIBELLES)


@pytest.mark.parametrize(("garde", "refuse"), [(300, False), (3, True)])
def test_un_graphique_ne_garde_que_des_chiffres_publies(
    dossier: Path, copie: Path, chiffres: pd.DataFrame, garde: int, refuse: bool
) -> None:
    """A spreadsheet that saves the workbook puts in the charts the cells that they draw."""
    with zipfile.ZipFile(dossier / "bilan.xlsx") as source, zipfile.ZipFile(copie, "w") as cible:
        for nom in source.namelist():
            octets = source.read(nom)
            if nom == "xl/charts/chart1.xml":
                cache = f'<numCache><pt idx="0"><v>{garde}</v></pt></numCache></numRef></val>'
                octets = octets.replace(b"</numRef></val>", cache.encode(), 1)
                assert cache.encode() in octets
            cible.writestr(nom, octets)
    if refuse:
        with pytest.raises(ErreurCIL, match="feuille Séries"):
            exiger_le_classeur(copie, chiffres, LIBELLES)
    else:
        exiger_le_classeur(copie, chiffres, LIBELLES)


def test_un_libelle_qui_ressemble_a_un_nombre_n_est_pas_un_chiffre(copie: Path, chiffres: pd.DataFrame) -> None:
    retoucher(copie, remplacer("A01 – Bailleurs", "Sarthe Habitat", "+1"))
    with pytest.raises(ErreurCIL, match="feuille A01"):
        exiger_le_classeur(copie, chiffres, LIBELLES)
    exiger_le_classeur(copie, chiffres, {*LIBELLES, "+1"})
