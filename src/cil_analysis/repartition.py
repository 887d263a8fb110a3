"""The same work on one process, on those of this machine, or on the workers of a Dask scheduler.

What is shared out is pure: a function of the module level and its arguments. Its results come in the order of the
tasks, so that where each was made changes nothing.
"""

from __future__ import annotations

import ipaddress
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cil_analysis.erreurs import ErreurCIL

T = TypeVar("T")
# Tasks sent ahead, for each worker: enough that none waits, few enough that their data fit in memory.
_D_AVANCE = 2
_ATTENTE = "30s"
# From how many rows threads, or a child process, are worth their start.
LIGNES_NOMBREUSES = 100_000


class Equipe:
    """Workers, and how many they are."""

    def __init__(self, executeur: Executor, nombre: int) -> None:
        self._executeur = executeur
        self._nombre = nombre

    def repartir(self, faire: Callable[..., T], taches: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """The result of each task, in their order; few are under way at a time. Raises what a task raises."""
        en_cours: deque[Future[T]] = deque()
        try:
            for tache in taches:
                if len(en_cours) >= self._nombre * _D_AVANCE:
                    yield en_cours.popleft().result()
                en_cours.append(self._executeur.submit(faire, *tache))
            while en_cours:
                yield en_cours.popleft().result()
        finally:
            for futur in en_cours:
                futur.cancel()


def coeurs() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def par_fils(faire: Callable[[Any], T], taches: Iterable[Any], lignes: int) -> list[T]:
    """The result of each task, in their order, by threads when they are about many rows.

    What is no work of Python then goes on at once.
    """
    if lignes < LIGNES_NOMBREUSES:
        return [faire(tache) for tache in taches]
    with ThreadPoolExecutor(coeurs()) as fils:
        return list(fils.map(faire, taches))


@contextmanager
def processus(nombre: int | None = None) -> Iterator[Equipe]:
    """Processes of this machine, one a core unless told otherwise."""
    nombre = nombre or coeurs()
    try:
        # Ctrl+C reaches every process of a terminal: this one alone answers it.
        sourds = (signal.SIGINT, signal.SIG_IGN)
        with ProcessPoolExecutor(nombre, get_context("spawn"), signal.signal, sourds) as executeur:
            yield Equipe(executeur, nombre)
    except BrokenProcessPool as erreur:
        raise ErreurCIL(
            "Un processus de calcul s’est arrêté, sans doute faute de mémoire : fermez des programmes, puis relancez."
        ) from erreur


@contextmanager
def grappe(adresse: str) -> Iterator[Equipe]:
    """The workers of the Dask scheduler at an address.

    Raises ErreurCIL without the « cluster » extra, for an address that would send personal data unencrypted over a
    network, when nothing answers, or when a task has killed several workers.
    """
    _exiger_le_chiffrement(adresse)
    try:
        from dask import config
        from distributed import Client, KilledWorker
    except ImportError as erreur:
        raise ErreurCIL(
            "Pour --grappe, il manque la bibliothèque « distributed » : installez l’option « cluster » du logiciel "
            "(pip install « cil-analysis[cluster] », ou conda install distributed)."
        ) from erreur
    try:
        client = Client(adresse, timeout=_ATTENTE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as erreur:
        raise ErreurCIL(
            f"Aucun ordonnanceur Dask ne répond à l’adresse {adresse} : vérifiez l’adresse, et qu’il est démarré."
        ) from erreur
    # The rows of a part are its argument: nothing is kept on a worker that may be lost.
    with client, config.set({"distributed.admin.large-graph-warning-threshold": "1 TiB"}):
        travailleurs = len(client.scheduler_info(n_workers=-1)["workers"])
        if not travailleurs:
            raise ErreurCIL(f"L’ordonnanceur {adresse} n’a aucun travailleur : démarrez-en, puis relancez.")
        try:
            # Pure by name: a task that a lost worker had done is done again.
            with client.get_executor(pure=False) as executeur:  # type: ignore[no-untyped-call]
                yield Equipe(executeur, travailleurs)
        except KilledWorker as erreur:
            raise ErreurCIL(
                "La grappe a perdu plusieurs travailleurs sur la même tâche, sans doute faute de mémoire : donnez-leur "
                "plus de mémoire, puis relancez."
            ) from erreur


def _exiger_le_chiffrement(adresse: str) -> None:
    """Rows of households travel to the workers: in clear, only within this machine."""
    lue = urlsplit(adresse if "://" in adresse else f"tcp://{adresse}")
    if lue.scheme in ("tls", "wss"):
        return
    if lue.scheme not in ("tcp", "ws") or not lue.hostname:
        raise ErreurCIL(f"« {adresse} » n’est pas l’adresse d’un ordonnanceur Dask : attendu tls://HÔTE:PORT.")
    if not _est_ici(lue.hostname):
        raise ErreurCIL(
            f"L’adresse {adresse} enverrait des données personnelles en clair sur le réseau : démarrez l’ordonnanceur "
            "et les travailleurs en TLS, et donnez une adresse tls://HÔTE:PORT (docs/echelle.md)."
        )


def _est_ici(hote: str) -> bool:
    try:
        return ipaddress.ip_address(hote).is_loopback
    except ValueError:
        return hote == "localhost"
