"""Counting kernels: rows and axes to figures. Each returns one row per perimeter, actor and category.

An axis is a column of the rows; perimeters that have no row are completed with a true zero, so that a commune without
allocation is told from one that is masked.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cil_analysis.indicators.cadre import BAILLEUR, COMMUNE, EN_QPV, EPCI, HORS_QPV, NON_RENSEIGNE, QPV, RESERVATAIRE
from cil_analysis.indicators.exercice import Exercice


def selectionner(lignes: pd.DataFrame, perimetre: str, exercice: Exercice) -> tuple[pd.DataFrame, pd.Series]:
    """The rows of a type of perimeter, and the perimeter's code of each."""
    if perimetre == COMMUNE:
        return lignes, lignes["commune_insee"]
    if perimetre == QPV:  # A dwelling in an unnamed QPV is in one: the QPV add up to the whole.
        dedans = lignes[lignes["situation_qpv"].eq("QPV") | lignes["qpv"].notna()]
        return dedans, dedans["qpv"].fillna(NON_RENSEIGNE)
    if perimetre in (EN_QPV, HORS_QPV):
        lignes = lignes[lignes["situation_qpv"].eq("QPV" if perimetre == EN_QPV else "HORS_QPV")]
    elif perimetre != EPCI:
        raise ValueError(perimetre)
    return lignes, pd.Series(exercice.epci, index=lignes.index, dtype="str")


def codes_du_perimetre(perimetre: str, exercice: Exercice) -> list[str]:
    """Every code that a type of perimeter has in the year."""
    if perimetre == COMMUNE:
        return list(exercice.communes)
    if perimetre == QPV:
        return list(exercice.qpv)
    return [exercice.epci]


def codes_de_l_acteur(acteur: str, exercice: Exercice, lignes: pd.DataFrame) -> list[str]:
    """The actors of a type that made allocations in the year, in nomenclature order; unnamed in the rows, « NR »."""
    nomenclature = exercice.nomenclatures["bailleurs" if acteur == BAILLEUR else "reservataires"]
    presents = set(exercice.attributions[acteur].dropna())
    codes = [code for code in nomenclature.codes(None) if code in presents]
    return codes + ([NON_RENSEIGNE] if lignes[acteur].isna().any() else [])


def compter(
    lignes: pd.DataFrame,
    exercice: Exercice,
    perimetre: str,
    *,
    acteur: str = "",
    modalite: str = "",
    modalites: Sequence[str] = ("",),
) -> pd.DataFrame:
    """Count the rows. Columns: perimetre_type, perimetre_code, acteur_type, acteur_code, modalite, numerateur.

    ``acteur``: « bailleur » or « reservataire », or empty. ``modalite``: the column of the category, whose classes are
    ``modalites``; a missing one is « NR ». A code that the perimeter no longer has on 31 December (a commune that left
    in the year), or « NR », has its row, in every table, when the year has allocations there: nothing is lost.
    """
    choisies, codes = selectionner(lignes, perimetre, exercice)
    cles = pd.DataFrame({"perimetre_code": codes}, index=choisies.index)
    cles["acteur_code"] = choisies[acteur].fillna(NON_RENSEIGNE) if acteur else ""
    cles["modalite"] = choisies[modalite].fillna(NON_RENSEIGNE) if modalite else ""
    acteurs = codes_de_l_acteur(acteur, exercice, lignes) if acteur else [""]
    lieux = codes_du_perimetre(perimetre, exercice)
    lieux += sorted((set(codes) | set(selectionner(exercice.attributions, perimetre, exercice)[1])) - set(lieux))
    grille = pd.MultiIndex.from_product([lieux, acteurs, list(modalites)], names=list(cles.columns))
    comptes = cles.groupby(list(cles.columns)).size().reindex(grille, fill_value=0)
    table = comptes.rename("numerateur").reset_index()
    table.insert(0, "perimetre_type", perimetre)
    table["acteur_type"] = acteur
    return table


def repartir(comptes: pd.DataFrame) -> pd.DataFrame:
    """Counts by category into shares: the denominator is the total of the perimeter and actor."""
    table = comptes.copy()
    cles = ["perimetre_type", "perimetre_code", "acteur_code"]
    table["denominateur"] = table.groupby(cles)["numerateur"].transform("sum")
    return table


def part(
    lignes: pd.DataFrame, exercice: Exercice, perimetre: str, numerateur: pd.Series, *, acteur: str = ""
) -> pd.DataFrame:
    """The share of the rows for which ``numerateur`` is true."""
    table = compter(lignes, exercice, perimetre, acteur=acteur)
    dessus = compter(lignes[numerateur], exercice, perimetre, acteur=acteur)
    cles = ["perimetre_code", "acteur_code"]
    comptes = dessus.set_index(cles)["numerateur"]
    table["denominateur"] = table["numerateur"]
    table["numerateur"] = comptes.reindex(pd.MultiIndex.from_frame(table[cles]), fill_value=0).to_numpy()
    return table


def mediane(
    lignes: pd.DataFrame,
    exercice: Exercice,
    perimetre: str,
    colonne: str,
    *,
    modalite: str = "",
    modalites: Sequence[str] = ("",),
) -> pd.DataFrame:
    """The median of a column, and as denominator the head count it rests on (rows that have a value)."""
    connues = lignes[lignes[colonne].notna()]
    table = compter(connues, exercice, perimetre, modalite=modalite, modalites=modalites)
    table["denominateur"], table["numerateur"] = table["numerateur"], float("nan")
    choisies, codes = selectionner(connues, perimetre, exercice)
    classes = choisies[modalite].fillna(NON_RENSEIGNE) if modalite else pd.Series("", index=choisies.index, dtype="str")
    valeurs = choisies[colonne].astype("float64").groupby([codes.rename("p"), classes.rename("m")]).median()
    index = pd.MultiIndex.from_frame(table[["perimetre_code", "modalite"]])
    table["valeur"] = valeurs.reindex(index).to_numpy()
    return table


__all__ = ["BAILLEUR", "RESERVATAIRE", "compter", "mediane", "part", "repartir"]
