"""(k) Counting alone: the five years of the example, from rows that are ready."""

from __future__ import annotations

from benchmarks import donnees
from benchmarks.tableau import Ligne


class Comptes:
    """Comptes des cinq années de l’exemple, lignes lues et préparées.

    Measured: every indicator, place, actor and class, targets and gaps, before any disclosure control, from rows in
    memory to the frame of figures; the base and its classes are made anew each time.
    """

    repeat = 4
    lignes = (
        Ligne("k", "Comptes des cinq années de l’exemple", "time_comptes", ("time_comptes",), au_plus=1.5),
    )  # fmt: skip

    def setup_cache(self) -> None:
        donnees.exemple()

    def setup(self) -> None:
        from cil_analysis.projet import ouvrir_projet
        from cil_analysis.reference.ensemble import References
        from cil_analysis.secret.comptage import preparer

        projet = ouvrir_projet(donnees.exemple())
        self.pret = preparer(projet, References(projet), donnees.ANNEE)

    def time_comptes(self) -> None:
        from cil_analysis.secret.comptage import compter_ensemble

        assert sum(len(comptes.cadre) for comptes in compter_ensemble([self.pret])) > 10_000
