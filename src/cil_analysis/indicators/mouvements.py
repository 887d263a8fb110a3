"""Who left the file in the year: the radiations that hold, told from those that were cancelled."""

from __future__ import annotations

import pandas as pd

from cil_analysis.indicators.attente import observer
from cil_analysis.indicators.classement import texte
from cil_analysis.indicators.termes import SORTIES
from cil_analysis.reference.ensemble import References

_ANNULATION = "DERADIATION"
_NUMERO = "demande_pseudonyme"


def preparer(lignes: dict[str, pd.DataFrame], _: References, annee: int) -> dict[str, pd.DataFrame]:
    """The rows of a year with the population « sorties », and how long each request of the year was seen to wait."""
    completees = dict(lignes)
    if "demandes" in lignes:
        completees["demandes"] = observer(lignes["demandes"], annee, sorties=False)
    if "radiations" in lignes:
        parties = sorties(lignes["radiations"], lignes.get("demandes"))
        completees[SORTIES] = observer(parties, annee, sorties=True)
    return completees


def sorties(radiations: pd.DataFrame, demandes: pd.DataFrame | None) -> pd.DataFrame:
    """One row is one request that left the file in the year: its last radiation.

    A request whose last event of the year is a cancelled radiation, or which is active at 31 December, has not left; of
    one day, the cancellation is taken for the last. A radiation without a number stands for one request.
    """
    annulee = texte(radiations, "motif_radiation").eq(_ANNULATION).fillna(False).astype(bool)
    ordre = radiations.assign(_annulee=annulee).sort_values(["date_radiation", "_annulee"], kind="stable")
    numeros = texte(ordre, _NUMERO)
    derniere = numeros.isna() | ~numeros.duplicated(keep="last")
    actives = set() if demandes is None else set(texte(demandes, _NUMERO).dropna())
    garde = derniere & ~ordre["_annulee"] & ~numeros.isin(actives)
    return ordre[garde].drop(columns="_annulee").sort_index().reset_index(drop=True)
