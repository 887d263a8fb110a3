"""« cil comparer », as the analyst of a first year types it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cil_analysis.commandes import main
from cil_analysis.projet import Projet
from cil_analysis.rendu.indicateurs import ecrire_indicateurs
from cil_analysis.secret.table_publiee import Publication
from messages import exiger_du_francais, lisible

Comparer = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cil(un_an: Projet, capsys: pytest.CaptureFixture[str]) -> Comparer:
    def lancer(*arguments: object) -> tuple[int, str, str]:
        code = main(["--projet", str(un_an.racine), *map(str, arguments)])
        sorties = capsys.readouterr()
        return code, lisible(sorties.out), sorties.err

    return lancer


def comptes(dit: str) -> list[int]:
    """Compared, the same, different, not counted again."""
    lu = re.search(r"^([\d ]+) chiffres? comparés? : ([\d ]+) .*?, ([\d ]+) .*?, ([\d ]+) ", dit, re.M)
    assert lu, dit
    return [int(nombre.replace(" ", "")) for nombre in lu.groups()]


@pytest.fixture(scope="module")
def internes(un_an_interne: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unmasked figures of the product, as its own command writes them."""
    fichier = tmp_path_factory.mktemp("internes") / "interne.csv"
    with fichier.open("w", encoding="utf-8", newline="") as flux:
        ecrire_indicateurs(un_an_interne, flux)
    return fichier


def test_les_chiffres_du_produit_sont_tous_identiques(cil: Comparer, internes: Path) -> None:
    """Which are found to be different: tests/commandes/test_comparer.py."""
    lignes = csv.DictReader(internes.read_text("utf-8").splitlines())
    nombre = sum(any(ligne[nom] for nom in ("valeur", "numerateur", "denominateur")) for ligne in lignes)
    code, dit, _ = cil("comparer", internes)
    compares, identiques, ecarts, non_recalcules = comptes(dit)
    assert code == 0 and compares == nombre > 500 and ecarts == 0 and identiques + non_recalcules == nombre
    # A share of nobody, and objectives that are met, which published results make.
    assert dit.count("dénominateur") + dit.count("· O07 ·") == non_recalcules
    assert "usage interne" in dit.splitlines()[0]


def test_un_classeur_qui_prend_des_codes_pour_des_nombres(cil: Comparer, internes: Path, tmp_path: Path) -> None:
    """« 01 » is 1 there: no two figures have one key for that."""
    classeur = openpyxl.Workbook()
    feuille = classeur.worksheets[0]
    for ligne in csv.reader(internes.read_text("utf-8").splitlines()):
        feuille.append([int(c) if c.isdigit() else c or None for c in ligne])
    classeur.save(tmp_path / "interne.xlsx")
    lu_du_texte, lu_du_classeur = (comptes(cil("comparer", f)[1]) for f in (internes, tmp_path / "interne.xlsx"))
    assert lu_du_classeur == lu_du_texte


def test_une_annee_seule(cil: Comparer, tmp_path: Path) -> None:
    fichier = tmp_path / "c.csv"
    fichier.write_text("indicateur;annee;valeur\nV01;2021;1\nV01;2022;1\nV01;1999;1\nV01;20222;1\n", encoding="utf-8")
    _, dit, _ = cil("comparer", fichier, "--annee", 2022)
    assert comptes(dit) == [2, 0, 1, 1] and "2 lignes" in dit, "those of another year"
    assert "illisible" in dit, "a year that is no other one"


def test_le_modele_se_remplit_et_se_relit(cil: Comparer, tmp_path: Path) -> None:
    modele = tmp_path / "modele.csv"
    code, dit, _ = cil("comparer", "--modele", modele)
    assert code == 0 and dit.strip() == str(modele)
    entete, premiere, *autres = modele.read_text(encoding="utf-8-sig").splitlines()
    assert premiere.startswith("V01;2022;epci;") and premiere.endswith(";;;"), "no figure"
    for arguments in ((modele,), ("--modele", modele)):  # nothing to compare yet; never written over
        code, _, erreur = cil("comparer", *arguments)
        assert code == 1 and modele.name in exiger_du_francais(erreur)
    modele.write_text("\n".join([entete, premiere.removesuffix(";;;") + ";1;;", *autres]), "utf-8")
    assert comptes(cil("comparer", modele)[1]) == [1, 0, 1, 0]


def test_un_fichier_inutilisable_est_refuse(cil: Comparer, tmp_path: Path) -> None:
    (tmp_path / "vide.csv").write_text("")
    for fichier in (tmp_path / "absent.csv", tmp_path / "vide.csv", tmp_path):
        code, dit, erreur = cil("comparer", fichier)
        assert (code, dit) == (1, "") and erreur.startswith("Erreur")
        exiger_du_francais(erreur)
