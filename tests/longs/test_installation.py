"""A set-up that fails is begun again, and leaves nothing that looks ready."""

from __future__ import annotations

import sys
from pathlib import Path

from depot_copie import copie as copie
from depot_copie import faux_python, lancer_make


def test_une_installation_qui_echoue_est_reprise(copie: Path) -> None:
    # An environment can be made, but the lock asks for what no index has.
    faux_python(copie, f'exec "{sys.executable}" "$@"')
    lock = copie / "requirements-dev.lock"
    lock.write_text(f"absent==1 --hash=sha256:{'0' * 64}\n", "utf-8")
    vide = copie.parent / "vide"
    vide.mkdir()
    (copie.parent / "pip.conf").write_text(f"[global]\nno-index = true\nfind-links = {vide}\n", "utf-8")
    (copie.parent / ".config" / "pip").mkdir(parents=True)
    (copie.parent / "pip.conf").rename(copie.parent / ".config" / "pip" / "pip.conf")

    premier = lancer_make(copie, "setup")
    assert premier.returncode != 0
    assert "L’installation des bibliothèques a échoué" in premier.stderr
    assert not list((copie / ".venv").glob(".installation-*terminee"))

    produit = copie / ".venv" / ".installation-terminee"  # Made before, and half undone by the set-up of the tools.
    produit.touch()
    second = lancer_make(copie, "setup")
    assert second.returncode != 0
    assert "reprise du début" in second.stdout
    assert not produit.exists(), "make bilan would run what is half installed"
