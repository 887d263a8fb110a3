"""HiGHS, silent and on one thread: the linear programmes that a reader, or whoever masks, solves."""

from __future__ import annotations

import highspy
import numpy as np

from cil_analysis.secret.preuve.contraintes import Contraintes, Nombres

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
