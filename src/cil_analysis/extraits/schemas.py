"""The pandera schema of each clean extract, built from its dictionary: what a stored row may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionDtype
from pandas.api.types import is_string_dtype, pandas_dtype

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cleaning import distinctes, sont_de
from cil_analysis.extraits.cleaning.provenances import AILLEURS, CODE
from cil_analysis.reference.columns import Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import Nomenclature

if TYPE_CHECKING:
    import pandera.pandas as pa

PSEUDONYME = "demande_pseudonyme"
_PSEUDONYME = (b"0123456789abcdef", 32)
Type = np.dtype | ExtensionDtype
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
}


def colonnes_gardees(dictionnaire: Dictionnaire) -> list[Colonne]:
    """The columns that reach the disk as they are, or computed; the N° unique becomes ``demande_pseudonyme``."""
    return [c for c in dictionnaire.colonnes.values() if c.conservation in ("gardee", "derivee")]


def dtypes(dictionnaire: Dictionnaire) -> dict[str, str]:
    """The stored columns in order, with their dtype."""
    pseudonyme = {PSEUDONYME: "str"} if "numero_unique" in dictionnaire.colonnes else {}
    return pseudonyme | {c.nom: DTYPES[c.type] for c in colonnes_gardees(dictionnaire)}


def exiger_les_types(table: pd.DataFrame, dictionnaire: Dictionnaire, annee: int) -> pd.DataFrame:
    """The stored rows of an extract, each column of which is of its type, or lacks every value.

    Raises ErreurCIL for another type, or a column without which no row is kept: a file that no import has written.
    """
    attendus = dtypes(dictionnaire)
    exigees = {c.nom for c in colonnes_gardees(dictionnaire) if c.obligatoire == "ligne"}
    absentes = sorted(exigees - set(table))
    autres = [nom for nom, dtype in attendus.items() if nom in table and not _est_de_type(table[nom], dtype)]
    for nom in (*absentes, *autres):
        quoi = "manque" if nom in absentes else "n’est pas du type attendu"
        raise ErreurCIL(
            f"data/processed/{dictionnaire.extrait}/annee={annee}/part.parquet : la colonne « {nom} » {quoi}. Ce "
            f"fichier n’est pas celui d’un import : réimportez l’extrait avec « cil importer FICHIER --annee {annee} "
            f"--extrait {dictionnaire.extrait} »."
        )
    return table


def _est_de_type(valeurs: pd.Series, dtype: str) -> bool:
    trouve = valeurs.dtype
    if dtype == "str":
        juste = isinstance(trouve, pd.CategoricalDtype) or is_string_dtype(valeurs)
    else:
        juste = trouve.kind == pandas_dtype(dtype).kind and not isinstance(trouve, pd.DatetimeTZDtype)
    return bool(juste or valeurs.isna().all())


def compacts(dictionnaire: Dictionnaire, references: References) -> dict[str, Type]:
    """The stored columns in order, with their dtype in memory: what is of a closed list is a rank in that list."""
    communes = sorted(references.territoire.communes["code_insee"].unique())
    listes = {
        c.nom: communes if c.type == "commune" else references.nomenclatures[c.nomenclature].codes(None)
        for c in colonnes_gardees(dictionnaire)
        if c.type in ("commune", "code")
    }
    return {
        nom: pd.CategoricalDtype(pd.Index(listes[nom], dtype="str")) if nom in listes else pandas_dtype(dtype)
        for nom, dtype in dtypes(dictionnaire).items()
    }


def en_rangs(codes: pd.Series, liste: pd.CategoricalDtype, nom: str) -> pd.Series:
    """Each code as its rank in the list of a column; each distinct one is looked for once.

    Raises ErreurCIL for a code that the list lacks: reference data that contradict each other.
    """
    rangs, distincts = pd.factorize(codes)
    places = liste.categories.get_indexer(distincts)
    if (places < 0).any():
        raise ErreurCIL(
            f"La colonne « {nom} » prend une valeur qui n’est pas dans sa liste : vérifiez les nomenclatures et les "
            "communes de data/reference, ou le type de cette colonne dans data/reference/columns."
        )
    return pd.Series(pd.Categorical.from_codes(np.append(places, -1)[rangs], dtype=liste), index=codes.index)


def schema(dictionnaire: Dictionnaire, nomenclatures: Mapping[str, Nomenclature], annee: int) -> pa.DataFrameSchema:
    """The schema of a clean extract of one year, besides the types: see :func:`compacts`."""
    import pandera.pandas as pa  # Long to load: only an import needs it.

    colonnes: dict[str, pa.Column] = {}
    if "numero_unique" in dictionnaire.colonnes:
        colonnes[PSEUDONYME] = pa.Column(
            checks=pa.Check(lambda textes: sont_de(textes, *_PSEUDONYME), name="pseudonyme"), nullable=True
        )
    for colonne in colonnes_gardees(dictionnaire):
        colonnes[colonne.nom] = pa.Column(
            checks=_controles(colonne, nomenclatures), nullable=colonne.obligatoire != "ligne"
        )
    if len(dictionnaire.jour) == 1 and dictionnaire.jour[0] in colonnes:
        jour = colonnes[dictionnaire.jour[0]]
        jour.checks.append(pa.Check(lambda jours: jours.dt.year == annee, name="annee"))
    return pa.DataFrameSchema(colonnes, strict=True, ordered=True)


def _controles(colonne: Colonne, nomenclatures: Mapping[str, Nomenclature]) -> list[pa.Check]:
    import pandera.pandas as pa

    controles = []
    if colonne.type == "provenance":
        forme = re.compile(f"(?:{CODE}|{AILLEURS})", re.ASCII)
        controles.append(_chacun(lambda valeur: forme.fullmatch(valeur) is not None))
    if colonne.type == "codes":
        permis = frozenset(nomenclatures[colonne.nomenclature].codes(None))
        controles.append(_chacun(lambda valeur: permis.issuperset(valeur.split(";"))))
    if colonne.minimum is not None:
        controles.append(pa.Check.ge(colonne.minimum))
    if colonne.maximum is not None:
        controles.append(pa.Check.le(colonne.maximum))
    return controles


def _chacun(est_permis: Callable[[str], bool]) -> pa.Check:
    """Every value passes a test. Each distinct one is looked at once: they are few."""
    import pandera.pandas as pa

    return pa.Check(lambda valeurs: distinctes(valeurs).ou(est_permis), name="codes")


def valider(table: pd.DataFrame, schema_extrait: pa.DataFrameSchema, attendus: Mapping[str, Type]) -> pd.DataFrame:
    """Check a clean frame before it is written. A failure here is a defect of the cleaning, not of the file."""
    ecarts = {c: (str(table[c].dtype), str(d)) for c, d in attendus.items() if table[c].dtype != d}
    if ecarts:
        raise TypeError(f"unexpected dtypes: {ecarts}")
    valide: pd.DataFrame = schema_extrait.validate(table, lazy=True)
    return valide
