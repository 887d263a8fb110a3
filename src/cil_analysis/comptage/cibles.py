"""Targets beside figures: which objective applies to each row, the gap, and the households that are missing.

The objectives are rows of data/reference/parameters/objectifs.csv. The most particular one wins: an explicit code
before « * », then a local commitment before the law, then the latest text; and within one text (origin, document,
version), an objective of the year before one for every year. One whose value is « à renseigner » is passed over.

A percentage takes the objectives in percent on its code; an indicator in households, whose code ends in « N », takes
those in number on the code without it: O04N shows what is promised in number on O04.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isnan, nan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, CLES, NON_ATTEINT, PUBLIE
from cil_analysis.grammaire.indicateur import NOMBRE, NON_RENSEIGNE, PCT
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE
from cil_analysis.reference.objectifs import Bornes

_LOI = "loi"
# The target of a row, what is computed from its figures and its objective, and its columns where there is none.
_SANS_CIBLE: Mapping[str, Any] = {
    "cible": nan, "sens": "", "ecart": nan, "menages_manquants": nan, "resultat": "", "cible_max": nan
}  # fmt: skip

Objectif = Mapping[Any, Any]
Colonne = Sequence[Any] | npt.NDArray[Any]


class Cible(NamedTuple):
    """What a figure and its objective have the same of."""

    indicateur: str
    unite: str
    perimetre_type: str
    acteur_type: str
    modalite: str


def par_cible(objectifs: pd.DataFrame) -> dict[Cible, list[Objectif]]:
    """The objectives that have a value, by the figures that they may apply to."""
    resultat: defaultdict[Cible, list[Objectif]] = defaultdict(list)
    for o in objectifs[objectifs["valeur"].notna()].to_dict("records") if len(objectifs) else ():
        code = o["indicateur"] + (EN_NOMBRE if o["unite"] == NOMBRE else "")
        resultat[Cible(code, o["unite"], o["perimetre_type"], o["acteur_type"], o["modalite"])].append(o)
    return dict(resultat)


def suivre(
    colonnes: Mapping[str, Colonne], objectifs: Mapping[Cible, Sequence[Objectif]]
) -> dict[str, npt.NDArray[Any]]:
    """The target of each row in force on 31 December of its year, the gap, the missing households and the result.

    ``cible`` and, for an interval, ``cible_max``. ``ecart``: points, or households for a number, above (+) or below (-)
    the target (0 within an interval). ``menages_manquants`` (D12): the smallest number of the year's allocations that
    would have had to go to the public (or, above a ceiling, to others) for the objective to hold, its tolerance
    included; NaN when no whole number would have done. From the other columns and :func:`par_cible`.
    """
    effectif = len(colonnes["statut"])
    suivies = {nom: np.full(effectif, vide, object if vide == "" else float) for nom, vide in _SANS_CIBLE.items()}
    for rang, objectif in _choisir(colonnes, objectifs).items():
        statut, numerateur, denominateur = (colonnes[nom][rang] for nom in ("statut", "numerateur", "denominateur"))
        cible = _mesurer(statut, float(numerateur), float(denominateur), objectif)
        for colonne, valeur in zip(suivies.values(), cible, strict=True):
            colonne[rang] = valeur
    return suivies


def _mesurer(
    statut: str, numerateur: float, denominateur: float, objectif: Objectif
) -> tuple[float, str, float, float, str, float]:
    """Target, sense, gap, missing households, result and upper bound of a row."""
    cible, sens, cible_max = float(objectif["valeur"]), str(objectif["sens"]), float(objectif["valeur_max"])
    if statut != PUBLIE:
        return cible, sens, nan, nan, statut, cible_max
    bornes, (compte, ensemble) = Bornes.de(objectif), comptes(numerateur, denominateur)
    manque = bornes.manquants(compte, ensemble)
    resultat = ATTEINT if manque == 0 else NON_ATTEINT
    ecart = float(bornes.ecart(compte, ensemble))
    return cible, sens, ecart, nan if manque is None else float(manque), resultat, cible_max


def comptes(numerateur: float, denominateur: float) -> tuple[int, int]:
    """The count of a figure and the households it is among, 0 when that is not known."""
    return int(numerateur), 0 if isnan(denominateur) else int(denominateur)


def choisir(cadre: pd.DataFrame, objectifs: Mapping[Cible, Sequence[Objectif]]) -> list[Objectif | None]:
    """The objective that each row of figures follows, or None. It rests on keys alone: a masked row has one too."""
    choisis = _choisir({nom: cadre[nom].tolist() for nom in [*CLES, "unite"]}, objectifs)
    return [choisis.get(rang) for rang in range(len(cadre))]


def _choisir(colonnes: Mapping[str, Colonne], objectifs: Mapping[Cible, Sequence[Objectif]]) -> dict[int, Objectif]:
    """The objective of each row that follows one, by its rank."""
    suivis = {cible.indicateur for cible in objectifs if cible.unite in (PCT, NOMBRE)}
    en_vigueur: dict[tuple[Cible, int], list[Objectif]] = {}
    choix: dict[int, Objectif] = {}
    for rang, code in enumerate(colonnes["indicateur"]):
        if code not in suivis or (cible := Cible(*(colonnes[nom][rang] for nom in Cible._fields))) not in objectifs:
            continue
        annee, perimetre, acteur = (colonnes[nom][rang] for nom in ("annee", "perimetre_code", "acteur_code"))
        if (cible, annee) not in en_vigueur:
            en_vigueur[cible, annee] = _de_l_annee(objectifs[cible], annee)
        objectif = _le_plus_particulier(en_vigueur[cible, annee], perimetre, acteur)
        if objectif is not None:
            choix[rang] = objectif
    return choix


def _de_l_annee(objectifs: Iterable[Objectif], annee: int) -> list[Objectif]:
    """The objectives in force on 31 December of a year."""
    jour = pd.Timestamp(annee, 12, 31)
    return [
        o
        for o in objectifs
        if o["annee"] in ("", str(annee)) and not o["date_effet"] > jour and not o["date_fin"] < jour
    ]


def _le_plus_particulier(objectifs: Iterable[Objectif], perimetre: str, acteur: str) -> Objectif | None:
    if NON_RENSEIGNE in (acteur, perimetre):
        return None  # Nobody has committed to anything.
    candidats = [o for o in objectifs if o["perimetre_code"] in (perimetre, "*") and o["acteur_code"] in (acteur, "*")]
    textes: dict[tuple[str, ...], pd.Timestamp] = {}
    for o in candidats:  # A day that is not known is the first of all.
        textes[_texte(o)] = max(textes.get(_texte(o), pd.Timestamp.min), o["date_effet"])
    return max(candidats, default=None, key=lambda o: (
        (o["perimetre_code"] != "*") + (o["acteur_code"] != "*"), o["origine"] != _LOI, textes[_texte(o)],
        o["annee"] != "", max(pd.Timestamp.min, o["date_effet"]),
    ))  # fmt: skip


def _texte(objectif: Objectif) -> tuple[str, ...]:
    return (objectif["origine"], objectif["document"], objectif["version"])
