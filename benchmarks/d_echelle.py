"""(d) How the time grows with the number of rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import donnees
from benchmarks.tableau import Ligne, Mesures

FACTEURS = (1, 10, 100)
CIBLE = 1.05


def exposant(facteurs: Sequence[int]) -> Callable[[Mesures], float]:
    """The slope of the logarithm of the time over that of the size, by least squares."""

    def pente(mesures: Mesures) -> float:
        x = [math.log(f) for f in facteurs]
        y = [math.log(mesures[f"time_chaine({f})"]) for f in facteurs]
        mx, my = sum(x) / len(x), sum(y) / len(y)
        return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)

    return pente


class Echelle:
    """De l’import aux tableaux publiés, à une, dix et cent fois la taille de l’exemple.

    One year, its leases and its requests: both files are imported, all indicators are computed and disclosure control
    is applied, with nothing remembered of an earlier run. The larger files hold the rows of the example again, each
    under a number of its own. 1 is a time in proportion to the rows.
    """

    repeat = 1
    params = FACTEURS
    lignes = (
        *(
            Ligne("d", f"Exposant de croissance, {nom}", exposant(facteurs), ("time_chaine",), "", au_plus=CIBLE)
            for nom, facteurs in (("de 1 à 10 fois", (1, 10)), ("de 10 à 100", (10, 100)), ("d’ensemble", FACTEURS))
        ),
        *(
            Ligne(
                "d", f"Import, indicateurs, tableaux publiés\u202f: {f} fois l’exemple", f"time_chaine({f})",
                ("time_chaine",), reference="time_chaine(1)", nom_reference="taille de l’exemple",
            )
            for f in FACTEURS
        ),
        *(
            Ligne(
                "e", f"Mémoire\u202f: chaîne entière (d), {f} fois l’exemple", f"peakmem_chaine({f})",
                ("peakmem_chaine",), "o", "peakmem_chaine(1)", "taille de l’exemple",
            )
            for f in FACTEURS
        ),
    )  # fmt: skip

    def setup_cache(self) -> None:
        projet = donnees.un_an(Path("un-an"))
        for facteur in FACTEURS:
            donnees.multiplier(projet, facteur, Path(f"fois-{facteur}"))

    def setup(self) -> None:
        self.projet = donnees.un_an(Path("un-an"))
        donnees.vider(self.projet.traite)

    def time_chaine(self, facteur: int) -> None:
        from cil_analysis.disclosure.publication import publier_annee
        from cil_analysis.extracts.importation import importer
        from cil_analysis.reference.ensemble import References

        references = References(self.projet)
        for extrait in ("attributions", "demandes"):
            importer(self.projet, references, [Path(f"fois-{facteur}/{extrait}.csv")], donnees.ANNEE)
        assert publier_annee(self.projet, references, donnees.ANNEE)["V01"].donnees["valeur"].gt(0).any()

    time_chaine.params = FACTEURS  # type: ignore[attr-defined]
    peakmem_chaine = time_chaine
