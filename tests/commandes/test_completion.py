"""« cil completion »: each shell gets every command, and bash completes with what it gets."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cil_analysis import commandes as cli
from messages import exiger_un_remede

INTERPRETES = ("bash", "zsh", "fish", "powershell")


@pytest.fixture
def scripts(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    pytest.importorskip("shtab", reason="« completion » est un extra : requirements-dev.lock l’installe")
    textes = {}
    for interprete in INTERPRETES:
        assert cli.main(["completion", interprete]) == 0
        textes[interprete] = capsys.readouterr().out
    return textes


def test_chaque_interprete_recoit_chaque_commande(scripts: dict[str, str], tmp_path: Path) -> None:
    (sous,) = (a for a in cli.analyseur_des_commandes()._actions if a.dest == "commande")
    for interprete, script in scripts.items():
        assert all(nom in script for nom in sous.choices or ()), interprete
        assert "annee" in script and "etalab-2.0" in script
        if interprete != "powershell" and (trouve := shutil.which(interprete)):
            fichier = tmp_path / interprete
            fichier.write_text(script, encoding="utf-8")
            subprocess.run([trouve, "-n", fichier], check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash absent")
@pytest.mark.parametrize(
    ("mots", "propose"),
    [(("bi",), ["bilan"]), (("bilan", "--annee", "2022", "--mo"), ["--moteur"]),
     (("bilan", "--moteur", "in"), ["interne"]), (("importer", "mes"), ["mes baux.csv"])],
)  # fmt: skip
def test_bash_complete(scripts: dict[str, str], tmp_path: Path, mots: tuple[str, ...], propose: list[str]) -> None:
    (tmp_path / "mes baux.csv").touch()
    essai = (
        f'{scripts["bash"]}\nCOMP_WORDS=(cil "$@"); COMP_CWORD=$#; _shtab_cil 2>/dev/null\n'
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    fait = subprocess.run(
        ["bash", "-c", essai, "bash", *mots], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert fait.stdout.splitlines() == propose


def test_sans_shtab_la_commande_dit_quoi_installer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert cli.main(["completion", "bash"]) == 1
    exiger_un_remede(capsys.readouterr().err, "shtab", "pip install")
