"""Whether a cell can be a value of a canonical column: its type, its nomenclature and its bounds say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from cil_analysis.extracts import cleaning
from cil_analysis.reference.columns import Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser


def lisible(colonne: Colonne, dictionnaire: Dictionnaire, references: References) -> Callable[[str], bool]:
    """The test of one cell, which must say something (:func:`cleaning.est_absent`): does it read, within the bounds?

    Where an extract has a column for the commune's code and another for its name, each is held to its own.
    """
    lire = _lecteur(colonne, references)
    if colonne.type == "commune":
        noms = bool(colonne.alternative_de)
        a_part = noms or any(c.alternative_de == colonne.nom for c in dictionnaire.colonnes.values())
        lire_commune = lire
        lire = (lambda texte: lire_commune(_exiger(texte, noms=noms))) if a_part else lire_commune

    def essayer(texte: str) -> bool:
        try:
            valeur = lire(texte)
        except (ValueError, OverflowError):
            return False
        if isinstance(valeur, int | float):
            bas = colonne.minimum is None or valeur >= colonne.minimum
            return bas and (colonne.maximum is None or valeur <= colonne.maximum)
        return True

    return essayer


def _lecteur(colonne: Colonne, references: References) -> Callable[[str], Any]:
    if colonne.type in ("code", "codes"):
        vers_code = references.nomenclatures[colonne.nomenclature].vers_code()
        return lambda texte: _lire_codes(texte, vers_code, plusieurs=colonne.type == "codes")
    if colonne.type == "commune":
        vers_commune = references.territoire.vers_commune()
        return lambda texte: cleaning.lire_commune(texte, vers_commune)
    if colonne.type == "qpv":
        connus = _qpv_connus(references)
        return lambda texte: _lire_qpv(texte, connus)
    lecteurs: dict[str, Callable[[str], Any]] = {
        "identifiant": cleaning.lire_identifiant,
        "date": cleaning.lire_date,
        "oui_non": cleaning.lire_oui_non,
        "nombre": lambda texte: cleaning.lire_nombre(texte, sentinelles=colonne.sentinelles),
        "entier": lambda texte: cleaning.lire_entier(texte, sentinelles=colonne.sentinelles),
        "cle": str,
    }
    return lecteurs[colonne.type]


def _exiger(texte: str, *, noms: bool) -> str:
    if noms == any(signe.isdigit() for signe in texte):
        raise ValueError(texte)
    return texte


def _lire_codes(texte: str, vers_code: dict[str, str], *, plusieurs: bool) -> str | None:
    if not plusieurs:
        return cleaning.lire_code(texte, vers_code)
    if cleaning.a_un_code_inconnu(texte, vers_code):
        raise ValueError(texte)
    return cleaning.lire_codes(texte, vers_code)


def _qpv_connus(references: References) -> frozenset[str]:
    """What the QPV of every generation are called."""
    territoire = references.territoire
    debuts: list[date] = [jour.date() for jour in territoire.table_qpv["valide_du"].dropna().unique()]
    return frozenset(forme for jour in debuts for forme in territoire.vers_qpv(jour))


def _lire_qpv(texte: str, connus: frozenset[str]) -> str:
    mot = normaliser(texte)
    if mot not in connus and not mot.startswith("hors"):
        raise ValueError(texte)
    return mot
