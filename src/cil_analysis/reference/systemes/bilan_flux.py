"""How the conventions and the yearly bilan of the gestion en flux are read, to be imported or counted."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from cil_analysis.reference.tables import en_vigueur

# The columns by which a row may be broken down, and their code in ventilations_flux.csv.
VENTILATIONS = {
    "commune_insee": "COMMUNE",
    "est_en_qpv": "QPV",
    "typologie": "TYPOLOGIE",
    "financement": "FINANCEMENT",
    "periode_construction": "PERIODE",
}
SOUSTRAITS = ("nb_soustraits", "nb_soustraits_prevus")
DU_BAILLEUR = ("base_previsionnelle", "nb_liberations_prevues", "nb_mises_en_service_prevues")


def parties_de_la_base(lignes: pd.DataFrame) -> pd.DataFrame:
    """One row is a landlord (the index): the base that it gives, and the one that its parts make.

    ``base_previsionnelle``, ``nb_liberations_prevues``, ``nb_mises_en_service_prevues``, ``nb_soustraits_prevus`` (the
    sum over motives, each read once), ``base_calculee`` (NaN unless the three parts are given).
    """
    par_bailleur = lignes.groupby("bailleur")
    table = pd.DataFrame({nom: par_bailleur[nom].first().astype("Float64") for nom in DU_BAILLEUR if nom in lignes})
    table = table.reindex(columns=list(DU_BAILLEUR)).astype("Float64")
    prevus = soustraits(lignes).groupby("bailleur")["nb_soustraits_prevus"].sum(min_count=1)
    table["nb_soustraits_prevus"] = prevus.reindex(table.index).astype("Float64")
    table["base_calculee"] = (
        table["nb_liberations_prevues"] + table["nb_mises_en_service_prevues"] - table["nb_soustraits_prevus"]
    )
    return table


def soustraits(lignes: pd.DataFrame) -> pd.DataFrame:
    """One row is a landlord and a motive: the dwellings deducted and to be deducted, however many tell them."""
    presentes = lignes.reindex(columns=["bailleur", "motif_soustraction", *SOUSTRAITS])
    dites = presentes[presentes[list(SOUSTRAITS)].notna().any(axis=1) & presentes["bailleur"].notna()]
    return dites.groupby(["bailleur", "motif_soustraction"], dropna=False, as_index=False)[list(SOUSTRAITS)].first()


def conventions_en_vigueur(tables: Mapping[str, pd.DataFrame], departement: str, jour: date) -> pd.DataFrame:
    """Les lignes d’un département en vigueur un jour, et dont le taux est écrit, dans l’ordre du fichier."""
    conventions = tables["parameters/conventions_flux"]
    garde = en_vigueur(conventions, "debut", "fin", pd.Timestamp(jour))
    return conventions[garde & conventions["departement"].eq(departement) & conventions["taux_pct"].notna()]
