"""The result of an objective whose share is masked: told wherever every case stays protected all the same (D19)."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, CLES, NON_ATTEINT, SECRET
from cil_analysis.comptage.cibles import Cible, choisir, par_cible
from cil_analysis.reference.objectifs import Bornes, Objectif
from cil_analysis.secret.preuve.encadrement import Encadrement
from cil_analysis.secret.preuve.probleme import Choix, Probleme
from cil_analysis.secret.preuve.programme import Temoins, vrai_temoin
from cil_analysis.secret.relations.cases import Case, Inegalite, Releve, cle_de
from cil_analysis.secret.relations.structure import Structure

# The column of a read publication that holds the bounds by which each result was told (the journal of its bilan).
DIT = "dit"
# A count that nothing bounds.
_SANS_FIN = 10**9
_BORNES = ("bas", "haut", "tolerance")


class Verdict(NamedTuple):
    """A row of figures whose share is masked, and what its result tells of its cases."""

    ligne: int
    dite: Inegalite


def disent_leur_resultat(lignes: pd.DataFrame) -> pd.Series:
    """Which rows of figures tell whether their objective is met."""
    return lignes["resultat"].isin([ATTEINT, NON_ATTEINT])


def verdicts(lignes: pd.DataFrame, releve: Releve, structure: Structure, choisies: pd.Series) -> list[Verdict]:
    """What the results of some rows tell, by their place; those that no inequality says are left out."""
    rangs = np.flatnonzero(choisies & disent_leur_resultat(lignes))
    trouves = []
    for rang, bornes in zip(rangs, _bornes(lignes.iloc[rangs], structure.objectifs), strict=True):
        resultat = str(lignes["resultat"].iloc[rang])
        if bornes is not None and (dite := inegalite(releve.lignes[rang], bornes, resultat)):
            trouves.append(Verdict(int(rang), dite))
    return trouves


def verdicts_publies(lignes: pd.DataFrame, releve: Releve, structure: Structure) -> list[Inegalite]:
    """What a reader learns from the results of masked rows. Raises ValueError for one that no objective explains."""
    dits = lignes["statut"].eq(SECRET) & disent_leur_resultat(lignes)
    trouves = verdicts(lignes, releve, structure, dits)
    if len(trouves) != int(dits.sum()):
        raise ValueError("A masked share has a result that no objective explains")
    return [verdict.dite for verdict in trouves]


def _bornes(lignes: pd.DataFrame, objectifs: Mapping[Cible, Sequence[Objectif]]) -> list[Bornes | None]:
    """The bounds of the objective of each row: those by which it was told, else those of today."""
    dites = lignes[DIT] if DIT in lignes else [None] * len(lignes)
    choisis = choisir(lignes, objectifs)
    return [
        dite if isinstance(dite, Bornes) else None if objectif is None else Bornes.de(objectif)
        for dite, objectif in zip(dites, choisis, strict=True)
    ]


def noter(lignes: pd.DataFrame, objectifs: pd.DataFrame) -> list[dict[str, Any]]:
    """For the journal of a bilan: the bounds by which each result is told without its share.

    An objective may change later, and what readers learned does not.
    """
    dits = lignes[lignes["statut"].eq(SECRET) & disent_leur_resultat(lignes)]
    return [
        {nom: str(ligne[nom]) for nom in CLES}
        | {"en_nombre": bornes.en_nombre}
        | {nom: None if (valeur := getattr(bornes, nom)) is None else str(valeur) for nom in _BORNES}
        for ligne, bornes in zip(dits.to_dict("records"), _bornes(dits, par_cible(objectifs)), strict=True)
        if bornes is not None
    ]


def relire(lignes: pd.DataFrame, notes: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows of a publication, with the bounds that :func:`noter` kept in the column ``DIT``."""
    dites = {}
    for note in notes:
        bas, haut, tolerance = (None if note[nom] is None else Fraction(str(note[nom])) for nom in _BORNES)
        cle = tuple(str(note[nom]) for nom in CLES)
        dites[cle] = Bornes(bas, haut, bool(note["en_nombre"]), tolerance or Fraction(0))
    cles = lignes[CLES].astype("str").itertuples(index=False, name=None)
    return lignes.assign(**{DIT: pd.Series([dites.get(cle) for cle in cles], index=lignes.index, dtype=object)})


