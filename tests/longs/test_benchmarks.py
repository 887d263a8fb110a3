"""The benchmarks measure no speed here: only that they load, that their table is right, and that a miss is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import __main__ as banc
from benchmarks.d_echelle import exposant
from benchmarks.tableau import Ligne, Resultat, en_markdown

RACINE = Path(__file__).resolve().parents[2]


def test_chaque_lettre_a_ses_lignes_et_leurs_methodes() -> None:
    lettres = set()
    for classe in banc.bancs():
        for ligne in banc.lignes_de(classe, ()):
            lettres.add(ligne.lettre)
            assert ligne.besoins
            assert [nom for nom in ligne.besoins if not callable(getattr(classe, nom, None))] == []
    assert lettres >= set("abcdefgh")


@pytest.mark.parametrize(
    ("cible", "tenu"),
    [
        ({"au_plus": 2.0}, "tenu"), ({"au_plus": 1.9}, "manqué"), ({"rapport_au_plus": 0.5}, "tenu"),
        ({"rapport_au_plus": 0.4}, "manqué"), ({"fois_au_moins": 2.0}, "tenu"), ({"fois_au_moins": 2.1}, "manqué"),
        ({}, "–"),
    ],
)  # fmt: skip
def test_le_verdict(cible: dict[str, float], tenu: str) -> None:
    ligne = Ligne("a", "Deux", "track_deux", ("track_deux",), reference="track_quatre", nom_reference="quatre", **cible)  # type: ignore[arg-type]
    resultats = banc.calculer([ligne], {"track_deux": 2.0, "track_quatre": 4.0})
    assert en_markdown(resultats).splitlines()[-1].endswith(f"| {tenu} |")
    if cible:  # A target whose reference was not measured is missed.
        assert Resultat(Ligne("a", "Deux", "track_deux", (), rapport_au_plus=9.0), 2.0, None).tenu is False


@pytest.mark.parametrize(("au_plus", "code"), [(0.0, 1), (3600.0, 0)])
def test_une_cible_manquee_est_une_erreur(
    au_plus: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The bare interpreter is measured for good, by the runner and its child, against an easy target or none."""
    aide = next(c for c in banc.bancs() if c.__name__ == "Aide")
    ligne = Ligne("h", "Python", "time_python", ("time_python",), au_plus=au_plus)
    monkeypatch.setattr(aide, "lignes", (ligne,))
    page = tmp_path / "performances.md"
    assert banc.main(["h", "--ecrire", str(page)], [aide]) == code
    verdict = "manqué" if code else "tenu"
    assert verdict in capsys.readouterr().out
    ecrite = page.read_text(encoding="utf-8")
    assert f"| {verdict} |" in ecrite
    assert str(tmp_path) not in ecrite
    assert os.uname().nodename not in ecrite


def test_l_exposant_est_celui_d_une_puissance() -> None:
    """The time of a quadratic chain grows with the exponent 2; a proportional one, 1."""
    for puissance in (1, 2):
        temps = {f"time_chaine({f})": 0.3 * f**puissance for f in (1, 10, 100)}
        assert exposant((1, 10, 100))(temps) == pytest.approx(puissance)
        assert exposant((1, 10))(temps) == pytest.approx(puissance)


@pytest.mark.parametrize(
    ("programme", "lents"),
    [
        # « cil --help » stays instant: what takes long to import is imported by the command that needs it.
        ("from cil_analysis.commandes import main; main(['--help'])",
         {"geopandas", "jupyter_client", "matplotlib", "nbclient", "numpy", "openpyxl", "pandas", "pyarrow"}),
        # A child's peak memory begins at that of the process that has started it.
        ("from benchmarks.__main__ import bancs; bancs()", {"numpy", "pandas", "pyarrow", "playwright"}),
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
