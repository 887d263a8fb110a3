"""The conventions of gestion en flux: who is reserved which share, and what stock it was converted from."""

from __future__ import annotations

from datetime import date

import pandas as pd

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.tables import en_vigueur, erreur

CONVENTIONS, ETATS_DES_LIEUX = "parameters/conventions_flux", "parameters/etats_des_lieux_flux"


def charger_conventions(tables: Tables) -> pd.DataFrame:
    """One row is the share of a landlord's yearly flux that a convention reserves, in one département, for a period.

    Raises:
        ErreurCIL: naming the line, for a cell that cannot be read, two rows in force together, or shares of one
            landlord that exceed 100 % together.
    """
    table = tables[CONVENTIONS]
    # No landlord reserves more than its whole flux: looked at on each day on which a rate begins.
    for (bailleur, departement), siennes in table.groupby(["bailleur", "departement"]):
        for ligne, debut in siennes["debut"].items():
            jour = pd.Timestamp("1000-01-01") if pd.isna(debut) else debut
            total = siennes.loc[en_vigueur(siennes, "debut", "fin", jour), "taux_pct"].sum()
            if total > 100:
                quand = "sans date de début" if pd.isna(debut) else f"au {debut:%d/%m/%Y}"
                message = (
                    f"les taux du bailleur {bailleur} (département {departement}), {quand}, font {total:g} % au total. "
                    "Corriger taux_pct, ou clore une ligne (fin)."
                )
                raise erreur(tables.chemin(CONVENTIONS), message, int(str(ligne)))
    return table.reset_index(drop=True)


def conventions_en_vigueur(conventions: pd.DataFrame, departement: str, jour: date) -> pd.DataFrame:
    """The rows of a département that are in force on a day and have a rate, in file order."""
    garde = en_vigueur(conventions, "debut", "fin", pd.Timestamp(jour))
    return conventions[garde & conventions["departement"].eq(departement) & conventions["taux_pct"].notna()]


def charger_etats_des_lieux(tables: Tables) -> pd.DataFrame:
    """One row is the dwellings reserved in stock to a réservataire in the stock of a landlord, on a day.

    Raises ErreurCIL naming the line, for a cell that cannot be read, or more dwellings reserved than the landlord has.
    """
    table = tables[ETATS_DES_LIEUX]
    for ligne in table.index[table["logements_reserves"] > table["logements_du_bailleur"]]:
        message = "« logements_reserves » dépasse « logements_du_bailleur ». Corriger l’un ou l’autre."
        raise erreur(tables.chemin(ETATS_DES_LIEUX), message, int(str(ligne)))
    return table.reset_index(drop=True)


def dernier_etat_des_lieux(etats: pd.DataFrame, departement: str, jour: date) -> pd.DataFrame:
    """The last row of each landlord and réservataire of a département that is not later than a day."""
    connus = etats[etats["departement"].eq(departement) & etats["jour"].le(pd.Timestamp(jour))]
    return connus.sort_values("jour", kind="stable").drop_duplicates(["bailleur", "reservataire"], keep="last")
