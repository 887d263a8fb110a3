"""Made-up households: who they are, how they live, what they earn, and what makes them a priority."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cil_analysis.exemple.tables import DIT
from cil_analysis.exemple.tirage import Tirage, normer

_LOCATAIRE_HLM = "HLM"
# Composition → share among requests, share among allocations, adults, children under 14.
_COMPOSITIONS: dict[str, Sequence[float]] = DIT["compositions"]


def menages(tire: Tirage, n: int, est_q1: np.ndarray, *, loges: bool) -> pd.DataFrame:
    """Composition, size, UC, age, nationality, activity, housing, reason, mutation, income per month and its band."""
    h = tire.hasard
    demandes, baux, par_adultes, par_enfants = map(np.array, zip(*_COMPOSITIONS.values(), strict=True))
    genre = h.choice(len(_COMPOSITIONS), size=n, p=normer(baux if loges else demandes))
    adultes = par_adultes[genre]
    enfants = par_enfants[genre] + ((genre == 4) | (genre == 7)) * h.integers(0, 3, n)
    uc = np.round(1 + 0.5 * (adultes - 1) + 0.3 * enfants, 1)
    q1, q2, q3 = tire.decor.seuils[tire.annee]
    dessus = q1 + 1 + h.gamma(1.6, (q3 - q1) / 1.9, n)
    revenu_uc = np.where(est_q1, q1 * np.clip(h.beta(4, 1.6, n), 0.02, 0.995), dessus)
    age = np.clip(np.round(18 + h.gamma(2.4, 8.3 if loges else 9.4, n) + (genre >= 2) * 4), 18, 92).astype(int)
    activite = tire.choix(("CDI", "CDD", "ART", "CHO", "APP", "ETU", "RET", "AUT"), n,
                          (0.33 if loges else 0.27, 0.12, 0.01, 0.17, 0.02, 0.04, 0.1, 0.24))  # fmt: skip
    activite = np.where(age >= 65, "RET", activite)
    tranche = np.select([revenu_uc < q2 * 0.95, revenu_uc < q3 * 1.35, revenu_uc < q3 * 2.1],
                        ["INF_PLAI", "PLAI_PLUS", "PLUS_PLS"], "SUP_PLS")  # fmt: skip
    logement = tire.codes("logements", n)
    est_mutation = logement == _LOCATAIRE_HLM
    return pd.DataFrame(
        {
            "age": age,
            "composition_familiale": np.array(list(_COMPOSITIONS), dtype=object)[genre],
            "taille_menage": adultes + enfants,
            "nb_uc": uc,
            "revenu_mensuel_eur": np.round(revenu_uc * uc / 12).astype(int),
            "tranche_plafonds": tranche,
            "situation_professionnelle": activite,
            "nationalite": tire.choix(("1", "2", "3"), n, (0.84, 0.04, 0.12) if loges else (0.79, 0.05, 0.16)),
            "logement_actuel": logement,
            "motif_demande": tire.codes("motifs_de_demande", n),
            "est_mutation": est_mutation,
            # More than half of those who move within the social stock stay with their landlord.
            "est_mutation_interne": est_mutation & (h.random(n) < (0.57 if loges else 0.62)),
        }
    )


def prioriser(tire: Tirage, table: pd.DataFrame, prioritaire: np.ndarray) -> None:
    """Categories of the priority households (one or two), and the DALO status that goes with them."""
    n = len(table)
    premiere = tire.codes("priorites", n)
    seconde = tire.codes("priorites", n)
    double = tire.hasard.random(n) < 0.12
    table["categories_prioritaires"] = [
        "" if not p else a if a == b or not d else f"{a};{b}"
        for p, a, b, d in zip(prioritaire, premiere, seconde, double, strict=True)
    ]
    dalo = table["categories_prioritaires"].str.contains("DALO")
    hasard = tire.hasard.random(n)
    table["statut_dalo"] = np.where(
        dalo, np.where(hasard < 0.3, "ACTREL", "ACTIF"), np.where(hasard < 0.01, "CADUC", "NON")
    )
