"""What a column of the dictionary may hold, by its type, its list and its bounds: how a cell is read and stored."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
from pandas.api.types import is_string_dtype, pandas_dtype

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import Consigne
from cil_analysis.extraits.cellules.codes import (
    AILLEURS,
    CODE,
    codes_inconnus,
    lire_code,
    lire_codes,
    lire_commune,
    lire_oui_non,
    lire_provenance,
)
from cil_analysis.extraits.cellules.textes import est_absent
from cil_analysis.extraits.cellules.valeurs import lire_date, lire_entier, lire_identifiant, lire_nombre
from cil_analysis.extraits.store import reimporter
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import NON, OUI, PSEUDONYME, VIDE, Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.secteurs import RESIDENCES
from cil_analysis.reference.texte import normaliser

DTYPES = {"date": "datetime64[us]", "oui_non": "boolean", "nombre": "Float64", "entier": "Int64"} | dict.fromkeys(
    ("identifiant", "commune", "provenance", "qpv", "code", "codes", "cle", "texte"), "str"
)
HORS = "HORS"
"""What a label of a QPV column stands for that says « outside »."""
HORS_QPV = frozenset(lire_du_logiciel("extraits/mots.yml")["hors_qpv"])
"""Words of a QPV column that say « outside », in comparison form."""
_VALEURS: Mapping[str, Any] = {OUI: True, NON: False, VIDE: None}


def lecteur(colonne: Colonne, references: References) -> Callable[[str], Any]:
    """The cleaning rule of a column: cell → value, None for « not given », ValueError for what cannot be read.

    A QPV stays text: its generation depends on the row's day. Unknown labels of a cell of codes are left out. A column
    that nobody has set up (:func:`est_de_cote`) gives nothing, and no cell of it is unread.
    """
    if est_de_cote(colonne, references):
        return lambda texte: None
    if colonne.type in ("code", "codes"):
        lire = lire_code if colonne.type == "code" else lire_codes
        return partial(lire, vers_code=vers_code(colonne, references))
    lire_cellule = _lecteur_du_type(colonne, references)
    if not colonne.libelles:
        return lire_cellule
    propres = {forme: _VALEURS.get(code, code) for forme, code in colonne.libelles.items()}
    return lambda texte: propres[forme] if (forme := normaliser(texte)) in propres else lire_cellule(texte)


def est_de_cote(colonne: Colonne, references: References) -> bool:
    """Whether a column is of the list of the EPCI's résidences, and that list is still empty."""
    return colonne.nomenclature == RESIDENCES and not references.nomenclatures[RESIDENCES].codes()


def vers_code(colonne: Colonne, references: References) -> Mapping[str, str]:
    """For a column of codes, normalised label → code; « » where the label says that nothing is given."""
    nomenclature = references.nomenclatures[colonne.nomenclature]
    connus = {*nomenclature.codes(), VIDE}
    for forme, code in colonne.libelles.items():
        if code not in connus:
            raise ErreurCIL(
                f"data/reference/columns : sur la ligne « {colonne.nom} », le libellé « {forme} » mène à « {code} », "
                f"qui n’est pas un code de nomenclatures/{colonne.nomenclature}.csv. Corrigez-le."
            )
    propres = {forme: "" if code == VIDE else code for forme, code in colonne.libelles.items()}
    return {**nomenclature.vers_code, **propres}


def _lecteur_du_type(colonne: Colonne, references: References) -> Callable[[str], Any]:
    sentinelles, communes = colonne.sentinelles, references.territoire.vers_commune
    departements = tuple({*references.departements.values()})
    lecteurs: dict[str, Callable[[str], Any]] = {
        "commune": partial(lire_commune, vers_commune=communes),
        "provenance": partial(lire_provenance, vers_commune=communes, departement=departements),
        "identifiant": lire_identifiant,
        "date": lire_date,
        "oui_non": partial(lire_oui_non, non=frozenset(sentinelles)),
        "nombre": partial(
            lire_nombre,
            sentinelles=sentinelles,
            pourcentage=colonne.unite == "pct",
            euros=colonne.unite.startswith("eur"),
        ),
        "entier": partial(lire_entier, sentinelles=sentinelles),
        "cle": _lire_texte,
        "texte": _lire_texte,
        "qpv": str.strip,
    }
    return lecteurs[colonne.type]


