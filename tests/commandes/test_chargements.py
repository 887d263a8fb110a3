"""What a command does not wait for: libraries that it has no use for, and the imports of the example one by one."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cil_analysis.commandes import projets
from cil_analysis.projet import ouvrir_projet
from commande import RACINE
from commande import modele as modele


@pytest.mark.parametrize(
    ("module", "inutiles"),
    [
        ("cil_analysis.rendu.atelier", {"pandas", "numpy", "duckdb", "matplotlib"}),
        ("cil_analysis.rendu.bilan", {"pypdf", "weasyprint", "matplotlib"}),
        ("cil_analysis.commandes.importer", {"cil_analysis.rapport.rapport", "matplotlib", "geopandas"}),
    ],
)
def test_ce_qui_ne_sert_pas_n_est_pas_charge(module: str, inutiles: set[str]) -> None:
    programme = f"import sys, {module}; print(*sys.modules)"
    env = {"PYTHONPATH": str(RACINE / "src")}
    fait = subprocess.run([sys.executable, "-c", programme], env=env, capture_output=True, check=True)
    charges = set(fait.stdout.decode("utf-8").split())
    assert module in charges and not charges & inutiles


def test_les_imports_de_l_exemple_attendent_la_cle_puis_les_baux(
    modele: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first import makes the key; what is said of requests is told from the leases; the words come in order."""
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(tmp_path))
    projet, noms = ouvrir_projet(modele), ("attributions", "radiations", "propositions", "demandes", "flux")
    debuts, fins = dict[str, float](), dict[str, float]()

    def importer(_: object, chemin: Path, annee: int) -> str:
        nom = chemin.stem.removesuffix(f"-{annee}")
        debuts[nom] = time.monotonic()
        time.sleep(0.2 if nom == "radiations" else 0.05)
        projet.cle.touch()
        fins[nom] = time.monotonic()
        return nom

    monkeypatch.setattr(projets, "_importer", importer)
    with ThreadPoolExecutor(4) as equipe:
        chemins = [Path(f"{nom}-2022.csv") for nom in noms]
        assert tuple(projets._importer_l_annee(projet, 2022, chemins, equipe)) == noms
    assert min(debuts[nom] for nom in noms[1:]) >= fins["attributions"]
    assert debuts["propositions"] < fins["radiations"] <= debuts["demandes"]
