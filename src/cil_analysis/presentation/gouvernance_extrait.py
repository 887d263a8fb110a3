"""The governance inside the bilan: sessions, composition and decisions in a few lines, and where the rest is."""

from __future__ import annotations

import pandas as pd

from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.formats import accorder, date_en_mots, echapper, enumerer
from cil_analysis.presentation.gouvernance import mention, minuscule
from cil_analysis.presentation.gouvernance_instances import constat_de_la_composition, constat_des_seances
from cil_analysis.presentation.gouvernance_suivi import decisions_suivies
from cil_analysis.presentation.pages import AUTRES, Page
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.reference.texte import typographie

_PAGE: Page = next(page for page in AUTRES if page.indicateurs == "G")
_DITES = 3  # of the decisions to come: the next ones


def extrait_de_la_gouvernance(rapport: Rapport) -> Bloc:
    """The dated extract: the sessions of the year, the composition and the decisions to come, each in a line."""
    faits = {
        "Séances.": constat_des_seances(rapport),
        "Composition.": constat_de_la_composition(rapport),
        "Décisions à venir.": decisions_a_venir(rapport),
    }
    lignes = [
        f"<li><strong>{echapper(typographie(nom))}</strong> {echapper(typographie(phrase))}</li>"
        for nom, phrase in faits.items()
    ]
    return Bloc(f'<ul class="a-retenir">{"".join(lignes)}</ul>{_lien(rapport)}')


def decisions_a_venir(rapport: Rapport) -> str:
    """The decisions that are not closed on 31 December: how many, how many are late, and the next deadlines."""
    suivies = decisions_suivies(rapport)
    ouvertes = suivies[~suivies["close"]]
    if suivies.empty:
        return "À renseigner : chaque décision s’inscrit dans la table governance/decisions.csv."
    if ouvertes.empty:
        return "Aucune décision suivie ne reste à mettre en œuvre."
    retards = int(ouvertes["en_retard"].sum())
    tard = f", dont {accorder(retards, 'en retard', 'en retard')}" if retards else ""
    phrase = f"{accorder(len(ouvertes), 'décision reste', 'décisions restent')} à mettre en œuvre{tard}"
    prochaines = [_echeance(d) for _, d in ouvertes[ouvertes["echeance"].notna()].head(_DITES).iterrows()]
    return f"{phrase} : {enumerer(prochaines)}." if prochaines else f"{phrase} ; leurs échéances sont à renseigner."


def _echeance(decision: pd.Series) -> str:
    """« réunir les bailleurs (décision fictive, échéance dépassée, 3 mars 2022) »."""
    dits = ["décision fictive"] if mention(decision, "fictive") else []
    dits += ["échéance dépassée"] if decision["en_retard"] else []
    return f"{minuscule(decision['intitule'])} ({', '.join([*dits, date_en_mots(decision['echeance'])])})"


def _lien(rapport: Rapport) -> str:
    """Where the rest is told, when the year has that page."""
    if not (_PAGE.a_un_sujet(rapport) and _PAGE.a_son_carnet(rapport)):
        return ""
    texte = "La frise, les membres, les décisions et les actions du plan sont dans la page"
    return f'<p>{echapper(typographie(texte))} <a href="{_PAGE.fichier}">{echapper(_PAGE.titre)}</a>.</p>'