def _lire_texte(texte: str) -> str | None:
    return None if est_absent(texte) else texte.strip()


def chercher_illisibles(colonne: Colonne, references: References) -> Callable[[str], tuple[str, ...]]:
    """For a column of a closed list: cell → its labels that cannot be read. A QPV of any generation is read."""
    if colonne.type == "codes":
        return partial(codes_inconnus, vers_code=vers_code(colonne, references))
    lire = lecteur(colonne, references)
    qpv = frozenset[str]()
    if colonne.type == "qpv":  # what those of every generation are called, each alone
        formes = references.territoire.formes_des_qpv
        qpv = HORS_QPV.union(formes.loc[~formes.duplicated(["forme", "valide_du"], keep=False), "forme"])

    def chercher(texte: str) -> tuple[str, ...]:
        try:
            valeur = lire(texte)
        except (ValueError, OverflowError):
            return (texte,)
        mot = normaliser(str(valeur or "")) if qpv else ""
        return (texte,) if mot and mot not in qpv and not est_absent(texte) else ()

    return chercher


def lisible(colonne: Colonne, dictionnaire: Dictionnaire, references: References) -> Callable[[str], bool]:
    """The test of one cell, which must say something (:func:`est_absent`): does it read, within the bounds?

    Where an extract has a column for the commune's code and another for its name, each is held to its own. A name that
    no commune of the département has may be anything: it is not taken for where a household comes from.
    """
    if colonne.type in ("codes", "qpv"):
        chercher = chercher_illisibles(colonne, references)
        return lambda texte: not chercher(texte)
    if est_de_cote(colonne, references):
        return lambda texte: False  # It may be anything.
    lire, d_un_nom = lecteur(colonne, references), bool(colonne.alternative_de)
    a_part = d_un_nom or any(c.alternative_de == colonne.nom for c in dictionnaire.colonnes.values())
    exige = colonne.type in ("commune", "provenance") and a_part

    def essayer(texte: str) -> bool:
        if exige and d_un_nom == any(signe.isdigit() for signe in texte):
            return False
        try:
            valeur = lire(texte)
        except (ValueError, OverflowError):
            return False
        if isinstance(valeur, int | float):
            bas = colonne.minimum is None or valeur >= colonne.minimum
            return bas and (colonne.maximum is None or valeur <= colonne.maximum)
        return colonne.type != "provenance" or valeur != AILLEURS

    return essayer


# --- What is stored --------------------------------------------------------------------------------------------------


def colonnes_gardees(dictionnaire: Dictionnaire) -> list[Colonne]:
    """The columns that reach the disk as they are, or computed; the N° unique becomes ``demande_pseudonyme``."""
    return [c for c in dictionnaire.colonnes.values() if c.conservation in ("gardee", "derivee")]


def dtypes(dictionnaire: Dictionnaire) -> dict[str, str]:
    """The stored columns in order, with their dtype."""
    pseudonyme = {PSEUDONYME: "str"} if dictionnaire.a_des_menages else {}
    return pseudonyme | {c.nom: DTYPES[c.type] for c in colonnes_gardees(dictionnaire)}


def exiger_les_types(table: pd.DataFrame, dictionnaire: Dictionnaire, projet: Projet, annee: int) -> None:
    """Refuse stored rows that no import has written: a column has another type, or one that is required lacks."""
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
    """Check clean rows before they are stored. Raises ErreurCIL for a code that its list lacks.

    And ValueError for all else: a defect of the cleaning. No value is told.
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
