"""Made-up households: who they are, how they live, what they earn, and what makes them a priority."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cil_analysis.exemple.tirage import Tirage, normer

# Composition: code, share among requests, share among allocations, adults, children under 14.
_COMPOSITIONS = (
    ("SEUL", 0.46, 0.41, 1, 0),
    ("COUPLE", 0.11, 0.09, 2, 0),
    ("MONO_1", 0.12, 0.16, 1, 1),
    ("MONO_2", 0.08, 0.11, 1, 2),
    ("MONO_3P", 0.05, 0.06, 1, 3),
    ("COUPLE_1", 0.05, 0.05, 2, 1),
    ("COUPLE_2", 0.05, 0.06, 2, 2),
    ("COUPLE_3P", 0.06, 0.05, 2, 3),
    ("AUTRE", 0.02, 0.01, 3, 0),
)
_PRIORITES = (
    ("DALO", "a", "c", "d", "e", "f", "g", "g_bis", "j", "k", "l", "m", "PDALHPD"),
    (0.04, 0.11, 0.19, 0.17, 0.03, 0.03, 0.08, 0.01, 0.05, 0.13, 0.04, 0.05, 0.07),
)
_LOCATAIRE_HLM = "HLM"
_LOGEMENTS = (
    (_LOCATAIRE_HLM, "LP", "CPE", "CP", "SH", "RS", "SD", "POCC", "LTG", "HOT", "CAMCAR", "SQUAT", "FONC"),
    (0.31, 0.25, 0.13, 0.09, 0.06, 0.04, 0.03, 0.03, 0.02, 0.02, 0.01, 0.005, 0.005),
)
_MOTIFS = (
    ("01", "03", "05", "06", "08", "09", "10", "11", "12", "13", "17", "19", "21", "23"),
    (0.17, 0.06, 0.03, 0.02, 0.08, 0.1, 0.05, 0.12, 0.09, 0.11, 0.06, 0.05, 0.03, 0.03),
)


def menages(tire: Tirage, n: int, est_q1: np.ndarray, *, loges: bool) -> pd.DataFrame:
    """Composition, size, UC, age, nationality, activity, housing, reason, mutation, income per month and its band."""
    h = tire.hasard
    genre = h.choice(len(_COMPOSITIONS), size=n, p=normer([c[2] if loges else c[1] for c in _COMPOSITIONS]))
    adultes = np.array([c[3] for c in _COMPOSITIONS])[genre]
    enfants = np.array([c[4] for c in _COMPOSITIONS])[genre] + ((genre == 4) | (genre == 7)) * h.integers(0, 3, n)
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
    logement = tire.codes(_LOGEMENTS, n)
    est_mutation = logement == _LOCATAIRE_HLM
    return pd.DataFrame(
        {
            "age": age,
            "composition_familiale": [_COMPOSITIONS[i][0] for i in genre],
            "taille_menage": adultes + enfants,
            "nb_uc": uc,
            "revenu_mensuel_eur": np.round(revenu_uc * uc / 12).astype(int),
            "tranche_plafonds": tranche,
            "situation_professionnelle": activite,
            "nationalite": tire.choix(("1", "2", "3"), n, (0.84, 0.04, 0.12) if loges else (0.79, 0.05, 0.16)),
            "logement_actuel": logement,
            "motif_demande": tire.codes(_MOTIFS, n),
            "est_mutation": est_mutation,
            # More than half of those who move within the social stock stay with their landlord.
            "est_mutation_interne": est_mutation & (h.random(n) < (0.57 if loges else 0.62)),
        }
    )


def prioriser(tire: Tirage, table: pd.DataFrame, prioritaire: np.ndarray) -> None:
    """Categories of the priority households (one or two), and the DALO status that goes with them."""
    n = len(table)
    premiere = tire.codes(_PRIORITES, n)
    seconde = tire.codes(_PRIORITES, n)
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
