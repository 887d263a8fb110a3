"""Targets beside figures: which objective applies to each row, the gap, and the households that are missing.

The objectives are rows of data/reference/parameters/objectifs.csv. The most particular one wins: an explicit code
before « * », then a local commitment before the law, then the latest text; and within one text (origin, document,
version), an objective of the year before one for every year. One whose value is « à renseigner » is passed over.

A percentage takes the objectives in percent on its code; an indicator in households, whose code ends in « N », takes
those in number on the code without it: O04N shows what is promised in number on O04.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isnan, nan
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, CLES, NON_ATTEINT, PUBLIE
from cil_analysis.grammaire.indicateur import NOMBRE, NON_RENSEIGNE, PCT
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE
from cil_analysis.reference.objectifs import Bornes, Objectif

_LOI = "loi"
_texte = itemgetter("origine", "document", "version")
_NOMBRES, _TEXTES = ("cible", "ecart", "menages_manquants", "cible_max"), ("sens", "resultat")

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
        resultat[Cible(code, *(o[nom] for nom in Cible._fields[1:]))].append(o)
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
    suivies: dict[str, npt.NDArray[Any]] = {nom: np.full(effectif, nan) for nom in _NOMBRES}
    suivies |= {nom: np.full(effectif, "", object) for nom in _TEXTES}
    for rang, objectif in enumerate(choisir(colonnes, objectifs)):
        if objectif is not None:
            statut, *termes = (colonnes[nom][rang] for nom in ("statut", "numerateur", "denominateur"))
            for nom, valeur in _mesurer(statut, termes, objectif).items():
                suivies[nom][rang] = valeur
    return suivies


def _mesurer(statut: str, termes: Sequence[float], objectif: Objectif) -> dict[str, float | str]:
    """What is said of a row beside its objective, but for what has no value."""
    dites = {"cible": objectif["valeur"], "sens": objectif["sens"], "cible_max": objectif["valeur_max"]}
    if statut != PUBLIE:
        return dites | {"resultat": statut}
    bornes, (compte, ensemble) = Bornes.de(objectif), comptes(*termes)
    manque = bornes.manquants(compte, ensemble)
    dites |= {"ecart": bornes.ecart(compte, ensemble), "resultat": ATTEINT if manque == 0 else NON_ATTEINT}
    return dites if manque is None else dites | {"menages_manquants": manque}


def comptes(numerateur: float, denominateur: float) -> tuple[int, int]:
    """The count of a figure and the households it is among, 0 when that is not known."""
    return int(numerateur), 0 if isnan(denominateur) else int(denominateur)


def choisir(
    colonnes: Mapping[str, Colonne] | pd.DataFrame, objectifs: Mapping[Cible, Sequence[Objectif]]
) -> list[Objectif | None]:
    """The objective that each row of figures follows, or None. It rests on keys alone: a masked row has one too."""
    suivis = {cible.indicateur for cible in objectifs if cible.unite in (PCT, NOMBRE)}
    en_vigueur: dict[tuple[Cible, int], list[Objectif]] = {}
    lues = {nom: list(colonnes[nom]) for nom in [*CLES, "unite"]}
    choix: list[Objectif | None] = [None] * len(lues["unite"])
    for rang, code in enumerate(lues["indicateur"]):
        if code not in suivis or (cible := Cible(*(lues[nom][rang] for nom in Cible._fields))) not in objectifs:
            continue
        annee, perimetre, acteur = (lues[nom][rang] for nom in ("annee", "perimetre_code", "acteur_code"))
        if (cible, annee) not in en_vigueur:
            en_vigueur[cible, annee] = _de_l_annee(objectifs[cible], annee)
        choix[rang] = _le_plus_particulier(en_vigueur[cible, annee], perimetre, acteur)
    return choix


def _de_l_annee(objectifs: Iterable[Objectif], annee: int) -> list[Objectif]:
    jour, annees = pd.Timestamp(annee, 12, 31), ("", str(annee))
    return [o for o in objectifs if o["annee"] in annees and not (o["date_effet"] > jour or o["date_fin"] < jour)]


def _le_plus_particulier(objectifs: Iterable[Objectif], perimetre: str, acteur: str) -> Objectif | None:
    if NON_RENSEIGNE in (acteur, perimetre):
        return None  # Nobody has committed to anything.
    candidats = [o for o in objectifs if o["perimetre_code"] in (perimetre, "*") and o["acteur_code"] in (acteur, "*")]
    textes = defaultdict[tuple[str, ...], pd.Timestamp](lambda: pd.Timestamp.min)
    for o in candidats:  # A day that is not known is the first of all.
        textes[_texte(o)] = max(textes[_texte(o)], o["date_effet"])
    return max(candidats, default=None, key=lambda o: (
        (o["perimetre_code"] != "*") + (o["acteur_code"] != "*"), o["origine"] != _LOI, textes[_texte(o)],
        o["annee"] != "", max(pd.Timestamp.min, o["date_effet"]),
    ))  # fmt: skip
