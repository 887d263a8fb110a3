"""Which canonical columns an unknown heading could be, with a score and, for « personnelle », what speaks against it.

A score is the likeness of two headings (0 to 1) × the share of the column's cells that the canonical column can read.
Cells are read to be counted; none of them leaves this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cil_analysis.extraits import rapprochement
from cil_analysis.extraits.cellules import est_absent
from cil_analysis.extraits.inconnus.ressemblance import PLANCHER, ressemblance
from cil_analysis.extraits.lecteurs import lisible
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.rapprochement import Appariement
from cil_analysis.reference.columns import CLE, PERSONNELLE, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import francais

PROPOSITIONS_MAXIMALES = 3
# No cell is read against a personal heading: its likeness has to say more.
_PLANCHER_PERSONNEL = 0.65
# A column without a cell to read neither confirms nor denies its heading.
_PART_SANS_CELLULE = 0.50
# A missing column that reads so many of the cells may be what an importer looks for: they are not to be set aside.
_PART_LUE = 0.80
_CELLULES_LUES = 200
Test = Callable[[str], bool]


@dataclass(frozen=True)
class Proposition:
    """A canonical column, or « personnelle », that an unknown heading could be. ``score``: 0 to 1, two decimals.

    ``rivale``: for « personnelle », the missing column that reads the cells; empty: there is none.
    """

    nom: str
    score: float
    rivale: str = ""

    @property
    def score_ecrit(self) -> str:
        """The score as the user reads it."""
        return francais(f"{self.score:.2f}")


class Proposeur:
    """Proposes columns for unknown headings, under reference data whose readers are prepared once."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._tests: dict[tuple[str, str], Test] = {}

    def proposer(
        self, entetes: Sequence[str], brut: Brut, dictionnaire: Dictionnaire, appariement: Appariement
    ) -> dict[str, list[Proposition]]:
        """For each of these unknown headings, at most three columns, best first; see :func:`_reserver`."""
        personnelles = [entete for entete, nom in dictionnaire.entetes.items() if nom == PERSONNELLE]
        formes = rapprochement.formes_libres(dictionnaire, appariement) | {PERSONNELLE: sorted(personnelles)}
        exigees = {
            autre
            for nom in rapprochement.manquantes(appariement, dictionnaire)
            for autre in dictionnaire.alternatives(nom)
        }
        return {entete: self._proposer(entete, brut, dictionnaire, formes, exigees) for entete in entetes}

    def _proposer(
        self,
        entete: str,
        brut: Brut,
        dictionnaire: Dictionnaire,
        formes: Mapping[str, Sequence[str]],
        exigees: set[str],
    ) -> list[Proposition]:
        proximites = {nom: ressemblance(entete, connues) for nom, connues in formes.items()}
        cellules: list[str] | None = None
        trouvees: list[Proposition] = []
        for nom, proximite in sorted(proximites.items(), key=lambda candidate: (-candidate[1], candidate[0])):
            # A share is at most 1: what is less alike than the third score cannot enter.
            dernier = trouvees[-1].score if len(trouvees) == PROPOSITIONS_MAXIMALES else PLANCHER
            if proximite < dernier:
                break
            if nom == PERSONNELLE and proximite < _PLANCHER_PERSONNEL:
                continue
            cellules = _echantillon(brut, entete) if cellules is None else cellules
            score = round(proximite * self._part_lisible(dictionnaire, nom, cellules), 2)
            if score >= PLANCHER:
                trouvees.append(Proposition(nom, score))
                trouvees = sorted(trouvees, key=lambda p: -p.score)[:PROPOSITIONS_MAXIMALES]
        if cellules and any(p.nom == PERSONNELLE for p in trouvees):
            return _reserver(trouvees, self._rivales(dictionnaire, cellules, proximites, exigees))
        return trouvees

    def _rivales(
        self, dictionnaire: Dictionnaire, cellules: Sequence[str], proximites: Mapping[str, float], exigees: set[str]
    ) -> list[Proposition]:
        """The missing columns that read the cells, best first: those the heading resembles, and any that is required.

        A key reads any cell: its likeness alone counts.
        """
        rivales = []
        for nom, proximite in proximites.items():
            exigee = nom in exigees and dictionnaire.colonnes[nom].type != CLE
            if nom == PERSONNELLE or not (proximite >= PLANCHER or exigee):
                continue
            if (part := self._part_lisible(dictionnaire, nom, cellules)) >= _PART_LUE:
                rivales.append(Proposition(nom, round(proximite * part, 2)))
        return sorted(rivales, key=lambda p: (-p.score, p.nom not in exigees, p.nom))

    def _part_lisible(self, dictionnaire: Dictionnaire, nom: str, cellules: Sequence[str]) -> float:
        if not cellules:
            return _PART_SANS_CELLULE
        if nom == PERSONNELLE:
            return 1.0  # There is nothing to read them against.
        cle = (dictionnaire.extrait, nom)
        if cle not in self._tests:
            self._tests[cle] = lisible(dictionnaire.colonnes[nom], dictionnaire, self._references)
        return sum(map(self._tests[cle], cellules)) / len(cellules)


def _reserver(trouvees: Sequence[Proposition], rivales: Sequence[Proposition]) -> list[Proposition]:
    """« personnelle » never comes before a missing column that reads the cells, whatever its score, and names it."""
    if not rivales:
        return list(trouvees)
    rivale = rivales[0]
    dites = [Proposition(p.nom, p.score, rivale.nom if p.nom == PERSONNELLE else "") for p in trouvees]
    if dites[0].nom == PERSONNELLE:
        dites = [rivale, dites[0], *(p for p in dites[1:] if p.nom != rivale.nom)]
    return dites[:PROPOSITIONS_MAXIMALES]


def _echantillon(brut: Brut, entete: str) -> list[str]:
    """Cells of a column that say something, taken evenly from the first to the last."""
    dites = [cellule for cellule in brut.colonne(entete) if cellule and not est_absent(cellule)]
    if len(dites) <= _CELLULES_LUES:
        return dites
    return [dites[rang] for rang in np.linspace(0, len(dites) - 1, _CELLULES_LUES).astype("int64")]
