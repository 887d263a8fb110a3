"""What a reader deduces from a choice of masked rows, and the cuts that it calls for.

A cut is what the duals of the reader's programme say: which cases would have to be masked for an interval to be wider.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np

from cil_analysis.disclosure.cases import Case
from cil_analysis.disclosure.probleme import Choix, Probleme, exigence
from cil_analysis.disclosure.programme import PRECISION, Nombres, Programme

_INFINI = highspy.kHighsInf


@dataclass(frozen=True)
class Coupe:
    """If ``case`` is masked (``toujours``: it is), the masked cases must weigh ``minimum`` at least."""

    case: Case
    toujours: bool
    poids: Mapping[Case, float]
    minimum: float


@dataclass
class Controle:
    """What a reader deduces from a choice: the cuts that it calls for."""

    probleme: Probleme
    lecteur: Programme
    choix: Choix
    _bas: Nombres = field(init=False)
    _haut: Nombres = field(init=False)

    def coupes(self) -> Iterator[Coupe]:
        """The cuts that the choice calls for, one a case deduced too closely; none when it protects all."""
        p = self.probleme
        self.lecteur.connaitre({case: v for case, v in p.valeurs.items() if case not in self.choix.cases})
        n = len(self.lecteur.rang)
        self._bas, self._haut = np.full(n, np.inf), np.full(n, -np.inf)
        protegees = sorted(self.choix.cases | frozenset(p.restes), key=lambda case: case.cle)
        trouvees = 0
        for case in protegees:
            coupe = self._coupe(case)
            if coupe is not None:
                trouvees += 1
                yield coupe
        if not trouvees:
            yield from filter(None, map(self._coupe_entiere, protegees))

    def _manque(self, case: Case, bas: float, haut: float) -> int:
        p = self.probleme
        seuil = p.seuils.get(case, p.seuil)
        besoin = exigence(bas, haut, seuil, p.largeur, tolere=p.tolere(case))
        return besoin if haut - bas < besoin - PRECISION else 0

    def _coupe(self, case: Case) -> Coupe | None:
        """The cut of a case that is deduced too closely, its values taken as real numbers."""
        p, i = self.probleme, self.lecteur.rang[case]
        if self._haut[i] - self._bas[i] >= p.largeur - PRECISION:
            return None  # Two points met on the way show it already.
        bas = self.lecteur.minimum(case)
        self._retenir(bas.point)
        haut = self.lecteur.maximum(case, bas.borne + p.largeur)
        self._retenir(haut.point)
        besoin = self._manque(case, bas.borne, haut.borne)
        if not besoin:
            return None
        # Weak duality: whatever is masked, the width is at most constant + the weights of the masked cases.
        poids: dict[Case, float] = defaultdict(float)
        constante = 0.0
        for extreme in (bas, haut):
            for autre, valeur in p.valeurs.items():
                dual = extreme.duaux[self.lecteur.rang[autre]]
                constante -= dual * valeur
                if autre not in p.fixes and abs(dual) > PRECISION:
                    poids[autre] += dual * valeur if dual > 0 else _INFINI
        minimum = besoin - constante
        utiles = {autre: min(w, minimum) for autre, w in sorted(poids.items(), key=lambda x: x[0].cle) if w > PRECISION}
        return Coupe(case, case in p.secretes or case in p.restes, utiles, minimum)

    def _retenir(self, point: Nombres) -> None:
        np.minimum(self._bas, point, out=self._bas)
        np.maximum(self._haut, point, out=self._haut)

    def _coupe_entiere(self, case: Case) -> Coupe | None:
        """Counts are whole numbers: where real ones alone make the interval wide, more has to be masked."""
        p = self.probleme
        bas = self.lecteur.minimum(case)
        haut = self.lecteur.maximum(case, bas.borne + p.largeur)
        if all(np.abs(e.point - np.rint(e.point)).max() < PRECISION for e in (bas, haut)):
            return None
        petit = self.lecteur.minimum(case, entier=True)
        grand = self.lecteur.maximum(case, petit.borne + p.largeur, entier=True)
        if not self._manque(case, petit.borne, grand.borne):
            return None
        autres = [c for c in p.valeurs if c not in self.choix.cases and c not in p.fixes]
        toujours = case in p.secretes or case in p.restes
        return Coupe(case, toujours, dict.fromkeys(sorted(autres, key=lambda c: c.cle), 1.0), 1.0)
