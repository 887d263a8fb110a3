"""Bars: counts a year, communes.

A masked figure is a hatched stub of constant length and « s »; one that does not exist is « nd » and no bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import EPCI_CONSTANT, NON_RENSEIGNE
from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_communs import (
    ECART,
    TALON,
    barre,
    encre_de,
    etiqueter,
    hauteur_de,
    largeur_de,
    rangee_de,
)
from cil_analysis.presentation.charts_ruptures import RANG, marquer_ruptures, ruptures_dessinees
from cil_analysis.presentation.lecture import Chiffre, libelle, lire, lire_une_annee, serie_constante
from cil_analysis.presentation.ruptures import Rupture
from cil_analysis.presentation.svg import Dessin


def barres_annees(
    table: PublishedTable, identifiant: str, titre: str, description: str, *, accent: int,
    ruptures: Sequence[Rupture] = (), constante: PublishedTable | None = None,
) -> str:  # fmt: skip
    """One bar a year, from zero, its figure above; the year of the report in the accent colour.

    ``ruptures``: the breaks of the series. ``constante``: the same figure for the communes that are members in every
    year, a second narrow bar in the years where it differs.
    """
    chiffres = sorted(lire(table, "annee"), key=lambda c: c.annee)
    secondes = {c.annee: c for c in serie_constante(chiffres, constante) if c.cle == EPCI_CONSTANT}
    annees = [c.annee for c in chiffres]
    marques = ruptures_dessinees(ruptures, annees)
    dessin = Dessin(identifiant)
    haut, socle = 28.0 + RANG * len(marques), 230.0
    maximum = max((c.valeur for c in (*chiffres, *secondes.values()) if c.est_publie), default=0) or 1
    pas = dessin.largeur / max(len(chiffres), 1)
    largeur = min(pas * 0.68, 90)
    marquer_ruptures(dessin, marques, annees, lambda annee: pas * (annees.index(annee) + 0.5), socle)
    for i, c in enumerate(chiffres):
        milieu, sujet = pas * (i + 0.5), c.annee == accent
        seconde = secondes.get(c.annee)
        partage = 1.0 if seconde is None else 0.62
        gauche = milieu - largeur / 2
        couleur = theme.ACCENT if sujet else theme.GRIS
        sommet = _colonne(dessin, c, gauche, largeur * partage, socle, (socle - haut) / maximum, couleur)
        if seconde is not None:
            x, reste = gauche + largeur * partage, largeur * (1 - partage)
            _colonne(dessin, seconde, x, reste, socle, (socle - haut) / maximum, theme.GRIS_CLAIR, theme.GRIS_TEXTE)
        taille = theme.TEXTE + 2 if sujet else theme.TEXTE
        encre = theme.ENCRE if c.est_publie else theme.GRIS_TEXTE
        dessin.texte(milieu, sommet - 7, c.texte, taille=taille, ancre="middle", couleur=encre, gras=sujet, halo=True)
        encre = theme.ENCRE if sujet else theme.GRIS_TEXTE
        dessin.texte(milieu, socle + 22, str(c.annee), ancre="middle", couleur=encre, gras=sujet)
    dessin.ligne([(0, socle), (dessin.largeur, socle)], theme.GRIS_TEXTE)
    bas = socle + 32
    if secondes:
        derniere = max(secondes)
        mots = f"à périmètre constant\u202f: {secondes[derniere].texte} en {derniere}"
        dessin.rect(0, bas + 3, 14, 14, theme.GRIS_CLAIR, theme.GRIS_TEXTE)
        dessin.texte(21, bas + 15, mots, taille=theme.PETIT)
        bas += 24
    return dessin.rendre(bas, titre, description)


def _colonne(
    dessin: Dessin, c: Chiffre, x: float, largeur: float, socle: float, echelle: float, couleur: str, contour: str = ""
) -> float:
    """One vertical bar, or the stub of a masked figure; returns where it ends."""
    if c.est_secret:
        dessin.hachures(x, socle - TALON, largeur, TALON)
        return socle - TALON
    if not c.est_publie:
        return socle
    sommet = socle - max(c.valeur, 0) * echelle
    dessin.rect(x, sommet, largeur, socle - sommet, couleur, contour)
    return sommet


def barres_communes(
    table: PublishedTable, identifiant: str, titre: str, description: str, *, libelles: Mapping[str, str],
    rang: bool = False, par: str = "perimetre_code", accent: str | None = None,
) -> str:  # fmt: skip
    """Horizontal bars, one a commune (or any key ``par``), in the order of the table or, with ``rang``, by figure.

    In a ranking what is masked comes after, by name: its place must not tell its size; what is not known comes last of
    the figures. ``accent``: the only bar in
    the accent colour.
    """
    chiffres = lire_une_annee(table, par)
    if rang:
        publies = sorted((c for c in chiffres if c.est_publie), key=lambda c: (c.cle == NON_RENSEIGNE, -c.valeur))
        autres = sorted((c for c in chiffres if not c.est_publie), key=lambda c: (c.statut, libelle(libelles, c.cle)))
        chiffres = [*publies, *autres]
    dessin = Dessin(identifiant)
    etiquettes = etiqueter([libelle(libelles, c.cle) for c in chiffres])
    gras = [lignes for c, lignes in zip(chiffres, etiquettes, strict=True) if c.cle == accent]
    x0 = max(largeur_de(etiquettes), largeur_de(gras, gras=True)) + ECART
    x1 = dessin.largeur - max((theme.largeur_texte(c.texte, theme.TEXTE, True) for c in chiffres), default=0) - ECART
    maximum = max((c.valeur for c in chiffres if c.est_publie), default=0) or 1
    rangee, epaisseur = rangee_de(len(chiffres))
    y = 4.0
    for c, lignes in zip(chiffres, etiquettes, strict=True):
        hauteur = hauteur_de(lignes, rangee)
        milieu = y + hauteur / 2
        sujet = accent in (None, c.cle)
        dessin.lignes_de_texte(x0 - ECART, milieu, lignes, ancre="end", gras=accent == c.cle)
        couleur = theme.ACCENT if sujet else theme.GRIS
        bout = barre(dessin, c, x0, milieu, (x1 - x0) / maximum, couleur, epaisseur)
        dessin.lignes_de_texte(bout + 6, milieu, [c.texte], couleur=encre_de(c), gras=c.est_publie and sujet)
        y += hauteur
    dessin.ligne([(x0, 2), (x0, y)], theme.GRIS_TEXTE)
    return dessin.rendre(y + 4, titre, description)
