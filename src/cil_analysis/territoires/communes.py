"""What the files of communes call their columns, and what their rows are: codes, names, and the EPCI of each."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.texte import normaliser

# What a column is → its headings, the surest first.
ENTETES: Mapping[str, Sequence[str]] = {
    genre: [normaliser(forme) for forme in formes]
    for genre, formes in lire_du_logiciel("territoires/entetes.yml").items()
}
_ANNEE_EN_FIN = re.compile(r" (?:19|20)\d\d$")


def reperer(entetes: Sequence[str]) -> dict[str, int]:
    """Which column is what: the rank of the surest heading of each kind. A year at its end (« pmun_2023 ») is free.

    >>> reperer(["LIBGEO", "SIREN", "CODGEO", "pmun_2023"])
    {'code': 2, 'nom': 0, 'epci': 1, 'population': 3}
    """
    rangs: dict[str, int] = {}
    for rang, entete in enumerate(entetes):
        forme = normaliser(entete)
        for connue in (forme, _ANNEE_EN_FIN.sub("", forme)):
            rangs.setdefault(connue, rang)
    trouves: dict[str, int] = {}
    for genre, formes in ENTETES.items():
        rang_trouve = next((rangs[forme] for forme in formes if forme in rangs), None)
        if rang_trouve is not None and rang_trouve not in trouves.values():
            trouves[genre] = rang_trouve
    return trouves


def sirens(texte: object) -> list[str]:
    """The SIREN of a cell: none (« NR »), one, or several (« a/b »).

    >>> sirens("200000001/200054781"), sirens("NR"), sirens("200000001.0")
    (['200000001', '200054781'], [], ['200000001'])
    """
    return re.findall(r"(?<!\d)\d{9}(?!\d)", str(texte))


def rattachees(communes: pd.DataFrame, siren: str) -> pd.DataFrame:
    """The rows of the communes of an EPCI; ``epci``: the SIREN of each."""
    return communes[[siren in siens for siens in communes["epci"]]]


def nommees(communes: pd.DataFrame) -> dict[str, str]:
    """Code → name."""
    return dict(zip(communes["code"], communes["nom"], strict=True))
