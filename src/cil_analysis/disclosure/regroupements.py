"""The classes of the cotation that gather those of another dimension: what a reader may add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cil_analysis.disclosure.structure import Regroupement
from cil_analysis.indicators.cadre import BAILLEUR, NON_RENSEIGNE
from cil_analysis.indicators.cotation_rangs import AUTRE, DECILES, TESTEUR, bornes_des_rangs, deciles_des_rangs
from cil_analysis.reference.ensemble import References

# What has a score is, in each of these, what has a class.
_DES_SCORES = {"tranche_score": "tranches_score", "origine_score": "origines_score", "rang_score": "rangs_score"}


def regroupements_de_la_cotation(references: References, jour: date) -> tuple[Regroupement, ...]:
    """Ranks are deciles, groups are landlords, and the rows with a score are those of every class."""
    return tuple(_regroupements(references, jour))


def _regroupements(references: References, jour: date) -> Iterator[Regroupement]:
    rangs = deciles_des_rangs(*bornes_des_rangs(references.parametres, jour))
    for rang, deciles in rangs.items():
        yield Regroupement(("rang_score", rang), "decile_score", deciles)
    yield Regroupement(("note", "connu"), "decile_score", DECILES)
    for dimension, liste in _DES_SCORES.items():
        yield Regroupement(("note", "connu"), dimension, tuple(references.nomenclatures[liste].codes()))
    testeurs = references.cotation.testeurs
    if testeurs:
        autres = [c for c in references.nomenclatures["bailleurs"].codes() if c not in testeurs]
        yield Regroupement(("groupe_cotation", TESTEUR), BAILLEUR, testeurs)
        yield Regroupement(("groupe_cotation", AUTRE), BAILLEUR, (*autres, NON_RENSEIGNE))
