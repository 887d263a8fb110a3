"""Whom an objective or a figure is about, in words: « Chaque commune », « Commune : Fay », « Bailleur : Alpha »."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.grammaire.indicateur import EN_QPV, EPCI, HORS_QPV
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

_TYPES = {"commune": "Commune", "qpv": "Quartier", "bailleur": "Bailleur", "reservataire": "Réservataire"}
_ENSEMBLES = {EN_QPV: "Quartiers prioritaires", HORS_QPV: "Hors quartier prioritaire"}
TOUS = "*"


def perimetre(rapport: Rapport, cles: Mapping[Any, Any] | pd.Series) -> str:
    """The perimeter of an objective or of a figure."""
    genre = str(cles["perimetre_type"])
    if genre == EPCI:
        return rapport.projet.epci_nom_court
    return _ENSEMBLES.get(genre) or _nommer(genre, str(cles["perimetre_code"]), rapport.perimetres)


def acteur(rapport: Rapport, cles: Mapping[Any, Any] | pd.Series) -> str:
    """The landlord or réservataire, or nothing."""
    genre = str(cles["acteur_type"])
    return _nommer(genre, str(cles["acteur_code"]), rapport.acteurs) if genre else ""


def modalite(rapport: Rapport, cles: Mapping[Any, Any] | pd.Series) -> str:
    """The category, such as a public, or nothing."""
    code = str(cles["modalite"])
    if not code or str(cles["indicateur"]) not in rapport.publication:
        return code
    return rapport.modalites(str(cles["indicateur"])).get(code, code)


def portee(rapport: Rapport, cles: Mapping[Any, Any] | pd.Series) -> str:
    """All of it: « Commune : Fay · Bailleur : Alpha · DALO »; the EPCI goes without saying beside an actor."""
    qui = acteur(rapport, cles)
    ou = "" if qui and cles["perimetre_type"] == EPCI else perimetre(rapport, cles)
    return typographie(" · ".join(mot for mot in (ou, qui, modalite(rapport, cles)) if mot))


def _nommer(genre: str, code: str, libelles: Mapping[str, str]) -> str:
    nom = _TYPES[genre]
    return f"Chaque {nom.lower()}" if code == TOUS else f"{nom} : {libelles.get(code, code)}"
