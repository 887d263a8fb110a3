"""Made-up requests: those active at 31 December, what was proposed, what became of others: leases, cancellations."""

import numpy as np
import pandas as pd

from cil_analysis.exemple.attributions import origines
from cil_analysis.exemple.tables import DIT
from cil_analysis.exemple.tirage import Tirage, menages, prioriser

_JOURS_AVANT_L_ANNIVERSAIRE = 60
_PAR_BAIL = 1.3  # radiations for another reason, for each lease
_ANNULEES = 0.04  # share of these that are cancelled: the request is active again
_PARTAGEES = ["numero_unique", "date_depot_demande", "commune_insee", "typologie", "est_mutation"]
_LOGEMENT = ["commune_insee", "est_en_qpv", "qpv", "bailleur", "reservataire", "financement", "typologie"]
# For each lease of the year: proposals refused by the applicant, kept in waiting, or not allocated by the commission.
_REFUSEES, _EN_ATTENTE, _ECARTEES = 0.43, 0.14, 0.4


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
    """The requests with where each household lives, and when those of more than a year were last renewed."""
    n, depot = len(table), table["date_depot_demande"]
    avances = pd.to_timedelta(tire.hasard.integers(0, _JOURS_AVANT_L_ANNIVERSAIRE, n), unit="D")
    anniversaire = depot + pd.to_timedelta((tire.annee - depot.dt.year) * 365.25, unit="D").dt.floor("D")
    renouvelee = (anniversaire - avances).where(depot.dt.year.lt(tire.annee))
    residences = origines(tire, table["commune_insee"].to_numpy(), DIT["residences"])
    return table.assign(date_renouvellement=renouvelee, commune_origine_insee=residences)


# --- Radiations -------------------------------------------------------------------------------------------------------


def radier(tire: Tirage, baux: pd.DataFrame, demandes: pd.DataFrame) -> pd.DataFrame:
    """About 7,000 rows; one row is one radiation, or one that is cancelled."""
    autres = _autres(tire, int(_PAR_BAIL * len(baux)))
    reactivees = _reactivees(tire, demandes, int(_ANNULEES * len(autres)))
    table = pd.concat([_des_baux(tire, baux), autres, *reactivees], ignore_index=True)
    return table.sort_values("date_radiation", kind="stable", ignore_index=True)


def _des_baux(tire: Tirage, baux: pd.DataFrame) -> pd.DataFrame:
    """A radiation for each lease, a few days later but in the year."""
    table = baux[[*_PARTAGEES, "date_signature_bail"]].copy()
    # The first commune asked for is most often the one of the dwelling.
    ailleurs = tire.hasard.random(len(table)) < 0.2
    table["commune_insee"] = np.where(ailleurs, communes_souhaitees(tire, len(table)), table["commune_insee"])
    jours = pd.to_timedelta(tire.hasard.integers(0, 12, len(table)), unit="D")
    fin = pd.Timestamp(tire.annee, 12, 31)
    radiations = table["date_signature_bail"] + jours
    return table.assign(date_radiation=radiations.where(radiations.le(fin), fin), motif_radiation="RADATT")


def _autres(tire: Tirage, n: int) -> pd.DataFrame:
    """Requests that nobody followed up, or that could not be."""
    jours = tire.jours(n)
    return pd.DataFrame(
        {
            "numero_unique": tire.numeros(n, "R"),
            "date_radiation": jours,
            "motif_radiation": tire.codes("motifs_de_radiation", n),
            "date_depot_demande": tire.avant(jours, 500, 3_000),
            "date_signature_bail": pd.NaT,
            "commune_insee": communes_souhaitees(tire, n),
            "typologie": tire.typologies(tire.hasard.integers(1, 5, n)),
            "est_mutation": tire.hasard.random(n) < 0.25,
        }
    )


