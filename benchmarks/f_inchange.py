"""(f) The bilan of a year that has not changed."""

from __future__ import annotations

from pathlib import Path

from benchmarks import donnees
from benchmarks.tableau import Ligne


class SecondRendu:
    """« cil bilan » une seconde fois, sur une année inchangée.

    The whole command, in a process of its own, PDF included. Reference: the first time, in the same run.
    """

    repeat = 3
    lignes = (
        Ligne(
            "f", "« cil bilan » d’une année inchangée", "time_second", ("time_premier", "time_second"), au_plus=3.0,
            reference="time_premier", nom_reference="la première fois",
        ),
        Ligne(
            "e", "Mémoire\u202f: « cil bilan » (f), le plus gros processus", "peakmem_premier",
            ("peakmem_premier",), "o",
        ),
    )  # fmt: skip

    def setup_cache(self) -> None:
        donnees.exemple()

    def time_premier(self) -> None:
        donnees.vider(donnees.exemple() / "reports", donnees.exemple() / "data" / "processed" / "secret")
        self.time_second()

    def time_second(self) -> None:
        donnees.cil("bilan", "--annee", str(donnees.ANNEE), projet=donnees.exemple())
        assert (donnees.exemple() / "reports" / str(donnees.ANNEE) / "bilan.html").is_file()

    time_premier.repeat = 1  # type: ignore[attr-defined]
    peakmem_premier = time_premier


def page_du_bilan() -> Path:
    """The page of the bilan of the example, made if it is not there."""
    page = donnees.exemple() / "reports" / str(donnees.ANNEE) / "bilan.html"
    if not page.exists():
        donnees.cil("bilan", "--annee", str(donnees.ANNEE), "--sans-pdf", projet=donnees.exemple())
    return page
