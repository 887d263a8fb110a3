"""Reports made of hand-written published tables, on the repository's own reference data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tables_publiees import EPCI, REGLES, table

from cil_analysis.disclosure.published import Publication, PublishedTable
from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.project import ouvrir_projet
from cil_analysis.reference.ensemble import References

_RIEN = {"numerateur": 50, "denominateur": 100}
RACINE = Path(__file__).resolve().parents[2]
PROJET = ouvrir_projet(RACINE)
REFERENCES = References(PROJET)


def rapport(tables: dict[str, list[dict[str, Any]]], annees: tuple[int, ...] = (2021, 2022)) -> Rapport:
    """A report: indicator code → rows of counts (an empty list: nothing was imported for it)."""
    publiees: dict[str, PublishedTable] = {}
    for code, lignes in ({connu: [] for connu in PAR_CODE} | tables).items():
        publiees[code] = table(_unite(code), lignes, code) if lignes else _vide(code)
    return Rapport(PROJET, REFERENCES, Publication(annees[-1], annees, publiees, REGLES, False, ()))


def _unite(code: str) -> str:
    return PAR_CODE[code].unite if code in PAR_CODE else "pct"


@cache
def _vide(code: str) -> PublishedTable:
    """A table without rows. Published once: there are as many as indicators."""
    return table(_unite(code), [_RIEN], code).ou(annee=0)


def serie(valeurs: dict[int, float], **plus: Any) -> list[dict[str, Any]]:
    """The counts of the EPCI, by year."""
    return [{"annee": a, "numerateur": n} | plus for a, n in valeurs.items()]


__all__ = ["EPCI", "PROJET", "RACINE", "REFERENCES", "rapport", "serie"]
