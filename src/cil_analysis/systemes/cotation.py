"""What the evaluation of the cotation adds to the rows of a year: scores, their rank among the requests, the trial.

Scores are compared by their rank among the requests active at 31 December, in tenths: the points of two grids, or of
two years, are not. The k-th decile is the smallest score that at least k tenths of the requests do not exceed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import NON_RENSEIGNE
from cil_analysis.reference.parametres import Parametres
from cil_analysis.reference.systemes.cotation import Cotation, Grille
from cil_analysis.reference.texte import typographie
from cil_analysis.systemes.colonnes import Rangs, jours, parmi, textes
from cil_analysis.systemes.cotation_scores import noter

SCORE = "score_cotation"
PAR_GRILLE, IMPORTE = "GRILLE", "IMPORTE"
BAS, MILIEU, HAUT = "BAS", "MILIEU", "HAUT"
AVANT, DEPUIS = "AVANT", "DEPUIS"
TESTEUR, AUTRE = "TESTEUR", "AUTRE"
HAUSSE, STABLE, BAISSE = "HAUSSE", "STABLE", "BAISSE"
_DIXIEMES = 10
RANGS = (BAS, MILIEU, HAUT)
DECILES = tuple(f"D{rang}" for rang in range(1, _DIXIEMES + 1))
_NOTES = ("demandes", "attributions")
_NUMERO = "demande_pseudonyme"
Lignes = dict[str, pd.DataFrame]
Tableau = npt.NDArray[np.float64]


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The rows with their scores, ranks and place in the trial; the frames received are left as they are.

    The grid scores a request at 31 December and a household housed on the day of its lease. Where no grid can be
    computed, the scores that the files give are kept, for requests and leases alike. A proposal has the highest score
    of its household's rows. Raises ErreurCIL for a number of deciles that is none.
    """
    cotation, jour = references.cotation, date(annee, 12, 31)
    notees = {nom: lignes[nom] for nom in _NOTES if nom in lignes}
    grille = cotation.grille_au(jour)
    calcules = {
        nom: noter(table, grille, jour if nom == "demandes" else jours(table, "date_signature_bail"))
        for nom, table in notees.items()
        if grille is not None
    }
    par_grille = any(scores.notna().any() for scores in list(calcules.values())[:1])
    scores = calcules if par_grille else {nom: _importes(table) for nom, table in notees.items()}
    seuils = _seuils(scores["demandes"]) if "demandes" in scores else np.array([])
    bas, hauts = bornes_des_rangs(references.parametres, jour)
    deciles = {nom: _deciles(scores[nom], seuils) for nom in notees}
    colonnes = {
        nom: {
            "score_cotation": scores[nom],
            "origine_score": textes(
                np.where(scores[nom].isna(), -1, 0), [PAR_GRILLE if par_grille else IMPORTE], table.index
            ),
            "decile_score": textes(deciles[nom], DECILES, table.index),
            "rang_score": textes(_rangs(deciles[nom], bas, hauts), RANGS, table.index),
        }
        for nom, table in notees.items()
    }
    if "attributions" in notees:
        colonnes["attributions"] |= _situer(notees["attributions"], cotation)
    variante = cotation.simulee_au(jour)
    if "demandes" in notees and par_grille and variante is not None:
        colonnes["demandes"]["evolution_rang"] = _simuler(notees["demandes"], deciles["demandes"], variante, jour)
    pretes = lignes | {nom: table.assign(**colonnes[nom]) for nom, table in notees.items()}
    if (propositions := pretes.get("propositions")) is not None:
        des_menages = _scores_des_menages(propositions, pretes)
        rangs = textes(_rangs(_deciles(des_menages, seuils), bas, hauts), RANGS, propositions.index)
        pretes["propositions"] = propositions.assign(score_cotation=des_menages, rang_score=rangs)
    return pretes


def bornes_des_rangs(parametres: Parametres, jour: date) -> tuple[int, int]:
    """How many deciles are low, and how many are high. Raises ErreurCIL when one is no number from 1 to 4."""
    nombres = []
    for nom in ("cotation.deciles_bas", "cotation.deciles_hauts"):
        valeur = parametres[nom].valeur(jour)
        if isinstance(valeur, bool) or not isinstance(valeur, int) or not 1 <= valeur <= 4:
            raise ErreurCIL(
                typographie(
                    f"data/reference/parameters/cotation.yml : « {nom.partition('.')[2]} » vaut « {valeur} » pour "
                    f"{jour.year}. Écrire un nombre entier de déciles, de 1 à 4."
                )
            )
        nombres.append(valeur)
    return nombres[0], nombres[1]


