"""Whom a sheet is about, a commune, a landlord or a réservataire: those of a year, and how one is recognised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

_INTROUVABLES = {
    "commune": "Aucune commune membre",
    "bailleur": "Aucun bailleur",
    "reservataire": "Aucun réservataire",
}
# A dwelling that nobody reserves has no réservataire to be told of.
HORS_CONTINGENT = "AUCUN"


@dataclass(frozen=True)
class Sujet:
    """Whom a sheet is about. ``genre``: commune, bailleur or reservataire."""

    genre: str
    code: str
    nom: str


def communes(references: References, annee: int) -> dict[str, str]:
    """Code → name of the communes that have a sheet: the members on 31 December, in report order."""
    membres = references.territoire.membres(date(annee, 12, 31))
    return dict(zip(membres["code_insee"], membres["nom"], strict=True))


def bailleurs(references: References, annee: int) -> dict[str, str]:
    """Code → name of the landlords that have a sheet: those of the list that existed in the year, in file order."""
    return _existants(references, "bailleurs", annee)


def reservataires(references: References, annee: int) -> dict[str, str]:
    """Code → name of the réservataires that existed in the year, in file order."""
    codes = _existants(references, "reservataires", annee)
    return {code: nom for code, nom in codes.items() if code != HORS_CONTINGENT}


LISTES: Mapping[str, Callable[[References, int], dict[str, str]]] = MappingProxyType(
    {"commune": communes, "bailleur": bailleurs, "reservataire": reservataires}
)


def _existants(references: References, nomenclature: str, annee: int) -> dict[str, str]:
    liste = references.nomenclatures[nomenclature]
    debut, fin = liste.table["valide_du"], liste.table["valide_au"]
    ouverts = debut.isna() | (debut <= pd.Timestamp(annee, 12, 31))
    ouverts &= fin.isna() | (fin >= pd.Timestamp(annee, 1, 1))
    codes = dict.fromkeys(liste.table.loc[ouverts, "code"].astype(str))
    return {code: liste.libelle(code) for code in codes}


def trouver(references: References, annee: int, genre: str, texte: str | None) -> Sujet:
    """The subject of a code or name, the first one by default. Raises ErreurCIL for an unknown one."""
    connus = LISTES[genre](references, annee)
    code = reconnaitre(next(iter(connus), "") if texte is None else str(texte), connus, genre)
    return Sujet(genre, code, connus[code])


def reconnaitre(texte: str, connus: Mapping[str, str], genre: str) -> str:
    """The code of a name or of a code. Raises ErreurCIL, with the closest one, for what is neither."""
    formes: dict[str, str] = {}
    for code, nom in connus.items():
        formes.setdefault(normaliser(nom), code)
    formes |= {normaliser(code): code for code in connus}
    forme = normaliser(texte)
    if forme in formes:
        return formes[forme]
    suite = ", ".join(f"{code} ({nom})" for code, nom in connus.items())
    if proches := get_close_matches(forme, formes, n=1, cutoff=0.5):
        code = formes[proches[0]]
        suite = f"le plus proche : {code} ({connus[code]})"
    raise ErreurCIL(f"{_INTROUVABLES[genre]} ne répond à « {texte} ». Noms possibles : {suite or 'la liste est vide'}.")
