"""A command that works is never silent for long, and says nothing of the kind when it is done."""

from __future__ import annotations

import time

import pytest

from cil_analysis.commandes import commun, indicateurs, main
from commande import RACINE
from messages import exiger_du_francais


def test_un_long_silence_est_rompu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(commun, "_SILENCE_S", 0.05)
    with commun.sans_silence("Comptage"):
        time.sleep(0.3)
        avant = exiger_du_francais(capsys.readouterr().err)
        commun.dire("3/9 · La demande")
        time.sleep(0.3)
    apres = exiger_du_francais(capsys.readouterr().err).splitlines()
    assert avant.startswith("  Comptage : en cours, depuis 0 s\n")
    assert apres[0] == "  3/9 · La demande" and "  Toujours en cours, depuis 0 s" in apres
    assert not any("Comptage" in ligne for ligne in apres)
    time.sleep(0.2)
    assert capsys.readouterr().err == ""


def test_ce_qui_parle_n_est_pas_interrompu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """And what fails leaves no watcher behind."""
    monkeypatch.setattr(commun, "_SILENCE_S", 30)
    debut = time.monotonic()
    with pytest.raises(ZeroDivisionError), commun.sans_silence("Comptage"):
        commun.dire("un")
        raise ZeroDivisionError
    assert time.monotonic() - debut < 10 and capsys.readouterr().err == "  un\n"


def test_cil_indicateurs_dit_qu_il_compte(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside its figures, on the stream of progress."""
    monkeypatch.setattr(commun, "_SILENCE_S", 0.05)
    monkeypatch.setattr(indicateurs, "publier_annee", lambda *_, **__: time.sleep(0.5))
    monkeypatch.setattr(indicateurs, "ecrire_indicateurs", lambda _, sortie: sortie.write("indicateur,annee\n"))
    assert main(["indicateurs", "--annee", "2022", "--projet", str(RACINE)]) == 0
    dit = capsys.readouterr()
    assert dit.out == "indicateur,annee\n" and "Comptage : en cours" in exiger_du_francais(dit.err)
