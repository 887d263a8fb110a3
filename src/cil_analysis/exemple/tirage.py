"""What every made-up extract is drawn with: the dice of one extract and year, and the draws that several share.

One row is one household in canonical columns; the files are written from it by :mod:`cil_analysis.exemple.fichiers`.
No row describes anyone: numbers, incomes and dates are drawn at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cil_analysis.exemple.projet import Decor
from cil_analysis.exemple.tables import DIT
from cil_analysis.reference.ensemble import References

_LOCATAIRE_HLM = "HLM"
# Composition → share among requests, share among allocations, adults, children under 14.
_COMPOSITIONS: dict[str, Sequence[float]] = DIT["compositions"]


@dataclass(frozen=True)
class Tirage:
    """The draw of one extract and year; ``rang`` counts the years from 0, so that figures can move in time."""

    annee: int
    rang: int
    hasard: np.random.Generator
    decor: Decor
    references: References

    def choix(self, valeurs: Sequence[object] | np.ndarray, n: int, poids: Sequence[float] | np.ndarray) -> np.ndarray:
        """Draw n values with the given weights."""
        return self.hasard.choice(np.asarray(valeurs), size=n, p=normer(poids))

    def codes(self, nom: str, n: int) -> np.ndarray:
        """Draw n codes of a table of decor.yml: code → weight."""
        poids: Mapping[str, float] = DIT[nom]
        return self.choix(list(poids), n, list(poids.values()))

    def jours(self, n: int) -> pd.Series:
        """Days of the year."""
        debut, fin = pd.Timestamp(self.annee, 1, 1), pd.Timestamp(self.annee, 12, 31)
        tires = self.hasard.integers(0, (fin - debut).days + 1, n)
        return pd.Series(debut + pd.to_timedelta(tires, unit="D"))

    def avant(self, jours: pd.Series, moyenne: float, plafond: int) -> pd.Series:
        """Days that come before others, from one day to ``plafond`` of them."""
        ecarts = np.clip(self.hasard.gamma(2.0, moyenne / 2, len(jours)), 1, plafond).astype(int)
        return jours - pd.to_timedelta(ecarts, unit="D")

    def numeros(self, n: int, serie: str) -> list[str]:
        """18 characters that say « FICT »: the shape of a N° unique, of nobody."""
        tires = self.hasard.choice(9_999_999, size=n, replace=False)
        return [f"{self.references.projet.departement:0>3}{serie}{self.annee % 1000:03d}{t:07d}FICT" for t in tires]

    def typologies(self, taille: np.ndarray) -> np.ndarray:
        """The number of rooms that a household of a size needs, or one more."""
        ideal = np.clip(taille + self.hasard.choice([0, 1], size=len(taille), p=[0.62, 0.38]), 1, 6)
        types: np.ndarray = np.asarray(["", "T1", "T2", "T3", "T4", "T5", "T6P"])[ideal]
        return types


def normer(poids: Sequence[float] | np.ndarray) -> np.ndarray:
    """Weights that sum to 1."""
    p = np.asarray(poids, dtype=float)
    return np.asarray(p / p.sum())


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
