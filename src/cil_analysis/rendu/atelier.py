"""Many pages of one folder of notebooks, made by a few warm engines at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from cil_analysis.rendu import Choix, Commande, chauffer, fabriquer

# An engine holds a processor and some 300 MB; a desk machine spares two of them.
_ENSEMBLE = 2


@dataclass
class _Etabli:
    """What the engines share: the pages to make, by rank, those made or failed, and whether to stop."""

    a_faire: SimpleQueue[tuple[int, Commande]] = field(default_factory=SimpleQueue)
    faites: SimpleQueue[tuple[int, str | BaseException]] = field(default_factory=SimpleQueue)
    fini: threading.Event = field(default_factory=threading.Event)

    def travailler(self, carnets: Path, choix: Choix) -> None:
        """Make pages until there is none left; an engine that cannot start fails the page that it would have made."""
        rang, commande = self.a_faire.get_nowait()
        try:
            with chauffer(carnets, choix) as mettre_en_page:
                while not self.fini.is_set():
                    self.faites.put((rang, fabriquer(commande, mettre_en_page)))
                    rang, commande = self.a_faire.get_nowait()
        except Empty:
            return
        except BaseException as erreur:
            self.faites.put((rang, erreur))


class EchecDePage(Exception):
    """A page could not be made: its rank among those asked for; the cause is the exception that says why."""

    def __init__(self, rang: int) -> None:
        super().__init__(rang)
        self.rang = rang


def fabriquer_ensemble(carnets: Path, choix: Choix, commandes: Sequence[Commande]) -> Iterator[tuple[int, str]]:
    """The rank and the HTML of each page, as soon as it is made. Raises EchecDePage at the first one that fails."""
    etabli = _Etabli()
    for numerotee in enumerate(commandes):
        etabli.a_faire.put(numerotee)
    nombre = min(_ENSEMBLE, len(commandes))
    with ThreadPoolExecutor(max_workers=max(1, nombre)) as equipe:
        try:
            for _ in range(nombre):
                equipe.submit(etabli.travailler, carnets, choix)
            for _ in commandes:
                rang, page = etabli.faites.get()
                if isinstance(page, BaseException):
                    raise EchecDePage(rang) from page
                yield rang, page
        finally:
            etabli.fini.set()
