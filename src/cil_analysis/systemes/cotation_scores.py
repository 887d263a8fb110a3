"""The scoring of requests by a grid, criterion by criterion (domain, §7.2). Pure functions, in hundredths of a point.

A row of the frames received is one request, or one household housed, in the stored columns. What it lacks gives no
point. A row that has none of the grid's columns has no score.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.reference.systemes.cotation import (
    ANNEE,
    AU_MOINS,
    AU_PLUS,
    CENTIEMES,
    RENSEIGNE,
    Critere,
    Grille,
)
from cil_analysis.systemes import colonnes
from cil_analysis.systemes.colonnes import Booleens, Jours, Nombres

Points = npt.NDArray[np.int64]
RETENU, ECARTE, NON_REMPLI, INCONNU = "retenu", "écarté", "non rempli", "non renseigné"
# By their ranks.
VERDICTS = (INCONNU, NON_REMPLI, ECARTE, RETENU)
_TROP_BAS = np.iinfo(np.int64).min


def noter(lignes: pd.DataFrame, grille: Grille, jour: date | Jours) -> pd.Series:
    """The score of each row, in points; missing where nothing that the grid reads is known.

    ``jour``: the day of the score, or that of each row; seniority is counted in completed months up to it.
    """
    rangs, points = _juger_tout(lignes, grille, jour)
    centiemes = np.where(rangs == VERDICTS.index(RETENU), points, 0).sum(axis=1)
    connus = (rangs != VERDICTS.index(INCONNU)).any(axis=1)
    return pd.Series(centiemes / CENTIEMES, index=lignes.index, dtype="Float64").where(connus)


def verdicts(lignes: pd.DataFrame, grille: Grille, jour: date | Jours) -> pd.DataFrame:
    """What becomes of each criterion (columns, by code) for each row; never to be published.

    « écarté »: another criterion of the family, with which it does not add up, gives as much or more.
    """
    rangs, _ = _juger_tout(lignes, grille, jour)
    return pd.DataFrame(np.array(VERDICTS)[rangs], lignes.index, sorted(c.code for c in grille.criteres))


def _juger_tout(lignes: pd.DataFrame, grille: Grille, jour: date | Jours) -> tuple[Points, Points]:
    """For each row (rows) and criterion (columns, by code), its verdict (a rank) and the hundredths it would give."""
    criteres = sorted(grille.criteres, key=lambda c: c.code)
    forme = (len(lignes), len(criteres))
    points, connus, remplis = np.zeros(forme, "int64"), np.zeros(forme, bool), np.zeros(forme, bool)
    jours = np.datetime64(jour, "D") if isinstance(jour, date) else jour
    for rang, critere in enumerate(criteres):
        if colonnes.donnee(lignes, critere.colonne):
            connus[:, rang], remplis[:, rang], points[:, rang] = _juger(lignes, critere, jours)
    retenus = _garder_les_meilleurs(criteres, points, remplis)
    return np.select([retenus, remplis, connus], [3, 2, 1], 0), points


def _garder_les_meilleurs(criteres: Sequence[Critere], points: Points, remplis: Booleens) -> Booleens:
    """Of the criteria of a family that do not add up, the best one; of equal ones, the first by code."""
    retenus = remplis.copy()
    for famille in {c.famille for c in criteres}:
        rangs = [i for i, c in enumerate(criteres) if c.famille == famille and not c.cumulable]
        if len(rangs) > 1:
            meilleur = np.where(remplis[:, rangs], points[:, rangs], _TROP_BAS).argmax(axis=1)
            retenus[:, rangs] &= np.arange(len(rangs)) == meilleur[:, None]
    return retenus


def _juger(lignes: pd.DataFrame, critere: Critere, jours: Jours) -> tuple[Booleens, Booleens, Points]:
    """Whether the column is filled in, whether the condition holds, and the hundredths that it then gives."""
    colonne, connu = critere.colonne, lignes[critere.colonne].notna().to_numpy()
    if critere.type in ("date", "entier", "nombre"):
        est_date = critere.type == "date"  # A missing one gives no point anyway.
        nombres = _mois(lignes, colonne, jours) if est_date else lignes[colonne].to_numpy("float64", na_value=0.0)
        comparaisons = {AU_MOINS: nombres >= critere.seuil, AU_PLUS: nombres <= critere.seuil}
        # Once, or for each completed month or year, or each unit.
        fois = {"": np.ones(len(nombres)), ANNEE: nombres // 12}.get(critere.par, nombres)
        rempli, points = connu & comparaisons.get(critere.operateur, connu), fois.astype("int64") * critere.points
        if critere.plafond is not None:
            points = np.minimum(points, critere.plafond) if critere.points > 0 else np.maximum(points, critere.plafond)
        return connu, rempli, points
    points = np.full(len(lignes), critere.points, dtype="int64")
    rempli = connu if critere.operateur == RENSEIGNE else colonnes.a_l_une(lignes, colonne, critere.valeurs)
    # A blank list is an answer: the household is of no category.
    return np.ones(len(lignes), bool) if critere.type == "codes" else connu, rempli, points


def _mois(lignes: pd.DataFrame, colonne: str, jours: Jours) -> Nombres:
    """The completed months from each date to the day of the score; 0 for a missing date, or a later one."""
    depots = colonnes.jours(lignes, colonne)
    debuts, fins = depots.astype("datetime64[M]"), np.asarray(jours).astype("datetime64[M]")
    mois = (fins - debuts).astype("float64") - (jours - fins < depots - debuts)
    return np.where(np.isnat(depots) | np.isnat(jours), 0.0, mois).clip(min=0)
