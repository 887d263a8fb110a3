"""The interval of whole numbers that each case of a system may be."""

from collections.abc import Callable, Iterable
from math import ceil, floor

import numpy as np

from cil_analysis.secret.preuve.contraintes import PRECISION, Nombres
from cil_analysis.secret.preuve.probleme import Besoin
from cil_analysis.secret.preuve.programme import SANS_TEMOIN, Extreme, Programme, Temoins, completer
from cil_analysis.secret.relations.cases import Case

# Beyond this width an interval is as good as open.
LARGEUR_MAXIMALE = 1000
# What making the other half small is worth beside making a half large: enough to pull them apart, and no more, or
# counts that are nothing, which only grow together with others, would stay so.
_CONTREPOIDS = 0.1
# A division of the cases of a block into halves that makes more intervals than this wide enough is worth another one.
_UTILE = 5


class Encadrement:
    """The intervals of the cases of one system: whole values met on the way spare looking for them again.

    ``assez``: an interval known to be that wide is sought no further, and no value beyond that width is looked for; nor
    one that is as wide as a case needs, where ``besoin`` says it. ``temoins``: where to start from, those of them that
    fit what the reader knows.
    """

    def __init__(
        self,
        lecteur: Programme,
        assez: float = np.inf,
        temoins: Temoins = SANS_TEMOIN,
        besoin: Callable[[Case], Besoin] | None = None,
    ) -> None:
        self._lecteur, self._assez, self._besoin = lecteur, assez, besoin
        self._cases = list(lecteur.rang)
        self._plafond = min(assez, LARGEUR_MAXIMALE)
        self._bas, self._haut = np.full(len(lecteur.rang), np.inf), np.full(len(lecteur.rang), -np.inf)
        self._utiles: list[Nombres] = []
        for point in temoins.pour(lecteur):
            self.retenir(point)

    @property
    def temoins(self) -> Temoins:
        """What shows the intervals as wide as they are known to be; none where no whole solution was given."""
        vrai = next((point for point in self._utiles if not np.isnan(point).any()), None)
        return SANS_TEMOIN if vrai is None else completer(self._cases, vrai, self._utiles)

    def elargir(self, cases: Iterable[Case]) -> None:
        """Meet whole values of many cases at once, which make most intervals wide enough: few are then sought alone.

        Half of the cases of a block are pushed against the other half: those of one total cannot grow together.
        """
        for rangs in self._lecteur.par_bloc(case for case in cases if not self._est_connu(case)):
            point = self._lecteur.pousser(rangs, np.ones(len(rangs)), np.full(len(rangs), np.inf))
            tour, tours = 0, len(rangs).bit_length()
            while point is not None and len(rangs) > 1 and tour < tours:
                moitie = (np.arange(len(rangs)) >> tour % len(rangs).bit_length()) & 1
                for monte in (moitie == 1, moitie == 0):
                    if point is not None:
                        self.retenir(point)
                        plafonds = np.where(monte, np.fmax(self._bas[rangs] + self._plafond, point[rangs]), np.inf)
                        point = self._lecteur.pousser(rangs, np.where(monte, -1.0, _CONTREPOIDS), plafonds)
                restent = np.array([rang for rang in rangs if not self.suffit(self._cases[rang])], dtype=np.int64)
                tour, tours, rangs = tour + 1, tours + (len(rangs) - len(restent) > _UTILE), restent

    def de(self, case: Case) -> tuple[float, float]:
        """The smallest and the largest whole number that a case can be. Raises Contradiction."""
        exacte, rang = self._lecteur.exacte(case), self._lecteur.rang[case]
        if exacte is not None and exacte == round(exacte):
            return exacte, exacte
        if not self.suffit(case):
            self._chercher(case, rang, self._besoin(case) if self._besoin else None)
        return float(self._bas[rang]), float(self._haut[rang])

    def suffit(self, case: Case) -> bool:
        """Whether what is met on the way shows already that the interval of a case is wide enough."""
        rang = self._lecteur.rang[case]
        bas, haut = float(self._bas[rang]), float(self._haut[rang])
        if haut - bas >= self._assez:
            return True
        return self._besoin is not None and self._besoin(case).est_acquis(bas, haut)

    def protege(self, case: Case) -> bool:
        """Whether the interval of a case is as wide as it has to be."""
        return self._besoin is not None and self._besoin(case).est_tenu(*self.de(case))

    def _chercher(self, case: Case, rang: int, besoin: Besoin | None) -> None:
        """Look for the ends of an interval: real ones, which go as far or farther, then whole ones if they differ."""
        bas, lecteur = 0.0, self._lecteur
        if self._bas[rang] > 0:
            bas = self.voir(lecteur.minimum(case)).borne
            if self._convient(rang, bas, np.inf, besoin):
                return
        if np.isinf(self._bas[rang]):  # None is met yet, and some cases have no largest value to look for.
            bas = self.voir(lecteur.minimum(case, entier=True)).borne
        plafond = self._bas[rang] + self._plafond
        haut = floor(min(self.voir(lecteur.maximum(case, plafond)).borne, plafond) + PRECISION)
        if self._convient(rang, bas, haut, besoin):
            return
        if besoin is not None and self._haut[rang] < haut:  # A whole number just far enough is met sooner than an end.
            proche = min(plafond, self._bas[rang] + besoin.entre(bas, haut))
            self.voir(lecteur.maximum(case, proche, entier=True))
            if self._convient(rang, bas, haut, besoin):
                return
        if self._bas[rang] > ceil(bas - PRECISION):  # No whole number met is that small.
            self._bas[rang] = round(self.voir(lecteur.minimum(case, entier=True)).borne)
        if self._haut[rang] < haut and not self.suffit(case):
            haut = round(self.voir(lecteur.maximum(case, plafond, entier=True)).borne)
        self._haut[rang] = max(self._haut[rang], haut)

    def _convient(self, rang: int, bas: float, haut: float, besoin: Besoin | None) -> bool:
        """Whether the whole numbers that are met are as far apart as an interval that goes no farther has to be."""
        return besoin is not None and self._haut[rang] - self._bas[rang] >= besoin.entre(bas, haut) - PRECISION

    def _est_connu(self, case: Case) -> bool:
        """Whether nothing more is to be looked for: the interval is wide enough, or sums give the case."""
        return self.suffit(case) or self._lecteur.exacte(case) is not None

    def voir(self, extreme: Extreme) -> Extreme:
        """An end, whose whole values are kept."""
        if extreme.est_entier:
            self.retenir(extreme.point)
        return extreme

    def retenir(self, point: Nombres) -> None:
        """Keep whole values that fit what the reader knows; NaN for the cases that they do not depend on."""
        entier = np.rint(point)
        if ((entier < self._bas) | (entier > self._haut))[self._haut - self._bas < self._assez].any():
            self._utiles.append(entier)
        np.fmin(self._bas, entier, out=self._bas)
        np.fmax(self._haut, entier, out=self._haut)
