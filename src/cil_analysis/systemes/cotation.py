"""What the evaluation of the cotation adds to the rows of a year: scores, their rank among the requests, the trial.

Scores are compared by their rank among the requests active at 31 December, in tenths: the points of two grids, or of
two years, are not. The k-th decile is the smallest score that at least k tenths of the requests do not exceed.

Scores are those of a grid, criterion by criterion (domain, §7.2), in hundredths of a point. What a row lacks gives no
point; one that has none of the grid's columns has no score.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.grammaire.dimensions import DIMENSIONS, OUI, Regroupement
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Condition
from cil_analysis.reference.colonnes import PSEUDONYME
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import Parametres
from cil_analysis.reference.systemes import cotation as grilles
from cil_analysis.systemes import colonnes
from cil_analysis.systemes.colonnes import Booleens, Jours, Lignes, Nombres, Rangs, donnee, jours, parmi, texte, textes

SCORE = "score_cotation"
PAR_GRILLE, IMPORTE = "GRILLE", "IMPORTE"
_DIXIEMES = 10
DECILES = tuple(f"D{rang}" for rang in range(1, _DIXIEMES + 1))
RETENU, ECARTE, NON_REMPLI, INCONNU = "retenu", "écarté", "non rempli", "non renseigné"
VERDICTS = (INCONNU, NON_REMPLI, ECARTE, RETENU)  # By their ranks.
_TROP_BAS = np.iinfo(np.int64).min


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The rows with their scores, ranks and place in the trial; the frames received are left as they are.

    The grid scores a request at 31 December and a household housed on the day of its lease. Where no grid can be
    computed, the scores that the files give are kept, for requests and leases alike. A proposal has the highest score
    of its household's rows. Raises ErreurCIL for a number of deciles that is none.
    """
    cotation, jour = references.cotation, date(annee, 12, 31)
    rangs = rangs_des_deciles(references.parametres, jour)
    notees = {nom: lignes[nom] for nom in grilles.NOTES if nom in lignes}
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
        meilleurs = colonnes.du_menage(texte(propositions, PSEUDONYME), notees.values(), SCORE, "max")
        leurs_rangs = textes(_deciles(meilleurs, stock), rangs, propositions.index)
        pretes["propositions"] = propositions.assign(score_cotation=meilleurs, rang_score=leurs_rangs)
    return pretes


def _noter(notees: Lignes, grille: grilles.Grille | None, jour: date) -> tuple[dict[str, pd.Series], str]:
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
    donnes = {nom: table.get(SCORE, pd.Series(pd.NA, table.index)) for nom, table in notees.items()}
    return {nom: scores.astype("Float64").round(2) for nom, scores in donnes.items()}, IMPORTE


def rangs_des_deciles(parametres: Parametres, jour: date) -> list[str]:
    """The rank of each decile."""
    bas, hauts = bornes_des_rangs(parametres, jour)
    return np.repeat(DIMENSIONS["rang_score"].classes, [bas, _DIXIEMES - bas - hauts, hauts]).tolist()


def bornes_des_rangs(parametres: Parametres, jour: date) -> tuple[int, int]:
    """Combien de déciles sont bas, et combien élevés."""
    return parametres.lire("cotation.deciles_bas", jour), parametres.lire("cotation.deciles_hauts", jour)


def regroupements(references: References, jour: date) -> Iterator[Regroupement]:
    """Ranks are deciles, as parameters say, and groups are landlords."""
    rangs = rangs_des_deciles(references.parametres, jour)
    for rang in dict.fromkeys(rangs):
        siens = (decile for decile, son_rang in zip(DECILES, rangs, strict=True) if son_rang == rang)
        yield Regroupement(("rang_score", rang), "decile_score", tuple(siens))
    testeurs = references.cotation.testeurs
    if testeurs:
        autres = [c for c in references.nomenclatures["bailleurs"].codes() if c not in testeurs]
        testeur, autre = DIMENSIONS["groupe_cotation"].classes
        yield Regroupement(("groupe_cotation", testeur), "bailleur", testeurs)
        yield Regroupement(("groupe_cotation", autre), "bailleur", (*autres, NON_RENSEIGNE))


