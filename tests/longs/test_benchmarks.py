"""The benchmarks measure no speed here: only that they load, that their table is right, and that a miss is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import __main__ as banc
from benchmarks import aide
from benchmarks.tableau import Ligne, alterner, en_markdown

RACINE = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("cible", "tenu"),
    [
        ({"au_plus": 2.0}, "tenu"), ({"au_plus": 1.9}, "manqué"), ({"rapport_au_plus": 0.5}, "tenu"),
        ({"rapport_au_plus": 0.4}, "manqué"), ({"fois_au_moins": 2.0}, "tenu"), ({"fois_au_moins": 2.1}, "manqué"),
        ({}, "–"),
    ],
)  # fmt: skip
def test_le_verdict_est_sur_la_mediane(cible: dict[str, float], tenu: str) -> None:
    ligne = Ligne("a", "Deux", [1.0, 90.0, 2.0], [4.0, 4.0, 80.0], "quatre", **cible)  # type: ignore[arg-type]
    assert en_markdown([ligne]).splitlines()[-1].endswith(f"| {tenu} |")
    # A target whose reference was not measured is missed.
    assert Ligne("a", "Deux", [2.0], rapport_au_plus=9.0).tenu is False


def test_les_taches_alternent() -> None:
    faites: list[str] = []
    durees = alterner(
        lambda: faites.append("a"), lambda: faites.append("b"), avant=lambda: faites.append("-"), essais=2
    )
    assert "".join(faites) == "-a-b-a-b" and [len(siennes) for siennes in durees] == [2, 2]


@pytest.mark.parametrize(("au_plus", "code"), [(0.0, 1), (3600.0, 0)])
def test_une_cible_manquee_est_une_erreur(
    au_plus: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The command is measured for good, against an easy target or none."""
    monkeypatch.setattr(aide, "AIDE_S", au_plus)
    page = tmp_path / "performances.md"
    assert banc.main(["h", "--ecrire", str(page)]) == code
    verdict = "manqué" if code else "tenu"
    assert verdict in capsys.readouterr().out
    ecrite = page.read_text(encoding="utf-8")
    assert f"| {verdict} |" in ecrite
    assert str(tmp_path) not in ecrite
    assert os.uname().nodename not in ecrite


@pytest.mark.parametrize(
    ("programme", "lents"),
    [
        # « cil --help » stays instant: what takes long to import is imported by the command that needs it.
        ("from cil_analysis.commandes import main; main(['--help'])",
         {"geopandas", "jupyter_client", "matplotlib", "nbclient", "numpy", "openpyxl", "pandas", "pyarrow"}),
        ("import benchmarks.__main__", {"numpy", "pandas", "pyarrow", "playwright"}),
    ],
    ids=["aide", "mesures"],
)  # fmt: skip
def test_rien_de_lourd_n_est_importe_sans_besoin(programme: str, lents: set[str]) -> None:
    dire = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
    fait = subprocess.run(
        [sys.executable, "-c", dire + programme],
        env=os.environ | {"PYTHONPATH": f"{RACINE}{os.pathsep}{RACINE / 'src'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    charges = set(fait.stderr.split())
    assert {"sys", "os"} <= charges and charges & lents == set()
