"""Made-up proposals: what the commission decided, and what the applicant answered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cil_analysis.exemple.tables import DIT
from cil_analysis.exemple.tirage import Tirage

_LOGEMENT = ["commune_insee", "est_en_qpv", "qpv", "bailleur", "reservataire", "financement", "typologie"]
# For each lease of the year: proposals refused by the applicant, kept in waiting, or not allocated by the commission.
_REFUSEES, _EN_ATTENTE, _ECARTEES = 0.43, 0.14, 0.4


def tirer(tire: Tirage, baux: pd.DataFrame, demandes: pd.DataFrame) -> pd.DataFrame:
    """About 5,500 proposals seen by a commission in the year; one row is one dwelling proposed to one applicant."""
    n = len(baux)
    table = pd.concat(
        [
            _acceptees(tire, baux),
            _refusees(tire, baux, demandes, int(_REFUSEES * n)),
            _en_attente(tire, baux, demandes, int(_EN_ATTENTE * n)),
            _ecartees(tire, baux, demandes, int(_ECARTEES * n)),
        ],
        ignore_index=True,
    ).sort_values("date_commission", kind="stable", ignore_index=True)
    table["date_proposition"] = tire.avant(table["date_commission"], 12, 60)
    numeros = [f"FICT-{tire.annee}-{rang:06d}" for rang in range(1, len(table) + 1)]
    return _chiffrer(table, pd.concat([baux, demandes])).assign(identifiant_proposition=numeros)


def _chiffrer(table: pd.DataFrame, menages: pd.DataFrame) -> pd.DataFrame:
    """The rent, the share of its income that the household would pay, and whether the dwelling is in somebody's flux.

    Nothing is drawn: the same rows have the same rents.
    """
    loyers = (
        table["typologie"].map(DIT["loyers"]) * table["financement"].map(DIT["financements_du_loyer"]).fillna(1)
        + np.arange(len(table)) % 9 * 5
    )
    revenus = table["numero_unique"].map(
        menages.drop_duplicates("numero_unique").set_index("numero_unique")["revenu_mensuel_eur"]
    )
    efforts = (100 * loyers / revenus.clip(lower=1)).clip(upper=100)
    en_flux = table["reservataire"].ne("AUCUN")
    return table.assign(loyer_eur=loyers.round(), taux_effort_pct=efforts.round(1), est_en_flux=en_flux)


def _acceptees(tire: Tirage, baux: pd.DataFrame) -> pd.DataFrame:
    """The proposals that became the leases of the year; those decided the year before are in its own file."""
    toutes = baux[["numero_unique", "date_signature_bail", *_LOGEMENT]]
    toutes = toutes.assign(date_commission=tire.avant(toutes["date_signature_bail"], 28, 90))
    table: pd.DataFrame = toutes[toutes["date_commission"].dt.year.eq(tire.annee)].reset_index(drop=True)
    delai = (table["date_signature_bail"] - table["date_commission"]).dt.days
    reponse = np.minimum(tire.hasard.integers(1, 11, len(table)), delai)
    table["date_accord_demandeur"] = table["date_commission"] + pd.to_timedelta(reponse, unit="D")
    table["decision"] = tire.codes("decisions", len(table))
    return table.assign(rang=1)


def _refusees(tire: Tirage, baux: pd.DataFrame, demandes: pd.DataFrame, n: int) -> pd.DataFrame:
    """The applicant says no: more often in a QPV, most often with a reason."""
    table = _candidatures(tire, baux, demandes, n, np.where(baux["est_en_qpv"], 1.6, 1.0))
    table["decision"] = tire.codes("decisions", n)
    reponse = pd.to_timedelta(tire.hasard.integers(1, 11, n), unit="D")
    table["date_refus_demandeur"] = table["date_commission"] + reponse
    table["motif_refus_demandeur"] = tire.codes("motifs_de_refus", n)
    return table.assign(rang=1)


def _en_attente(tire: Tirage, baux: pd.DataFrame, demandes: pd.DataFrame, n: int) -> pd.DataFrame:
    """Second and third candidates, whom the first one's answer has spared a choice."""
    table = _candidatures(tire, baux, demandes, n, np.ones(len(baux)))
    return table.assign(decision="ATTRIBUTION_RANG", rang=tire.choix((2, 3), n, (0.7, 0.3)))


def _ecartees(tire: Tirage, baux: pd.DataFrame, demandes: pd.DataFrame, n: int) -> pd.DataFrame:
    """The commission does not allocate, and says why."""
    table = _candidatures(tire, baux, demandes, n, np.ones(len(baux)))
    table["decision"] = tire.codes("refus", n)
    motifs = tire.codes("motifs_de_non_attribution", n)
    table["motif_non_attribution"] = np.where(table["decision"].eq("NON_ATTRIBUTION"), motifs, "")
    return table


def _candidatures(tire: Tirage, baux: pd.DataFrame, demandes: pd.DataFrame, n: int, poids: np.ndarray) -> pd.DataFrame:
    """Dwellings of the year proposed to applicants who are still in the stock."""
    rangs = tire.choix(np.arange(len(baux)), n, poids)
    table = baux[_LOGEMENT].iloc[rangs].reset_index(drop=True)
    table["numero_unique"] = tire.hasard.choice(demandes["numero_unique"].to_numpy(), n)
    return table.assign(date_commission=tire.jours(n))
