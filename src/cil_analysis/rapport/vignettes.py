"""A key figure; on a sheet, that of the whole EPCI beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cil_analysis.grammaire.indicateur import BAILLEUR
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.chiffres_cles import carte_cle, objectif_de_carte, tendance
from cil_analysis.rapport.figures import a_des_chiffres
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.table import Table


def vignette(chiffres: Table, titre: str, ancre: str, *, ensemble: bool) -> Bloc:
    """The card of the figure of the year, with its series; nothing where it has none."""
    if not a_des_chiffres(chiffres.publiee):
        return Bloc("")
    rapport, serie, seul = chiffres.rapport, chiffres.par("annee").publiee, chiffres.seul
    suite = tendance(rapport, serie) if seul.se_compare_a(chiffres.ou(annee=rapport.annee - 1).seul) else ""
    suite += objectif_de_carte(seul.ligne)
    if ensemble and (autre := de_l_ensemble(chiffres)):
        mots = typographie(f"{rapport.projet.epci_nom_court} : {autre.texte}")
        suite += f'<p class="ensemble">{echapper(mots)}</p>'
    html = carte_cle(rapport, serie, typographie(titre), ancre, chiffres.identifiant, suite)
    return Bloc(html)


def de_l_ensemble(chiffres: Chiffres) -> Chiffre | None:
    """Of a figure of a sheet, the same of the whole EPCI; None where it has none, or counts something else."""
    sujet = chiffres.rapport.sujet
    if sujet is None or (sujet.genre == BAILLEUR and chiffres.indicateur.compte.champ_bailleur):
        return None
    codes = tuple((axe, code) for axe, code in chiffres.conditions if axe != sujet.genre)
    return next(iter(replace(chiffres, rapport=chiffres.rapport.ensemble, axes=(), conditions=codes)), None)
