"""Which year the page on the stock shows: the OPS comes every two years, and an RPLS file may be missing."""

from __future__ import annotations

from dataclasses import replace

from cil_analysis.presentation.figures import a_des_chiffres
from cil_analysis.presentation.rapport import Rapport


def au(rapport: Rapport, annee: int) -> Rapport:
    """The same report, read in an earlier year of its series."""
    return replace(rapport, publication=replace(rapport.publication, annee=annee))


def derniere(rapport: Rapport, code: str) -> Rapport:
    """The report in the last year that has figures of an indicator; as it is when none has."""
    table = rapport.publication[code]
    annees = [annee for annee in rapport.annees if a_des_chiffres(table.ou(annee=annee))]
    return au(rapport, annees[-1]) if annees else rapport


def enquete(rapport: Rapport) -> Rapport:
    """The report in the year of the last OPS survey."""
    return derniere(rapport, "S04")


def repertoire(rapport: Rapport) -> Rapport:
    """The report in the year of the last RPLS file."""
    return derniere(rapport, "S01")


def rotation(rapport: Rapport) -> Rapport:
    """The report in the last year whose allocations are set against the RPLS."""
    return derniere(rapport, "S02")
