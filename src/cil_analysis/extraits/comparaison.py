"""The parts of a comparison of an extract with what is stored: headings, codes, numbers of rows, completeness.

Numbers of rows are compared to every earlier year, and to the previous import of the year: the usual range goes from
the smallest to the largest, widened by the tolerance. A gap of few rows (``effectif_minimal``) is never pointed out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.parametres import Parametres
from cil_analysis.reference.texte import normaliser

NOUVEAU, DISPARU, RENOMME = "nouveau", "disparu", "renommé"
AXES = ("", "commune_insee", "bailleur")
"""Along what rows are counted: all together, by commune, by landlord."""
ECARTEES = ("rejetees", "doublons", "hors_perimetre")
"""The fates, in the account of an import, of rows of data that are set aside."""


@dataclass(frozen=True)
class Tolerances:
    """How much an extract may differ from the years before: dated choices of the project (parameters/verification.yml).

    ``tolerance_volume``: per cent. ``effectif_minimal``: rows. The two others: points of a share.
    """

    tolerance_volume: float
    effectif_minimal: float
    baisse_completude: float
    hausse_ecartees: float


def lire_tolerances(parametres: Parametres, annee: int) -> Tolerances:
    """The values in force on 31 December of the year. Raises ErreurCIL when one is not set, or is no number."""
    return Tolerances(**{nom: _nombre(parametres, nom, annee) for nom in Tolerances.__dataclass_fields__})


def _nombre(parametres: Parametres, nom: str, annee: int) -> float:
    valeur = parametres[f"verification.{nom}"].valeur(date(annee, 12, 31))
    if isinstance(valeur, bool) or not isinstance(valeur, int | float) or valeur < 0:
        trouve = "n’est pas renseigné" if valeur is None else f"vaut « {valeur} »"
        raise ErreurCIL(
            f"Le paramètre « {nom} » {trouve} pour {annee} ; un nombre positif est attendu : corrigez "
            "data/reference/parameters/verification.yml."
        )
    return float(valeur)


@dataclass(frozen=True)
class Entete:
    """A change of headings. ``role``: the canonical column, or « ignorees », « personnelles », « inconnues »."""

    sort: str
    role: str
    avant: tuple[str, ...]
    apres: tuple[str, ...]


@dataclass(frozen=True)
class Valeur:
    """A label or code that was never met in a column, and on how many rows it stands."""

    colonne: str
    valeur: str
    lignes: int


@dataclass(frozen=True)
class Volume:
    """A number of rows out of the usual: ``bas`` to ``haut`` so far, ``precedent`` in the import compared to."""

    axe: str
    code: str
    lignes: int
    precedent: int
    bas: int
    haut: int


@dataclass(frozen=True)
class Baisse:
    """A column less filled than in the import compared to; shares of rows with a value, in per cent."""

    colonne: str
    avant: float
    apres: float


def comparer_entetes(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> list[Entete]:
    """What became of the headings; accents, case and punctuation do not matter.

    ``avant``, ``apres``: « colonnes » of two journals. A column that is written under one more heading is renamed.
    """
    changements = []
    roles_avant, roles_apres = avant.get("entetes", {}), apres.get("entetes", {})
    for role in dict.fromkeys([*roles_avant, *roles_apres]):
        anciens, nouveaux = _par_forme(roles_avant.get(role, [])), _par_forme(roles_apres.get(role, []))
        sort = NOUVEAU if not anciens else DISPARU if not nouveaux else RENOMME
        if sort != RENOMME or set(nouveaux) - set(anciens):
            changements.append(Entete(sort, role, tuple(anciens.values()), tuple(nouveaux.values())))
    for role in ("inconnues", "ignorees", "personnelles"):
        anciens, nouveaux = _par_forme(avant.get(role, [])), _par_forme(apres.get(role, []))
        changements += [Entete(NOUVEAU, role, (), (nouveaux[f],)) for f in nouveaux if f not in anciens]
        changements += [Entete(DISPARU, role, (anciens[f],), ()) for f in anciens if f not in nouveaux]
    return changements


def _par_forme(entetes: Sequence[str]) -> dict[str, str]:
    return {normaliser(entete): entete for entete in entetes}


def codes_jamais_vus(donnees: pd.DataFrame, dictionnaire: Dictionnaire, tables: Sequence[pd.DataFrame]) -> list[Valeur]:
    """The codes of the lot that no stored row has, in the columns that had a value: by column, the most frequent first.

    A commune is no code here: one that has rows only now and then is usual, and its number of rows is looked at.
    """
    jamais = []
    for colonne in dictionnaire.colonnes.values():
        lue = colonne.conservation != "derivee" and colonne.type in ("code", "codes", "qpv")
        if not lue or colonne.nom not in donnees:
            continue
        vus = {code for table in tables for code in _codes(table.get(colonne.nom))}
        if vus:
            comptes = Counter(_codes(donnees[colonne.nom])).most_common()
            jamais += [Valeur(colonne.nom, code, n) for code, n in comptes if code not in vus]
    return jamais


def _codes(colonne: pd.Series | None) -> list[str]:
    """Every code of a column, one a row, or several separated by « ; »."""
    return [] if colonne is None else [str(code) for code in colonne.dropna().str.split(";").explode()]


def volumes_inhabituels(
    donnees: pd.DataFrame,
    tables: Mapping[int, pd.DataFrame],
    axe: str,
    annee: int,
    tolerances: Tolerances,
) -> list[Volume]:
    """The numbers of rows out of the usual range along an axis of AXES, the largest gap first.

    A landlord that was never met is left to :func:`codes_jamais_vus`. A year without the column says nothing.
    """
    lot = _compter(donnees, axe)
    passees = {a: comptes for a, table in tables.items() if not (comptes := _compter(table, axe)).empty}
    if lot.empty or not passees:
        return []
    grille = pd.DataFrame(passees).fillna(0).astype("int64")
    codes = sorted({*lot.index, *grille.index})
    grille = grille.reindex(codes, fill_value=0)
    marge = tolerances.tolerance_volume / 100
    ecarts = []
    for code in codes:
        n, serie = int(lot.get(code, 0)), grille.loc[code]
        bas, haut = int(serie.min()), int(serie.max())
        if axe == "bailleur" and haut == 0:
            continue
        bornes = [(bas, haut), *([(int(serie[annee]),) * 2] if annee in grille else [])]
        ecart = max(max(b - n if n < b * (1 - marge) else 0, n - h if n > h * (1 + marge) else 0) for b, h in bornes)
        if ecart > 0 and ecart >= tolerances.effectif_minimal:
            precedent = int(serie.get(max(tables), 0))
            ecarts.append((-ecart, Volume(axe, code, n, precedent, bas, haut)))
    return [volume for _, volume in sorted(ecarts, key=lambda paire: paire[0])]


def _compter(table: pd.DataFrame, axe: str) -> pd.Series:
    """Rows by code, those without a code left out; all rows under an empty code for the empty axis."""
    if not axe:
        return pd.Series({"": len(table)})
    if axe not in table:
        return pd.Series(dtype="int64")
    comptes: pd.Series = table[axe].dropna().astype("str").value_counts()
    return comptes


def baisses_de_completude(avant: Mapping[str, Any], apres: Mapping[str, Any], tolerances: Tolerances) -> list[Baisse]:
    """The columns less filled than before by more than the tolerance, the largest drop first. Both are journals."""
    lignes_avant, lignes_apres = avant["comptes"]["conservees"], apres["comptes"]["conservees"]
    if not lignes_avant or not lignes_apres:
        return []
    baisses = []
    for nom in (nom for nom in apres["manquants"] if nom in avant["manquants"]):
        parts = [
            100 * (1 - manquants / lignes)
            for manquants, lignes in ((avant["manquants"][nom], lignes_avant), (apres["manquants"][nom], lignes_apres))
        ]
        perte = parts[0] - parts[1]
        if perte > tolerances.baisse_completude and perte / 100 * lignes_apres >= tolerances.effectif_minimal:
            baisses.append(Baisse(nom, *parts))
    return sorted(baisses, key=lambda baisse: baisse.apres - baisse.avant)


def ecartees_en_hausse(avant: Mapping[str, Any], apres: Mapping[str, Any], tolerances: Tolerances) -> list[str]:
    """The fates of ECARTEES whose share of the rows of data has risen by more than the tolerance. Both are journals."""
    comptes_avant, comptes_apres = avant["comptes"], apres["comptes"]
    lignes_avant, lignes = (max(c["lues"] - c["ignorees"], 1) for c in (comptes_avant, comptes_apres))
    hausses = {nom: comptes_apres[nom] / lignes - comptes_avant[nom] / lignes_avant for nom in ECARTEES}
    return [
        nom
        for nom, hausse in hausses.items()
        if 100 * hausse > tolerances.hausse_ecartees and hausse * lignes >= tolerances.effectif_minimal
    ]
