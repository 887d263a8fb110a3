"""What becomes of requests: those that left the file, and the income behind a candidature.

The radiations that hold are told from those that were cancelled. An extract of proposals gives no income: a candidature
has that of the rows of its household, in the requests active at 31 December and in the leases of the year: the lowest,
where they give several. Nothing is guessed of the others.
"""

import numpy as np
import pandas as pd

from cil_analysis.reference.colonnes import PSEUDONYME
from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.colonnes import Lignes, du_menage, parmi, texte

SORTIES = "sorties"
_ANNULATION = "DERADIATION"


def preparer(lignes: Lignes, _: References, annee: int) -> Lignes:
    """The rows of a year with the population « sorties » and the income of the proposals.

    Without the requests, most households would be of no known income: none is then.
    """
    pretes = dict(lignes)
    if "radiations" in lignes:
        pretes[SORTIES] = sorties(lignes["radiations"], lignes.get("demandes"))
    if (propositions := lignes.get("propositions")) is not None:
        tables = [lignes[nom] for nom in ("demandes", "attributions") if nom in lignes and "demandes" in lignes]
        revenus = du_menage(texte(propositions, PSEUDONYME), tables, "revenu_uc_annuel_eur", "min")
        pretes["propositions"] = propositions.assign(revenu_du_menage_eur=revenus)
    return pretes


def sorties(radiations: pd.DataFrame, demandes: pd.DataFrame | None) -> pd.DataFrame:
    """One row is one request that left the file in the year: its last radiation.

    A request whose last event of the year is a cancelled radiation, or which is active at 31 December, has not left; of
    one day, the cancellation is taken for the last. A radiation without a number stands for one request.
    """
    numeros = texte(radiations, PSEUDONYME).astype("object")
    annulee = parmi(radiations, "motif_radiation", lambda motif: motif == _ANNULATION)
    ordre = np.lexsort((annulee, radiations["date_radiation"].to_numpy()))
    garde = np.zeros(len(radiations), dtype=bool)
    garde[ordre] = ~numeros.iloc[ordre].duplicated(keep="last")
    garde |= numeros.isna().to_numpy()
    if demandes is not None:
        garde &= ~numeros.isin(texte(demandes, PSEUDONYME).dropna().astype("object")).to_numpy()
    return radiations[garde & ~annulee].reset_index(drop=True)