def regroupements(references: References, jour: date) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...]]]:
    """Ranks are deciles, as parameters say, and groups are landlords (see ``preparations.regroupements``)."""
    bas, hauts = bornes_des_rangs(references.parametres, jour)
    for rang, deciles in deciles_des_rangs(bas, hauts).items():
        yield ("rang_score", rang), "decile_score", deciles
    testeurs = references.cotation.testeurs
    if testeurs:
        autres = [c for c in references.nomenclatures["bailleurs"].codes() if c not in testeurs]
        yield ("groupe_cotation", TESTEUR), "bailleur", testeurs
        yield ("groupe_cotation", AUTRE), "bailleur", (*autres, NON_RENSEIGNE)


def deciles_des_rangs(bas: int, hauts: int) -> Mapping[str, tuple[str, ...]]:
    """The deciles of each rank."""
    return {BAS: DECILES[:bas], MILIEU: DECILES[bas : _DIXIEMES - hauts], HAUT: DECILES[_DIXIEMES - hauts :]}


def _importes(lignes: pd.DataFrame) -> pd.Series:
    """The scores that a file gives, to the hundredth; missing where it gives none."""
    if SCORE not in lignes:
        return pd.Series(pd.NA, index=lignes.index, dtype="Float64")
    return lignes[SCORE].astype("Float64").round(2)


def _seuils(scores: pd.Series) -> Tableau:
    """The first nine deciles of the requests' scores; none without scores."""
    tries = np.sort(scores.dropna().to_numpy("float64"))
    if not len(tries):
        return tries
    rangs = [-(-rang * len(tries) // _DIXIEMES) - 1 for rang in range(1, _DIXIEMES)]
    return np.asarray(tries[rangs])


def _deciles(scores: pd.Series, seuils: Tableau) -> Rangs:
    """The rank of the decile of the requests that each score falls in; -1 where there is no score, or no request."""
    valeurs = scores.to_numpy("float64", na_value=np.nan)
    if not len(seuils):
        return np.full(len(valeurs), -1)
    rangs = np.searchsorted(seuils, valeurs, side="left")
    return np.where(np.isnan(valeurs), -1, np.minimum(rangs, _DIXIEMES - 1))


def _rangs(deciles: Rangs, bas: int, hauts: int) -> Rangs:
    """The rank of each decile among ``RANGS``, -1 without one."""
    return np.array([0] * bas + [1] * (_DIXIEMES - bas - hauts) + [2] * hauts + [-1])[deciles]


def _situer(attributions: pd.DataFrame, cotation: Cotation) -> dict[str, pd.Series]:
    """Whether each lease is a test landlord's, and whether it is signed since the cotation began."""
    groupes = moments = np.full(len(attributions), -1)
    if cotation.testeurs:
        groupes = parmi(attributions, "bailleur", lambda code: code in cotation.testeurs).astype(int)
    if cotation.debut is not None:
        moments = (jours(attributions, "date_signature_bail") >= np.datetime64(cotation.debut, "D")).astype(int)
    return {
        "groupe_cotation": textes(groupes, (AUTRE, TESTEUR), attributions.index),
        "moment_cotation": textes(moments, (AVANT, DEPUIS), attributions.index),
    }


def _scores_des_menages(propositions: pd.DataFrame, notees: Mapping[str, pd.DataFrame]) -> pd.Series:
    """The highest score of the rows of each proposal's household, by pseudonym."""
    connus = [notees[nom][[_NUMERO, SCORE]] for nom in _NOTES if nom in notees and _NUMERO in notees[nom]]
    if _NUMERO not in propositions or not connus:
        return pd.Series(pd.NA, index=propositions.index, dtype="Float64")
    meilleurs = pd.concat(connus).groupby(_NUMERO)[SCORE].max()
    return propositions[_NUMERO].map(meilleurs).astype("Float64")


def _simuler(demandes: pd.DataFrame, deciles: Rangs, variante: Grille, jour: date) -> pd.Series:
    """Whether each request is in a higher or lower decile with another grid than with the grid in use."""
    scores = noter(demandes, variante, jour)
    autres = _deciles(scores, _seuils(scores))
    sens = np.where((deciles < 0) | (autres < 0), -1, np.sign(autres - deciles) + 1)
    return textes(sens, (BAISSE, STABLE, HAUSSE), demandes.index)
