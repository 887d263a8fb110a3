"""The made-up stock: where the dwellings are and whose, then the RPLS and the OPS survey of it.

The RPLS has one row a dwelling, as its secured file gives it. The dwellings of each commune are those of the example's
parc_social.csv.
"""

from collections.abc import Sequence
from datetime import date
from itertools import product

import numpy as np
import pandas as pd

from cil_analysis.exemple.fichiers import Lignes
from cil_analysis.exemple.projet import BAILLEURS, Decor
from cil_analysis.exemple.tables import DIT
from cil_analysis.exemple.tirage import Tirage, normer
from cil_analysis.reference.ensemble import References

# Two small communes where one landlord holds nearly all, as happens: by rank of their stock.
_RANGS_DOMINES, _PART_DOMINANTE = (1, 4), 0.96
_EN_QPV = 0.42
# The survey: who answers, who moved in lately.
_REPONSES, _RECENTS = 0.9, 0.17
_DITS = ("commune_libelle", "qpv", "bailleur")


def repartir(decor: Decor, references: References, annee: int, graine: int) -> pd.DataFrame:
    """One row is a commune, a quarter in force (empty: outside) and a landlord; ``logements``: how many, every year."""
    actifs = references.territoire.communes_des_qpv(date(annee, 12, 31))
    hasard = np.random.default_rng([graine, 6])
    avec_parc = decor.communes[decor.communes["logements"].gt(0)]
    petites = avec_parc[~avec_parc["a_qpv"]].nsmallest(max(_RANGS_DOMINES) + 1, "logements")["code_insee"].tolist()
    domines = {petites[rang] for rang in _RANGS_DOMINES if rang < len(petites)}
    lignes = []
    for code, logements in zip(avec_parc["code_insee"], avec_parc["logements"], strict=True):
        parts = hasard.dirichlet(np.array(list(BAILLEURS.values())) * 9)
        if code in domines:
            parts = np.array([_PART_DOMINANTE, *[(1 - _PART_DOMINANTE) / 4] * 4])
        quartiers = sorted(actifs.loc[actifs["code_insee"].eq(code), "qpv_code"])
        poids = [1 - _EN_QPV, *[_EN_QPV / len(quartiers)] * len(quartiers)] if quartiers else [1.0]
        comptes = hasard.multinomial(int(logements), np.outer(poids, parts).ravel() / sum(parts))
        cles = product(("", *quartiers), BAILLEURS)
        lignes += [(code, qpv, bailleur, int(n)) for (qpv, bailleur), n in zip(cles, comptes, strict=True)]
    return pd.DataFrame(lignes, columns=["commune_insee", "qpv", "bailleur", "logements"])


def tirer(tire: Tirage, stock: pd.DataFrame) -> Lignes:
    """The headings, then one row a dwelling."""
    logements = stock.loc[stock.index.repeat(stock["logements"])].reset_index(drop=True)
    n = len(logements)
    financement = tire.codes("financements_du_parc", n)
    ancien = 1976 - np.clip(tire.hasard.gamma(2.0, 6.0, n), 0, 70)
    recent = tire.annee - np.clip(tire.hasard.gamma(2.2, 11.0, n), 1, tire.annee - 1977)
    annees = np.where(financement == "AVANT_1977", ancien, recent).astype(int)
    pieces = tire.codes("pieces", n).astype(int)
    noms, bailleurs = tire.references.territoire.noms(), dict(zip(BAILLEURS, DIT["bailleurs"], strict=True))
    maison = logements["qpv"].eq("") & (tire.hasard.random(n) < np.where(pieces > 3, 0.4, 0.08))
    colonnes: list[Sequence[object]] = [
        [f"FIC{rang:07d}" for rang in range(1, n + 1)],
        logements["commune_insee"].tolist(),
        [noms[code].upper() for code in logements["commune_insee"]],
        ["1" if qpv else "2" for qpv in logements["qpv"]],
        logements["qpv"].tolist(),
        [bailleurs[code] for code in logements["bailleur"]],
        np.where(maison, "I", "C").tolist(),
        pieces.tolist(),
        (pieces * 18 + tire.hasard.integers(8, 22, n)).tolist(),
        annees.tolist(),
        (annees + 1).tolist(),
        [DIT["finan"][code] for code in financement],
        ["1"] * n,
        tire.codes("modes_d_occupation", n).tolist(),
        tire.codes("etiquettes", n).tolist(),
        tire.codes("etiquettes", n).tolist(),
        tire.hasard.integers(1, 120, n).tolist(),
        ["RUE FICTIVE"] * n,
    ]
    return [DIT["titres_du_parc"], *zip(*colonnes, strict=True)]


