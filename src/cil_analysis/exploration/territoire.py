"""The communes and the QPV of the territory, as frames to map and to join."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.territoire import PROJECTION, Territoire

if TYPE_CHECKING:
    import geopandas as gpd

Projection = Literal["lambert93", "wgs84"]
_PROJECTIONS = {"lambert93": PROJECTION, "wgs84": "EPSG:4326"}


def communes(territoire: Territoire, annee: int, crs: str) -> gpd.GeoDataFrame:
    """One row is one member commune; see ``Projet.communes``."""
    if crs not in _PROJECTIONS:
        raise ErreurCIL(f"La projection « {crs} » n’est pas proposée : choisissez {' ou '.join(_PROJECTIONS)}.")
    contours = territoire.contours()
    jour = date(annee, 12, 31)
    membres = territoire.membres(jour)["code_insee"]
    if membres.empty:
        raise ErreurCIL(f"Aucune commune n’est membre au 31 décembre {annee} : voyez territory/communes.csv.")
    table = contours[contours["code_insee"].isin(membres)].reset_index(drop=True)
    parc = table["code_insee"].map(territoire.parc_social(annee)).astype("Int64")
    table.insert(2, "logements_sociaux", parc)
    table.insert(3, "a_un_qpv", table["code_insee"].isin(territoire.communes_des_qpv(jour)["code_insee"]))
    return table.to_crs(_PROJECTIONS[crs])


def qpv(territoire: Territoire, annee: int) -> pd.DataFrame:
    """One row is one QPV in force; see ``Projet.qpv``."""
    jour, noms = date(annee, 12, 31), territoire.noms()
    liens = territoire.communes_des_qpv(jour)
    liens = liens.assign(commune=liens["code_insee"].map(lambda code: noms.get(code, code)))
    par_quartier = liens.groupby("qpv_code").agg(codes=("code_insee", ";".join), noms=("commune", ", ".join))
    table = territoire.qpv(jour).rename(columns={"code": "code_qpv"})
    return table.assign(
        communes_insee=table["code_qpv"].map(par_quartier["codes"]),
        communes=table["code_qpv"].map(par_quartier["noms"]),
    )
