"""What docs/ and the README tell an analyst to type runs; tests/commandes/test_pages_de_docs.py parses it."""

from __future__ import annotations

import csv
import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import Workbook

import epci_invente
from cil_analysis import commandes as cli
from cil_analysis.projet import Projet, ouvrir_projet
from pages_de_docs import PAGES, commandes

RACINE = Path(__file__).resolve().parents[2]

# Not run here: where each is run, or why it cannot be.
AILLEURS = {
    "cil": "tests/commandes/test_reste.py",
    "cil exemple --bilan": "run by the « exemple » fixture, whose project this test copies",
    "cil bilan --annee 2022": "what the same fixture does; as a command: test_libelles_hostiles.py, and others",
    "cil fiches --annee 2022": "the same, all sheets; alone: tests/longs/rendu/test_fiches.py, test_rien_n_a_change.py",
    "cil importer --agregats data/raw/tableaux-2022.xlsx --annee 2022": "tests/extraits/test_agregats_importes.py",
    "cil secret --annee 2022": "tests/longs/secret/test_preuve.py",
    "cil fiche-action --annee 2022": "tests/longs/rendu/test_fiche_action.py",
    "cil opendata --annee 2022 --licence etalab-2.0": "tests/longs/rendu/test_opendata.py",
    **dict.fromkeys(
        (
            "cil indicateurs --annee 2022",
            "cil objectifs --annee 2022",
            "cil objectifs --annee 2022 --attendues 3200",
            "cil cotation --annee 2022",
        ),
        "tests/longs/test_cli_exemple.py",
    ),
    **dict.fromkeys(
        (
            "cil comparer --modele chiffres-2022.csv --annee 2022",
            "cil comparer chiffres-2022.csv --annee 2022",
        ),
        "tests/longs/test_comparer_un_bilan.py",
    ),
    "make bilan": "prepares an environment of its own, then runs the command above",
    "make test": "runs this test",
    "conda env create -f environment.yml": "needs conda: test_fondations compares environment.yml with pyproject.toml",
    "conda activate cil-analysis": "needs conda",
    "cil explorer": "opens JupyterLab until Ctrl+C: tests/exploration/test_explorer.py",
}


def _table_des_quartiles(projet: Path) -> None:
    """The State's workbook, made up, for a year that no real one covers."""
    classeur = Workbook()
    (feuille,) = classeur.worksheets
    feuille.append([
        "Région", "Libellé Département", "Département", "Nom de l'EPCI", "SIRET de l'EPCI", "Année de référence",
        "EPCI concerné par l'obligation ?", "Q1 annuel", "Q2 annuel", "Q3 annuel",
    ])  # fmt: skip
    feuille.append(["R", "D", "00 - D", "CU", ouvrir_projet(projet).epci_siren, 2101, "oui", 8_000, 12_000, 16_000])
    classeur.save(projet / "data" / "raw" / "quartiles.xlsx")


def _extrait_aux_en_tetes_nouveaux(projet: Path) -> None:
    """Leases of a file whose headings nobody has seen."""
    lignes = [["Dossier SNE", "Signé le", "Commune du logement", "Organisme bailleur", "Champ bleu"]]
    lignes += [[f"0{i:017d}", f"{i % 27 + 1:02d}/03/2022", "Le Mans", "Office Inventé", "x"] for i in range(60)]
    with (projet / "data" / "raw" / "attributions-2022.csv").open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, delimiter=";").writerows(lignes)


def _territoire_invente(projet: Path) -> None:
    """The files of a made-up EPCI, as an analyst downloads them."""
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setattr(epci_invente, "SIREN", "200000000")
        epci_invente.ecrire_geopackage(projet / "ADE-COG.gpkg")
        for annee in (2023, 2024):
            liste = projet / f"epci_au_01-01-{annee}.xlsx"
            epci_invente.ecrire_intercommunalite(liste, annee, epci_invente.MEMBRES)


# What must be there before a command, by what the command begins with; and the project that it is run from.
AVANT = {"cil seuils": _table_des_quartiles, "cil nouveau": _territoire_invente}
MODELE = ("cil nouveau", "cil colonnes", "cil libelles", "cil importer data/raw/attributions-2022.csv")


class Projets(NamedTuple):
    """A copy of the example, and the project where a file has new headings."""

    projet: Path
    modele: Path

    def ou(self, commande: str) -> Path:
        return self.modele if commande.startswith(MODELE) else self.projet


@pytest.fixture(scope="module")
def projets(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projets]:
    depot = tmp_path_factory.mktemp("depot")
    trouves = Projets(*(depot / nom for nom in Projets._fields))
    shutil.copytree(exemple.racine, trouves.projet)
    shutil.copytree(RACINE / "data" / "reference", trouves.modele / "data" / "reference")
    (trouves.modele / "data" / "raw").mkdir()
    shutil.copytree(RACINE / "notebooks", depot / "notebooks")
    _extrait_aux_en_tetes_nouveaux(trouves.modele)
    ici = Path.cwd()
    yield trouves
    os.chdir(ici)


def test_chaque_commande_des_pages_fonctionne(projets: Projets, capfd: pytest.CaptureFixture[str]) -> None:
    """In the order in which an analyst reads them; a command that several pages give runs once."""
    a_lancer = list(dict.fromkeys(c for page in PAGES for c in commandes(page) if c not in AILLEURS))
    assert len(a_lancer) > 20
    for commande in a_lancer:
        assert commande.startswith("cil "), f"{commande} : ni lancée ici, ni dans AILLEURS"
        ou = projets.ou(commande)
        for debut, preparer in AVANT.items():
            if commande.startswith(debut):
                preparer(ou)
        os.chdir(ou)
        code = cli.main(shlex.split(commande)[1:])
        sortie = capfd.readouterr()
        assert code == 0, f"{commande}\n{sortie.out}\n{sortie.err}"
        assert "Traceback" not in sortie.err


def test_ce_qui_n_est_pas_lance_ici_est_encore_dans_les_pages() -> None:
    ecrites = {c for page in PAGES for c in commandes(page)}
    assert set(AILLEURS) <= ecrites
