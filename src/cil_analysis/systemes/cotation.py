"""What the evaluation of the cotation adds to the rows of a year: scores, their rank among the requests, the trial.

Scores are compared by their rank among the requests active at 31 December, in tenths: the points of two grids, or of
two years, are not. The k-th decile is the smallest score that at least k tenths of the requests do not exceed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import DIMENSIONS
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import NON_RENSEIGNE
from cil_analysis.reference.parametres import Parametres
from cil_analysis.reference.systemes.cotation import Cotation, Grille
from cil_analysis.systemes.colonnes import NUMERO, Lignes, Rangs, donnee, du_menage, jours, parmi, texte, textes
from cil_analysis.systemes.cotation_scores import noter

SCORE = "score_cotation"
PAR_GRILLE, IMPORTE = "GRILLE", "IMPORTE"
_DIXIEMES = 10
DECILES = tuple(f"D{rang}" for rang in range(1, _DIXIEMES + 1))
_NOTES = ("demandes", "attributions")


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The rows with their scores, ranks and place in the trial; the frames received are left as they are.

    The grid scores a request at 31 December and a household housed on the day of its lease. Where no grid can be
    computed, the scores that the files give are kept, for requests and leases alike. A proposal has the highest score
    of its household's rows. Raises ErreurCIL for a number of deciles that is none.
    """
    cotation, jour = references.cotation, date(annee, 12, 31)
    rangs = rangs_des_deciles(references.parametres, jour)
    notees = {nom: lignes[nom] for nom in _NOTES if nom in lignes}
    if "attributions" in notees:
        notees["attributions"] = _situer(notees["attributions"], cotation)
    scores, origine = _noter(notees, cotation.grille_au(jour), jour)
    if not scores:
        return lignes | notees
    stock = scores.get("demandes", pd.Series(dtype="Float64"))
    for nom, table in notees.items():
        places, deciles = np.where(scores[nom].isna(), -1, 0), _deciles(scores[nom], stock)
        notees[nom] = table.assign(
            score_cotation=scores[nom],
            origine_score=textes(places, [origine], table.index),
            decile_score=textes(deciles, DECILES, table.index),
            rang_score=textes(deciles, rangs, table.index),
        )
    variante = cotation.simulee_au(jour)
    if "demandes" in notees and origine == PAR_GRILLE and variante is not None:
        notees["demandes"] = notees["demandes"].assign(
            evolution_rang=_simuler(notees["demandes"], _deciles(stock, stock), variante, jour)
        )
    pretes = lignes | notees
    if (propositions := lignes.get("propositions")) is not None:
        meilleurs = du_menage(texte(propositions, NUMERO), notees.values(), SCORE, "max")
        leurs_rangs = textes(_deciles(meilleurs, stock), rangs, propositions.index)
        pretes["propositions"] = propositions.assign(score_cotation=meilleurs, rang_score=leurs_rangs)
    return pretes


def _noter(notees: Lignes, grille: Grille | None, jour: date) -> tuple[dict[str, pd.Series], str]:
    """The scores of the rows, and whether they are those of the grid or of the files; none where nothing gives one."""
    if grille is not None:
        calcules = {
            nom: noter(table, grille, jour if nom == "demandes" else jours(table, "date_signature_bail"))
            for nom, table in notees.items()
        }
        if any(scores.notna().any() for scores in list(calcules.values())[:1]):
            return calcules, PAR_GRILLE
    if not any(donnee(table, SCORE) for table in notees.values()):
        return {}, IMPORTE
    vides = {nom: pd.Series(pd.NA, table.index, "Float64") for nom, table in notees.items()}
    return {nom: table.get(SCORE, vides[nom]).astype("Float64").round(2) for nom, table in notees.items()}, IMPORTE


def rangs_des_deciles(parametres: Parametres, jour: date) -> list[str]:
    """The rank of each decile."""
    bas, hauts = bornes_des_rangs(parametres, jour)
    return np.repeat(DIMENSIONS["rang_score"].classes, [bas, _DIXIEMES - bas - hauts, hauts]).tolist()


def bornes_des_rangs(parametres: Parametres, jour: date) -> tuple[int, int]:
    """How many deciles are low, and how many are high. Raises ErreurCIL when one is no number from 1 to 4."""
    nombres = []
    for nom in ("cotation.deciles_bas", "cotation.deciles_hauts"):
        valeur = parametres[nom].valeur(jour)
        if isinstance(valeur, bool) or not isinstance(valeur, int) or not 1 <= valeur <= 4:
            raise ErreurCIL(
                f"data/reference/parameters/cotation.yml : « {nom.partition('.')[2]} » vaut « {valeur} » pour "
                f"{jour.year}. Écrire un nombre entier de déciles, de 1 à 4."
            )
        nombres.append(valeur)
    return nombres[0], nombres[1]


def regroupements(references: References, jour: date) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...]]]:
    """Ranks are deciles, as parameters say, and groups are landlords (see ``preparations.regroupements``)."""
    rangs = rangs_des_deciles(references.parametres, jour)
    for rang in dict.fromkeys(rangs):
        siens = (decile for decile, son_rang in zip(DECILES, rangs, strict=True) if son_rang == rang)
        yield ("rang_score", rang), "decile_score", tuple(siens)
    testeurs = references.cotation.testeurs
    if testeurs:
        autres = [c for c in references.nomenclatures["bailleurs"].codes() if c not in testeurs]
        testeur, autre = DIMENSIONS["groupe_cotation"].classes
        yield ("groupe_cotation", testeur), "bailleur", testeurs
        yield ("groupe_cotation", autre), "bailleur", (*autres, NON_RENSEIGNE)


def _deciles(scores: pd.Series, demandes: pd.Series) -> Rangs:
    """The rank of the decile of the requests that each score falls in; -1 where there is no score, or no request."""
    tries, valeurs = np.sort(demandes.dropna().to_numpy("float64")), scores.to_numpy("float64", na_value=np.nan)
    # The k-th decile is under a score when k tenths of the requests at least are.
    rangs = np.searchsorted(tries, valeurs, side="left") * _DIXIEMES // max(len(tries), 1)
    return np.where(np.isnan(valeurs) | (len(tries) == 0), -1, np.minimum(rangs, _DIXIEMES - 1))


def _situer(attributions: pd.DataFrame, cotation: Cotation) -> pd.DataFrame:
    """The leases with whether each is a test landlord's, and whether it is signed since the cotation began."""
    ajouts = {}
    if cotation.testeurs:
        autres = ~parmi(attributions, "bailleur", lambda code: code in cotation.testeurs)
        ajouts["groupe_cotation"] = textes(autres, DIMENSIONS["groupe_cotation"].classes, attributions.index)
    if cotation.debut is not None:
        moments = jours(attributions, "date_signature_bail") >= np.datetime64(cotation.debut, "D")
        ajouts["moment_cotation"] = textes(moments, DIMENSIONS["moment_cotation"].classes, attributions.index)
    return attributions.assign(**ajouts)


def _simuler(demandes: pd.DataFrame, deciles: Rangs, variante: Grille, jour: date) -> pd.Series:
    """Whether each request is in a higher or lower decile with another grid than with the grid in use."""
    scores = noter(demandes, variante, jour)
    autres = _deciles(scores, scores)
    sens = np.where((deciles < 0) | (autres < 0), -1, np.sign(autres - deciles) + 1)
    return textes(sens, DIMENSIONS["evolution_rang"].classes, demandes.index)
