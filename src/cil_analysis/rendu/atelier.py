"""The pages of one folder of notebooks, made by a few engines at a time that warm up while others work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

from cil_analysis.rendu.moteurs import Choix, chauffer
from cil_analysis.rendu.page import Commande, fabriquer

# An engine holds a processor and some 300 MB; a desk machine spares two of them.
_ENSEMBLE = 2


class Atelier:
    """Engines that wait for the pages of one run, from the call of :meth:`chauffer` to the end of the ``with``."""

    def __init__(self, carnets: Path, choix: Choix) -> None:
        self.choix = choix
        self._carnets = carnets
        self._a_faire: SimpleQueue[tuple[int, Commande] | None] = SimpleQueue()
        self._faites: SimpleQueue[tuple[int, str | BaseException]] = SimpleQueue()
        self._equipe = ThreadPoolExecutor(_ENSEMBLE)
        self._moteurs, self._fini = 0, False

    def __enter__(self) -> Atelier:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.arreter()
        for _moteur in range(self._moteurs):
            self._a_faire.put(None)
        self._equipe.shutdown()

    def arreter(self) -> None:
        """Make no other page than those under way, and have who waits for one wait no more."""
        self._fini = True
        self._faites.put((0, KeyboardInterrupt()))

    def chauffer(self, pages: int = _ENSEMBLE) -> None:
        """Start the engines that so many pages keep busy; they import meanwhile what notebooks do."""
        while self._moteurs < min(pages, _ENSEMBLE):
            self._moteurs += 1
            self._equipe.submit(self._travailler)

    def fabriquer(self, commandes: Sequence[Commande]) -> Iterator[tuple[int, str]]:
        """The rank and the HTML of each page, as soon as it is made. Raises what made the first one fail."""
        for numerotee in enumerate(commandes):
            self._a_faire.put(numerotee)
        self.chauffer(len(commandes))
        try:
            for _ in commandes:
                rang, page = self._faites.get()
                if isinstance(page, BaseException):
                    raise page
                yield rang, page
        finally:
            self._fini = True

    def _travailler(self) -> None:
        """Make pages until there is none left; an engine that cannot start fails the first one."""
        rang = 0
        try:
            with chauffer(self._carnets, self.choix, importer=True) as mettre_en_page:
                while (tache := self._a_faire.get()) and not self._fini:
                    rang, commande = tache
                    self._faites.put((rang, fabriquer(commande, mettre_en_page)))
        except BaseException as erreur:
            self._faites.put((rang, erreur))
