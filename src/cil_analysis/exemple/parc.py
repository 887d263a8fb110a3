"""The made-up stock: where the dwellings are and whose, then one row a dwelling as the secured RPLS file gives it.

The dwellings of each commune are those of the example's parc_social.csv.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.exemple.projet import BAILLEURS, PARTS_DES_BAILLEURS, Decor
from cil_analysis.exemple.tirage import Tirage
from cil_analysis.reference.ensemble import References

# Two small communes where one landlord holds nearly all, as happens: by rank of their stock.
_RANGS_DOMINES, _PART_DOMINANTE = (1, 4), 0.96
_EN_QPV = 0.42
_FINANCEMENTS = (("PLUS", "PLAI", "PLS", "AVANT_1977", "PLI"), (0.44, 0.09, 0.05, 0.4, 0.02))
_MODES = (("1", "2", "3", "4", "5"), (0.945, 0.026, 0.018, 0.006, 0.005))
_ETIQUETTES = (("A", "B", "C", "D", "E", "F", "G", ""), (0.01, 0.06, 0.24, 0.36, 0.16, 0.04, 0.01, 0.12))
# How the secured file writes a financing (codes FINAN).
_FINAN = {"PLUS": "13", "PLAI": "10", "PLS": "14", "AVANT_1977": "52", "PLI": "16"}
TITRES = (
    "IDENT_REP", "DEPCOM", "LIBCOM", "QPV", "Code QPV", "RS", "TYPECONST", "NBPIECE", "SURFHAB", "CONSTRUCT", "LOCAT",
    "FINAN", "CONV", "MODE", "DPEENERGIE", "DPESERRE", "NUMVOIE", "NOMVOIE",
)  # fmt: skip


def repartir(decor: Decor, references: References, annee: int, graine: int) -> pd.DataFrame:
    """One row is a commune, a quarter (empty: outside) and a landlord; ``logements``: how many dwellings.

    The same every year of the example, but for the quarters, which are those in force.
    """
    territoire = references.territoire
    liens = territoire.qpv_communes
    actifs = liens[liens["qpv_code"].isin(territoire.qpv(date(annee, 12, 31))["code"])]
    hasard = np.random.default_rng([graine, 6])
    avec_parc = decor.communes[decor.communes["logements"].gt(0)]
    petites = avec_parc[~avec_parc["a_qpv"]].nsmallest(max(_RANGS_DOMINES) + 1, "logements")["code_insee"].tolist()
    domines = {petites[rang] for rang in _RANGS_DOMINES if rang < len(petites)}
    lignes = []
    for code, logements in zip(avec_parc["code_insee"], avec_parc["logements"], strict=True):
        parts = hasard.dirichlet(np.array(PARTS_DES_BAILLEURS) * 9)
        if code in domines:
            parts = np.array([_PART_DOMINANTE, *[(1 - _PART_DOMINANTE) / 4] * 4])
        quartiers = sorted(actifs.loc[actifs["code_insee"].eq(code), "qpv_code"])
        poids = [1 - _EN_QPV, *[_EN_QPV / len(quartiers)] * len(quartiers)] if quartiers else [1.0]
        comptes = hasard.multinomial(int(logements), np.outer(poids, parts).ravel() / sum(parts))
        cles = [(qpv, f"B{rang}") for qpv in ("", *quartiers) for rang in range(1, len(BAILLEURS) + 1)]
        lignes += [(code, qpv, bailleur, int(n)) for (qpv, bailleur), n in zip(cles, comptes, strict=True)]
    return pd.DataFrame(lignes, columns=["commune_insee", "qpv", "bailleur", "logements"])


def tirer(tire: Tirage, stock: pd.DataFrame) -> list[list[object]]:
    """One row is one dwelling, cells in the order of ``TITRES``."""
    logements = stock.loc[stock.index.repeat(stock["logements"])].reset_index(drop=True)
    n = len(logements)
    financement = tire.codes(_FINANCEMENTS, n)
    ancien = 1976 - np.clip(tire.hasard.gamma(2.0, 6.0, n), 0, 70)
    recent = tire.annee - np.clip(tire.hasard.gamma(2.2, 11.0, n), 1, tire.annee - 1977)
    annees = np.where(financement == "AVANT_1977", ancien, recent).astype(int)
    pieces = tire.choix((1, 2, 3, 4, 5, 6), n, (0.07, 0.21, 0.33, 0.27, 0.1, 0.02)).astype(int)
    noms, bailleurs = tire.references.territoire.noms(), dict(zip(_codes_des_bailleurs(), BAILLEURS, strict=True))
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
        [_FINAN[code] for code in financement],
        ["1"] * n,
        tire.codes(_MODES, n).tolist(),
        tire.codes(_ETIQUETTES, n).tolist(),
        tire.codes(_ETIQUETTES, n).tolist(),
        tire.hasard.integers(1, 120, n).tolist(),
        ["RUE FICTIVE"] * n,
    ]
    return [list(ligne) for ligne in zip(*colonnes, strict=True)]


def _codes_des_bailleurs() -> list[str]:
    return [f"B{rang}" for rang in range(1, len(BAILLEURS) + 1)]
