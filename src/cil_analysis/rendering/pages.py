"""The pages of a year: the bilan, which is printed while the others are made, then one for each system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cil_analysis.presentation.pages import BILAN, Page, pages_de
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.rendering import Moteur, choisir
from cil_analysis.rendering.accueil import ACCUEIL
from cil_analysis.rendering.atelier import Commande, EchecDePage, fabriquer_ensemble
from cil_analysis.rendering.habillage import Lien


def rendre_les_pages(
    rapport: Rapport,
    dossier: Path,
    moteur: Moteur,
    avancement: Callable[[str], None],
    imprimer: Callable[[Path], None] | None = None,
) -> str:
    """Write the pages that the year has, and return the engine used. ``imprimer``: prints the page of the bilan.

    Raises ErreurCIL when a notebook or the engine is at fault.
    """
    projet, interne = rapport.projet, rapport.publication.interne
    choisi = choisir(moteur, avancement)
    parametres: dict[str, object] = {"annee": rapport.annee, "projet": str(projet.racine)}
    if interne:
        parametres["interne"] = True
    pages = _presentes(rapport, pages_de(rapport), avancement)
    mention = " – version interne" if interne else ""
    commandes = [
        Commande(
            projet.carnets / page.carnet,
            parametres,
            f"{page.titre} {rapport.annee} – {projet.epci_nom_court}{mention}",
            _navigation(page, pages, interne=interne),
            avancement if page is BILAN else None,
        )
        for page in pages
    ]
    with ThreadPoolExecutor(max_workers=1) as presse:
        impression = None
        try:
            for rang, html in fabriquer_ensemble(projet.carnets, choisi, commandes):
                page = pages[rang]
                (dossier / page.fichier).write_bytes(html.encode("utf-8"))
                if page is not BILAN:
                    avancement(page.titre)
                elif imprimer is not None:
                    avancement("Mise en PDF")
                    impression = presse.submit(imprimer, dossier / page.fichier)
        except EchecDePage as echec:
            raise (echec.__cause__ or echec) from None
        if impression is not None:
            impression.result()
    return choisi


def _presentes(rapport: Rapport, pages: Sequence[Page], avancement: Callable[[str], None]) -> list[Page]:
    """The pages whose notebook the project has."""
    presentes = []
    for page in pages:
        if page is BILAN or page.a_son_carnet(rapport):
            presentes.append(page)
        else:
            avancement(f"{page.titre} : le carnet notebooks/{page.carnet} est absent, la page n’est pas produite.")
    return presentes


def _navigation(page: Page, pages: Sequence[Page], *, interne: bool) -> list[Lien]:
    """From a page to the home page, which an internal version has not, and to the others; none from the bilan alone."""
    accueil = [] if interne else [Lien("Accueil", ACCUEIL)]
    autres = [Lien(autre.titre, autre.fichier) for autre in pages if autre is not page]
    return [*accueil, *autres] if autres else []
