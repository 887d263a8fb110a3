"""From canonical values to the cells of a file: headings of the year, labels as people type them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd

from cil_analysis.exemple.tirage import Tirage
from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.texte import normaliser

_MILLESIME = "exemple_"
_AILLEURS = "Hors département"


def entetes(tire: Tirage, dictionnaire: Dictionnaire) -> dict[str, str]:
    """Canonical column → heading: the latest example vintage of the dictionary that is not after the year."""
    millesimes = sorted(nom for nom in dictionnaire.millesimes if nom.startswith(_MILLESIME))
    passes = [nom for nom in millesimes if int(nom.removeprefix(_MILLESIME)) <= tire.annee] or millesimes[:1]
    millesime = dictionnaire.millesimes[passes[-1]]
    return {nom: millesime[nom][0] for nom in dictionnaire.colonnes if nom in millesime}


def cellules(
    tire: Tirage, dictionnaire: Dictionnaire, table: pd.DataFrame, decimale: str | None
) -> tuple[list[str], list[list[object]]]:
    """The headings, and the rows as they are typed; ``decimale``: the mark of a text file, None for a workbook."""
    titres = entetes(tire, dictionnaire)
    colonnes = []
    for nom in titres:
        colonne = dictionnaire.colonnes[nom]
        # A name is written from the code that it stands for.
        source = table[nom if nom in table else colonne.alternative_de]
        ecrire = _redacteur(tire, colonne, decimale)
        colonnes.append([ecrire(valeur) if valeur != "" else "" for valeur in source])
    return list(titres.values()), [list(ligne) for ligne in zip(*colonnes, strict=True)]


def _redacteur(tire: Tirage, colonne: Colonne, decimale: str | None) -> Callable[[object], object]:
    """How a value of a column, which is there, is typed in a file."""
    h = tire.hasard
    if colonne.type == "provenance":
        noms = tire.references.territoire.noms()
        return lambda v: _varier(h, noms.get(str(v), _AILLEURS)) if colonne.alternative_de else v
    if colonne.type in ("code", "codes", "commune", "qpv"):
        libelles = _libelles(tire, colonne)
        return lambda v: "; ".join(_varier(h, libelles.get(code, code)) for code in str(v).split(";"))
    if colonne.type == "date":
        return lambda v: v if isinstance(v, str) else v.to_pydatetime() if decimale is None else f"{v:%d/%m/%Y}"  # type: ignore[attr-defined]  # drawn as timestamps
    if colonne.type == "oui_non":
        return lambda v: "Oui" if v else "Non"
    if colonne.type == "nombre":
        return lambda v: str(v).replace(".", decimale) if decimale else float(str(v))
    return lambda v: int(v) if isinstance(v, int | float) else v


def _libelles(tire: Tirage, colonne: Colonne) -> dict[str, str]:
    if colonne.type == "commune":
        return tire.references.territoire.noms()
    if colonne.type == "qpv":
        quartiers = tire.references.territoire.qpv(pd.Timestamp(tire.annee, 12, 31).date())
        return dict(zip(quartiers["code"], quartiers["nom"], strict=True))
    return tire.references.nomenclatures[colonne.nomenclature].libelles()


def _varier(h: np.random.Generator, libelle: str) -> str:
    """A label as people type it: most often as it is, sometimes in capitals or without accents."""
    de = h.random()
    if de < 0.84:
        return libelle
    if de < 0.92:
        return libelle.upper()
    sans_accents = "".join(c for c in unicodedata.normalize("NFD", libelle) if not unicodedata.combining(c))
    return sans_accents if normaliser(sans_accents) == normaliser(libelle) else libelle
