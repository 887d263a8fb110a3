"""Reports made of hand-written published tables, on the repository's own reference data."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
from tables_publiees import EPCI, REGLES, table, table_vide, textes

from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.bloc import Bloc, paragraphe
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import Parametres, ValeurDatee
from cil_analysis.reference.tables import schemas
from cil_analysis.secret.table_publiee import Publication, PublishedTable
from cil_analysis.typographie import typographie
from messages import lisible
from page_lue import Noeud, arbre, fautes, tableau_lu
from registres import PAR_CODE

RACINE = Path(__file__).resolve().parents[2]
PROJET = ouvrir_projet(RACINE)
REFERENCES = References(PROJET)


def rapport(tables: dict[str, list[dict[str, Any]]], annees: tuple[int, ...] = (2021, 2022)) -> Rapport:
    """A report: indicator code → rows of counts (an empty list: nothing was imported for it)."""
    publiees: dict[str, PublishedTable] = {}
    for code, lignes in ({connu: [] for connu in PAR_CODE} | tables).items():
        publiees[code] = table(_unite(code), lignes, code) if lignes else table_vide(_unite(code), code)
    return Rapport(REFERENCES, Publication(annees[-1], annees, publiees, REGLES, False, ()))


def avec(publie: Rapport, tables: Mapping[str, pd.DataFrame] = MappingProxyType({}), **changes: Any) -> Rapport:
    """The same report on other reference data, some of its ``tables`` by name; what is read is read once."""
    references = References(PROJET)
    vars(references).update(_lues() | changes)
    _ = [REFERENCES.tables[nom] for nom in schemas() if nom.startswith("governance/")]  # Before one is another.
    vars(references)["tables"] = copy(REFERENCES.tables)
    references.tables.update(tables)
    return replace(publie, references=references)


@cache
def _lues() -> dict[str, Any]:
    return {nom: getattr(REFERENCES, nom) for nom, lue in vars(References).items() if isinstance(lue, cached_property)}


def parametres(fichier: str, /, **valeurs: object) -> Parametres:
    """Those of the repository, some of which, of one file, have another value."""
    tous = dict(REFERENCES.parametres)
    for nom, valeur in valeurs.items():
        datee = ValeurDatee(date(2015, 1, 1), valeur, (), "C")  # type: ignore[arg-type]
        tous[f"{fichier}.{nom}"] = replace(tous[f"{fichier}.{nom}"], valeurs=(datee,))
    return Parametres(tous)


def _unite(code: str) -> str:
    return PAR_CODE[code].unite if code in PAR_CODE else "pct"


def serie(valeurs: dict[int, float], **plus: Any) -> list[dict[str, Any]]:
    """The counts of the EPCI, by year."""
    return [{"annee": a, "numerateur": n} | plus for a, n in valeurs.items()]


def lu(bloc: Bloc) -> Noeud:
    """What a piece of a page shows, without a fault of typography nor a leftover of code."""
    page = arbre(bloc.html)
    trouvees = fautes(page, lambda faute, texte: texte == EPCI or "La Gazette des communes" in texte)
    assert not trouvees, trouvees
    return page


def lignes_de(noeud: Noeud, rang: int = 0) -> dict[str, list[str]]:
    """The rows of a table of a piece, with ordinary spaces."""
    lignes = tableau_lu(noeud.tous("table")[rang]).lignes
    return {lisible(nom): [lisible(cellule) for cellule in cellules] for nom, cellules in lignes.items()}


def dessin(bloc: Bloc) -> list[str]:
    """The texts of its first drawing."""
    return [lisible(t) for t in textes(bloc.html[bloc.html.index("<svg") : bloc.html.index("</svg>") + 6])]


def phrase(texte: str) -> str:
    """A sentence with ordinary spaces, after a look at its typography on a page."""
    lu(paragraphe(typographie(texte), "constat"))
    return lisible(texte)


__all__ = [
    "EPCI", "PROJET", "RACINE", "REFERENCES", "avec", "dessin", "lignes_de", "lu", "parametres", "phrase", "rapport",
    "serie",
]  # fmt: skip
