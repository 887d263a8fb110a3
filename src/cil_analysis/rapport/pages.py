"""The pages of a year, and its sheets: ``definitions/pages.yml`` and ``fiches.yml`` say what each one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import bloc
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.chiffres import a_des_chiffres
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


@dataclass(frozen=True)
class Page:
    """A page below reports/<année>, and the notebook that it is made from.

    ``titre``: without the year. ``usage``: what it is for, on the home page. ``theme``: without a figure of it in the
    year, the page is not made. ``des_baux``: those that the leases of the bilan give by themselves: alone, they make no
    page. ``periodique``: they do not come every year; the page shows the last of those before.
    ``seuil_propre``: what it is called where disclosure control has a higher threshold for its theme.
    """

    carnet: str
    fichier: str
    titre: str
    usage: str
    theme: str = ""
    des_baux: tuple[str, ...] = ()
    periodique: bool = False
    seuil_propre: str = ""

    def a_un_sujet(self, rapport: Rapport) -> bool:
        """Whether the year has figures for the page."""
        if not self.theme:
            return True
        codes = [i.code for i in rapport.registre.themes[self.theme].indicateurs if i.code not in self.des_baux]
        tables = [rapport.publication[code] for code in codes if code in rapport.publication]
        return any(a_des_chiffres(table if self.periodique else table.ou(annee=rapport.annee)) for table in tables)

    def a_son_carnet(self, rapport: Rapport) -> bool:
        """Whether the project has the notebook: its folder may be older than the page, or there may be none."""
        try:
            return (rapport.projet.carnets / self.carnet).is_file()
        except ErreurCIL:
            return False


@dataclass(frozen=True)
class Fiches:
    """The sheets of a kind of subject, and their table on the home page.

    ``section``: its title; ``tableau``: its caption; ``colonnes``: heading → code, or « code.numerateur »;
    ``ensemble``: whether the EPCI has a row. ``extrait``: a year without it has no such sheet. ``classeur``: what the
    workbook beside a sheet is; ``phrase``: a template that reads « echeance ».
    """

    section: str
    tableau: str
    colonnes: tuple[tuple[str, str], ...]
    ensemble: bool
    extrait: str
    classeur: str
    phrase: str


def _lire(nom: str) -> dict[str, dict[str, Any]]:
    """What each block of a file of definitions says."""
    fichier = f"definitions/{nom}.yml"
    lus = lire_yaml(bloc.DEFINITIONS / f"{nom}.yml", fichier, du_logiciel=True)
    return {cle: bloc.Bloc(fichier, cle, contenu).lire(bloc.GRAMMAIRE[nom]) for cle, contenu in lus.items()}


BILAN, *_autres = (Page(f"{carnet}.qmd", **dit) for carnet, dit in _lire("pages").items())
AUTRES: tuple[Page, ...] = tuple(_autres)
# The files that the pages of a year may have.
FICHIERS = tuple(page.fichier for page in (BILAN, *AUTRES))
FICHES = {genre: Fiches(**dit) for genre, dit in _lire("fiches").items()}


def pages_de(rapport: Rapport) -> Sequence[Page]:
    """The pages that the year has."""
    return [BILAN, *(page for page in AUTRES if page.a_un_sujet(rapport))]


def renvoi(rapport: Rapport, fichier: str, mots: str) -> Bloc:
    """Une phrase qui mène à une autre page de l’année ; rien quand l’année ne l’a pas.

    >>> rapport.renvoi("demande.html", "Le détail est dans la page")  # doctest: +SKIP
    """
    for page in AUTRES:
        if page.fichier == fichier and page.a_un_sujet(rapport) and page.a_son_carnet(rapport):
            lien = f'<a href="{page.fichier}">{echapper(page.titre)}</a>'
            return Bloc(f"<p>{echapper(typographie(mots))} {lien}.</p>")
    return Bloc("")
