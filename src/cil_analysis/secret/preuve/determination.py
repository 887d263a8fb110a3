"""What sums give one after another, without any programme, and what each count so given is worth.

The programme of a reader is then a smaller one, and a price of what it holds is made one of what is known alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cil_analysis.secret.preuve.contraintes import PRECISION, Contraintes, Nombres, Rangs


class Etape(NamedTuple):
    """Closer bounds that rows give, one of each of ``cases``, with its weight there.

    ``sens``: 1 for lower bounds, -1 for upper ones.
    """

    sens: int
    cases: Rangs
    lignes: Rangs
    poids: Nombres


class Determination(NamedTuple):
    """The bounds of counts that sums give one after another: equal for those that they determine.

    ``etapes``: how they were found, each step by what those before it have determined.
    """

    bas: Nombres
    haut: Nombres
    etapes: Sequence[Etape] = ()

    def remonter(self, contraintes: Contraintes, prix: Nombres) -> float:
        """Price by what is known alone: give what each row bounds a nil price, and what it rests on the difference.

        ``prix``: of each case, by which a smallest value moves with its lower bound if positive, its upper one if not.
        Returns what the constants of the rows add to that value.
        """
        c, constante = contraintes, 0.0
        for etape in reversed(self.etapes):
            chers = prix[etape.cases] * etape.sens > PRECISION
            if chers.any():
                ombres = np.zeros(len(c))
                # A row may bound several cases: its price leaves none of them with a price of its upper bound.
                parts, lignes = (prix[etape.cases] / etape.poids)[chers], etape.lignes[chers]
                np.maximum.at(ombres, lignes, np.abs(parts))
                ombres[lignes] = np.copysign(ombres[lignes], parts)
                prix -= np.bincount(c.cases, c.poids * ombres[c.lignes], len(prix))
                constante += float(ombres @ c.minimum)
        return constante


def determiner(contraintes: Contraintes, bas: Nombres, haut: Nombres) -> Determination:
    """The bounds of each count, a whole number, that sums give one after another.

    An equality gives the only case that it leaves unknown, or all of them when nothing is left for them but their
    floor; an inequality is a bound of the only case that it leaves unknown.
    """
    c, bas, haut, etapes = contraintes, bas.copy(), haut.copy(), list[Etape]()
    while True:
        termes = np.flatnonzero((bas != haut)[c.cases])
        lignes, cases, poids = c.lignes[termes], c.cases[termes], c.poids[termes]
        combien, positifs = (np.bincount(lignes, parmi, len(c)) for parmi in (np.ones(len(termes)), poids > 0))
        reste = c.minimum - c.sommes(np.where(bas == haut, bas, 0.0))
        rien = np.abs(reste - np.bincount(lignes, poids * bas[cases], len(c))) < PRECISION
        seul, exactes, valeurs = (combien == 1)[lignes], c.exactes[lignes], reste[lignes] / poids
        au_plus_bas = exactes & (rien & ((positifs == 0) | (positifs == combien)))[lignes]
        nouvelles = [
            (1, seul & ~exactes & (poids > 0), np.ceil(valeurs - PRECISION)),
            (-1, seul & ~exactes & (poids < 0), np.floor(valeurs + PRECISION)),
            (-1, au_plus_bas, bas[cases]),
            (1, seul & exactes, valeurs),
            (-1, seul & exactes, valeurs),
        ]
        deja = len(etapes)
        for sens, ici, bornes in nouvelles:
            etape = Etape(sens, cases[ici], lignes[ici], poids[ici])
            gardee = _rapprocher(bas if sens > 0 else haut, etape, bornes[ici])
            etapes += [gardee] if len(gardee.cases) else []
        if len(etapes) == deja:
            return Determination(bas, haut, etapes)


def _rapprocher(connues: Nombres, etape: Etape, bornes: Nombres) -> Etape:
    """Replace known bounds, all lower or all upper ones, by the closer ones of a step; what is kept of it."""
    plus_pres = np.flatnonzero(etape.sens * (bornes - connues[etape.cases]) > 0)
    # The closest bound of each case comes first.
    plus_pres = plus_pres[np.argsort(-etape.sens * bornes[plus_pres], kind="stable")]
    gardes = plus_pres[np.unique(etape.cases[plus_pres], return_index=True)[1]]
    connues[etape.cases[gardes]] = bornes[gardes]
    return Etape(etape.sens, etape.cases[gardes], etape.lignes[gardes], etape.poids[gardes])
