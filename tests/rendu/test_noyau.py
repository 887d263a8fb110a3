"""The kernel's own folder: its sockets have names that the system admits."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.noyau import noyau

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sans sockets de fichiers")


def test_un_long_dossier_temporaire(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Beyond 75 characters the path of a socket was refused by the system."""
    long = tmp_path / ("d" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    carnet = notebooks.analyser("```{python}\nopen('fait', 'w').write('oui')\n```")
    with noyau(tmp_path) as pret:
        pret.executer(carnet, "essai", lambda _: None)
    assert (tmp_path / "fait").read_text() == "oui"


def test_aucun_dossier_temporaire_assez_court(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("d" * 90)))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ErreurCIL, match="TMPDIR"), noyau(tmp_path):
        pass
