"""Sentences on what becomes of requests and proposals: radiations, refusals."""

from __future__ import annotations

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation.formats import accorder, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences import evolution_points
from cil_analysis.presentation.sentences_classes import titre_premiere_part
from cil_analysis.reference.texte import typographie


def constat_parcours(rapport: Rapport) -> str:
    """How many requests were struck off, and the share of proposals that were refused."""
    phrases = []
    publiees = rapport.classes("R01").ou(statut=PUBLIE).donnees
    if len(publiees):
        radiees = accorder(publiees.iloc[0]["denominateur"], "demande a été radiée", "demandes ont été radiées")
        phrases.append(f"{radiees} en {rapport.annee}.")
    refus = rapport.chiffre("R02")
    if refus is not None:
        avant = rapport.annee - 1
        tendance = evolution_points(rapport.chiffre("R02", avant) if avant in rapport.annees else None, refus)
        suite = ", une part stable sur un an" if tendance == "stable" else f", {tendance} sur un an" if tendance else ""
        phrases.append(f"{titre_refus(rapport)}{suite}.")
    return " ".join(phrases)


def titre_radiations(table: PublishedTable, libelles: dict[str, str]) -> str:
    """The first motive of the radiations."""
    return titre_premiere_part(
        table, libelles, cle="modalite", de="des radiations", rang="le premier motif", sinon="Motifs des radiations"
    )


def titre_refus(rapport: Rapport) -> str:
    """The share of proposals that applicants refuse."""
    part = rapport.chiffre("R02")
    if part is None:
        return "Propositions refusées par le demandeur"
    return typographie(f"{pourcentage(part)} des propositions attribuées en commission sont refusées par le demandeur")


def titre_motifs_de_refus(table: PublishedTable, libelles: dict[str, str]) -> str:
    """The first motive of the refusals."""
    return titre_premiere_part(
        table, libelles, cle="modalite", de="des refus", rang="le premier motif", sinon="Motifs des refus"
    )
