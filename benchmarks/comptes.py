"""Comptes des cinq années de l’exemple, lignes lues et préparées."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import donnees
from benchmarks.tableau import Ligne, alterner

LETTRES = "k"
COMPTES_S = 1.5


def mesurer() -> Iterator[Ligne]:
    """Every indicator, place, actor and class, targets and gaps; the base and its classes are made anew each time."""
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.reference.ensemble import References
    from cil_analysis.secret.comptage import Prepare, compter_ensemble, preparer

    projet, prets = ouvrir_projet(donnees.exemple()), list[Prepare]()

    def compter() -> None:
        assert sum(len(comptes.cadre) for comptes in compter_ensemble(prets)) > 10_000

    def relire() -> None:
        prets[:] = [preparer(projet, References(projet), donnees.ANNEE)]

    (comptes,) = alterner(compter, avant=relire)
    yield Ligne("k", "Comptes des cinq années de l’exemple", comptes, au_plus=COMPTES_S)