# --- The survey of those who live there -------------------------------------------------------------------------------


def _enquete(tire: Tirage, stock: pd.DataFrame) -> pd.DataFrame:
    """One row is a commune, a quarter of a commune, or a landlord in a commune; columns as in the dictionary.

    ``stock``: see :func:`repartir`.
    """
    comptes = pd.DataFrame(
        [_compter(tire, qpv != "", n) for qpv, n in zip(stock["qpv"], stock["logements"], strict=True)]
    )
    lignes = pd.concat([stock[["commune_insee", "qpv", "bailleur"]], comptes], axis=1)
    nombres = list(comptes.columns)
    ensembles = lignes.groupby("commune_insee", sort=False)[nombres].sum().reset_index()
    quartiers = lignes[lignes["qpv"].ne("")].groupby(["commune_insee", "qpv"], sort=False)[nombres].sum().reset_index()
    bailleurs = lignes.groupby(["commune_insee", "bailleur"], sort=False)[nombres].sum().reset_index()
    presents = bailleurs[bailleurs["nb_logements"].gt(0)]
    return pd.concat([ensembles, quartiers, presents], ignore_index=True).fillna({"qpv": "", "bailleur": ""})


def _compter(tire: Tirage, en_qpv: bool, logements: int) -> dict[str, int]:
    """The counts of a place and landlord; recent movers are counted in the classes of all."""
    menages = int(tire.hasard.binomial(logements, _REPONSES))
    recents = int(tire.hasard.binomial(menages, _RECENTS))
    compte: dict[str, int] = {"nb_logements": logements, "nb_menages": menages, "nb_menages_recents": recents}
    dite, derive = DIT["enquete"], 0.01 * tire.rang
    compositions = _etaler(tire, menages, dite["compositions"]["en_quartier" if en_qpv else "hors_quartier"])
    compte |= dict(zip(dite["compositions"]["colonnes"], compositions, strict=True))
    compte |= dict(zip(dite["ages"]["colonnes"], _etaler(tire, menages, dite["ages"]["parts"]), strict=True))
    pauvres, moins_pauvres = (np.array(dite["ressources"][nom]) for nom in ("pauvres", "autres"))
    riches = (pauvres if en_qpv else moins_pauvres) + derive * np.array([1, 0, 0, 0, -1, 0, 0, 0])
    nouveaux, anciens = _etaler(tire, recents, pauvres), _etaler(tire, menages - recents, riches)
    for nom, des_nouveaux, des_anciens in zip(dite["ressources"]["colonnes"], nouveaux, anciens, strict=False):
        compte |= {nom: des_nouveaux + des_anciens, f"{nom}_recents": des_nouveaux}
    seuls, couples, familles, monos, autres = compositions
    enfants = int(tire.hasard.binomial(3 * (familles + monos), 0.3)) + familles + monos
    return compte | {"nb_occupants": seuls + 2 * couples + 2 * familles + monos + enfants + 3 * autres}


def _etaler(tire: Tirage, n: int, parts: Sequence[float] | np.ndarray) -> list[int]:
    return [int(k) for k in tire.hasard.multinomial(n, normer(parts))]


def enqueter(tire: Tirage, stock: pd.DataFrame) -> Lignes:
    """The usual headings of a survey, then its rows as an OPS workbook has them; nothing personal is in counts."""
    table = _enquete(tire, stock)
    usuels = tire.references.dictionnaires["occupation"].millesimes["usuels"]
    noms = [*_DITS, *(c for c in table.columns if c.startswith("nb_"))]
    communes, bailleurs = tire.references.territoire.noms(), tire.references.nomenclatures["bailleurs"].libelles()
    dits = {
        "commune_libelle": [communes[code] for code in table["commune_insee"]],
        "qpv": table["qpv"].tolist(),
        "bailleur": [bailleurs.get(code, "") for code in table["bailleur"]],
    }
    colonnes = [dits[nom] if nom in dits else table[nom].astype(int).tolist() for nom in noms]
    return [[usuels[nom][0] for nom in noms], *zip(*colonnes, strict=True)]
