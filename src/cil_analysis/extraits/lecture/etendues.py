"""How far each row of a table goes: one that a line feed in a cell without quotation marks has cut goes less far."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from cil_analysis.extraits.lecture.lignes import PART_REMPLIE


class Etendues(NamedTuple):
    """How many cells of each row count (``rangs``), of ``largeur``: a whole one has ``bas`` of them or more.

    The parts of one that is cut have as many together, and no more than ``haut``.
    """

    rangs: np.ndarray
    largeur: int
    bas: int
    haut: int

    def suites(self) -> np.ndarray:
        """The ranks of the rows that may go on with the one above: neither is whole."""
        return np.flatnonzero((self.rangs[:-1] < self.bas) & (self.rangs[1:] < self.largeur)) + 1

    def reunies(self, parties: Sequence[int]) -> bool:
        """Whether rows that follow one another are as wide as one, their cut cells made whole."""
        return bool(self.bas <= self.rangs[list(parties)].sum() - len(parties) + 1 <= self.haut)


def derniers(presentes: Sequence[np.ndarray]) -> np.ndarray:
    """The place of the last cell of each row that is there, 0 for none; ``presentes``: for each column, which are."""
    rangs = np.zeros(len(presentes[0]), "int32")
    for rang, presente in enumerate(presentes, 1):
        rangs[presente] = rang
    return rangs


def etendues_de(
    ecrites: np.ndarray | None, debut: int, pleines: Sequence[np.ndarray], gardees: np.ndarray
) -> Iterator[Etendues]:
    """By the cells written on each line, and by the last one filled: a spreadsheet writes as many on every line.

    ``ecrites``: of every line of the sheet, see ``Feuille``; ``debut``: the rank of the first below the headings.
    ``pleines``: for each column, the filled cells from there; ``gardees``: the lines that are rows.
    """
    if ecrites is not None and gardees.any():
        siennes = ecrites[debut:][gardees]
        usuelle = int(np.bincount(siennes).argmax())
        yield Etendues(siennes, usuelle, usuelle, 2 * usuelle)
    usuelles = [rang for rang, p in enumerate(pleines, 1) if p[gardees].sum() >= PART_REMPLIE * gardees.sum()]
    yield Etendues(derniers(pleines)[gardees], len(pleines), max(usuelles, default=0), len(pleines))
