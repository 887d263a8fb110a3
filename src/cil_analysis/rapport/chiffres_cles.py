"""A key figure as a card: label, figure, change over a year, objective, tiny series."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.dessins import minuscule
from cil_analysis.rapport.figures import description
from cil_analysis.rapport.lecture import lire
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.evolutions import evolution
from cil_analysis.rapport.mots.formats import NON_DISPONIBLE, RIEN, SECRET_COURT, echapper, nombre, valeur
from cil_analysis.rapport.mots.signes import LEGENDE, signe, verdict
from cil_analysis.rapport.publie import Rapport
from cil_analysis.rapport.tables import resultat_html
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

_PETIT = 50  # Below, a change is told by its number: a percentage of a handful says nothing.


def en_cartes(cartes: Iterable[str]) -> Bloc:
    """The cards as a list, those that are empty left out, and the legend of the signs that stand for a figure."""
    gardees = [carte for carte in cartes if carte]
    signes = any(f">{s}<" in carte for carte in gardees for s in (SECRET_COURT, NON_DISPONIBLE, RIEN))
    legende = f'<p class="note">{echapper(typographie(LEGENDE))}</p>' if signes else ""
    return Bloc(f'<ul class="cartes">{"".join(f"<li>{carte}</li>" for carte in gardees)}</ul>{legende}')


def objectif_de_carte(ligne: LignePubliee | None) -> str:
    """The target of a figure and its result, or nothing."""
    dit = "" if ligne is None else verdict(ligne["statut"], ligne["resultat"])
    if ligne is None or (isnan(ligne["cible"]) and not dit):
        return ""
    texte = "Objectif" if dit else typographie(f"Objectif : {cibles.objectif_de(ligne)}")
    return f'<p class="objectif"><span>{texte}</span> {resultat_html(str(ligne["resultat"]))}</p>'


def carte_cle(rapport: Rapport, serie: PublishedTable, titre: str, ancre: str, nom: str, suite: str) -> str:
    """One card: what is measured, the figure of the year, what is said of it, its series.

    ``ancre``: the section that it links to; ``suite``: its change, its objective, the figure of the EPCI, ready HTML.
    """
    ligne = serie.ou(annee=rapport.annee).ligne()
    grand = NON_DISPONIBLE
    if ligne is not None:
        grand = signe(ligne, "valeur") or valeur(ligne["valeur"], str(ligne["unite"]))
    for unite in ("%", "mois"):
        if grand.endswith(unite):
            grand = f'{grand.removesuffix(unite)}<span class="unite">{unite}</span>'
    dessin = ""
    if serie.donnees["statut"].eq(PUBLIE).sum() > 1:
        texte = description(rapport, serie, "annee")
        dessin = serie_minuscule(serie, f"vignette-{nom}", f"{titre}, {rapport.periode}", texte)
    return (
        f'<article class="carte"><h3><a href="#{ancre}">{echapper(titre)}</a></h3>'
        f'<p class="valeur">{grand}</p>{suite}{dessin}</article>'
    )


def tendance(rapport: Rapport, serie: PublishedTable) -> str:
    """How the figure has changed in a year, as HTML; nothing where a year lacks."""
    valeurs = {}
    for annee in (rapport.annee - 1, rapport.annee):
        ligne = serie.ou(annee=annee).ligne()
        valeurs[annee] = float(ligne["valeur"]) if ligne is not None and ligne["statut"] == PUBLIE else None
    avant, apres = valeurs[rapport.annee - 1], valeurs[rapport.annee]
    if serie.indicateur.unite == "nombre" and avant is not None and apres is not None and max(avant, apres) < _PETIT:
        mots = "stable" if avant == apres else f"{nombre(abs(apres - avant))} de {'plus' if apres > avant else 'moins'}"
    else:
        mots = evolution(avant, apres, serie.indicateur.unite)
    if not mots:
        return ""
    fleche = "→" if mots == "stable" else "↘" if "baisse" in mots or "moins" in mots else "↗"
    return f'<p class="evolution"><span aria-hidden="true">{fleche}</span> {typographie(mots)} en un an</p>'


def serie_minuscule(table: PublishedTable, identifiant: str, titre: str, description: str) -> str:
    """The tiny series of a card, its years in order."""
    return minuscule.dessiner(sorted(lire(table, "annee"), key=lambda c: c.annee), identifiant, (titre, description))
