"""« cil cotation »: figures only, of the grid that is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cil_analysis import cli
from cil_analysis.project import Projet


def test_sans_grille_ni_demandes_la_commande_dit_quoi_faire(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert cli.main(["cotation", "--annee", "1999"]) == 1
    assert "importez-les" in capsys.readouterr().err


def test_la_commande_compte_sans_montrer_personne(exemple: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--projet", str(exemple.racine), "cotation", "--annee", "2022"]) == 0
    dit = capsys.readouterr().out
    assert "usage interne" in dit and "FICTIVE-1" in dit
    lignes = re.findall(r"^  ([A-Z0-9]+-[A-Z0-9]+) .*?((?:\s+\d+){4})$", dit, re.M)
    assert len(lignes) == 12
    assert len({sum(map(int, comptes.split())) for _, comptes in lignes}) == 1, (
        "each criterion is read on every request"
    )
    assert not re.search(r"[0-9a-f]{32}", dit)
    assert cli.main(["--projet", str(exemple.racine), "cotation", "--annee", "2022", "--grille", "FICTIVE-2"]) == 0
    assert "simulation" in capsys.readouterr().out
    assert cli.main(["--projet", str(exemple.racine), "cotation", "--annee", "2022", "--grille", "AUTRE"]) == 1
    assert "FICTIVE-1, FICTIVE-2" in capsys.readouterr().err
