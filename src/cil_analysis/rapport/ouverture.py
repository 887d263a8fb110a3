"""The opening of a report: title block, key figures, and what to remember of each chapter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.mots.formats import date_en_mots, echapper, enumerer, nombre
from cil_analysis.rapport.pages import AUTRES
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.regles import ReglesSecret

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


def entete(rapport: Rapport, titre: str) -> Bloc:
    """The title block: title, year, territory, dates of the data, status of the document."""
    return Bloc(
        '<header class="entete">'
        f"<h1>{echapper(titre)} {rapport.annee}</h1>"
        f'<p class="sous-titre">{echapper(rapport.projet.epci_nom)}</p>'
        '<dl class="meta">'
        f"<div><dt>Période</dt> <dd>{rapport.periode}</dd></div>"
        f"<div><dt>Communes</dt> <dd>{len(rapport.communes)}</dd></div>"
        f"{dates_d_import(rapport)}</dl>{marges_imprimees(rapport, titre)}{bandeau(rapport)}</header>"
    )


def dates_d_import(rapport: Rapport) -> str:
    """When the extracts of the year were imported, among what the title block says."""
    dates = [pd.Timestamp(j["importe_le"]) for j in rapport.publication.imports if j["annee"] == rapport.annee]
    return f"<div><dt>Extraits importés le</dt> <dd>{date_en_mots(max(dates))}</dd></div>" if dates else ""


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


def bandeau(rapport: Rapport) -> str:
    """The status of the document: fictitious data, internal or published version."""
    regles = rapport.publication.regles
    phrases = []
    if rapport.projet.donnees_fictives:
        phrases.append(
            "<strong>Données fictives.</strong> Seuls sont réels les communes, les quartiers et les actes cités avec "
            "leur source, jamais les chiffres."
        )
    if rapport.publication.interne:
        phrases.append("<strong>Version interne.</strong> Le secret statistique n’est pas appliqué : ne pas diffuser.")
    else:
        petits = f"de {'1 à ' if regles.zeros_publies else '0 à '}{nombre(regles.seuil_effectif - 1)} ménages"
        propres = _seuils_propres(regles)
        phrases.append(
            f"<strong>Version publiée.</strong> Sont masqués (« s ») les effectifs {petits}, les parts sur moins de "
            f"{nombre(regles.denominateur_minimal)} et les chiffres dont ils se déduiraient."
            f"{propres}"
        )
    alerte = rapport.projet.donnees_fictives or rapport.publication.interne
    # Fixed on every screen; the margins say it on paper.
    partout = f'<p class="mention-interne">{_INTERNE}</p>' if rapport.publication.interne else ""
    return f'{partout}<p class="bandeau{"" if alerte else " publie"}">{typographie(" ".join(phrases))}</p>'


def _seuils_propres(regles: ReglesSecret) -> str:
    """That some counts have a higher threshold, and which."""
    noms = []
    if regles.variables_sensibles and regles.seuil_sensible > regles.seuil_effectif:
        noms.append("les variables sensibles")
    noms += [p.seuil_propre for p in AUTRES if p.seuil_propre and regles.seuil_de(p.theme) > regles.seuil_effectif]
    return f" Seuil plus élevé pour {enumerer(noms)}." if noms else ""
