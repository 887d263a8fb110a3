"""Folders of a run: what a killed one has left goes with the next, of whatever kind; nobody else's folder does."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cil_analysis.fichiers import GENRES, dossier_temporaire, parent_au_nom_court

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="les processus arrêtés n’y sont pas reconnus")


def test_les_restes_d_un_processus_arrete_s_en_vont(tmp_path: Path) -> None:
    mort = subprocess.Popen([sys.executable, "-c", ""])
    mort.wait()
    restes = [tmp_path / f"cil-{genre}-{mort.pid}-abc" for genre in GENRES]
    gardes = [
        tmp_path / f"cil-pdf-{os.getpid()}-abc", tmp_path / f"cil-archives-{mort.pid}-abc", tmp_path / "cil-pdf",
        tmp_path / f"autre-cil-pdf-{mort.pid}-abc",
    ]  # fmt: skip
    for dossier in (*restes, *gardes):
        (dossier / "dedans").mkdir(parents=True)
    with dossier_temporaire("rendu", tmp_path) as nouveau:
        assert {*tmp_path.iterdir()} == {*gardes, nouveau}
    assert {*tmp_path.iterdir()} == {*gardes}


def test_un_dossier_au_nom_court(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/" + "é" * 20)
    place = 41 + len(f"/cil-pdf-{os.getpid()}-abcdefgh")
    assert parent_au_nom_court("pdf", place) == Path(tempfile.gettempdir())
    assert parent_au_nom_court("pdf", place - 1) == Path("/tmp"), "bytes are counted, not letters"
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert parent_au_nom_court("pdf", place - 1) is None


def test_le_nom_du_dossier_tient_dans_la_place_comptee(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for genre in GENRES:
        with dossier_temporaire(genre) as dossier:
            assert parent_au_nom_court(genre, len(os.fsencode(dossier))) == tmp_path
