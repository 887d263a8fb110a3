"""``reports/<année>/index.html``: the page that links what stands in the folder, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cil_analysis.rapport import Rapport, accueil
from cil_analysis.rapport.pages import FICHIERS
from cil_analysis.rendu import interne
from cil_analysis.rendu.page import Habillage
from cil_analysis.rendu.plan_des_fiches import fiches_de
from cil_analysis.rendu.suivi import (
    ACCUEIL,
    ACTION,
    BILAN,
    Suivi,
    empreinte_du_bilan,
    entrees_de_l_accueil,
    fichiers_de,
    lire_suivi,
)

_OUVERTES = "opendata"
_CONSTAT = re.compile(r'<p class="constat">(.*?)</p>', re.DOTALL)


def ecrire_l_accueil(rapport: Rapport, suivi: Suivi) -> Path:
    """Write the page of a folder that stands as it is, and return it. ``suivi``: what is noted of the sheets."""
    dossier = suivi.dossier
    fichiers = fichiers_de(dossier)
    entrees = entrees_de_l_accueil(rapport.projet, dossier, fichiers, suivi)
    page = page_d_accueil(rapport, fichiers, suivi).encode("utf-8")
    lire_suivi(dossier, BILAN).deposer(ACCUEIL, page, entrees)
    return dossier / ACCUEIL


def page_d_accueil(rapport: Rapport, fichiers: Mapping[str, Path], suivi: Suivi) -> str:
    """The page for the files of a folder, or for those that it will have.

    A sheet made from another bilan than the one of the folder is linked all the same, and the page says so.
    """
    fiches = [f for f in fiches_de(rapport.references, rapport.annee) if f.chemin in fichiers]
    documents = {nom: fichiers[nom].stat().st_size for nom in (*FICHIERS, *accueil.DOCUMENTS) if nom in fichiers}
    ouvertes = {nom: c.stat().st_size for nom, c in fichiers.items() if nom.startswith(f"{_OUVERTES}/")}
    action, chiffres = lire_suivi(suivi.dossier, ACTION), empreinte_du_bilan(fichiers["indicateurs.csv"].parent)
    perimees = ["fiches"] if suivi.sont_perimees([f.chemin for f in fiches], chiffres) else []
    perimees += ["fiche-action"] if action.sont_perimees(action.notes.keys() & fichiers.keys(), chiffres) else []
    # What each page says first, as its HTML has it.
    constats = {nom: _CONSTAT.search(fichiers[nom].read_text("utf-8")) for nom in FICHIERS if nom in fichiers}
    contenu = accueil.contenu(
        rapport,
        documents,
        ouvertes,
        {(f.genre, f.code): f.chemin for f in fiches},
        constats={nom: trouve[1] for nom, trouve in constats.items() if trouve},
        classeurs={f.code: f.classeur for f in fiches if f.classeur in fichiers},
        perimees=perimees,
    )
    titre = f"Bilan annuel des attributions {rapport.annee} – {rapport.projet.epci_nom_court}"
    return interne.mettre_en_page(contenu.en_markdown(), suivi.dossier, Habillage(titre, "accueil"))
