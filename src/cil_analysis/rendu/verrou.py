"""One writer of the reports of a project at a time: each sweeps what a killed one has left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet

_VERROU = ".verrou-rapports"


@contextmanager
def seul_a_ecrire(projet: Projet) -> Iterator[None]:
    """Exclude other renders of the same project; a killed process leaves no lock behind.

    Raises ErreurCIL when one is under way: it may last minutes, so that waiting is for the user to choose.
    """
    projet.traite.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(projet.traite / _VERROU, timeout=0, is_singleton=True):
            yield
    except Timeout as erreur:
        raise ErreurCIL(
            f"Un autre bilan, ou d’autres fiches, du projet {projet.racine} sont en cours : attendez la fin de cette "
            "commande, puis relancez celle-ci."
        ) from erreur
