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


def mesures() -> dict[str, float]:
    return {"track_deux": 2.0, "track_quatre": 4.0}


def test_chaque_lettre_a_ses_lignes_et_leurs_methodes() -> None:
    lettres = set()
    for classe in banc.bancs():
        for ligne in banc.lignes_de(classe, ()):
            lettres.add(ligne.lettre)
            assert ligne.besoins
            assert [nom for nom in ligne.besoins if not callable(getattr(classe, nom, None))] == []
    assert lettres >= set("abcdefgh")


def test_charger_les_mesures_n_importe_rien_de_lourd() -> None:
    """A child's peak memory begins at that of the process that has started it."""
    dit = subprocess.run(
        [sys.executable, "-c", "import sys; from benchmarks.__main__ import bancs; bancs(); print(*sys.modules)"],
        env=os.environ | {"PYTHONPATH": f"{RACINE}{os.pathsep}{RACINE / 'src'}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {"numpy", "pandas", "pyarrow", "playwright"}.isdisjoint(dit)


@pytest.mark.parametrize(
    ("cible", "tenu"),
    [
        ({"au_plus": 2.0}, True),
        ({"au_plus": 1.9}, False),
        ({"rapport_au_plus": 0.5}, True),
        ({"rapport_au_plus": 0.4}, False),
        ({"fois_au_moins": 2.0}, True),
        ({"fois_au_moins": 2.1}, False),
        ({}, None),
    ],
)
def test_le_verdict(cible: dict[str, float], tenu: bool | None) -> None:
    ligne = Ligne("a", "Deux", "track_deux", ("track_deux",), reference="track_quatre", nom_reference="quatre", **cible)  # type: ignore[arg-type]
    (resultat,) = banc.calculer([ligne], mesures())
    assert resultat.tenu is tenu
    mot = {True: "tenu", False: "manqué", None: "–"}[tenu]
    assert en_markdown([resultat]).splitlines()[-1].endswith(f"| {mot} |")


def test_une_cible_sans_reference_mesuree_est_manquee() -> None:
    ligne = Ligne("a", "Deux", "track_deux", (), rapport_au_plus=9.0)
    assert Resultat(ligne, 2.0, None).tenu is False


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


def test_une_lettre_inconnue_est_un_mauvais_usage() -> None:
    with pytest.raises(SystemExit) as sortie:
        banc.main(["z9"])
    assert sortie.value.code == 2


def test_l_aide_n_importe_aucune_bibliotheque_de_calcul() -> None:
    """« cil --help » stays instant: what takes long to import is imported by the command that needs it."""
    dit = subprocess.run(
        [sys.executable, "-c", (
            "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
            "from cil_analysis.cli import main; main(['--help'])"
        )],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    assert "usage" in dit.stdout
    charges = set(dit.stderr.split())
    assert "cil_analysis.cli" in charges
    lents = {"geopandas", "jupyter_client", "matplotlib", "nbclient", "numpy", "openpyxl", "pandas", "pyarrow"}
    assert charges & lents == set()
