"""The pages of a year: the bilan first, then one for each other system."""

from __future__ import annotations

from collections.abc import Sequence

from cil_analysis.rapport.pages import BILAN, Page, pages_de
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.commentaires import lire_commentaires
from cil_analysis.rendu.habillage import Lien
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.page import Commande, se_taire
from cil_analysis.rendu.suivi import ACCUEIL


def pages_presentes(rapport: Rapport, avancement: Avancement) -> list[Page]:
    """The pages that the year has, and whose notebook the project has."""
    presentes = []
    for page in pages_de(rapport):
        if page is BILAN or page.a_son_carnet(rapport):
            presentes.append(page)
        else:
            avancement(f"{page.titre} : le carnet notebooks/{page.carnet} est absent, la page n’est pas produite.")
    return presentes


def commander(rapport: Rapport, page: Page, pages: Sequence[Page], avancement: Avancement) -> Commande:
    """What makes one of the pages of a year; the bilan alone has comments, and tells how far it is."""
    projet, interne = rapport.projet, rapport.publication.interne
    parametres = {"annee": rapport.annee, "projet": str(projet.racine)} | ({"interne": True} if interne else {})
    titre = f"{page.titre} {rapport.annee} – {projet.epci_nom_court}{' – version interne' if interne else ''}"
    navigation = _navigation(page, pages, interne=interne)
    if page is not BILAN:
        return Commande(projet.carnets / page.carnet, parametres, titre, navigation, se_taire)
    commentaires = lire_commentaires(projet, rapport.annee, notebooks.lire(projet.carnets / BILAN.carnet))
    return Commande(projet.carnets / BILAN.carnet, parametres, titre, navigation, avancement, commentaires)


def _navigation(page: Page, pages: Sequence[Page], *, interne: bool) -> list[Lien]:
    """From a page to the home page, which an internal version has not, and to the others; none from the bilan alone."""
    accueil = [] if interne else [Lien("Accueil", ACCUEIL)]
    autres = [Lien(autre.titre, autre.fichier) for autre in pages if autre is not page]
    return [*accueil, *autres] if autres else []
