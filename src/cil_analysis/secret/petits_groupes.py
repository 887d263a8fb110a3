"""Whether a small group of rows has a count that is a sum or a difference of counts that are shown.

It is the search of a word of small weight in a code: the counts are the rows of a matrix, one column an atom (the rows
that are in the same counts), and a group of atoms is told when its line of zeros and ones is a combination of the
counts. Whole numbers modulo a prime are exact, where floating ones are not; a combination of rational weights is one.

A group of total weight w has at most w/k of it in one of k sets of columns without a common one; a word is known by
those that it has in a set of as many columns as the code has dimensions (Brouwer and Zimmermann). Few are then tried.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from cil_analysis.secret.preuve.contraintes import composantes, egalites

Entiers = NDArray[np.int64]
_PREMIER = 2**31 - 1
# Counts, not a clock: the same questions have the same answers on every machine.
_ESSAIS, _COLONNES = 2_000_000, 256


class TropDeCas(Exception):
    """There are too many groups to try: nothing is proved."""


def petit_groupe(matrice: Entiers, poids: Entiers, permis: NDArray[np.bool_], seuil: int) -> Entiers | None:
    """A group of permitted columns, of total weight under the threshold, that a combination of the rows tells.

    ``matrice``: zeros and ones; ``poids``: of each column, from 1. None when there is no such group. Raises TropDeCas.
    """
    permis = permis & (poids < seuil)
    if not permis.any():
        return None
    # The heaviest first: a group holds few of them, and they are the first to say what a word is.
    interdites = np.flatnonzero(~permis)
    colonnes = np.flatnonzero(permis)[np.argsort(-poids[permis], kind="stable")]
    ordre, rangees = [*interdites, *colonnes], np.argsort(matrice.sum(axis=1), kind="stable")
    reduit, pivots = _reduire(matrice[np.ix_(rangees, ordre)].astype(np.int64), range(len(ordre)))
    # The combinations that are zero in the columns which come first are those of the rows without a pivot there.
    code = reduit[(pivots < len(interdites)).sum() : len(pivots), len(interdites) :]
    for bloc, siennes in _blocs(code):
        mot = _mot_leger(bloc, poids[colonnes[siennes]], seuil - 1)
        if mot is not None:
            return colonnes[siennes[mot]]
    return None


def _reduire(code: Entiers, colonnes: Iterable[int]) -> tuple[Entiers, Entiers]:
    """The same code, its first rows each alone in one of some columns; and these columns, the first that can be."""
    code, pivots = code.copy(), list[int]()
    for colonne in colonnes:
        rang = len(pivots)
        if rang == len(code):
            break
        touchees = np.flatnonzero(code[:, colonne])
        if len(touchees) and touchees[-1] >= rang:
            code[[rang, touchees[-1]]] = code[[touchees[-1], rang]]
            code[rang] = code[rang] * pow(int(code[rang, colonne]), -1, _PREMIER) % _PREMIER
            autres = np.setdiff1d(np.flatnonzero(code[:, colonne]), [rang])
            code[autres] = (code[autres] - code[autres, colonne][:, None] * code[rang]) % _PREMIER
            pivots.append(int(colonne))
    return code, np.array(pivots, dtype=np.int64)


def _blocs(code: Entiers) -> Iterator[tuple[Entiers, Entiers]]:
    """The parts of a reduced code that share no column, and the columns of each."""
    etiquettes = composantes(egalites(code, np.zeros(len(code))), np.full(code.shape[1], True))
    des_lignes = etiquettes[(code != 0).argmax(axis=1)]
    for etiquette in np.unique(des_lignes):
        siennes = np.flatnonzero(etiquettes == etiquette)
        yield code[np.ix_(des_lignes == etiquette, siennes)], siennes


def _mot_leger(code: Entiers, poids: Entiers, maximum: int) -> Entiers | None:
    """The columns of a word of zeros and ones of weight ``maximum`` at most. Raises TropDeCas."""
    reduits, libres = list[tuple[Entiers, Entiers]](), np.ones(code.shape[1], dtype=bool)
    while len(reduits) <= maximum:
        reduit, pivots = _reduire(code, np.flatnonzero(libres))
        if len(pivots) < len(code):
            break
        reduits.append((reduit, pivots))
        libres[pivots] = False
    part = maximum // len(reduits)
    for reduit, pivots in reduits:
        for y in _mots(reduit, poids, poids[pivots], part, maximum):
            return np.flatnonzero(y)
    return None


def _mots(code: Entiers, poids: Entiers, des_pivots: Entiers, part: int, maximum: int) -> Iterator[Entiers]:
    """The words made of rows whose own columns weigh ``part`` at most, that are light enough."""
    denses = np.argsort(-(code != 0).sum(axis=0), kind="stable")[:_COLONNES]
    essais, apercu, siens = 0, code[:, denses], poids[denses]
    a_completer: list[tuple[tuple[int, ...], int]] = [((), 0)]
    while a_completer:
        lignes, pese = a_completer.pop()
        debut = lignes[-1] + 1 if lignes else 0
        suivantes = debut + np.flatnonzero(des_pivots[debut:] <= part - pese)
        essais += len(suivantes)
        if essais > _ESSAIS:
            raise TropDeCas
        sommes = (apercu[suivantes] + apercu[list(lignes)].sum(axis=0)) % _PREMIER
        for i in suivantes[(sommes <= 1).all(axis=1) & (sommes @ siens <= maximum)]:
            y = code[[*lignes, i]].sum(axis=0) % _PREMIER
            if (y <= 1).all() and y @ poids <= maximum:
                yield y
        a_completer += [((*lignes, int(i)), pese + int(des_pivots[i])) for i in suivantes]
