"""The figures of other territories beside those of the EPCI: on a drawing, in its data table, in its sentence.

They are public facts (data/reference/comparateurs.csv), so none is masked; none stands beside a figure of ours that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from cil_analysis.grammaire.indicateur import EPCI
from cil_analysis.rapport.mots.formats import enumerer, valeur

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre


class Comparateur(NamedTuple):
    """A figure of another territory: ``perimetre``, its name, ``lieu``, the same in a sentence, ``dit``, its value."""

    perimetre: str
    lieu: str
    annee: int
    valeur: float
    dit: str
    source: str


# By name of a territory, then by year, what stands beside the figures of a series.
Series = Mapping[str, Mapping[str, Comparateur]]


def connus(c: Chiffre) -> list[Comparateur]:
    """Those of the indicator of a figure, every year of them; none unless it is published, of the whole EPCI."""
    ligne = c.ligne
    if c.de is None or not c.est_publie or c.terme != "valeur" or ligne["perimetre_type"] != EPCI:
        return []
    if ligne["acteur_type"] or ligne["modalite"]:
        return []
    table = c.de.rapport.references.comparateurs
    siens = table[table["indicateur"].eq(ligne["indicateur"])].to_dict("records")
    return [
        Comparateur(
            x["perimetre"], x["lieu"], x["annee"], x["valeur"], valeur(x["valeur"], str(ligne["unite"])), x["source"]
        )
        for x in siens
    ]


def en_series(chiffres: Iterable[Chiffre]) -> Series:
    """Those that stand beside figures cut by year, each in the year that it is of."""
    series: dict[str, dict[str, Comparateur]] = {}
    for c in chiffres:
        for x in connus(c):
            if x.annee == c.ligne["annee"]:
                series.setdefault(x.perimetre, {})[str(x.annee)] = x
    return series


def en_colonnes(series: Series) -> dict[str, pd.Series]:
    """The columns of a data table: by year, as it is written."""
    return {nom: pd.Series({a: x.dit for a, x in lus.items()}, dtype="object") for nom, lus in series.items()}


def en_suite(series: Series) -> str:
    """What a text alternative says of them: « France : 14,0 % en 2021, 15,0 % en 2022. », or nothing."""
    return " ".join(
        f"{nom} : {', '.join(f'{x.dit} en {annee}' for annee, x in lus.items())}." for nom, lus in series.items()
    )


def sources(series: Series) -> str:
    """Where they come from, for the source line of a figure: « France : comptes du logement. », or nothing."""
    return " ".join(
        f"{nom} : {enumerer(list(dict.fromkeys(x.source for x in lus.values())))}." for nom, lus in series.items()
    )


def en_phrase(c: Chiffre) -> str:
    """« , contre 12,3 % dans la région (source) », to follow a figure in a sentence, or nothing.

    Of each territory, its figure of the same year, or else the last one before, which says its year.
    """
    derniers: dict[str, Comparateur] = {}
    for x in sorted(connus(c), key=lambda x: x.annee):
        if x.annee <= c.ligne["annee"]:
            derniers[x.perimetre] = x
    dits = [
        f"{x.dit} {x.lieu}{f' en {x.annee}' if x.annee != c.ligne['annee'] else ''} ({x.source})"
        for x in derniers.values()
    ]
    return f", contre {enumerer(dits)}" if dits else ""
