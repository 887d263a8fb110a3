"""Households housed beside applicants: P01 to P08 (domain, §4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from cil_analysis.indicators.cadre import PCT, Compte, Indicateur
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.vocabulaire import BAUX, DEMANDES, ENSEMBLE, FICHIER, FICHIER_D, PAR_ZONE, REGLES, STOCK


def _paire(code: str, nom: str, axe: str, nomenclature: str, zones: Sequence[V] = PAR_ZONE) -> list[Indicateur]:
    """A profile of the households housed, and the same of the applicants."""
    return [
        Indicateur(
            code,
            f"{nom} des ménages logés",
            "Attributions de chaque classe ÷ attributions ; « non renseigné » est une classe",
            PCT,
            FICHIER,
            BAUX,
            nomenclature,
            definition=f"Qui a été logé : {nom[0].lower()}{nom[1:]}",
            regles=REGLES,
            ventilations=tuple(zones),
            compte=Compte(part_de="modalite", axe=axe),
        ),
        Indicateur(
            code + DEMANDES,
            f"{nom} des demandeurs",
            "Demandes actives de chaque classe ÷ demandes actives ; « non renseigné » est une classe",
            PCT,
            FICHIER_D,
            STOCK,
            nomenclature,
            definition=f"Qui demande un logement : {nom[0].lower()}{nom[1:]}",
            regles=("P9",),
            ventilations=ENSEMBLE,
            compte=Compte("demandes", part_de="modalite", axe=axe),
        ),
    ]


PROFILS = (
    *_paire("P01", "Âge", "tranche_age", "tranches_age"),
    *_paire("P02", "Composition familiale", "composition_familiale", "compositions_familiales"),
    *_paire("P03", "Taille du ménage", "classe_taille", "tailles_menage"),
    *_paire("P04", "Situation professionnelle", "situation_professionnelle", "situations_professionnelles"),
    *_paire("P05", "Ressources par rapport aux plafonds", "tranche_plafonds", "tranches_plafonds"),
    *_paire("P06", "Nationalité", "nationalite", "nationalites", ENSEMBLE),
    *_paire("P07", "Logement antérieur", "statut_occupation", "statuts_occupation"),
    *_paire("P08", "Motif de la demande", "famille_motif", "familles_motifs"),
)
