"""A key figure as a card: label, figure, change over a year, objective, tiny series; on a sheet, the EPCI's beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile, groupby
from math import isnan
from operator import itemgetter
from typing import TYPE_CHECKING

from cil_analysis.grammaire.indicateur import BAILLEUR
from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import n
from cil_analysis.rapport.mots.formats import NON_DISPONIBLE, SANS_CHANGEMENT, SECRET_COURT, STABLE, echapper
from cil_analysis.rapport.mots.lignes import LEGENDE, description, objectif_de, resultat_html, verdict
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import RIEN, typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport
    from cil_analysis.rapport.table import Table

# Of the drawing of a series.
_LARGEUR, _HAUTEUR, _MARGE = 120.0, 32.0, 8.0


def vignette(chiffres: Table, titre: str, ancre: str, *, ensemble: bool) -> Bloc:
    """The card of the figure of the year, with its series; nothing where it has none.

    ``ancre``: the section that it links to; ``ensemble``: whether that of a sheet has the EPCI's beside it.
    """
    if not chiffres.a_des_chiffres:
        return Bloc("")
    rapport, seul, avant = chiffres.rapport, chiffres.seul, chiffres.ou(annee=chiffres.rapport.annee - 1).seul
    mots = seul.tendance(avant) if seul.se_compare_a(avant) else ""
    unite = next((unite for unite in ("%", "mois") if seul.texte.endswith(unite)), "")
    autre = de_l_ensemble(chiffres) if ensemble else None
    serie = chiffres.par("annee")
    dessin = ""
    # Of two years, the line would only go from one edge to the other, even of what is stable.
    if sum(c.est_publie or c.est_secret for c in serie) > 2:
        lus = sorted(serie, key=lambda c: int(c.ligne["annee"]))
        dits = f"{typographie(titre.removesuffix(f', {rapport.annee}'))}, {rapport.periode}", description(serie)
        dessin = dessiner_la_serie(lus, f"vignette-{chiffres.identifiant}", dits)
    return Bloc(
        remplir(
            "vignette",
            ancre=ancre,
            titre=titre,
            valeur=seul.texte.removesuffix(unite),
            unite=unite,
            mots=mots,
            fleche="→" if mots in (STABLE, SANS_CHANGEMENT) else "↘" if "baisse" in mots else "↗",
            objectif=objectif_de_carte(seul.ligne),
            ensemble=f"{rapport.projet.epci_nom_court} : {autre.texte}" if autre else "",
            serie=dessin,
        )
    )


def vignettes(_rapport: Rapport, *cartes: Bloc) -> Bloc:
    """Les chiffres clés, côte à côte, et la légende des signes qui en remplacent un."""
    gardees = [carte.html for carte in cartes if carte.html]
    signes = any(f">{s}<" in carte for carte in gardees for s in (SECRET_COURT, NON_DISPONIBLE, RIEN))
    legende = f'<p class="note">{echapper(typographie(LEGENDE))}</p>' if signes else ""
    return Bloc(f'<ul class="cartes">{"".join(f"<li>{carte}</li>" for carte in gardees)}</ul>{legende}')


def objectif_de_carte(ligne: LignePubliee) -> str:
    """The target of a figure and its result, or nothing."""
    if isnan(ligne["cible"]) and not verdict(ligne):
        return ""
    vise = "" if verdict(ligne) else objectif_de(ligne).replace(" ", "\u00a0")  # on one line
    texte = typographie(f"Objectif : {vise}") if vise else "Objectif"
    return f'<p class="objectif"><span>{texte}</span> {resultat_html(ligne)}</p>'


def de_l_ensemble(chiffres: Chiffres) -> Chiffre | None:
    """Of a figure of a sheet, the same of the whole EPCI; None where it has none, or counts something else."""
    sujet = chiffres.rapport.sujet
    if sujet is None or (sujet.genre == BAILLEUR and chiffres.indicateur.compte.champ_bailleur):
        return None
    codes = tuple((axe, code) for axe, code in chiffres.conditions if axe != sujet.genre)
    return next(iter(replace(chiffres, rapport=chiffres.rapport.ensemble, axes=(), conditions=codes)), None)


# --- Its tiny series: a line without an axis, the last figure in the accent colour ----------------------------------


def dessiner_la_serie(chiffres: Sequence[Chiffre], identifiant: str, mots: tuple[str, str]) -> str:
    """From the first year told; ``mots``: its title and its text alternative. A template: pages have dozens of them."""
    connus = list(dropwhile(lambda c: not (c.est_publie or c.est_secret), chiffres)) or list(chiffres)
    valeurs = [c.valeur for c in connus if c.est_publie]
    bas, haut = min(valeurs, default=0), max(valeurs, default=1)
    pas = (_LARGEUR - 2 * _MARGE) / max(len(connus) - 1, 1)

    points = []
    for rang, c in enumerate(connus):
        hauteur = (c.valeur - bas) / (haut - bas) if c.est_publie and haut > bas else 0.5
        x, y = n(_MARGE + rang * pas), n(24 - 16 * hauteur)
        points.append({"x": x, "y": y, "est_publie": c.est_publie, "texte": c.texte})
    suites = [list(suite) for _, suite in groupby(points, key=itemgetter("est_publie"))]
    cotes = n(_LARGEUR), n(_HAUTEUR)
    taille = f'width="{cotes[0]}" height="{cotes[1]}"'
    return remplir("serie", suites=suites, id=identifiant, mots=mots, cotes=cotes, taille=taille, theme=theme)
