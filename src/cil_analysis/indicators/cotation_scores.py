"""The scoring of requests by a grid, criterion by criterion (domain, §7.2). Pure functions, in hundredths of a point.

A row of the frames received is one request, or one household housed, in the stored columns. What it lacks gives no
point. A row that has none of the grid's columns has no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.indicators.classement import donnee
from cil_analysis.reference.cotation import Critere, Grille
from cil_analysis.reference.criteres import ANNEE, AU_MOINS, AU_PLUS, CENTIEMES, OUI, RENSEIGNE, UNITE

Vecteur = npt.NDArray[np.bool_]
Points = npt.NDArray[np.int64]
RETENU, ECARTE, NON_REMPLI, INCONNU = "retenu", "écarté", "non rempli", "non renseigné"
_TROP_BAS = np.iinfo(np.int64).min


@dataclass(frozen=True)
class _Examen:
    """The criteria in the order of their codes, and for each row (rows) and criterion (columns) what it gives.

    ``points``: hundredths that the criterion would give; ``connus``: its column is filled in; ``remplis``: its
    condition holds; ``retenus``: its points count.
    """

    criteres: tuple[Critere, ...]
    points: Points
    connus: Vecteur
    remplis: Vecteur
    retenus: Vecteur


def noter(lignes: pd.DataFrame, grille: Grille, jour: date | pd.Series) -> pd.Series:
    """The score of each row, in points; missing where nothing that the grid reads is known.

    ``jour``: the day of the score, or that of each row; seniority is counted in completed months up to it.
    """
    examen = _examiner(lignes, grille, jour)
    centiemes = np.where(examen.retenus, examen.points, 0).sum(axis=1)
    scores = pd.Series(centiemes / CENTIEMES, index=lignes.index, dtype="Float64")
    return scores.where(pd.Series(examen.connus.any(axis=1), index=lignes.index))


def expliquer(lignes: pd.DataFrame, grille: Grille, jour: date | pd.Series) -> pd.DataFrame:
    """How each score is made. One row is one criterion for one row of ``lignes``; never to be published.

    ``ligne``: the index in ``lignes``; ``points``: what counts in the score, whose sum it is; ``verdict``: « retenu »,
    « écarté » (a criterion of the family that does not add up gives more), « non rempli » or « non renseigné »;
    ``motif``: the same in a sentence.
    """
    examen = _examiner(lignes, grille, jour)
    n, k = examen.points.shape
    verdicts = np.select([examen.retenus, examen.remplis, examen.connus], [RETENU, ECARTE, NON_REMPLI], INCONNU).ravel()
    familles = np.tile([c.famille for c in examen.criteres], n)
    phrases = {
        RETENU: "condition remplie",
        NON_REMPLI: "condition non remplie",
        INCONNU: "non renseigné : le critère ne donne aucun point",
    }
    motifs = [
        phrases.get(v) or f"écarté : un autre critère non cumulable de la famille « {f} » donne autant ou plus"
        for v, f in zip(verdicts.tolist(), familles.tolist(), strict=True)
    ]
    return pd.DataFrame(
        {
            "ligne": np.repeat(lignes.index.to_numpy(), k),
            "critere": np.tile([c.code for c in examen.criteres], n),
            "libelle": np.tile([c.libelle for c in examen.criteres], n),
            "famille": familles,
            "verdict": verdicts,
            "points": np.where(examen.retenus, examen.points, 0).ravel() / CENTIEMES,
            "motif": motifs,
        }
    )


def _examiner(lignes: pd.DataFrame, grille: Grille, jour: date | pd.Series) -> _Examen:
    criteres = tuple(sorted(grille.criteres, key=lambda c: c.code))
    forme = (len(lignes), len(criteres))
    points, connus, remplis = np.zeros(forme, "int64"), np.zeros(forme, bool), np.zeros(forme, bool)
    for rang, critere in enumerate(criteres):
        if donnee(lignes, critere.colonne):
            connus[:, rang], remplis[:, rang], points[:, rang] = _juger(lignes[critere.colonne], critere, jour)
    return _Examen(criteres, points, connus, remplis, _garder_les_meilleurs(criteres, points, remplis))


def _garder_les_meilleurs(criteres: tuple[Critere, ...], points: Points, remplis: Vecteur) -> Vecteur:
    """Of the criteria of a family that do not add up, the best one; of equal ones, the first by code."""
    retenus = remplis.copy()
    for famille in {c.famille for c in criteres}:
        rangs = [i for i, c in enumerate(criteres) if c.famille == famille and not c.cumulable]
        if len(rangs) > 1:
            meilleur = np.where(remplis[:, rangs], points[:, rangs], _TROP_BAS).argmax(axis=1)
            retenus[:, rangs] &= np.arange(len(rangs)) == meilleur[:, None]
    return retenus


def _juger(colonne: pd.Series, critere: Critere, jour: date | pd.Series) -> tuple[Vecteur, Vecteur, Points]:
    """Whether the column is filled in, whether the condition holds, and the hundredths that it then gives."""
    connu = colonne.notna().to_numpy(bool)
    if critere.type in ("date", "entier", "nombre"):
        nombres = _mois(colonne, jour) if critere.type == "date" else _nombres(colonne.astype("Float64"))
        rempli = connu & _comparer(nombres, critere)
        fois = _fois(nombres, critere)
        points = fois * critere.points
        if critere.plafond is not None:
            points = np.minimum(points, critere.plafond) if critere.points > 0 else np.maximum(points, critere.plafond)
        return connu, rempli, points
    points = np.full(len(colonne), critere.points, dtype="int64")
    if critere.type == "codes":  # A blank list is an answer: the household is of no category.
        dedans = connu & (_a_un_code(colonne, critere) if critere.operateur != RENSEIGNE else True)
        return np.ones(len(colonne), bool), dedans, points
    if critere.operateur == RENSEIGNE:
        return connu, connu.copy(), points
    if critere.type == "oui_non":
        vrai = colonne.astype("boolean").to_numpy(bool, na_value=False)
        return connu, connu & (vrai == (critere.valeurs[0] == OUI)), points
    return connu, colonne.isin(critere.valeurs).to_numpy(bool, na_value=False), points


def _comparer(nombres: npt.NDArray[np.float64], critere: Critere) -> Vecteur:
    if critere.operateur == AU_MOINS:
        return np.asarray(nombres >= critere.seuil)
    if critere.operateur == AU_PLUS:
        return np.asarray(nombres <= critere.seuil)
    return np.ones(len(nombres), bool)


def _fois(nombres: npt.NDArray[np.float64], critere: Critere) -> Points:
    """How many times the points count: for each completed month or year, each unit, or once."""
    if not critere.par:
        return np.ones(len(nombres), "int64")
    if critere.par == UNITE:
        return nombres.astype("int64")
    return (nombres // 12 if critere.par == ANNEE else nombres).astype("int64")


def _mois(depots: pd.Series, jour: date | pd.Series) -> npt.NDArray[np.float64]:
    """The completed months from each date to the day of the score; 0 for a missing date, or a later one."""
    if isinstance(jour, date):
        jour = pd.Series(pd.Timestamp(jour), index=depots.index)
    mois = (jour.dt.year - depots.dt.year) * 12 + jour.dt.month - depots.dt.month - (jour.dt.day < depots.dt.day)
    return _nombres(mois.astype("Float64").clip(lower=0))


def _nombres(colonne: pd.Series) -> npt.NDArray[np.float64]:
    """The numbers of a column; 0 for a missing one, which gives no point anyway."""
    return np.asarray(colonne.to_numpy("float64", na_value=0.0), dtype="float64")


def _a_un_code(listes: pd.Series, critere: Critere) -> Vecteur:
    """Whether each list, « a;DALO », has one of the codes of a criterion. Few lists differ: each is read once."""
    rangs, uniques = pd.factorize(listes)
    voulus = set(critere.valeurs)
    oui = np.array([not voulus.isdisjoint(str(liste).split(";")) for liste in uniques] + [False])
    return oui[rangs]  # A missing list has rank -1, the last.
