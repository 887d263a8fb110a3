"""Made-up requests, active at 31 December."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cil_analysis.exemple.attributions import origines
from cil_analysis.exemple.menages import menages, prioriser
from cil_analysis.exemple.tirage import Tirage

# Where applicants live: the commune that they ask for, another member, the département, elsewhere in France, blank.
_RESIDENCES = (0.58, 0.24, 0.09, 0.08, 0.01)
_JOURS_AVANT_L_ANNIVERSAIRE = 60


def tirer(tire: Tirage) -> pd.DataFrame:
    """About 12,000 requests; one row is one request."""
    h = tire.hasard
    n = int(tire.decor.effectifs.demandes * (1 + 0.035 * tire.rang))
    table = menages(tire, n, h.random(n) < 0.25, loges=False)
    mois = np.clip(h.gamma(1.05, 17 + tire.rang, n), 0.1, 180)
    fin = pd.Timestamp(tire.annee, 12, 31)
    table["date_depot_demande"] = fin - pd.to_timedelta((mois * 30.4).astype(int), unit="D")
    table["commune_insee"] = communes_souhaitees(tire, n)
    table["typologie"] = tire.typologies(table["taille_menage"].to_numpy())
    prioriser(tire, table, h.random(n) < 0.26)
    table["numero_unique"] = tire.numeros(n, "D")
    return table


def communes_souhaitees(tire: Tirage, n: int) -> np.ndarray:
    """Member communes, asked for about as much as they house; one without a social dwelling is asked for too."""
    communes = tire.decor.communes
    return tire.choix(communes["code_insee"].to_numpy(), n, communes["poids"].to_numpy() + 0.002)


def suivre(tire: Tirage, table: pd.DataFrame) -> pd.DataFrame:
    """The requests with where each household lives, and when those of more than a year were renewed for the last time.

    Drawn with other dice than the requests, which stay what they were.
    """
    n, depot = len(table), table["date_depot_demande"]
    avances = pd.to_timedelta(tire.hasard.integers(0, _JOURS_AVANT_L_ANNIVERSAIRE, n), unit="D")
    anniversaire = depot + pd.to_timedelta((tire.annee - depot.dt.year) * 365.25, unit="D").dt.floor("D")
    renouvelee = (anniversaire - avances).where(depot.dt.year.lt(tire.annee))
    residences = origines(tire, table["commune_insee"].to_numpy(), _RESIDENCES)
    return table.assign(date_renouvellement=renouvelee, commune_origine_insee=residences)
