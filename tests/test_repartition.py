"""Work that is shared out: few rows are sent ahead, and no process outlives the command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cil_analysis import repartition
from cil_analysis.repartition import en_ordre, processus

PROGRAMME = """
import os, time
from cil_analysis.repartition import processus

if __name__ == "__main__":
    with processus() as equipe:
        print(equipe.submit(os.getpid).result(), flush=True)
        equipe.submit(time.sleep, 60).result()
"""


def test_les_resultats_en_ordre_et_peu_d_avance() -> None:
    tires: list[int] = []
    rendus: list[int] = []

    def arguments() -> Iterator[int]:
        for rang in range(50):
            tires.append(rang)
            yield rang

    def tache(rang: int) -> int:
        time.sleep(0.002 * (rang % 3))
        return 10 * rang

    with ThreadPoolExecutor(2) as equipe:
        for resultat in en_ordre(equipe, tache, arguments()):
            rendus.append(resultat)
            assert len(tires) - len(rendus) <= 2 * repartition.coeurs()
    assert rendus == [10 * rang for rang in range(50)]


def test_une_faute_arrete_ce_qui_attend() -> None:
    faits: list[int] = []

    def tache(rang: int) -> None:
        faits.append(rang)
        raise ValueError(rang)

    with ThreadPoolExecutor(1) as equipe, pytest.raises(ValueError, match="0"):
        list(en_ordre(equipe, tache, range(1_000)))
    assert len(faits) <= 2 * repartition.coeurs()


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill(pid, 0) n’y interroge pas un processus")
def test_aucun_processus_ne_survit_a_la_commande(tmp_path: Path) -> None:
    """Killed, it answers no signal: its workers see it, with rows and the key in memory."""
    programme = tmp_path / "programme.py"
    programme.write_text(PROGRAMME, encoding="utf-8")
    commande = subprocess.Popen([sys.executable, programme], stdout=subprocess.PIPE, encoding="utf-8")
    assert commande.stdout is not None
    travailleur = int(commande.stdout.readline())
    os.kill(commande.pid, signal.SIGKILL)
    commande.wait()
    limite = time.monotonic() + 10
    while _vit(travailleur) and time.monotonic() < limite:
        time.sleep(0.05)
    survit = _vit(travailleur)
    if survit:
        os.kill(travailleur, signal.SIGKILL)
    assert not survit


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C n’y est pas un signal que l’on envoie à un groupe")
def test_une_commande_interrompue_n_attend_pas_la_fin_de_ce_qui_est_en_cours(tmp_path: Path) -> None:
    programme = tmp_path / "programme.py"
    # Whatever started the tests: what runs in the background does not hear Ctrl+C.
    entend = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    programme.write_text(entend + PROGRAMME, encoding="utf-8")
    commande = subprocess.Popen(
        [sys.executable, programme],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert commande.stdout is not None
    travailleur = int(commande.stdout.readline())
    time.sleep(0.5)  # The long task is under way.
    try:
        os.killpg(commande.pid, signal.SIGINT)
        commande.wait(20)
        assert not _vit(travailleur)
    finally:
        if commande.poll() is None:
            os.killpg(commande.pid, signal.SIGKILL)


def _vit(pid: int) -> bool:
    etat = Path(f"/proc/{pid}/stat")
    if etat.exists() and ") Z " in etat.read_text(encoding="utf-8"):  # Nobody has read its end.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_pas_plus_de_processus_que_windows_n_en_attend(monkeypatch: pytest.MonkeyPatch) -> None:
    demandes: list[int] = []

    def temoin(nombre: int, *autres: object) -> ThreadPoolExecutor:
        demandes.append(nombre)
        return ThreadPoolExecutor(1)

    monkeypatch.setattr(repartition, "ProcessPoolExecutor", temoin)
    monkeypatch.setattr(repartition, "coeurs", lambda: 128)
    for systeme in ("win32", "linux"):
        monkeypatch.setattr(repartition.sys, "platform", systeme)
        with processus():
            pass
    assert demandes == [61, 128]
