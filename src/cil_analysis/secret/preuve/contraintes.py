"""The sums that a reader knows, as one sparse matrix, and the linear programmes over them that HiGHS solves.

A row for each sum, a column for each case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from cil_analysis.secret.relations.cases import Case, Inegalite, Relation

Nombres = NDArray[np.float64]
Rangs = NDArray[np.int64]
Vrais = NDArray[np.bool_]
PRECISION = 1e-6
INFINI = highspy.kHighsInf
# What HiGHS tries by default and does not pay here: without it the largest programme of the example takes a seventh of
# the time, for the same optimum, and a reader's whole numbers are found a fifth sooner.
_INUTILES = (
    "mip_allow_restart",
    "mip_heuristic_run_rins",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_root_reduced_cost",
    "mip_heuristic_run_feasibility_jump",
    "mip_detect_symmetry",
)


@dataclass(frozen=True)
class Contraintes:
    """Cases times their weights add up to ``minimum``, exactly or at least.

    ``lignes``, ``cases`` and ``poids``: the row, the rank of the case and the weight of each term, row after row.
    ``minimum`` and ``exactes``: one a row.
    """

    lignes: Rangs
    cases: Rangs
    poids: Nombres
    minimum: Nombres
    exactes: Vrais

    def __len__(self) -> int:
        return len(self.minimum)

    def sommes(self, valeurs: Nombres, parmi: Vrais | None = None) -> Nombres:
        """What each row adds up to; of some of its terms alone when ``parmi`` says which."""
        ici = slice(None) if parmi is None else parmi
        poids = self.poids[ici] * valeurs[self.cases[ici]]
        return np.bincount(self.lignes[ici], poids, len(self)).astype(np.float64)

    def manquees(self, sommes: Nombres) -> Vrais:
        """The rows that do not hold, by what they add up to."""
        ecarts = sommes - self.minimum
        return (ecarts < -PRECISION) | (self.exactes & (ecarts > PRECISION))

    def sues(self, connues: Vrais) -> Vrais:
        """The rows all the cases of which are known."""
        return np.asarray(np.bincount(self.lignes, ~connues[self.cases], len(self)) == 0)

    def parmi(self, rangs: Rangs) -> Contraintes:
        """Some of the rows, in increasing order of their ranks."""
        place = np.full(len(self), -1)
        place[rangs] = np.arange(len(rangs))
        debut, fin = np.searchsorted(self.lignes, [rangs[0], rangs[-1] + 1])
        lignes = place[self.lignes[debut:fin]]
        gardes = debut + np.flatnonzero(lignes >= 0)
        return Contraintes(
            place[self.lignes[gardes]], self.cases[gardes], self.poids[gardes], self.minimum[rangs], self.exactes[rangs]
        )


def contraindre(
    rang: Mapping[Case, int], relations: Iterable[Relation], inegalites: Iterable[Inegalite]
) -> Contraintes:
    """The matrix of some relations, then of some inequalities. ``rang``: the column of each case."""
    cases, poids, tailles, minimums = list[Case](), list[float](), list[int](), list[float]()
    for r in relations:
        cases += (r.total, *r.parties)
        poids += (1.0, *[-1.0] * len(r.parties))
        tailles.append(1 + len(r.parties))
    exactes = len(tailles)
    for i in inegalites:
        siens = [(case, float(sien)) for case, sien in i.termes if sien]
        cases += [case for case, _ in siens]
        poids += [sien for _, sien in siens]
        tailles.append(len(siens))
        minimums.append(float(i.minimum))
    return Contraintes(
        np.repeat(np.arange(len(tailles)), tailles),
        np.array([rang[case] for case in cases], dtype=np.int64),
        np.array(poids, dtype=np.float64),
        np.array([0.0] * exactes + minimums, dtype=np.float64),
        np.arange(len(tailles)) < exactes,
    )


def egalites(matrice: NDArray[np.int64], membres: Nombres) -> Contraintes:
    """The rows of a matrix, each equal to a number."""
    lignes, cases = np.nonzero(matrice)
    return Contraintes(lignes, cases, matrice[lignes, cases].astype(np.float64), membres, np.full(len(membres), True))


def composantes(contraintes: Contraintes, libres: Vrais) -> Rangs:
    """For each case, the smallest rank of those that rows link it to through free cases; its own for others."""
    liens = libres[contraintes.cases]
    lignes, cases = contraintes.lignes[liens], contraintes.cases[liens]
    etiquettes = np.arange(len(libres))
    while True:
        des_lignes = np.full(len(contraintes), len(libres))
        np.minimum.at(des_lignes, lignes, etiquettes[cases])
        nouvelles = etiquettes.copy()
        np.minimum.at(nouvelles, cases, des_lignes[lignes])
        nouvelles = nouvelles[nouvelles]
        if (nouvelles == etiquettes).all():
            return etiquettes
        etiquettes = nouvelles


class _Silencieux(highspy.Highs):
    """HiGHS without callbacks: setting them, which its own constructor does, prints a banner on standard output."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


def solveur() -> highspy.Highs:
    """A silent HiGHS on one thread: the same inputs give the same answer, the best one to the unit."""
    modele = _Silencieux()
    options = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0} | dict.fromkeys(
        _INUTILES, False
    )
    for option, valeur in options.items():
        modele.setOptionValue(option, valeur)
    return modele


def programme_lineaire(contraintes: Contraintes, bas: Nombres, haut: Nombres, *, entier: bool) -> highspy.Highs:
    """The programme of some columns that lie within bounds, and meet constraints; its costs are nil."""
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(bas), len(contraintes)
    programme.col_cost_ = np.zeros(len(bas))
    programme.col_lower_, programme.col_upper_ = bas, haut
    programme.row_lower_ = contraintes.minimum
    programme.row_upper_ = np.where(contraintes.exactes, contraintes.minimum, INFINI)
    a = programme.a_matrix_
    a.format_ = highspy.MatrixFormat.kRowwise
    a.start_ = np.searchsorted(contraintes.lignes, np.arange(len(contraintes) + 1))
    a.index_, a.value_ = contraintes.cases, contraintes.poids
    if entier:
        programme.integrality_ = [highspy.HighsVarType.kInteger] * len(bas)
    modele = solveur()
    if not entier:  # One model, many objectives: the last basis is the best start, from which the primal simplex goes.
        modele.setOptionValue("presolve", "off")
        modele.setOptionValue("simplex_strategy", int(highspy.simplex_constants.SimplexStrategy.kSimplexStrategyPrimal))
    modele.passModel(programme)
    return modele


def est_resolu(modele: highspy.Highs) -> bool:
    """Whether the last run found the optimum; of a model without columns nor rows there is nothing to find."""
    return modele.getModelStatus() in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
