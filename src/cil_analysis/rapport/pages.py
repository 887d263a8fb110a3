"""The pages of a year: the bilan first, then one for each other system that the CIL follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.chiffres import a_des_chiffres
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


@dataclass(frozen=True)
class Page:
    """A page below reports/<année>, and the notebook that it is made from.

    ``titre``: without the year. ``usage``: what it is for, on the home page.
    ``indicateurs``: the first letter of those that it shows; without a figure of them in the year, it is not made.
    ``des_baux``: those of them that the leases of the bilan give by themselves: alone, they make no page.
    ``periodique``: they do not come every year; the page shows the last of those before.
    """

    carnet: str
    fichier: str
    titre: str
    usage: str
    indicateurs: str = ""
    des_baux: tuple[str, ...] = ()
    periodique: bool = False

    def a_un_sujet(self, rapport: Rapport) -> bool:
        """Whether the year has figures for the page."""
        return not self.indicateurs or any(
            a_des_chiffres(table if self.periodique else table.ou(annee=rapport.annee))
            for code, table in rapport.publication.items()
            if code.startswith(self.indicateurs) and code not in self.des_baux
        )

    def a_son_carnet(self, rapport: Rapport) -> bool:
        """Whether the project has the notebook: its folder may be older than the page, or there may be none."""
        try:
            return (rapport.projet.carnets / self.carnet).is_file()
        except ErreurCIL:
            return False


def renvoi(rapport: Rapport, fichier: str, mots: str) -> Bloc:
    """A sentence that leads to another page of the year; nothing when the year does not have it."""
    for page in (*AUTRES, METHODE):
        if page.fichier == fichier and page.a_un_sujet(rapport) and page.a_son_carnet(rapport):
            lien = f'<a href="{page.fichier}">{echapper(page.titre)}</a>'
            return Bloc(f"<p>{echapper(typographie(mots))} {lien}.</p>")
    return Bloc("")


BILAN = Page(
    "bilan_annuel.qmd",
    "bilan.html",
    "Bilan annuel des attributions",
    "à lire et à présenter en séance",
)
METHODE = Page(
    "methode.qmd", "methode.html", "Méthode et qualité des données", "fichiers reçus, règles, secret, définitions"
)
AUTRES = (
    Page("demande.qmd", "demande.html", "Fichier départemental de la demande", "stock, flux et attente", "D",
         ("D08", "D11A")),
    Page("gestion_en_flux.qmd", "gestion-en-flux.html", "Gestion en flux", "réservations et attributions", "F",
         ("F11", "F12")),
    Page("cotation.qmd", "cotation.html", "Cotation de la demande", "la grille et son évaluation", "C"),
    Page("occupation_parc.qmd", "occupation.html", "Occupation du parc social", "le parc et ses occupants", "S",
         periodique=True),
    Page("gouvernance.qmd", "gouvernance.html", "Gouvernance", "instances, documents et actions", "G"),
    METHODE,
)  # fmt: skip
# The files that the pages of a year may have.
FICHIERS = tuple(page.fichier for page in (BILAN, *AUTRES))


def pages_de(rapport: Rapport) -> Sequence[Page]:
    """The pages that the year has."""
    return [BILAN, *(page for page in AUTRES if page.a_un_sujet(rapport))]
