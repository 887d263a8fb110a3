"""What a stored row of each extract may hold, by its dictionary: its columns, their types, lists and bounds."""

from __future__ import annotations

import re

import pandas as pd
from pandas.api.types import is_string_dtype, pandas_dtype

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.atelier import Consigne
from cil_analysis.extraits.cellules.codes import AILLEURS, CODE
from cil_analysis.extraits.store import reimporter
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References

PSEUDONYME = "demande_pseudonyme"
DTYPES = {
    "identifiant": "str",
    "date": "datetime64[us]",
    "commune": "str",
    "provenance": "str",
    "qpv": "str",
    "oui_non": "boolean",
    "code": "str",
    "codes": "str",
    "nombre": "Float64",
    "entier": "Int64",
    "cle": "str",
    "texte": "str",
}


def colonnes_gardees(dictionnaire: Dictionnaire) -> list[Colonne]:
    """The columns that reach the disk as they are, or computed; the N° unique becomes ``demande_pseudonyme``."""
    return [c for c in dictionnaire.colonnes.values() if c.conservation in ("gardee", "derivee")]


def dtypes(dictionnaire: Dictionnaire) -> dict[str, str]:
    """The stored columns in order, with their dtype."""
    pseudonyme = {PSEUDONYME: "str"} if "numero_unique" in dictionnaire.colonnes else {}
    return pseudonyme | {c.nom: DTYPES[c.type] for c in colonnes_gardees(dictionnaire)}


def exiger_les_types(table: pd.DataFrame, dictionnaire: Dictionnaire, projet: Projet, annee: int) -> None:
    """Raises ErreurCIL for stored rows that no import has written.

    A column is of another type than its own, and does not lack every value; or no row is kept without it.
    """
    attendus = dtypes(dictionnaire)
    exigees = {c.nom for c in colonnes_gardees(dictionnaire) if c.obligatoire == "ligne"}
    absentes = sorted(exigees - set(table))
    autres = [nom for nom, dtype in attendus.items() if nom in table and not _est_de_type(table[nom], dtype)]
    for nom in (*absentes, *autres):
        quoi = "manque" if nom in absentes else "n’est pas du type attendu"
        raise ErreurCIL(
            f"data/processed/{dictionnaire.extrait}/annee={annee}/part.parquet : la colonne « {nom} » {quoi}. Ce "
            "fichier n’est pas celui d’un import : réimportez l’extrait avec "
            f"« {reimporter(projet, dictionnaire.extrait, annee)} »."
        )


def _est_de_type(valeurs: pd.Series, dtype: str) -> bool:
    trouve = valeurs.dtype
    if dtype == "str":
        juste = isinstance(trouve, pd.CategoricalDtype) or is_string_dtype(valeurs)
    else:
        juste = trouve.kind == pandas_dtype(dtype).kind and not isinstance(trouve, pd.DatetimeTZDtype)
    return bool(juste or valeurs.isna().all())


def verifier_les_lignes(table: pd.DataFrame, consigne: Consigne) -> None:
    """Check clean rows before they are stored.

    Raises ErreurCIL for a code that its list lacks, which only reference data that contradict each other can give, and
    ValueError for all else: a defect of the cleaning. No value is told.
    """
    dictionnaire = consigne.dictionnaire
    if list(table.dtypes.items()) != [(nom, pandas_dtype(dtype)) for nom, dtype in dtypes(dictionnaire).items()]:
        raise ValueError(f"unexpected columns or types: {dict(table.dtypes)}")
    if PSEUDONYME in table and not table[PSEUDONYME].dropna().str.fullmatch("[0-9a-f]{32}").all():
        raise ValueError("not a pseudonym")
    jour = table.get(dictionnaire.jour[0]) if len(dictionnaire.jour) == 1 else None
    if jour is not None and not jour.dt.year.eq(consigne.annee).all():
        raise ValueError("another year")
    for colonne in colonnes_gardees(dictionnaire):
        valeurs = table[colonne.nom].dropna()
        if colonne.obligatoire == "ligne" and len(valeurs) < len(table):
            raise ValueError(f"missing: {colonne.nom}")
        bas, haut = colonne.minimum, colonne.maximum
        if (bas is not None and valeurs.lt(bas).any()) or (haut is not None and valeurs.gt(haut).any()):
            raise ValueError(f"out of bounds: {colonne.nom}")
        if not _sont_de_la_liste(valeurs, colonne, consigne.references):
            raise ErreurCIL(
                f"La colonne « {colonne.nom} » prend une valeur qui n’est pas dans sa liste : vérifiez les "
                "nomenclatures et les communes de data/reference, ou le type de cette colonne dans "
                "data/reference/columns."
            )


def _sont_de_la_liste(valeurs: pd.Series, colonne: Colonne, references: References) -> bool:
    if colonne.type == "commune":
        return bool(valeurs.isin(references.territoire.communes["code_insee"]).all())
    if colonne.type == "provenance":
        return all(re.fullmatch(f"{CODE}|{AILLEURS}", code, re.ASCII) for code in valeurs.unique())
    if colonne.type in ("code", "codes"):
        codes = set(references.nomenclatures[colonne.nomenclature].codes(None))
        return all(codes.issuperset(code.split(";")) for code in valeurs.unique())
    return True
