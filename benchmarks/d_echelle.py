"""(d) How the time grows with the number of rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import donnees
from benchmarks.tableau import Ligne, Mesures

if TYPE_CHECKING:
    from cil_analysis.reference.ensemble import References

FACTEURS = (1, 10, 100)
CIBLE = 1.05


def exposant(facteurs: Sequence[int], mesure: str = "time_chaine") -> Callable[[Mesures], float]:
    """The slope of the logarithm of a time over that of the size, by least squares."""

    def pente(mesures: Mesures) -> float:
        x = [math.log(f) for f in facteurs]
        y = [math.log(mesures[f"{mesure}({f})"]) for f in facteurs]
        mx, my = sum(x) / len(x), sum(y) / len(y)
        return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)

    return pente


class Echelle:
    """De l’import aux tableaux publiés, à une, dix et cent fois la taille de l’exemple.

    One year, its leases and its requests: both files are imported, all indicators are computed and disclosure control
    is applied, with nothing remembered of an earlier run. The larger files hold the rows of the example again, each
    under a number of its own. 1 is a time in proportion to the rows. Disclosure control works on tables, whose size
    does not follow that of the files: its time hides the growth of the rest. The import and the counts alone,
    before it, have their own exponent, from 10 to 100 times, where fixed costs weigh least.
    """

    repeat = 2
    lignes = (
        *(
            Ligne("d", f"Exposant de croissance, {nom}", exposant(facteurs), ("time_chaine",), "", au_plus=CIBLE)
            for nom, facteurs in (("de 1 à 10 fois", (1, 10)), ("de 10 à 100", (10, 100)), ("d’ensemble", FACTEURS))
        ),
        Ligne(
            "d", "Exposant de l’import et des comptes seuls, de 10 à 100", exposant((10, 100), "time_comptes"),
            ("time_comptes",), "", au_plus=CIBLE,
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

    def setup(self, *_: object) -> None:  # asv gives it the parameter
        if not hasattr(self, "projet"):  # The imports of modules are paid once, by a first run that is not measured.
            self.projet = donnees.un_an(Path("un-an"))
            donnees.vider(self.projet.traite)
            self.time_chaine(FACTEURS[0])
        donnees.vider(self.projet.traite)

    def time_chaine(self, facteur: int) -> None:
        from cil_analysis.secret.publication import publier_annee

        tables = publier_annee(self.projet, self._importer(facteur), donnees.ANNEE)
        assert tables["V01"].donnees["valeur"].gt(0).any()

    def time_comptes(self, facteur: int) -> None:
        from cil_analysis.secret.comptage import compter_annee

        assert compter_annee(self.projet, self._importer(facteur), donnees.ANNEE).cadres

    def _importer(self, facteur: int) -> References:
        from cil_analysis.extraits.importation import importer
        from cil_analysis.reference.ensemble import References

        references = References(self.projet)
        for extrait in ("attributions", "demandes"):
            importer(self.projet, references, [Path(f"fois-{facteur}/{extrait}.csv")], donnees.ANNEE)
        return references

    time_chaine.params = FACTEURS  # type: ignore[attr-defined]
    time_comptes.params = FACTEURS[1:]  # type: ignore[attr-defined]
    peakmem_chaine = time_chaine
