"""Counts asked one after the other: none of them, with those already shown, gives a small count back.

A question is a table of counts that is protected by itself first. What it adds to the earlier ones is weighed here on
the rows themselves. The reader weighed is a strong one, who knows what each count is of, which counts have rows in
common and which crossings are empty: the unknowns are the numbers of rows of each crossing of the counts shown
(« atoms »), and each count shown is a sum of them.

- No sum or difference of what is shown is the count of a small group (``petits_groupes``).
- A small count that was masked stays as uncertain as its own table left it, up to the width that the rules ask for.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from cil_analysis.secret.petits_groupes import TropDeCas, petit_groupe
from cil_analysis.secret.preuve.contraintes import PRECISION
from cil_analysis.secret.preuve.programme import Contradiction, Programme
from cil_analysis.secret.relations.cases import Case, Relation

Lignes = NDArray[np.int64]
# Counts, not a clock: the same questions have the same answers on every machine. Beyond, nothing more is shown.
_RETRAITS, _ESSAIS = 200, 10


@dataclass(frozen=True, eq=False)
class Compte:
    """The rows that a figure counts, each once, by their numbers; and whether it is shown."""

    lignes: Lignes
    est_montre: bool

    @cached_property
    def cle(self) -> bytes:
        """What it is of."""
        return np.sort(self.lignes).tobytes()


@dataclass(frozen=True, eq=False)
class Question:
    """Counts asked together, each protected from the others.

    ``seuil``: the size from which a count is shown; ``sensibles``: the rows that tell something sensitive, a group of
    which alone is shown from ``seuil_sensible`` only; ``est_sensible``: whether every count of the question is, by what
    it is asked of. ``largeur``: how wide the interval of a small count has to be.
    """

    nom: str
    comptes: tuple[Compte, ...]
    seuil: int
    largeur: int
    sensibles: Lignes
    seuil_sensible: int
    est_sensible: bool

    @cached_property
    def lignes(self) -> Lignes:
        """All the rows counted."""
        return np.unique(np.concatenate([np.empty(0, np.int64), *(c.lignes for c in self.comptes)]))

    @property
    def petits(self) -> list[Compte]:
        """The small counts that are masked."""
        return [c for c in self.comptes if not c.est_montre and 0 < len(c.lignes) < self._seuil_de(c)]

    def _seuil_de(self, compte: Compte) -> int:
        if self.est_sensible or np.isin(compte.lignes, self.sensibles).all():
            return max(self.seuil, self.seuil_sensible)
        return self.seuil


class Questions:
    """The questions that were asked, and what was shown of each."""

    def __init__(self) -> None:
        self._repondues: dict[tuple[Hashable, ...], tuple[Question, tuple[str, ...]]] = {}
        self._su: dict[bytes, bool] = {}

    def repondre(self, question: Question) -> tuple[Question, tuple[str, ...]]:
        """The question with the counts that may be shown, and the earlier ones that keep others from being so.

        It is remembered: asked again it has the same answer, a count shown once stays so, a count masked once is never
        shown.
        """
        posee = tuple((c.cle, c.est_montre) for c in question.comptes)
        if posee not in self._repondues:
            self._repondues[posee] = self._examiner(question)
            for c in self._repondues[posee][0].comptes:  # Some are of the same rows: a class, and its total.
                if len(c.lignes):
                    self._su[c.cle] = self._su.get(c.cle, False) or c.est_montre
        return self._repondues[posee]

    def _examiner(self, question: Question) -> tuple[Question, tuple[str, ...]]:
        seule = _Examen([], question, frozenset()).retirer()  # What it masks by itself is nobody else's doing.
        comptes = [replace(c, est_montre=c.est_montre and self._su.get(c.cle, True)) for c in question.comptes]
        voisines = self._voisines(question)
        if any(c.est_montre and len(c.lignes) and c.cle not in self._su for c in comptes):
            acquis = frozenset(cle for cle, montre in self._su.items() if montre)
            comptes = _Examen(voisines, replace(question, comptes=tuple(comptes)), acquis).retirer()
        masques = any(c.est_montre < propre.est_montre for c, propre in zip(comptes, seule, strict=True))
        noms = tuple(dict.fromkeys(v.nom for v in voisines)) if masques else ()
        return replace(question, comptes=tuple(comptes)), noms

    def _voisines(self, question: Question) -> list[Question]:
        """The earlier questions about some of its rows, or about some of the rows of these, and so on."""
        lignes, voisines, autres = question.lignes, list[Question](), [q for q, _ in self._repondues.values()]
        while proches := [q for q in autres if np.isin(q.lignes, lignes, assume_unique=True).any()]:
            voisines += proches
            autres = [q for q in autres if q not in proches]
            lignes = np.unique(np.concatenate([lignes, *(q.lignes for q in proches)]))
        return voisines


class _Examen:
    """A new question beside its neighbours. ``acquis``: the counts that readers have already."""

    def __init__(self, voisines: Sequence[Question], question: Question, acquis: Collection[bytes]) -> None:
        self._question = question
        toutes = [*voisines, question]
        self._seuil, self._sensible = max(q.seuil for q in toutes), max(q.seuil_sensible for q in toutes)
        self._largeur = max(q.largeur for q in toutes)
        self._connus = list({c.cle: c for v in voisines for c in v.comptes if c.est_montre and len(c.lignes)}.values())
        self._nouveaux = [
            i for i, c in enumerate(question.comptes) if c.est_montre and len(c.lignes) and c.cle not in acquis
        ]
        self._petits = list({c.cle: c for q in toutes for c in q.petits}.values())
        sensibles = np.unique(np.concatenate([q.sensibles for q in toutes]))
        self._atomes = _Atomes([*self._connus, *question.comptes, *self._petits], sensibles)
        self._avant = _Montre(self._atomes, self._connus)
        self._seule = _Montre(self._atomes, [question.comptes[i] for i in self._nouveaux])
        self._laissees: dict[int, float] = {}

    def retirer(self) -> list[Compte]:
        """The counts of the question, masked where they would tell too much, as few as a few trials find."""
        comptes = self._question.comptes
        montres, retires = set(self._nouveaux), list[int]()
        while (coupables := self._coupables(montres)) is not None:
            if not coupables or len(retires) >= _RETRAITS:
                return [replace(c, est_montre=c.est_montre and i not in self._nouveaux) for i, c in enumerate(comptes)]
            retires.append(min(coupables, key=lambda i: (len(comptes[i].lignes), i)))
            montres.discard(retires[-1])
        for i in sorted(retires[:-1], key=lambda i: (-len(comptes[i].lignes), i))[:_ESSAIS]:
            if self._coupables(montres | {i}) is None:
                montres.add(i)
        return [
            replace(c, est_montre=c.est_montre and (i not in retires or i in montres)) for i, c in enumerate(comptes)
        ]

    def _coupables(self, montres: Collection[int]) -> list[int] | None:
        """The new counts by which too much is told, empty for want of any; None when nothing is."""
        nouveaux = sorted(montres)
        vu = _Montre(self._atomes, [*self._connus, *(self._question.comptes[i] for i in nouveaux)])
        try:
            rangs = self._ce_qui_dit(vu)
        except (TropDeCas, Contradiction):
            return []
        return None if rangs is None else [nouveaux[r - len(self._connus)] for r in rangs if r >= len(self._connus)]

    def _ce_qui_dit(self, vu: _Montre) -> Lignes | None:
        """The counts shown by which too much is told; None when nothing is. Raises TropDeCas, or Contradiction."""
        tous = np.ones(len(self._atomes.effectifs), dtype=bool)
        for seuil, permis in ((self._seuil, tous), (self._sensible, self._atomes.sensibles)):
            if (rangs := vu.coupables(seuil, permis)) is not None:
                return rangs
        for rang, largeur, rangs in vu.etroits(self._petits, self._largeur) if self._connus else ():
            if self._laissee(rang) > PRECISION and largeur < self._laissee(rang) - PRECISION:
                return rangs
        return None

    def _laissee(self, rang: int) -> float:
        """How wide the interval of a small count is by the earlier questions alone, or by this one alone."""
        if rang not in self._laissees:
            petit = [self._petits[rang]]
            etroits = [next(vu.etroits(petit, self._largeur), None) for vu in (self._avant, self._seule)]
            self._laissees[rang] = min([self._largeur, *(largeur for _, largeur, _ in filter(None, etroits))])
        return self._laissees[rang]


class _Atomes:
    """The rows, ranged by the counts that they are in: how many in each crossing, and what each count is made of."""

    def __init__(self, comptes: Iterable[Compte], sensibles: Lignes) -> None:
        par_cle = {c.cle: c.lignes for c in comptes}
        lignes = np.unique(np.concatenate(list(par_cle.values())))
        places = {cle: np.searchsorted(lignes, siennes) for cle, siennes in par_cle.items()}
        # Each count has a number of its own: the rows of an atom are those whose counts add up to the same.
        hasard = np.random.default_rng(0).integers(1, 2**63, len(places) + 1, dtype=np.uint64)
        sommes = np.zeros(len(lignes), dtype=np.uint64)
        for nombre, siennes in zip(hasard, [*places.values(), np.isin(lignes, sensibles)], strict=True):
            sommes[siennes] += nombre
        _, premieres, rangs, effectifs = np.unique(sommes, return_index=True, return_inverse=True, return_counts=True)
        self.effectifs: Lignes = effectifs
        self.sensibles = np.isin(lignes[premieres], sensibles)
        self._de = {cle: np.unique(rangs[siennes]) for cle, siennes in places.items()}

    def de(self, comptes: Sequence[Compte]) -> NDArray[np.int64]:
        """A row a count, a column an atom: 1 where the atom is in the count."""
        matrice = np.zeros((len(comptes), len(self.effectifs)), dtype=np.int64)
        for ligne, compte in zip(matrice, comptes, strict=True):
            ligne[self._de[compte.cle]] = 1
        return matrice


class _Montre:
    """What a reader has: the atoms add up to the counts that are shown."""

    def __init__(self, atomes: _Atomes, comptes: Sequence[Compte]) -> None:
        self._atomes, self._matrice = atomes, atomes.de(comptes)

    def coupables(self, seuil: int, permis: NDArray[np.bool_]) -> Lignes | None:
        """The counts that together tell a small group of permitted atoms; None when none is told. Raises TropDeCas."""
        groupe = petit_groupe(self._matrice, self._atomes.effectifs, permis, seuil)
        if groupe is None:
            return None
        seul = np.zeros((1, len(permis)), dtype=np.int64)
        seul[0, groupe] = 1
        for _, _, rangs in self._etroits(seul, 1.0):
            return rangs
        raise TropDeCas

    def etroits(self, comptes: Sequence[Compte], largeur: float) -> Iterator[tuple[int, float, Lignes]]:
        """The counts whose interval is narrower: their ranks, how wide it is, and the counts shown that bound it."""
        return self._etroits(self._atomes.de(comptes), largeur)

    def _etroits(self, cherches: Lignes, largeur: float) -> Iterator[tuple[int, float, Lignes]]:
        """The same of sums of atoms."""
        sommes = [Case(f"somme {i}", frozenset()) for i in range(len(self._matrice) + len(cherches))]
        atomes = [Case(f"atome {i}", frozenset()) for i in range(len(self._atomes.effectifs))]
        parties = [tuple(compress(atomes, ligne)) for ligne in np.vstack([self._matrice, cherches])]
        lecteur = Programme([*sommes, *atomes], map(Relation, sommes, parties))
        lecteur.connaitre(dict(zip(sommes, (self._matrice @ self._atomes.effectifs).tolist(), strict=False)))
        for rang, case in enumerate(sommes[len(self._matrice) :]):
            bas = lecteur.minimum(case)
            haut = lecteur.maximum(case, bas.borne + largeur)
            if haut.borne - bas.borne < largeur - PRECISION:
                prix = [np.abs(fin.prix()[0])[: len(self._matrice)] for fin in (bas, haut)]
                yield rang, haut.borne - bas.borne, np.flatnonzero(sum(prix) > PRECISION)
