"""What kills a worker of a cluster while it works."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any


class Tueur(threading.Thread):
    """Kills one worker of a cluster as soon as it is at work."""

    def __init__(self, ordonnanceur: Any) -> None:
        super().__init__()
        self._ordonnanceur = ordonnanceur
        self.tues: list[int] = []

    def run(self) -> None:
        limite = time.monotonic() + 60
        while time.monotonic() < limite and not self.tues:
            taches = self._ordonnanceur.scheduler.workers.values()
            au_travail = [w.address for w in taches if w.processing]
            for nourrice in self._ordonnanceur.workers.values():
                if nourrice.worker_address in au_travail and not self.tues:
                    os.kill(nourrice.process.pid, signal.SIGKILL)
                    self.tues.append(nourrice.process.pid)
            time.sleep(0.02)
