"""An objective entered in the workbook is followed by the figures of the example."""

from __future__ import annotations

import csv
import io
from contextlib import redirect_stdout
from pathlib import Path

from classeur_d_objectifs import cellule, cil, remplir
from openpyxl import Workbook

from cil_analysis.commandes import main
from cil_analysis.projet import Projet
from exemple_produit import copier_l_exemple


def test_le_bilan_suit_l_objectif_saisi(exemple: Projet, tmp_path: Path) -> None:
    """End to end: entered in the workbook, then followed by « cil indicateurs »; what is removed is not any more."""
    copie = copier_l_exemple(exemple, tmp_path / "projet", 2022, ("flux", "occupation", "parc", "propositions"))
    modele, nom = tmp_path / "objectifs.xlsx", "O01 – CIA fictive"

    def cibles() -> dict[str, str]:
        sortie = io.StringIO()
        with redirect_stdout(sortie):
            assert main(["--projet", str(copie.racine), "indicateurs", "--annee", "2022", "--interne"]) == 0
        cles = ("indicateur", "annee", "perimetre_type", "acteur_type")
        lues = csv.DictReader(io.StringIO(sortie.getvalue()))
        vise = ["O01", "2022", "commune", ""]
        return {x["perimetre_code"]: x["cible"] for x in lues if [x[cle] for cle in cles] == vise}

    assert cil(copie.racine, "--modele", modele) == 0
    avant = cibles()
    assert (avant["72181"], avant["72001"]) == ("25", "20")

    def saisir(wb: Workbook) -> None:
        cellule(wb["Communes"], "72181", nom).value = 41
        cellule(wb["Communes"], "72001", nom).value = None

    remplir(modele, saisir)
    assert cil(copie.racine, "--importer", modele, "--retirer") == 0
    assert cibles() == avant | {"72181": "41", "72001": "25"}  # Aigné follows what holds for each commune again.
