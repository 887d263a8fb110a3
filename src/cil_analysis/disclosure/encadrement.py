"""The interval of whole numbers that each case of a system may be."""

from __future__ import annotations

import numpy as np

from cil_analysis.disclosure.cases import Case
from cil_analysis.disclosure.programme import Extreme, Programme

# Beyond this width an interval is as good as open.
LARGEUR_MAXIMALE = 1000


class Encadrement:
    """The intervals of the cases of one system: whole values met on the way spare looking for them again.

    ``assez``: an interval known to be that wide is sought no further.
    """

    def __init__(self, lecteur: Programme, assez: float = np.inf) -> None:
        self._lecteur, self._assez = lecteur, assez
        self._plafond = min(assez, LARGEUR_MAXIMALE)
        self._bas, self._haut = np.full(len(lecteur.rang), np.inf), np.full(len(lecteur.rang), -np.inf)

    def de(self, case: Case) -> tuple[float, float]:
        """The smallest and the largest whole number that a case can be. Raises Contradiction."""
        exacte, rang = self._lecteur.exacte(case), self._lecteur.rang[case]
        if exacte is not None and exacte == round(exacte):
            return exacte, exacte
        if self._bas[rang] > 0 and not self._suffit(rang):
            bas = self._voir(self._lecteur.minimum(case))
            if not bas.est_entier:
                bas = self._voir(self._lecteur.minimum(case, entier=True))
            self._bas[rang] = round(bas.borne)
        if not self._suffit(rang):
            self._haut[rang] = self._plus_grand(case, self._bas[rang])
        return float(self._bas[rang]), float(self._haut[rang])

    def _suffit(self, rang: int) -> bool:
        return bool(self._haut[rang] - self._bas[rang] >= self._assez)

    def _plus_grand(self, case: Case, bas: float) -> float:
        haut = self._voir(self._lecteur.maximum(case, bas + self._plafond))
        if not haut.est_entier:
            haut = self._voir(self._lecteur.maximum(case, bas + self._plafond, entier=True))
        return round(haut.borne)

    def _voir(self, extreme: Extreme) -> Extreme:
        if extreme.est_entier:
            np.fmin(self._bas, np.rint(extreme.point), out=self._bas)
            np.fmax(self._haut, np.rint(extreme.point), out=self._haut)
        return extreme
