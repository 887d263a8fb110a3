"""Which engine makes the pages of a run, and what takes over where Quarto, only preferred, fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendu import builtin, quarto
from cil_analysis.rendu.habillage import Habillage
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.noyau import noyau
from cil_analysis.rendu.page import MiseEnPage

Moteur = Literal["auto", "quarto", "interne"]


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
def chauffer(carnets: Path, choix: Choix, *, importer: bool = False) -> Iterator[MiseEnPage]:
    """What makes pages from the notebooks of a folder; the kernel of the embedded engine is kept from one to the next.

    Quarto starts a kernel of its own for each. ``importer``: have the kernel import at once what reports need.
    """
    with ExitStack() as pile:
        chaud = pile.enter_context(noyau(carnets)) if choix.nom == "interne" else None
        if chaud is not None and importer:
            chaud.importer()

        def page(texte: str, notebook: Path, habillage: Habillage, avancement: Avancement) -> str:
            nonlocal chaud
            if choix.nom == "quarto":
                try:
                    return quarto.page(texte, notebook, habillage, avancement)
                except quarto.EchecDeQuarto as echec:
                    choix.replier(echec)
            if chaud is None:
                chaud = pile.enter_context(noyau(carnets))
            return builtin.page(texte, notebook, habillage, avancement, chaud)

        yield page
