"""The figures of other territories beside those of the EPCI: on drawings by year, in their tables, in some sentences.

They are public facts (data/reference/comparateurs.csv), so none is masked; none stands beside a figure of ours that is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from cil_analysis.grammaire.indicateur import EPCI
from cil_analysis.rapport.mots.formats import enumerer, valeur
from cil_analysis.reference.comparateurs import TERRITOIRES

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.chiffres import Chiffres


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


def distinguer(series: Iterable[tuple[str, Mapping[str, Comparateur]]], deja: Iterable[str]) -> Series:
    """Them, each under a name of its own: none of ``deja``, the headings of the data table, nor of a legend."""
    pris, nommees = {_lu(nom) for nom in (*deja, "objectif")}, dict[str, Mapping[str, Comparateur]]()
    for nom, lus in series:
        while _lu(nom) in pris:
            nom = f"Autre territoire\u202f: {nom}"
        pris.add(_lu(nom))
        nommees[nom] = lus
    return nommees


def de_courbes(tables: Mapping[str, Chiffres], deja: Collection[str]) -> tuple[Series, Series]:
    """Those that stand beside several series, each named with its own; those of them that are drawn.

    All are drawn when as many lines can be told apart, otherwise those of the first series that has some.
    """
    par_serie = [
        [(f"{autre} – {nom}" if len(tables) > 1 else autre, lus) for autre, lus in en_series(table).items()]
        for nom, table in tables.items()
        if table.axes == ("annee",)
    ]
    toutes = distinguer([x for siennes in par_serie for x in siennes], deja)
    if len(toutes) <= TERRITOIRES:
        return toutes, toutes
    premieres = next(len(siennes) for siennes in par_serie if siennes)
    return toutes, dict(list(toutes.items())[:premieres])


def en_colonnes(series: Series) -> dict[str, pd.Series]:
    """The columns of a data table: by year, as it is written; blank in a year without figure, or whose ours is none."""
    colonnes = {nom: pd.Series({a: x.dit for a, x in lus.items()}, dtype="object") for nom, lus in series.items()}
    for colonne in colonnes.values():
        colonne.attrs["absent"] = ""
    return colonnes


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


def _lu(nom: str) -> str:
    """A name as a reader tells it from another: its spaces and capitals are no difference."""
    return " ".join(nom.split()).casefold()
