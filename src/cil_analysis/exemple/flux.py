"""Made-up gestion en flux: the conventions of the landlords, and their yearly bilans, which agree with the leases."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from cil_analysis.exemple.projet import BAILLEURS
from cil_analysis.exemple.tables import DIT, ecrire_table
from cil_analysis.exemple.tirage import Tirage
from cil_analysis.projet import Projet
from cil_analysis.reference.systemes.bilan_flux import DU_BAILLEUR, SOUSTRAITS, VENTILATIONS

# The landlords begin together: the last years of the example have a bilan.
_ANNEES = 2
# By how many points the shares reserved in stock were above the rates.
_ECART_AU_STOCK = 1.5
_COLONNES = ["annee", "bailleur", "reservataire", "nb_proposes", "nb_attribues", "motif_soustraction"]
_COLONNES += [*VENTILATIONS, *DU_BAILLEUR, *SOUSTRAITS]


def annees_de_flux(annees: Sequence[int]) -> list[int]:
    """The years of the example that have a bilan of the gestion en flux."""
    return sorted(annees)[-_ANNEES:]


def ecrire_conventions(projet: Projet, annees: Sequence[int], logements: int) -> None:
    """Write the conventions, from the first year that has a bilan, and the stock before (``logements``: of all)."""
    premiere = annees_de_flux(annees)[0]
    conventions, etats = [], []
    for (bailleur, part), (reservataire, usuel) in product(BAILLEURS.items(), DIT["taux"].items()):
        siens = {"departement": projet.departement, "bailleur": bailleur, "reservataire": reservataire}
        taux = DIT["taux_propres"].get(bailleur, {}).get(reservataire, usuel)
        periode = {"debut": f"{premiere}-01-01", "fin": f"{max(annees) + 1}-12-31"}
        conventions.append(siens | periode | {"taux_pct": f"{taux:g}"})
        parc = round(logements * part)
        reserves = round(parc * (usuel + _ECART_AU_STOCK) / 100)
        etats.append(
            siens | {"jour": f"{premiere - 1}-12-31", "logements_reserves": reserves, "logements_du_bailleur": parc}
        )
    ecrire_table(projet.reference, "parameters/conventions_flux", conventions)
    ecrire_table(projet.reference, "parameters/etats_des_lieux_flux", etats)


def tirer(tire: Tirage, baux: pd.DataFrame) -> pd.DataFrame:
    """The bilans of the year; one row is a line of one of them.

    The allocated dwellings are the leases that are neither internal moves nor rehousings, which are deducted. Most
    landlords break them down all at once; the second one gives a total, then one table by type and one by financing.
    """
    mutations, relogements = baux["est_mutation_interne"].astype(bool), baux["est_relogement_ru"].astype(bool)
    motif = np.select([mutations, relogements], ["MUTATION", "RELOGEMENT_RU"], "")
    baux = baux.assign(motif_soustraction=motif)
    morceaux = []
    for bailleur, siens in baux.groupby("bailleur"):
        attribues = siens[siens["motif_soustraction"].eq("")].assign(n=1)
        attribues = attribues.assign(proposes=1 + tire.hasard.binomial(2, 0.11, len(attribues)))
        tables = ([], ["typologie"], ["financement"]) if bailleur == "B2" else ([*VENTILATIONS],)
        morceaux += [_compter(attribues, colonnes) for colonnes in tables]
        morceaux.append(_soustraire(tire, siens, len(attribues)))
    table = pd.concat(morceaux, ignore_index=True).assign(annee=tire.annee).reindex(columns=_COLONNES).astype("object")
    return table.where(table.notna(), "")


def _compter(attribues: pd.DataFrame, colonnes: Sequence[str]) -> pd.DataFrame:
    sommes = attribues.groupby(["bailleur", "reservataire", *colonnes], as_index=False)[["proposes", "n"]].sum()
    return sommes.rename(columns={"proposes": "nb_proposes", "n": "nb_attribues"})


def _soustraire(tire: Tirage, siens: pd.DataFrame, attribues: int) -> pd.DataFrame:
    """What a landlord says for all: dwellings deducted, and to be deducted, by motive, and the base of the year."""
    faits = siens[siens["motif_soustraction"].ne("")].groupby("motif_soustraction").size()
    lignes = pd.DataFrame({"motif_soustraction": faits.index, "nb_soustraits": faits.to_numpy()})
    lignes["nb_soustraits_prevus"] = tire.hasard.poisson(faits.to_numpy() + 1)
    neufs = int(tire.hasard.integers(2, 5 + len(siens) // 40))
    liberations = round(len(siens) * tire.hasard.uniform(0.97, 1.06))
    base = liberations + neufs - int(lignes["nb_soustraits_prevus"].sum())
    dits = {"nb_liberations_prevues": liberations, "nb_mises_en_service_prevues": neufs, "base_previsionnelle": base}
    tete = pd.DataFrame([dits if attribues else {}])
    return pd.concat([tete, lignes], ignore_index=True).assign(bailleur=siens["bailleur"].iloc[0])
