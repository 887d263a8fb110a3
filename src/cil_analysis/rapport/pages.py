"""The pages of a year and its sheets (``definitions/pages.yml`` and ``fiches.yml`` say what each is); their title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis import blocs
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.rapport.mots.formats import date_en_mots, echapper
from cil_analysis.rapport.mots.gabarits import Gabarits
from cil_analysis.reference.texte import enumerer
from cil_analysis.typographie import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


@dataclass(frozen=True)
class Page:
    """A page below reports/<année>, and the notebook that it is made from.

    ``titre``: without the year. ``usage``: what it is for, on the home page. ``theme``: without a figure of it in the
    year, but those ``des_baux``, the page is not made. ``periodique``: its figures do not come every year; the last
    are shown. ``seuil_propre``: what it is called where disclosure control has a higher threshold for its theme.
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
        return any((table if self.periodique else table.ou(annee=rapport.annee)).a_des_chiffres for table in tables)

    def a_son_carnet(self, rapport: Rapport) -> bool:
        """Whether the project has the notebook: its folder may be older than the page, or there may be none."""
        try:
            return (rapport.projet.carnets / self.carnet).is_file()
        except ErreurCIL:
            return False


def _lire(nom: str) -> dict[str, dict[str, Any]]:
    fichier = f"definitions/{nom}.yml"
    lus = lire_yaml(blocs.DEFINITIONS / f"{nom}.yml", fichier, du_logiciel=True)
    return {cle: blocs.Bloc(fichier, cle, contenu).lire(blocs.GRAMMAIRE[nom]) for cle, contenu in lus.items()}


BILAN, *_autres = (Page(f"{carnet}.qmd", **dit) for carnet, dit in _lire("pages").items())
AUTRES: tuple[Page, ...] = tuple(_autres)
# The files that the pages of a year may have.
FICHIERS = tuple(page.fichier for page in (BILAN, *AUTRES))
FICHES = _lire("fiches")  # by kind of subject, in the words of that file
_INTERNE = "Version interne – ne pas diffuser"


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


# --- The title block --------------------------------------------------------------------------------------------------


def entete(rapport: Rapport, titre: Gabarits) -> Bloc:
    """Le bloc de titre : année, territoire, dates des données, statut du document.

    D’une fiche, il porte le nom de son sujet, et ``titre`` se lit dessous.

    >>> fiche.entete("Fiche de la commune, {{ epci }}")  # doctest: +SKIP
    """
    dit, sujet, regles = rapport.dire(titre, epci=rapport.projet.epci_nom), rapport.sujet, rapport.publication.regles
    dates = [pd.Timestamp(j["importe_le"]) for j in rapport.publication.imports if j["annee"] == rapport.annee]
    seuils = {"les variables sensibles": regles.seuil_sensible} if regles.variables_sensibles else {}
    seuils |= {p.seuil_propre: regles.seuil_de(p.theme) for p in AUTRES if p.seuil_propre}
    return Bloc(
        remplir(
            "entete",
            rapport=rapport,
            titre=dit,
            importes_le=date_en_mots(max(dates)) if dates else "",
            marges=marges_imprimees(rapport, f"{sujet.nom} – Bilan des attributions" if sujet else dit),
            interne=_INTERNE if rapport.publication.interne else "",  # on every screen; the margins say it on paper
            regles=regles,
            stricts=enumerer([nom for nom, seuil in seuils.items() if seuil > regles.seuil_effectif]),
        )
    )


def marges_imprimees(rapport: Rapport, titre: str) -> str:
    """What every printed page says in its margins: the document but on the cover, and what its figures are worth."""
    mentions = [_INTERNE] if rapport.publication.interne else []
    mentions += ["Données fictives"] if rapport.projet.donnees_fictives else []
    haut = _chaine_css(f"{titre} {rapport.annee} – {rapport.projet.epci_nom}")
    bas = f"@bottom-left {{ content: {_chaine_css(' – '.join(mentions))}; font-weight: bold; color: #7a1d00; }}"
    return (
        f"<style>@page {{ @top-left {{ content: {haut}; }} {bas if mentions else ''} }} "
        "@page :first { @top-left { content: none; } }</style>"
    )


def _chaine_css(texte: str) -> str:
    """A string of a style sheet; whatever could close it, or the sheet, is written as a code point."""
    return '"' + re.sub(r"[^\w .,–-]", lambda signe: f"\\{ord(signe[0]):x} ", texte) + '"'
