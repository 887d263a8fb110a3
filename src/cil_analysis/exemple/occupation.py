"""The made-up OPS survey: who lives in the stock, added up by commune, by quarter and by landlord."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cil_analysis.exemple.tirage import Tirage
from cil_analysis.reference.colonnes import Dictionnaire

_REPONSES, _RECENTS = 0.9, 0.17
_COMPOSITIONS = (0.40, 0.12, 0.18, 0.24, 0.06)
_COMPOSITIONS_QPV = (0.34, 0.09, 0.23, 0.28, 0.06)
_AGES = (0.08, 0.16, 0.19, 0.29, 0.28)
# Incomes, the last share for those that nobody gave; recent movers and quarters are poorer.
_RESSOURCES = (0.15, 0.20, 0.21, 0.17, 0.11, 0.06, 0.04, 0.06)
_PAUVRES = (0.27, 0.24, 0.19, 0.12, 0.06, 0.03, 0.02, 0.07)
_CLASSES = {
    "compositions": ("nb_personnes_seules", "nb_couples_sans_enfant", "nb_couples_avec_enfants",
                     "nb_familles_monoparentales", "nb_autres_compositions"),
    "ages": ("nb_titulaires_moins_30", "nb_titulaires_30_39", "nb_titulaires_40_49", "nb_titulaires_50_64",
             "nb_titulaires_65_plus"),
    "ressources": tuple(f"nb_ressources_{t}" for t in
                        ("0_20", "20_40", "40_60", "60_80", "80_100", "100_120", "120_plus")),
}  # fmt: skip
_DITS = ("commune_libelle", "qpv", "bailleur")


def tirer(tire: Tirage, stock: pd.DataFrame) -> pd.DataFrame:
    """One row is a commune, a quarter of a commune, or a landlord in a commune; columns as in the dictionary.

    ``stock``: see ``parc.repartir``.
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
    compte = {"nb_logements": logements, "nb_menages": menages, "nb_menages_recents": recents}
    compositions = _repartir(tire, menages, _COMPOSITIONS_QPV if en_qpv else _COMPOSITIONS)
    compte |= dict(zip(_CLASSES["compositions"], compositions, strict=True))
    compte |= dict(zip(_CLASSES["ages"], _repartir(tire, menages, _AGES), strict=True))
    derive = 0.01 * tire.rang
    pauvres = np.array(_PAUVRES)
    riches = np.array(_PAUVRES if en_qpv else _RESSOURCES) + derive * np.array([1, 0, 0, 0, -1, 0, 0, 0])
    nouveaux, anciens = _repartir(tire, recents, pauvres), _repartir(tire, menages - recents, riches)
    for rang, nom in enumerate(_CLASSES["ressources"]):
        compte |= {nom: nouveaux[rang] + anciens[rang], f"{nom}_recents": nouveaux[rang]}
    seuls, couples, familles, monos, autres = compositions
    enfants = int(tire.hasard.binomial(3 * (familles + monos), 0.3)) + familles + monos
    return compte | {"nb_occupants": seuls + 2 * couples + 2 * familles + monos + enfants + 3 * autres}


def _repartir(tire: Tirage, n: int, parts: Sequence[float] | np.ndarray) -> list[int]:
    poids = np.asarray(parts, dtype=float)
    return [int(k) for k in tire.hasard.multinomial(n, poids / poids.sum())]


def rediger(tire: Tirage, dictionnaire: Dictionnaire, table: pd.DataFrame) -> tuple[list[str], list[list[object]]]:
    """The usual headings, and the rows as an OPS workbook has them; nothing personal is in counts."""
    usuels = dictionnaire.millesimes["usuels"]
    noms = [*_DITS, *(c for c in table.columns if c.startswith("nb_"))]
    communes, bailleurs = tire.references.territoire.noms(), tire.references.nomenclatures["bailleurs"].libelles()
    dits = {
        "commune_libelle": [communes[code] for code in table["commune_insee"]],
        "qpv": table["qpv"].tolist(),
        "bailleur": [bailleurs.get(code, "") for code in table["bailleur"]],
    }
    colonnes = [dits[nom] if nom in dits else table[nom].astype(int).tolist() for nom in noms]
    return [usuels[nom][0] for nom in noms], [list(ligne) for ligne in zip(*colonnes, strict=True)]