def inegalite(cases: Sequence[Case], bornes: Bornes, resultat: str) -> Inegalite | None:
    """What a result says of a count and, for a share, of its households, in whole numbers; None where one is no case.

    None for an interval: out of it, a count is below or above, and no inequality says that.
    """
    if None not in (bornes.bas, bornes.haut) or len(cases) != (1 if bornes.en_nombre else 2):
        return None
    if bornes.bas is not None:
        sens, limite = 1, bornes.bas - bornes.tolerance
    elif bornes.haut is not None:
        sens, limite = -1, bornes.haut + bornes.tolerance
    else:
        return None
    # « The count is at least the limit » (``sens`` 1), « at most » (-1), or the contrary.
    signe, stricte = (sens, 0) if resultat == ATTEINT else (-sens, 1)
    borne = limite if bornes.en_nombre else limite / 100
    compte, reste = (cases[0], signe * borne.denominator), signe * borne.numerator
    if bornes.en_nombre:
        return Inegalite((compte,), reste + stricte)
    return Inegalite((compte, (cases[1], -reste)), stricte)


def a_publier(probleme: Probleme, choix: Choix, candidats: Sequence[Verdict]) -> tuple[frozenset[int], Temoins]:
    """The rows whose result may be told: all that could be whatever it is, if every case stays protected; else none.

    Silence must tell nothing: which rows are asked for rests on what readers know alone (:func:`_dicible`). And
    witnesses of what is published with these results.
    """
    connues = {case: v for case, v in probleme.valeurs.items() if case not in choix.cases}
    lecteur = probleme.lecteur()
    temoins = choix.temoins if len(choix.temoins.points) else vrai_temoin(lecteur, probleme.valeurs)
    lecteur.connaitre(connues)
    encadrement = Encadrement(lecteur, 1, temoins)
    dicibles = [candidat for candidat in candidats if _dicible(candidat.dite, encadrement, probleme.largeur)]
    if dicibles:
        lecteur = probleme.lecteur(*(candidat.dite for candidat in dicibles))
        lecteur.connaitre(connues)
        siennes = {case for candidat in dicibles for case, _ in candidat.dite.termes}
        atteintes = frozenset(lecteur.liees(*siennes).tolist())
        # The protected cases that a result reaches, those of its own row first.
        touchees = [case for case in choix.cases | probleme.restes if lecteur.rang[case] in atteintes]
        touchees.sort(key=lambda case: (case not in siennes, cle_de(case)))
        encadrement = Encadrement(lecteur, probleme.largeur, temoins, probleme.besoin)
        encadrement.elargir(touchees)
        if all(map(encadrement.protege, touchees)):
            return frozenset(candidat.ligne for candidat in dicibles), encadrement.temoins
    return frozenset(), temoins


def _dicible(dite: Inegalite, encadrement: Encadrement, largeur: int) -> bool:
    """Whether the households of a share are known, and either result leaves as many values as a masked count needs."""
    [(_, poids), *autres], reste, ensemble = dite.termes, dite.minimum, _SANS_FIN
    for case, w in autres:
        connu, haut = map(int, encadrement.de(case))
        if connu != haut:
            return False
        reste, ensemble = reste - w * connu, connu
    # How many values are on the side that is told: from the bound up, or from none up to it.
    dits = ensemble - ceil(reste / poids) + 1 if poids > 0 else floor(reste / poids) + 1
    return min(dits, ensemble + 1 - dits) > largeur
