"""Bars: counts a year, communes, shares against their objective, housed beside applicants.

A masked figure is a hatched stub of constant length and « s »; one that does not exist is « nd » and no bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, SANS_OBJET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import EPCI_CONSTANT, NON_RENSEIGNE
from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_communs import (
    ECART,
    RANGEES,
    TALON,
    barre,
    encre_de,
    etiqueter,
    hauteur_de,
    largeur_de,
    poser_legende,
    rangee_de,
)
from cil_analysis.presentation.charts_ruptures import RANG, marquer_ruptures, ruptures_dessinees
from cil_analysis.presentation.cibles import ecart, est_tolere, niveau
from cil_analysis.presentation.formats import CERCLE_POINTILLE, COCHE, CROIX, RIEN
from cil_analysis.presentation.lecture import Chiffre, cle_de_ligne, libelle, lire, lire_une_annee, serie_constante
from cil_analysis.presentation.ruptures import Rupture
from cil_analysis.presentation.svg import Dessin
from cil_analysis.reference.objectives import PLANCHER


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


def barres_objectif(
    table: PublishedTable, identifiant: str, titre: str, description: str, *, libelles: Mapping[str, str],
    par: str | None = None,
) -> str:  # fmt: skip
    """A share per commune, landlord or réservataire against its own objective (the black tick, or an interval's two).

    At the right, the share, then the result by a shape and words: « ✓ atteint », « ✗ −3,2 points ».
    """
    chiffres = lire_une_annee(table, par or cle_de_ligne(table))
    dessin = Dessin(identifiant)
    etiquettes = etiqueter([libelle(libelles, c.cle) for c in chiffres], 150 if len(chiffres) <= RANGEES else 195)
    x0 = largeur_de(etiquettes) + ECART
    mots = [mot_resultat(c) for c in chiffres]
    x_mot = dessin.largeur - max((theme.largeur_texte(m, theme.PETIT, True) for m in mots), default=0)
    valeurs = [RIEN if c.statut == SANS_OBJET else c.texte for c in chiffres]  # its words are at the right
    largeur_valeur = max((theme.largeur_texte(v, theme.TEXTE) for v in valeurs), default=0)
    x_valeur = x_mot - 10
    x1 = x_valeur - largeur_valeur - ECART
    maximum = max((v for c in chiffres for v in (c.valeur, *c.niveaux) if v == v), default=0) or 1
    echelle = (x1 - x0) / maximum
    cibles = list(dict.fromkeys(c.objectif for c in chiffres if c.objectif))
    planchers = {c.objectif: niveau(c.cible, c.unite) for c in chiffres if c.sens == PLANCHER}
    legende = "objectif" if len(cibles) != 1 else f"objectif\u202f: {planchers.get(cibles[0], cibles[0])}"
    rangee, epaisseur = rangee_de(len(chiffres))
    y = 26.0
    for c, lignes, ecrite, mot in zip(chiffres, etiquettes, valeurs, mots, strict=True):
        hauteur = hauteur_de(lignes, rangee)
        milieu = y + hauteur / 2
        dessin.lignes_de_texte(x0 - ECART, milieu, lignes, ancre="end")
        couleur = {ATTEINT: theme.ATTEINT, NON_ATTEINT: theme.NON_ATTEINT}.get(c.resultat, theme.GRIS)
        barre(dessin, c, x0, milieu, echelle, couleur, epaisseur)
        if c.statut != SANS_OBJET:
            _reperes(dessin, [x0 + v * echelle for v in c.niveaux], milieu, epaisseur / 2 + 3)
        dessin.lignes_de_texte(x_valeur, milieu, [ecrite], ancre="end", couleur=encre_de(c))
        encre = couleur if c.resultat in (ATTEINT, NON_ATTEINT) else theme.GRIS_TEXTE
        dessin.lignes_de_texte(x_mot, milieu, [mot], taille=theme.PETIT, couleur=encre, gras=encre == couleur)
        y += hauteur
    dessin.ligne([(x0, 26), (x0, y)], theme.GRIS_TEXTE)
    if cibles:
        seule = next(c.cible for c in chiffres if c.objectif) if len(cibles) == 1 else None
        _legende_objectif(dessin, x0 + 4 if seule is None else x0 + seule * echelle, legende)
    return dessin.rendre(y + 4, titre, description)


def mot_resultat(c: Chiffre) -> str:
    """The result of a figure against its objective, by a shape and words."""
    if c.resultat == ATTEINT:
        return f"{COCHE} atteint{' (tolérance)' if est_tolere(c.sens, c.ecart, c.resultat) else ''}"
    if c.resultat == NON_ATTEINT:
        return f"{CROIX} {'non atteint' if c.est_secret else ecart(c.ecart, c.unite)}"
    if c.est_secret:
        return "secret"
    if c.est_publie:
        return "sans objectif"
    return "sans objet" if c.statut == SANS_OBJET else f"{CERCLE_POINTILLE} non calculable"


def barres_paires(
    attributions: PublishedTable, demandes: PublishedTable, identifiant: str, titre: str, description: str, *,
    libelles: Mapping[str, str], noms: tuple[str, str] = ("Ménages logés", "Demandeurs"), par: str = "modalite",
) -> str:  # fmt: skip
    """For each category two bars in percent: the households housed (accent) above the applicants (grey)."""
    loges, autres = lire_une_annee(attributions, par), lire_une_annee(demandes, par)
    return apparier(loges, autres, identifiant, titre, description, libelles=libelles, noms=noms)


def apparier(
    loges: Sequence[Chiffre], autres: Sequence[Chiffre], identifiant: str, titre: str, description: str, *,
    libelles: Mapping[str, str], noms: tuple[str, str],
) -> str:  # fmt: skip
    """The same from figures that are read already; the second ones may be none."""
    demandeurs = {c.cle: c for c in autres}
    dessin = Dessin(identifiant)
    etiquettes = etiqueter([libelle(libelles, c.cle) for c in loges], 190)
    x0 = largeur_de(etiquettes) + ECART
    tous = [*loges, *demandeurs.values()]
    x1 = dessin.largeur - max((theme.largeur_texte(c.texte, theme.TEXTE, True) for c in tous), default=0) - ECART
    echelle = (x1 - x0) / (max((c.valeur for c in tous if c.est_publie), default=0) or 1)
    y = poser_legende(dessin, list(zip((theme.ACCENT, theme.GRIS), noms, strict=True))[: 2 if demandeurs else 1])
    haut = y
    for c, lignes in zip(loges, etiquettes, strict=True):
        hauteur = max(hauteur_de(lignes), 52.0)
        dessin.lignes_de_texte(x0 - ECART, y + hauteur / 2, lignes, ancre="end")
        for autre, milieu, couleur in ((c, -10, theme.ACCENT), (demandeurs.get(c.cle), 10, theme.GRIS)):
            if autre is None:
                continue
            bout = barre(dessin, autre, x0, y + hauteur / 2 + milieu, echelle, couleur, 18)
            dessin.lignes_de_texte(
                bout + 6, y + hauteur / 2 + milieu, [autre.texte],
                couleur=theme.ENCRE if autre is c and c.est_publie else theme.GRIS_TEXTE,
                gras=autre is c and c.est_publie,
            )  # fmt: skip
        y += hauteur
    dessin.ligne([(x0, haut), (x0, y)], theme.GRIS_TEXTE)
    return dessin.rendre(y + 4, titre, description)


def _reperes(dessin: Dessin, bornes: Sequence[float], milieu: float, demi: float) -> None:
    """The black tick of a target; of an interval two, and the line that joins them."""
    for couleur, trait, bord in ((theme.BLANC, 6, 4), (theme.ENCRE, 3, 1.5)):
        if len(bornes) > 1:
            for y in (milieu - demi, milieu + demi):
                dessin.ligne([(bornes[0], y), (bornes[-1], y)], couleur, bord)
        for x in bornes:
            dessin.ligne([(x, milieu - demi), (x, milieu + demi)], couleur, trait)


def _legende_objectif(dessin: Dessin, x: float, texte: str) -> None:
    """The words of the black tick, above the bars."""
    largeur = theme.largeur_texte(texte, theme.PETIT) + 12
    gauche = x + largeur > dessin.largeur
    dessin.ligne([(x, 4), (x, 20)], theme.ENCRE, 3)
    dessin.texte(x - 7 if gauche else x + 7, 17, texte, taille=theme.PETIT, ancre="end" if gauche else "start")