def _reactivees(tire: Tirage, demandes: pd.DataFrame, n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Requests of the stock that were radiated in the year, then active again: two rows each."""
    anciennes = demandes[demandes["date_depot_demande"].lt(pd.Timestamp(tire.annee, 1, 1))]
    table = anciennes.sample(n, random_state=tire.hasard)[_PARTAGEES].reset_index(drop=True)
    debut = pd.Timestamp(tire.annee, 1, 1)
    jours = debut + pd.to_timedelta(tire.hasard.integers(0, 300, n), unit="D")
    retours = jours + pd.to_timedelta(tire.hasard.integers(5, 60, n), unit="D")
    radiees = table.assign(date_radiation=jours, motif_radiation="RADREN")
    return radiees, table.assign(date_radiation=retours, motif_radiation="DERADIATION")


def proposer(tire: Tirage, baux: pd.DataFrame, demandes: pd.DataFrame) -> pd.DataFrame:
    """About 5,500 proposals seen by a commission in the year; one row is one dwelling proposed to one applicant."""
    parties, egaux = [_acceptees(tire, baux)], np.ones(len(baux))
    for suite, part, poids in (
        (_refuser, _REFUSEES, np.where(baux["est_en_qpv"], 1.6, 1.0)),  # more often in a QPV
        (_mettre_en_attente, _EN_ATTENTE, egaux),
        (_ecarter, _ECARTEES, egaux),
    ):
        parties.append(suite(tire, _candidatures(tire, baux, demandes, int(part * len(baux)), poids)))
    table = pd.concat(parties, ignore_index=True).sort_values("date_commission", kind="stable", ignore_index=True)
    table["date_proposition"] = tire.avant(table["date_commission"], 12, 60)
    numeros = [f"FICT-{tire.annee}-{rang:06d}" for rang in range(1, len(table) + 1)]
    return _chiffrer(table, pd.concat([baux, demandes])).assign(identifiant_proposition=numeros)


def _chiffrer(table: pd.DataFrame, menages: pd.DataFrame) -> pd.DataFrame:
    """The rent, the share of the income that it takes, whether it is in a flux; nothing is drawn."""
    financements = table["financement"].map(DIT["financements_du_loyer"]).fillna(1)
    loyers = table["typologie"].map(DIT["loyers"]) * financements + np.arange(len(table)) % 9 * 5
    connus = menages.drop_duplicates("numero_unique").set_index("numero_unique")["revenu_mensuel_eur"]
    revenus = table["numero_unique"].map(connus)
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


def _refuser(tire: Tirage, table: pd.DataFrame) -> pd.DataFrame:
    """The applicant says no, most often with a reason."""
    n = len(table)
    table["decision"] = tire.codes("decisions", n)
    reponse = pd.to_timedelta(tire.hasard.integers(1, 11, n), unit="D")
    table["date_refus_demandeur"] = table["date_commission"] + reponse
    table["motif_refus_demandeur"] = tire.codes("motifs_de_refus", n)
    return table.assign(rang=1)


def _mettre_en_attente(tire: Tirage, table: pd.DataFrame) -> pd.DataFrame:
    """Second and third candidates, whom the first one's answer has spared a choice."""
    return table.assign(decision="ATTRIBUTION_RANG", rang=tire.choix((2, 3), len(table), (0.7, 0.3)))


def _ecarter(tire: Tirage, table: pd.DataFrame) -> pd.DataFrame:
    """The commission does not allocate, and says why."""
    table["decision"] = tire.codes("refus", len(table))
    motifs = tire.codes("motifs_de_non_attribution", len(table))
    table["motif_non_attribution"] = np.where(table["decision"].eq("NON_ATTRIBUTION"), motifs, "")
    return table


def _candidatures(tire: Tirage, baux: pd.DataFrame, demandes: pd.DataFrame, n: int, poids: np.ndarray) -> pd.DataFrame:
    """Dwellings of the year proposed to applicants who are still in the stock."""
    rangs = tire.choix(np.arange(len(baux)), n, poids)
    table = baux[_LOGEMENT].iloc[rangs].reset_index(drop=True)
    table["numero_unique"] = tire.hasard.choice(demandes["numero_unique"].to_numpy(), n)
    return table.assign(date_commission=tire.jours(n))