def trimestres(references: References, jour: date) -> Iterator[Regroupement]:
    """The leases up to the end of a quarter are those before the cotation began, more of them, or a part of them.

    In the year that it began; the whole year is no news.
    """
    debut = references.cotation.debut
    if debut is None or debut.year != jour.year:
        return
    avant, depuis = DIMENSIONS["moment_cotation"].classes
    for trimestre in (1, 2, 3):
        suivant = date(debut.year, 3 * trimestre + 1, 1)
        entieres, coupees = ((), (avant,)) if suivant < debut else ((avant,), () if suivant == debut else (depuis,))
        yield Regroupement((f"cumul_T{trimestre}", OUI), "moment_cotation", entieres, coupees)


def partages(lignes: Mapping[str, pd.DataFrame], references: References) -> frozenset[tuple[Condition, Condition]]:
    """Each band of points, and each decile that has some of its scores.

    The scores of a grid may be few: a decile is then one band, or some of them.
    """
    notees = [
        lignes[nom][[SCORE, "decile_score"]] for nom in grilles.NOTES if nom in lignes and "decile_score" in lignes[nom]
    ]
    vus = pd.concat(notees).dropna().drop_duplicates() if notees else pd.DataFrame(columns=[SCORE, "decile_score"])
    return frozenset(
        (("tranche_score", code), ("decile_score", str(decile)))
        for code, bas, haut in references.nomenclatures["tranches_score"].bornes
        for decile in vus.loc[vus[SCORE].astype("float64").between(bas, haut), "decile_score"].unique()
    )


def _deciles(scores: pd.Series, demandes: pd.Series) -> Rangs:
    """The rank of the decile of the requests that each score falls in; -1 where there is no score, or no request."""
    tries, valeurs = np.sort(demandes.dropna().to_numpy("float64")), scores.to_numpy("float64", na_value=np.nan)
    # The k-th decile is under a score when k tenths of the requests at least are.
    rangs = np.searchsorted(tries, valeurs, side="left") * _DIXIEMES // max(len(tries), 1)
    return np.where(np.isnan(valeurs) | (len(tries) == 0), -1, np.minimum(rangs, _DIXIEMES - 1))


def _situer(attributions: pd.DataFrame, cotation: grilles.Cotation) -> pd.DataFrame:
    """The leases with whether each is a test landlord's, and whether it is signed since the cotation began."""
    ajouts = {}
    if cotation.testeurs:
        autres = ~parmi(attributions, "bailleur", lambda code: code in cotation.testeurs)
        ajouts["groupe_cotation"] = textes(autres, DIMENSIONS["groupe_cotation"].classes, attributions.index)
    if cotation.debut is not None:
        moments = jours(attributions, "date_signature_bail") >= np.datetime64(cotation.debut, "D")
        ajouts["moment_cotation"] = textes(moments, DIMENSIONS["moment_cotation"].classes, attributions.index)
    return attributions.assign(**ajouts)


def _simuler(demandes: pd.DataFrame, deciles: Rangs, variante: grilles.Grille, jour: date) -> pd.Series:
    """Whether each request is in a higher or lower decile with another grid than with the grid in use."""
    scores = noter(demandes, variante, jour)
    autres = _deciles(scores, scores)
    sens = np.where((deciles < 0) | (autres < 0), -1, np.sign(autres - deciles) + 1)
    return textes(sens, DIMENSIONS["evolution_rang"].classes, demandes.index)


def noter(lignes: pd.DataFrame, grille: grilles.Grille, jour: date | Jours) -> pd.Series:
    """The score of each row, in points; missing where nothing that the grid reads is known.

    ``jour``: the day of the score, or that of each row; seniority is counted in completed months up to it.
    """
    rangs, points = _juger_tout(lignes, grille, jour)
    centiemes = np.where(rangs == VERDICTS.index(RETENU), points, 0).sum(axis=1)
    connus = (rangs != VERDICTS.index(INCONNU)).any(axis=1)
    return pd.Series(centiemes / grilles.CENTIEMES, index=lignes.index, dtype="Float64").where(connus)


