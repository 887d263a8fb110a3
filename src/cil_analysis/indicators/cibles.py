"""Targets beside figures: which objective applies to each row, the gap, and the households that are missing.

The objectives are rows of data/reference/parameters/objectifs.csv. The most particular one wins: an explicit code
before « * », then a local commitment before the law, then the latest text; and within one text (origin, document,
version), an objective of the year before one for every year. One whose value is « à renseigner » is passed over.

A percentage takes the objectives in percent on its code; an indicator in households, whose code ends in « N », takes
those in number on the code without it: O04N shows what is promised in number on O04.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import pandas as pd

from cil_analysis.indicators.bornes import Bornes
from cil_analysis.indicators.cadre import (
    ATTEINT,
    CLES,
    EPCI,
    NOMBRE,
    NON_ATTEINT,
    NON_RENSEIGNE,
    PCT,
    PUBLIE,
    cadre_vide,
    mettre_en_cadre,
)
from cil_analysis.indicators.vocabulaire import EN_NOMBRE

_LOI = "loi"
_COMMUNES = ("perimetre_type", "acteur_type", "modalite")  # what a figure and its objective have the same of

Objectif = Mapping[Any, Any]


def attacher_cibles(cadre: pd.DataFrame, objectifs: pd.DataFrame) -> pd.DataFrame:
    """Give each row its target in force on 31 December of its year, and compute gap, missing households and result.

    ``cible`` and, for an interval, ``cible_max``. ``ecart``: points, or households for a number, above (+) or below (-)
    the target (0 within an interval). ``menages_manquants`` (D12): the smallest number of the year's allocations that
    would have had to go to the public (or, above a ceiling, to others) for the objective to hold, its tolerance
    included; NaN when no whole number would have done.
    """
    table = cadre.copy()
    suivis = [
        (rang, objectif) for rang, objectif in zip(table.index, choisir(cadre, objectifs), strict=True) if objectif
    ]
    colonnes = ["cible", "sens", "ecart", "menages_manquants", "resultat", "cible_max"]
    valeurs = [_mesurer(table.loc[rang], objectif) for rang, objectif in suivis]
    table.loc[[rang for rang, _ in suivis], colonnes] = pd.DataFrame(
        valeurs, index=[rang for rang, _ in suivis], columns=colonnes
    )
    return table


def _mesurer(ligne: pd.Series, objectif: Objectif) -> tuple[float, str, float, float, str, float]:
    """Target, sense, gap, missing households, result and upper bound of a row."""
    cible, sens, cible_max = float(objectif["valeur"]), str(objectif["sens"]), float(objectif["valeur_max"])
    if ligne["statut"] != PUBLIE:
        return cible, sens, nan, nan, str(ligne["statut"]), cible_max
    bornes, (compte, ensemble) = Bornes.de(objectif), comptes(ligne)
    manque = bornes.manquants(compte, ensemble)
    resultat = ATTEINT if manque == 0 else NON_ATTEINT
    ecart = float(bornes.ecart(compte, ensemble))
    return cible, sens, ecart, nan if manque is None else float(manque), resultat, cible_max


def comptes(ligne: Mapping[Any, Any] | pd.Series) -> tuple[int, int]:
    """The count of a figure and the households it is among, 0 when that is not known."""
    ensemble = ligne["denominateur"]
    return int(ligne["numerateur"]), 0 if pd.isna(ensemble) else int(ensemble)


def choisir(cadre: pd.DataFrame, objectifs: pd.DataFrame) -> list[Objectif | None]:
    """The objective that each row of figures follows, or None. It rests on keys alone: a masked row has one too."""
    par_cible = defaultdict(list)
    for objectif in objectifs[objectifs["valeur"].notna()].to_dict("records"):
        code = objectif["indicateur"] + (EN_NOMBRE if objectif["unite"] == NOMBRE else "")
        par_cible[code, objectif["unite"], *(objectif[cle] for cle in _COMMUNES)].append(objectif)
    choix = []
    for ligne in cadre[[*CLES, "unite"]].to_dict("records"):
        cible = (ligne["indicateur"], ligne["unite"], *(ligne[cle] for cle in _COMMUNES))
        choix.append(_choisir(ligne, par_cible[cible]) if ligne["unite"] in (PCT, NOMBRE) else None)
    return choix


def _choisir(cles: Mapping[Any, Any], objectifs: Sequence[Objectif]) -> Objectif | None:
    jour = pd.Timestamp(int(cles["annee"]), 12, 31)
    candidats = [
        o
        for o in objectifs
        if all(o[cle] in (cles[cle], "*") for cle in ("perimetre_code", "acteur_code"))
        and NON_RENSEIGNE not in (cles["acteur_code"], cles["perimetre_code"])  # Nobody has committed to anything.
        and o["annee"] in ("", str(cles["annee"]))
        and not o["date_effet"] > jour
        and not o["date_fin"] < jour
    ]
    textes: dict[tuple[str, ...], pd.Timestamp] = {}
    for o in candidats:
        textes[_texte(o)] = max(textes.get(_texte(o), pd.Timestamp.min), _effet(o))
    return max(candidats, key=lambda o: (_nommes(o), o["origine"] != _LOI, textes[_texte(o)], o["annee"] != "",
                                         _effet(o)), default=None)  # fmt: skip


def _nommes(objectif: Objectif) -> int:
    return sum(objectif[cle] != "*" for cle in ("perimetre_code", "acteur_code"))


def _texte(objectif: Objectif) -> tuple[str, ...]:
    return (objectif["origine"], objectif["document"], objectif["version"])


def _effet(objectif: Objectif) -> pd.Timestamp:
    effet = objectif["date_effet"]
    return effet if isinstance(effet, pd.Timestamp) else pd.Timestamp.min


def bilan_des_objectifs(cadres: Sequence[pd.DataFrame], epci: str) -> pd.DataFrame:
    """O07: how many objectives are met, among those that have a result; in all, then by indicator (modalite)."""
    suivis = pd.concat(cadres, ignore_index=True) if cadres else cadre_vide()
    suivis = suivis[suivis["resultat"].isin([ATTEINT, NON_ATTEINT])]
    if suivis.empty:
        return cadre_vide()
    tenus = suivis["resultat"].eq(ATTEINT)
    comptes = [
        tenus.groupby([suivis["annee"], modalite.rename("modalite")], sort=True).agg(["sum", "count"]).reset_index()
        for modalite in (pd.Series("", index=suivis.index, dtype="str"), suivis["indicateur"])
    ]
    table = pd.concat(comptes, ignore_index=True).rename(columns={"sum": "numerateur", "count": "denominateur"})
    table["perimetre_type"], table["perimetre_code"] = EPCI, epci
    annees = [mettre_en_cadre(t, "O07", int(str(annee)), PCT) for annee, t in table.groupby("annee")]
    return pd.concat(annees, ignore_index=True)
