"""The pages of one folder of notebooks, made by a few engines at a time that warm up while others work."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendu import interne, quarto
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.page import Commande, Habillage, MiseEnPage, fabriquer
from cil_analysis.rendu.suivi import Moteur

# An engine holds a processor and some 300 MB; a desk machine spares two of them.
_ENSEMBLE = 2


@dataclass
class Choix:
    """The engine of a run: ``nom`` becomes « interne » at the first failure of Quarto itself, if ``repli``."""

    nom: Literal["quarto", "interne"]
    repli: bool = False
    dire: Avancement = print
    _verrou: threading.Lock = field(default_factory=threading.Lock)

    def replier(self, echec: quarto.EchecDeQuarto) -> None:
        """Go on with the embedded engine, and say so once. Raises the failure where Quarto was asked for."""
        if not self.repli:
            raise echec
        with self._verrou:
            if self.nom == "quarto":
                self.nom = "interne"
                self.dire(f"{echec.en_une_ligne}\u202f: suite par le moteur interne.")


def choisir(moteur: Moteur, dire: Avancement) -> Choix:
    """The engine to use. Raises ErreurCIL when Quarto is asked for and cannot serve."""
    if moteur == "interne":
        return Choix("interne")
    minimale = ".".join(map(str, quarto.VERSION_MINIMALE))
    version = quarto.version()
    if version is not None and version >= quarto.VERSION_MINIMALE:
        return Choix("quarto", moteur == "auto", dire)
    constat = "Quarto est introuvable"
    if version is not None:
        constat = f"Quarto {'.'.join(map(str, version))} est trop ancien" if version else "Quarto ne répond pas"
    if moteur == "quarto":
        raise ErreurCIL(
            f"{constat} sur cette machine. Installez Quarto {minimale} ou plus récent, "
            "ou choisissez le moteur «\u00a0interne\u00a0»."
        )
    if version is not None:
        dire(f"{constat} (il faut {minimale} ou plus récent)\u202f: moteur interne.")
    return Choix("interne")


@contextmanager
def chauffer(carnets: Path, choix: Choix) -> Iterator[MiseEnPage]:
    """What makes the pages of a folder of notebooks; the embedded engine keeps one kernel, Quarto starts one a page."""
    with ExitStack() as pile:
        chaud = pile.enter_context(interne.noyau(carnets)) if choix.nom == "interne" else None
        if chaud is not None:
            chaud.importer()

        def page(texte: str, notebook: Path, habillage: Habillage, avancement: Avancement) -> str:
            nonlocal chaud
            if choix.nom == "quarto":
                try:
                    return quarto.page(texte, notebook, habillage, avancement)
                except quarto.EchecDeQuarto as echec:
                    choix.replier(echec)
            if chaud is None:
                chaud = pile.enter_context(interne.noyau(carnets))
            return interne.page(texte, notebook, habillage, avancement, chaud)

        yield page


class Atelier:
    """Engines that wait for pages from :meth:`chauffer` to :meth:`fermer`: those of a bilan, then of its sheets."""

    def __init__(self, carnets: Path, choix: Choix, ensemble: int = _ENSEMBLE) -> None:
        self.choix = choix
        self._carnets, self._ensemble = carnets, ensemble
        self._a_faire: SimpleQueue[tuple[int, Commande] | None] = SimpleQueue()
        self._faites: SimpleQueue[tuple[int, str | BaseException]] = SimpleQueue()
        self._equipe = ThreadPoolExecutor(ensemble)
        self._moteurs, self._fini = 0, False
        self._chauffe = threading.Lock()

    def __enter__(self) -> Atelier:
        return self

    def __exit__(self, *_: object) -> None:
        self.fermer()

    def fermer(self) -> None:
        """Stop the engines."""
        self.arreter()
        for _moteur in range(self._moteurs):
            self._a_faire.put(None)
        self._equipe.shutdown()

    def arreter(self) -> None:
        """Make no other page than those under way, and have who waits for one wait no more."""
        self._fini = True
        self._faites.put((0, KeyboardInterrupt()))

    def chauffer(self, pages: int = _ENSEMBLE, *, seul: bool = False) -> None:
        """Start the engines that so many pages keep busy; they import meanwhile what notebooks do.

        In turn, so that whoever counts has a processor, unless nothing else works meanwhile (``seul``).
        """
        while self._moteurs < min(pages, self._ensemble):
            self._moteurs += 1
            self._equipe.submit(self._travailler, nullcontext() if seul else self._chauffe)

    def fabriquer(self, commandes: Sequence[Commande]) -> Iterator[tuple[int, str]]:
        """The rank and the HTML of each page, as soon as it is made. Raises what made the first one fail."""
        for numerotee in enumerate(commandes):
            self._a_faire.put(numerotee)
        self.chauffer(len(commandes))
        for _ in commandes:
            rang, page = self._faites.get()
            if isinstance(page, BaseException):
                self._fini = True
                raise page
            yield rang, page

    def _travailler(self, tour: AbstractContextManager[object]) -> None:
        """Make pages until there is none left; an engine that cannot start fails the first one."""
        rang = 0
        try:
            with ExitStack() as pile:
                with tour:
                    if self._fini:
                        return
                    mettre_en_page = pile.enter_context(chauffer(self._carnets, self.choix))
                while (tache := self._a_faire.get()) and not self._fini:
                    rang, commande = tache
                    self._faites.put((rang, fabriquer(commande, mettre_en_page)))
        except BaseException as erreur:
            self._faites.put((rang, erreur))