def verdicts(lignes: pd.DataFrame, grille: grilles.Grille, jour: date | Jours) -> pd.DataFrame:
    """What becomes of each criterion (columns, by code) for each row; never to be published.

    « écarté »: another criterion of the family, with which it does not add up, gives as much or more.
    """
    rangs, _ = _juger_tout(lignes, grille, jour)
    return pd.DataFrame(np.array(VERDICTS)[rangs], lignes.index, sorted(c.code for c in grille.criteres))


def _juger_tout(lignes: pd.DataFrame, grille: grilles.Grille, jour: date | Jours) -> tuple[Rangs, Rangs]:
    """For each row (rows) and criterion (columns, by code), its verdict (a rank) and the hundredths it would give."""
    criteres = sorted(grille.criteres, key=lambda c: c.code)
    forme = (len(lignes), len(criteres))
    points, connus, remplis = np.zeros(forme, "int64"), np.zeros(forme, bool), np.zeros(forme, bool)
    au = np.datetime64(jour, "D") if isinstance(jour, date) else jour
    for rang, critere in enumerate(criteres):
        if donnee(lignes, critere.colonne):
            connus[:, rang], remplis[:, rang], points[:, rang] = _juger(lignes, critere, au)
    retenus = _garder_les_meilleurs(criteres, points, remplis)
    return np.select([retenus, remplis, connus], [3, 2, 1], 0), points


def _garder_les_meilleurs(criteres: Sequence[grilles.Critere], points: Rangs, remplis: Booleens) -> Booleens:
    """Of the criteria of a family that do not add up, the best one; of equal ones, the first by code."""
    retenus = remplis.copy()
    for famille in {c.famille for c in criteres}:
        rangs = [i for i, c in enumerate(criteres) if c.famille == famille and not c.cumulable]
        if len(rangs) > 1:
            meilleur = np.where(remplis[:, rangs], points[:, rangs], _TROP_BAS).argmax(axis=1)
            retenus[:, rangs] &= np.arange(len(rangs)) == meilleur[:, None]
    return retenus


def _juger(lignes: pd.DataFrame, critere: grilles.Critere, au: Jours) -> tuple[Booleens, Booleens, Rangs]:
    """Whether the column is filled in, whether the condition holds, and the hundredths that it then gives."""
    colonne, connu = critere.colonne, lignes[critere.colonne].notna().to_numpy()
    if critere.type in ("date", "entier", "nombre"):
        est_date = critere.type == "date"  # A missing one gives no point anyway.
        nombres = _mois(lignes, colonne, au) if est_date else lignes[colonne].to_numpy("float64", na_value=0.0)
        comparaisons = {grilles.AU_MOINS: nombres >= critere.seuil, grilles.AU_PLUS: nombres <= critere.seuil}
        # Once, or for each completed month or year, or each unit.
        fois = {"": np.ones(len(nombres)), grilles.ANNEE: nombres // 12}.get(critere.par, nombres)
        rempli, points = connu & comparaisons.get(critere.operateur, connu), fois.astype("int64") * critere.points
        if critere.plafond is not None:
            points = np.minimum(points, critere.plafond) if critere.points > 0 else np.maximum(points, critere.plafond)
        return connu, rempli, points
    points = np.full(len(lignes), critere.points, dtype="int64")
    rempli = connu if critere.operateur == grilles.RENSEIGNE else colonnes.a_l_une(lignes, colonne, critere.valeurs)
    # A blank list is an answer: the household is of no category.
    return np.ones(len(lignes), bool) if critere.type == "codes" else connu, rempli, points


def _mois(lignes: pd.DataFrame, colonne: str, au: Jours) -> Nombres:
    """The completed months from each date to the day of the score; 0 for a missing date, or a later one."""
    depots = jours(lignes, colonne)
    debuts, fins = depots.astype("datetime64[M]"), np.asarray(au).astype("datetime64[M]")
    mois = (fins - debuts).astype("float64") - (au - fins < depots - debuts)
    return np.where(np.isnat(depots) | np.isnat(au), 0.0, mois).clip(min=0)
