"""The opening of a report: title block, key figures, and what to remember of each chapter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.rapport.mots.formats import date_en_mots, nombre
from cil_analysis.rapport.pages import AUTRES
from cil_analysis.reference.texte import enumerer
from cil_analysis.secret.regles import ReglesSecret

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


def entete(rapport: Rapport, titre: str) -> Bloc:
    """Le bloc de titre : année, territoire, dates des données, statut du document."""
    faits = {"Période": rapport.periode, "Communes": str(len(rapport.communes))}
    return bloc_de_titre(rapport, (f"{titre} {rapport.annee}", rapport.projet.epci_nom), faits, titre)


def bloc_de_titre(
    rapport: Rapport, titres: tuple[str, str], faits: Mapping[str, str], imprime: str, carte: Bloc | None = None
) -> Bloc:
    """A title and its subtitle, what is to be known, and the status of the document.

    ``imprime``: what its printed pages are called; ``carte``: on the right, where there may be a map.
    """
    dates = [pd.Timestamp(j["importe_le"]) for j in rapport.publication.imports if j["annee"] == rapport.annee]
    faits = {**faits, **({"Extraits importés le": date_en_mots(max(dates))} if dates else {})}
    fictives, interne = rapport.projet.donnees_fictives, rapport.publication.interne
    return Bloc(
        remplir(
            "entete",
            titre=titres[0],
            sous_titre=titres[1],
            faits=faits,
            est_fiche=rapport.sujet is not None,
            carte=carte.html if carte else "",
            marges=marges_imprimees(rapport, imprime),
            interne=_INTERNE if interne else "",  # Fixed on every screen; the margins say it on paper.
            fictives=fictives,
            alerte=fictives or interne,
            secret=_ce_qui_est_masque(rapport.publication.regles),
        )
    )


_INTERNE = "Version interne – ne pas diffuser"


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


def _ce_qui_est_masque(regles: ReglesSecret) -> str:
    """What disclosure control masks, and which counts have a higher threshold."""
    petits = f"de {'1 à ' if regles.zeros_publies else '0 à '}{nombre(regles.seuil_effectif - 1)} ménages"
    noms = []
    if regles.variables_sensibles and regles.seuil_sensible > regles.seuil_effectif:
        noms.append("les variables sensibles")
    noms += [p.seuil_propre for p in AUTRES if p.seuil_propre and regles.seuil_de(p.theme) > regles.seuil_effectif]
    return (
        f"Sont masqués (« s ») les effectifs {petits}, les parts sur moins de {nombre(regles.denominateur_minimal)} "
        f"et les chiffres dont ils se déduiraient.{f' Seuil plus élevé pour {enumerer(noms)}.' if noms else ''}"
    )
