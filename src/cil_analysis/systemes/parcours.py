"""What follows a request from the file to the lease: the income behind a candidature, and each household once.

An extract of proposals gives no income. A candidature has that of the rows of its household, in the requests active at
31 December and in the leases of the year: the lowest, where they give several. Nothing is guessed of the others.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.colonnes import Booleens, parmi, texte

_NUMERO, _REVENU = "demande_pseudonyme", "revenu_uc_annuel_eur"
_ATTRIBUTION = "Attribution"
Lignes = dict[str, pd.DataFrame]


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The rows of a year with what links proposals to requests and leases; the frames received are left as they are.

    Of the candidatures of a household, the first is told from the others, and the first to which a dwelling is
    allocated. Without the requests, most households would be of no known income: none is then.
    """
    if (propositions := lignes.get("propositions")) is None:
        return lignes
    decisions = references.nomenclatures["decisions_caleol"]
    accordees = parmi(propositions, "decision", lambda code: decisions.groupe(code) == _ATTRIBUTION)
    numeros = texte(propositions, _NUMERO)
    return lignes | {
        "propositions": propositions.assign(
            revenu_du_menage_eur=_revenus(numeros, lignes),
            est_premiere_candidature=_premieres(numeros, np.full(len(propositions), True)),
            est_premier_accord=_premieres(numeros, accordees),
        )
    }


def _revenus(numeros: pd.Series, lignes: Lignes) -> pd.Series:
    """The income of each household, by pseudonym."""
    tables = (lignes[nom] for nom in ("demandes", "attributions") if nom in lignes)
    connus = [table[[_NUMERO, _REVENU]] for table in tables if _NUMERO in table and _REVENU in table]
    if "demandes" not in lignes or not connus:
        return pd.Series(pd.NA, index=numeros.index, dtype="Float64")
    revenus = pd.concat(connus).dropna().groupby(_NUMERO)[_REVENU].min()
    return numeros.map(revenus).astype("Float64")


def _premieres(numeros: pd.Series, voulues: Booleens) -> Booleens:
    """The first wanted row of each household; one without a number is of a household of its own."""
    premieres: Booleens = voulues & (numeros.isna() | ~numeros.where(voulues).duplicated()).to_numpy()
    return premieres
