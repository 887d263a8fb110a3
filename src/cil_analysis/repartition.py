"""Where pure work is shared out: the processes of this machine, or the workers of a Dask scheduler.

Both are executors (:mod:`concurrent.futures`): the results of their ``map``, and of :func:`en_ordre`, come in the order
of the tasks, so that where each was made changes nothing.
"""

import gc
import ipaddress
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from typing import TypeVar
from urllib.parse import urlsplit

from cil_analysis.erreurs import ErreurCIL

_ATTENTE = "30s"
# More handles than that are not waited for on Windows.
_PROCESSUS_MAXIMAUX_WINDOWS = 61


class ProcessusPerdu(ErreurCIL):
    """What did the work has died, most often for want of memory: nothing is wrong with what was asked."""


A = TypeVar("A")
R = TypeVar("R")


def coeurs() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def processus(*, ecrivent: bool = False) -> Iterator[Executor]:
    """Processes of this machine, one a core.

    A command that is interrupted, or fails, waits for none of their tasks, which may take minutes; unless they write
    files (``ecrivent``), and finish those under way.
    """
    autres = set(active_children())
    try:
        nombre = min(coeurs(), _PROCESSUS_MAXIMAUX_WINDOWS) if sys.platform == "win32" else coeurs()
        with ProcessPoolExecutor(nombre, get_context("spawn"), _preparer_un_processus) as executeur:
            try:
                yield executeur
            except BaseException:
                if not ecrivent:
                    for enfant in set(active_children()) - autres:
                        enfant.terminate()
                raise
    except BrokenProcessPool as erreur:
        raise ProcessusPerdu(
            "Un processus de calcul s’est arrêté, sans doute faute de mémoire : fermez des programmes, puis relancez."
        ) from erreur


def reveiller(equipe: Executor, charger: Callable[[], None], taches: int) -> None:
    """Have the processes of some tasks to come start, and import what these need, before there is any work for them."""
    for _ in range(min(coeurs(), taches)):
        equipe.submit(charger)


def _preparer_un_processus() -> None:
    # Ctrl+C reaches every process of a terminal: the one that waits for the others alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(50_000)  # As in the command (__main__).
    threading.Thread(target=_finir_avec_le_parent, daemon=True).start()


def _finir_avec_le_parent() -> None:
    """Leave no process behind a killed command, with rows and the key in memory."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def en_ordre(equipe: Executor, tache: Callable[[A], R], arguments: Iterable[A]) -> Iterator[R]:
    """The result for each argument; few of them are handed over ahead, since each may hold many rows."""
    fenetre = 2 * getattr(equipe, "places", coeurs())
    attendus: deque[Future[R]] = deque()
    try:
        for argument in arguments:
            if len(attendus) == fenetre:
                yield attendus.popleft().result()
            attendus.append(equipe.submit(tache, argument))
        while attendus:
            yield attendus.popleft().result()
    finally:
        for attendu in attendus:
            attendu.cancel()


@contextmanager
def grappe(adresse: str) -> Iterator[Executor]:
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
        places = sum(client.nthreads().values())  # type: ignore[no-untyped-call]
        if not places:
            raise ErreurCIL(f"L’ordonnanceur {adresse} n’a aucun travailleur : démarrez-en, puis relancez.")
        try:
            # Pure by name: a task that a lost worker had done is done again.
            with client.get_executor(pure=False) as executeur:  # type: ignore[no-untyped-call]
                executeur.places = places  # see :func:`en_ordre`
                yield executeur
        except KilledWorker as erreur:
            raise ProcessusPerdu(
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
