"""The pages of a year: the bilan, which is printed while the others are made, then one for each system."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cil_analysis.rapport.pages import BILAN, Page, pages_de
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rendu import Choix, Commande, notebooks
from cil_analysis.rendu.atelier import EchecDePage, fabriquer_ensemble
from cil_analysis.rendu.commentaires import lire_commentaires
from cil_analysis.rendu.habillage import Lien
from cil_analysis.rendu.suivi import ACCUEIL


def rendre_les_pages(
    rapport: Rapport,
    pages: Sequence[Page],
    gardees: Collection[Page],
    dossier: Path,
    choix: Choix,
    avancement: Callable[[str], None],
    imprimer: Callable[[Path], None] | None = None,
) -> None:
    """Write the pages of a year in a folder, but for those that are kept. ``imprimer``: prints the page of the bilan.

    Raises ErreurCIL when a notebook or the engine is at fault.
    """
    projet, interne = rapport.projet, rapport.publication.interne
    parametres: dict[str, object] = {"annee": rapport.annee, "projet": str(projet.racine)}
    if interne:
        parametres["interne"] = True
    mention = " – version interne" if interne else ""
    commentaires = lire_commentaires(projet, rapport.annee, notebooks.lire(projet.carnets / BILAN.carnet))
    a_faire = [page for page in pages if page not in gardees]
    commandes = [
        Commande(
            projet.carnets / page.carnet,
            parametres,
            f"{page.titre} {rapport.annee} – {projet.epci_nom_court}{mention}",
            _navigation(page, pages, interne=interne),
            avancement if page is BILAN else None,
            commentaires if page is BILAN else {},
        )
        for page in a_faire
    ]
    with ThreadPoolExecutor(max_workers=1) as presse:
        impression = None
        try:
            for rang, html in fabriquer_ensemble(projet.carnets, choix, commandes):
                page = a_faire[rang]
                (dossier / page.fichier).write_bytes(html.encode("utf-8"))
                if page is not BILAN:
                    avancement(page.titre)
                elif imprimer is not None:
                    impression = presse.submit(imprimer, dossier / page.fichier)
        except EchecDePage as echec:
            raise (echec.__cause__ or echec) from None
        if impression is not None:
            impression.result()


def pages_presentes(rapport: Rapport, avancement: Callable[[str], None]) -> list[Page]:
    """The pages that the year has, and whose notebook the project has."""
    presentes = []
    for page in pages_de(rapport):
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
