"""What the files of communes call their columns, and the reading of those that are tables."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cil_analysis.extraits.lecture.lignes import premieres_lignes
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.extraits.lecture.tableau import lire_feuilles
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.texte import normaliser

# What a column is → its headings, the surest first.
Synonymes = Mapping[str, Sequence[str]]
COMMUNES: Synonymes = lire_du_logiciel("territoires/entetes.yml")["communes"]

_ANNEE_EN_FIN = re.compile(r" (?:19|20)\d\d$")


@dataclass(frozen=True)
class Tableau:
    """One sheet or file: what it is called, the words above its header, and its rows as text, by kind of column."""

    nom: str
    preambule: str
    lignes: pd.DataFrame


def reperer(entetes: Sequence[str], synonymes: Synonymes) -> dict[str, int]:
    """Which column is what: the rank of the surest heading of each kind. A year at its end (« pmun_2023 ») is free.

    >>> reperer(["LIBGEO", "SIREN", "CODGEO", "pmun_2023"], COMMUNES)
    {'code': 2, 'nom': 0, 'epci': 1, 'population': 3}
    """
    rangs: dict[str, int] = {}
    for rang, entete in enumerate(entetes):
        forme = normaliser(entete)
        for connue in (forme, _ANNEE_EN_FIN.sub("", forme)):
            rangs.setdefault(connue, rang)
    trouves: dict[str, int] = {}
    for genre, formes in synonymes.items():
        rang_trouve = next((rangs[f] for f in map(normaliser, formes) if f in rangs), None)
        if rang_trouve is not None and rang_trouve not in trouves.values():
            trouves[genre] = rang_trouve
    return trouves


def lire_tableaux(fichier: Path, synonymes: Synonymes, necessaires: Sequence[str]) -> list[Tableau]:
    """The tables of a workbook, of delimited text or of an archive of them that have the necessary columns."""
    connus = frozenset(normaliser(forme) for formes in synonymes.values() for forme in formes)
    tableaux = []
    for source in ouvrir(fichier):
        for feuille in lire_feuilles(source, [connus]):
            lignes = premieres_lignes(feuille.table)
            reperes = [reperer(ligne, synonymes) for ligne in lignes]
            rang = max(range(len(lignes)), key=lambda i: len(reperes[i]), default=-1)
            if rang < 0 or not set(necessaires) <= reperes[rang].keys():
                continue
            corps = feuille.table.slice(rang + 1)
            donnees = {genre: corps.column(colonne).to_pylist() for genre, colonne in reperes[rang].items()}
            tableaux.append(
                Tableau(
                    nom=source.nom + (f", feuille « {feuille.nom} »" if feuille.nom else ""),
                    preambule=" ".join(cellule for ligne in lignes[:rang] for cellule in ligne if cellule),
                    lignes=pd.DataFrame(donnees, dtype="str"),
                )
            )
    return tableaux


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


def departement(code: str) -> str:
    """The département of an INSEE code.

    >>> departement("01004"), departement("2A004"), departement("97411")
    ('01', '2A', '974')
    """
    return code[:3] if code.startswith(("97", "98")) else code[:2]
