"""Made-up households, leases and requests, drawn with a structure that a bilan can show.

One row is one household in canonical columns; the files are written from it by :mod:`cil_analysis.example.fichiers`.
No row describes anyone: numbers, incomes and dates are drawn at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cil_analysis.example.projet import BAILLEURS, Decor
from cil_analysis.reference.ensemble import References

N_ATTRIBUTIONS, N_DEMANDES = 3_000, 12_000
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
_PRIORITES = ("DALO", "a", "c", "d", "e", "f", "g", "j", "k", "l", "m", "PDALHPD")
_POIDS_PRIORITES = (0.03, 0.12, 0.22, 0.19, 0.03, 0.03, 0.08, 0.05, 0.14, 0.05, 0.02, 0.04)
_LOGEMENTS = (
    ("HLM", "LP", "CPE", "CP", "SH", "RS", "SD", "POCC", "LTG"),
    (0.31, 0.26, 0.14, 0.1, 0.05, 0.05, 0.03, 0.03, 0.03),
)
_MOTIFS = (
    ("01", "03", "05", "08", "09", "10", "11", "12", "13", "17", "19", "21", "23"),
    (0.17, 0.06, 0.03, 0.08, 0.1, 0.05, 0.12, 0.09, 0.12, 0.06, 0.05, 0.04, 0.03),
)
# Réservataire: code, share of the allocations, chance that the household is a priority one.
_RESERVATAIRES = (
    ("PPRIOR", 0.16, 0.93),
    ("PFONCT", 0.03, 0.08),
    ("COLTER", 0.15, 0.255),
    ("COLACT", 0.19, 0.17),
    ("AUTRES", 0.02, 0.15),
    ("AUCUN", 0.45, 0.29),
)


@dataclass(frozen=True)
class Tirage:
    """The draw of one year; ``rang`` counts the years from 0, so that figures can move in time."""

    annee: int
    rang: int
    hasard: np.random.Generator
    decor: Decor
    references: References

    def choix(self, valeurs: Sequence[object] | np.ndarray, n: int, poids: Sequence[float] | np.ndarray) -> np.ndarray:
        """Draw n values with the given weights."""
        return self.hasard.choice(np.asarray(valeurs), size=n, p=_normer(poids))


def attributions(tirage: Tirage) -> pd.DataFrame:
    """About 3,000 leases of the year; one row is one lease."""
    h, decor = tirage.hasard, tirage.decor
    n = int(N_ATTRIBUTIONS * (1 + 0.03 * np.sin(tirage.rang * 1.7)) - 35 * tirage.rang)
    place = h.choice(len(decor.communes), size=n, p=decor.communes["poids"] / decor.communes["poids"].sum())
    commune = decor.communes.iloc[place].reset_index(drop=True)
    en_qpv = commune["a_qpv"].to_numpy() & (h.random(n) < 0.36)
    reservataire = h.choice(len(_RESERVATAIRES), size=n, p=[r[1] for r in _RESERVATAIRES])
    bailleur = tirage.choix(np.arange(len(BAILLEURS)), n, (0.52, 0.25, 0.12, 0.08, 0.03))
    # The first quartile is housed more in QPV; outside, communes differ and the share grows year after year.
    chance = np.where(en_qpv, 0.41 + 0.05 * (bailleur == 1), commune["chance_q1"] + 0.013 * tirage.rang)
    table = _menages(tirage, n, h.random(n) < chance, loges=True)
    table["date_signature_bail"] = _jours(tirage, n)
    mois = np.clip(h.gamma(1.25, 11.5 + 0.9 * tirage.rang, n), 0.1, 140)
    table["date_depot_demande"] = table["date_signature_bail"] - pd.to_timedelta((mois * 30.4).astype(int), unit="D")
    table["commune_insee"] = commune["code_insee"]
    table["est_en_qpv"] = en_qpv
    table["qpv"] = _quartiers(tirage, table)
    table["bailleur"] = [f"B{i + 1}" for i in bailleur]
    table["reservataire"] = [_RESERVATAIRES[i][0] for i in reservataire]
    table["financement"] = tirage.choix(("PLUS", "PLAI", "PLS", "AVANT_1977", "PLI"), n, (0.47, 0.14, 0.05, 0.32, 0.02))
    table["typologie"] = _typologie(tirage, table["taille_menage"].to_numpy())
    table["est_relogement_ru"] = en_qpv & (h.random(n) < 0.03) | (h.random(n) < 0.008)
    table["est_mutation_interne"] = h.random(n) < 0.17
    tenue = 1 + 0.03 * (tirage.rang - 2) + 0.06 * (bailleur - 1)
    chances = np.array([r[2] for r in _RESERVATAIRES])[reservataire] * np.clip(tenue, 0.6, 1.06)
    _priorites(tirage, table, h.random(n) < chances)
    table["numero_unique"] = _numeros(tirage, n, "A")
    return table


def demandes(tirage: Tirage) -> pd.DataFrame:
    """About 12,000 requests active at 31 December; one row is one request."""
    h, decor = tirage.hasard, tirage.decor
    n = int(N_DEMANDES * (1 + 0.035 * tirage.rang))
    poids = decor.communes["poids"] + 0.006
    place = h.choice(len(decor.communes), size=n, p=poids / poids.sum())
    table = _menages(tirage, n, h.random(n) < 0.25, loges=False)
    mois = np.clip(h.gamma(1.05, 17 + tirage.rang, n), 0.1, 180)
    fin = pd.Timestamp(tirage.annee, 12, 31)
    table["date_depot_demande"] = fin - pd.to_timedelta((mois * 30.4).astype(int), unit="D")
    table["commune_insee"] = decor.communes["code_insee"].to_numpy()[place]
    table["typologie"] = _typologie(tirage, table["taille_menage"].to_numpy())
    table["est_mutation_interne"] = h.random(n) < 0.2
    _priorites(tirage, table, h.random(n) < 0.26)
    table["numero_unique"] = _numeros(tirage, n, "D")
    return table


def _menages(tirage: Tirage, n: int, est_q1: np.ndarray, *, loges: bool) -> pd.DataFrame:
    """Households: composition, size, UC, age, activity, housing, reason, income per month and its band."""
    h = tirage.hasard
    genre = h.choice(len(_COMPOSITIONS), size=n, p=_normer([c[2] if loges else c[1] for c in _COMPOSITIONS]))
    adultes = np.array([c[3] for c in _COMPOSITIONS])[genre]
    enfants = np.array([c[4] for c in _COMPOSITIONS])[genre] + ((genre == 4) | (genre == 7)) * h.integers(0, 3, n)
    uc = np.round(1 + 0.5 * (adultes - 1) + 0.3 * enfants, 1)
    q1, q2, q3 = tirage.decor.seuils[tirage.annee]
    dessus = q1 + 1 + h.gamma(1.6, (q3 - q1) / 1.9, n)
    revenu_uc = np.where(est_q1, q1 * np.clip(h.beta(4, 1.6, n), 0.02, 0.995), dessus)
    age = np.clip(np.round(18 + h.gamma(2.4, 8.3 if loges else 9.4, n) + (genre >= 2) * 4), 18, 92).astype(int)
    activite = tirage.choix(("CDI", "CDD", "ART", "CHO", "APP", "ETU", "RET", "AUT"), n,
                            (0.33 if loges else 0.27, 0.12, 0.01, 0.17, 0.02, 0.04, 0.1, 0.24))  # fmt: skip
    activite = np.where(age >= 65, "RET", activite)
    tranche = np.select([revenu_uc < q2 * 0.95, revenu_uc < q3 * 1.35, revenu_uc < q3 * 2.1],
                        ["INF_PLAI", "PLAI_PLUS", "PLUS_PLS"], "SUP_PLS")  # fmt: skip
    return pd.DataFrame(
        {
            "age": age,
            "composition_familiale": [_COMPOSITIONS[i][0] for i in genre],
            "taille_menage": adultes + enfants,
            "nb_uc": uc,
            "revenu_mensuel_eur": np.round(revenu_uc * uc / 12).astype(int),
            "tranche_plafonds": tranche,
            "situation_professionnelle": activite,
            "logement_actuel": tirage.choix(_LOGEMENTS[0], n, _LOGEMENTS[1]),
            "motif_demande": tirage.choix(_MOTIFS[0], n, _MOTIFS[1]),
        }
    )  # fmt: skip


def _normer(poids: Sequence[float] | np.ndarray) -> np.ndarray:
    p = np.asarray(poids, dtype=float)
    return np.asarray(p / p.sum())


def _jours(tirage: Tirage, n: int) -> pd.Series:
    debut, fin = pd.Timestamp(tirage.annee, 1, 1), pd.Timestamp(tirage.annee, 12, 31)
    return pd.Series(debut + pd.to_timedelta(tirage.hasard.integers(0, (fin - debut).days + 1, n), unit="D"))


def _quartiers(tirage: Tirage, table: pd.DataFrame) -> pd.Series:
    """A QPV of the commune, in the generation in force at 31 December; empty outside QPV."""
    jour = pd.Timestamp(tirage.annee, 12, 31).date()
    actifs = set(tirage.references.territoire.qpv(jour)["code"])
    liens = tirage.references.territoire.qpv_communes
    liens = liens[liens["qpv_code"].isin(actifs)]
    quartier = pd.Series("", index=table.index, dtype="object")
    for commune, codes in liens.groupby("code_insee")["qpv_code"]:
        lignes = table.index[table["est_en_qpv"] & table["commune_insee"].eq(commune)]
        quartier.loc[lignes] = tirage.choix(sorted(codes), len(lignes), np.arange(len(codes), 0, -1))
    return quartier


def _typologie(tirage: Tirage, taille: np.ndarray) -> np.ndarray:
    ideal = np.clip(taille + tirage.hasard.choice([0, 1], size=len(taille), p=[0.62, 0.38]), 1, 6)
    types: np.ndarray = np.asarray(["", "T1", "T2", "T3", "T4", "T5", "T6P"])[ideal]
    return types


def _priorites(tirage: Tirage, table: pd.DataFrame, prioritaire: np.ndarray) -> None:
    """Categories of the priority households (one or two), and the DALO status that goes with them."""
    n = len(table)
    premiere = tirage.choix(_PRIORITES, n, _POIDS_PRIORITES)
    seconde = tirage.choix(_PRIORITES, n, _POIDS_PRIORITES)
    double = tirage.hasard.random(n) < 0.12
    table["categories_prioritaires"] = [
        "" if not p else a if a == b or not d else f"{a};{b}"
        for p, a, b, d in zip(prioritaire, premiere, seconde, double, strict=True)
    ]
    dalo = table["categories_prioritaires"].str.contains("DALO")
    hasard = tirage.hasard.random(n)
    table["statut_dalo"] = np.where(
        dalo, np.where(hasard < 0.3, "ACTREL", "ACTIF"), np.where(hasard < 0.01, "CADUC", "NON")
    )


def _numeros(tirage: Tirage, n: int, serie: str) -> list[str]:
    """18 characters that say « FICT »: the shape of a N° unique, of nobody."""
    tires = tirage.hasard.choice(9_999_999, size=n, replace=False)
    return [f"{tirage.references.projet.departement:0>3}{serie}{tirage.annee % 1000:03d}{t:07d}FICT" for t in tires]
