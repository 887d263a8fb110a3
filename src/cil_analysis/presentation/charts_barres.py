"""Bars: counts a year, communes, shares against their objective, housed beside applicants, 100 % stacks.

A masked figure is a hatched stub of constant length and « s »; one that does not exist is « nd » and no bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.indicators.cadre import ATTEINT, EPCI_CONSTANT, NON_ATTEINT, NON_RENSEIGNE, PCT, SANS_OBJET
from cil_analysis.indicators.ruptures import Rupture
from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_ruptures import RANG, marquer_ruptures, ruptures_dessinees
from cil_analysis.presentation.cibles import ecart, est_tolere, niveau
from cil_analysis.presentation.formats import CERCLE_POINTILLE, COCHE, CROIX, RIEN, pourcentage
from cil_analysis.presentation.lecture import Chiffre, cle_de_ligne, libelle, lire, lire_une_annee, serie_constante
from cil_analysis.presentation.svg import Dessin
from cil_analysis.reference.objectives import PLANCHER

TALON = 22.0  # the constant length of the stub of a masked figure
RANGEES = 30  # beyond, rows are closer, so that a chart of many communes still fits a printed page
ECART = 8.0


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

    In a ranking what is masked comes after, by name: its place must not tell its size. ``accent``: the only bar in
    the accent colour.
    """
    chiffres = lire_une_annee(table, par)
    if rang:
        publies = sorted((c for c in chiffres if c.est_publie), key=lambda c: -c.valeur)
        autres = sorted((c for c in chiffres if not c.est_publie), key=lambda c: (c.statut, libelle(libelles, c.cle)))
        chiffres = [*publies, *autres]
    dessin = Dessin(identifiant)
    etiquettes = _etiquettes([libelle(libelles, c.cle) for c in chiffres])
    x0 = _largeur(etiquettes) + ECART
    x1 = dessin.largeur - max((theme.largeur_texte(c.texte, theme.TEXTE, True) for c in chiffres), default=0) - ECART
    maximum = max((c.valeur for c in chiffres if c.est_publie), default=0) or 1
    rangee, epaisseur = _rangee(len(chiffres))
    y = 4.0
    for c, lignes in zip(chiffres, etiquettes, strict=True):
        hauteur = _hauteur(lignes, rangee)
        milieu = y + hauteur / 2
        sujet = accent in (None, c.cle)
        dessin.lignes_de_texte(x0 - ECART, milieu, lignes, ancre="end", gras=accent == c.cle)
        couleur = theme.ACCENT if sujet else theme.GRIS
        bout = _barre(dessin, c, x0, milieu, (x1 - x0) / maximum, couleur, epaisseur)
        dessin.lignes_de_texte(bout + 6, milieu, [c.texte], couleur=_encre(c), gras=c.est_publie and sujet)
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
    etiquettes = _etiquettes([libelle(libelles, c.cle) for c in chiffres], 150 if len(chiffres) <= RANGEES else 195)
    x0 = _largeur(etiquettes) + ECART
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
    rangee, epaisseur = _rangee(len(chiffres))
    y = 26.0
    for c, lignes, ecrite, mot in zip(chiffres, etiquettes, valeurs, mots, strict=True):
        hauteur = _hauteur(lignes, rangee)
        milieu = y + hauteur / 2
        dessin.lignes_de_texte(x0 - ECART, milieu, lignes, ancre="end")
        couleur = {ATTEINT: theme.ATTEINT, NON_ATTEINT: theme.NON_ATTEINT}.get(c.resultat, theme.GRIS)
        _barre(dessin, c, x0, milieu, echelle, couleur, epaisseur)
        if c.statut != SANS_OBJET:
            _reperes(dessin, [x0 + v * echelle for v in c.niveaux], milieu, epaisseur / 2 + 3)
        dessin.lignes_de_texte(x_valeur, milieu, [ecrite], ancre="end", couleur=_encre(c))
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
        return f"{CROIX} {ecart(c.ecart, c.unite)}"
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
    loges = lire_une_annee(attributions, par)
    demandeurs = {c.cle: c for c in lire_une_annee(demandes, par)}
    dessin = Dessin(identifiant)
    etiquettes = _etiquettes([libelle(libelles, c.cle) for c in loges], 190)
    x0 = _largeur(etiquettes) + ECART
    tous = [*loges, *demandeurs.values()]
    x1 = dessin.largeur - max((theme.largeur_texte(c.texte, theme.TEXTE, True) for c in tous), default=0) - ECART
    echelle = (x1 - x0) / (max((c.valeur for c in tous if c.est_publie), default=0) or 1)
    y = _legende(dessin, list(zip((theme.ACCENT, theme.GRIS), noms, strict=True))[: 2 if demandeurs else 1])
    haut = y
    for c, lignes in zip(loges, etiquettes, strict=True):
        hauteur = max(_hauteur(lignes), 52.0)
        dessin.lignes_de_texte(x0 - ECART, y + hauteur / 2, lignes, ancre="end")
        for autre, milieu, couleur in ((c, -10, theme.ACCENT), (demandeurs.get(c.cle), 10, theme.GRIS)):
            if autre is None:
                continue
            bout = _barre(dessin, autre, x0, y + hauteur / 2 + milieu, echelle, couleur, 18)
            dessin.lignes_de_texte(
                bout + 6, y + hauteur / 2 + milieu, [autre.texte],
                couleur=theme.ENCRE if autre is c and c.est_publie else theme.GRIS_TEXTE,
                gras=autre is c and c.est_publie,
            )  # fmt: skip
        y += hauteur
    dessin.ligne([(x0, haut), (x0, y)], theme.GRIS_TEXTE)
    return dessin.rendre(y + 4, titre, description)


def barres_empilees(
    table: PublishedTable, identifiant: str, titre: str, description: str, *, par: str,
    libelles: Mapping[str, str], ordonnees: bool = True, modalites: Sequence[str] | None = None,
    neutres: Sequence[str] = (NON_RENSEIGNE, "INCONNU"),
) -> str:  # fmt: skip
    """One horizontal bar of 100 % for each value of ``par`` (annee, perimetre_type…), cut by ``modalite``.

    The table is in percent. ``ordonnees``: one hue for ordered classes (5 at most); otherwise four colours.
    ``neutres``: classes of what is not known, in grey besides. The published classes of every bar are on one scale, and
    a masked one is a stub of constant length: no length says what is masked. A key that several actors or perimeters
    share is an error (ValueError).
    """
    if not table.donnees["unite"].eq(PCT).all():
        raise ValueError(f"{table!r}: a 100 % bar needs an indicator in percent")
    presentes = list(dict.fromkeys(table.donnees["modalite"]))
    modalites = [m for m in modalites or presentes if m in presentes]
    nettes = [m for m in modalites if m not in neutres]
    couleurs = dict(zip(nettes, theme.couleurs_modalites(len(nettes), ordonnees=ordonnees), strict=True))
    couleurs |= dict.fromkeys(neutres, theme.GRIS_CLAIR)
    dessin = Dessin(identifiant)
    cles = list(dict.fromkeys(str(cle) for cle in table.donnees[par]))
    valeurs_de_cle = dict(zip((str(c) for c in table.donnees[par]), table.donnees[par], strict=True))
    etiquettes = _etiquettes([libelle(libelles, cle) for cle in cles], 150)
    x0 = _largeur(etiquettes) + ECART
    y = _legende(dessin, ((couleurs[m], libelle(libelles, m)) for m in modalites))
    barres = {
        cle: {c.cle: c for c in lire_une_annee(table.ou(**{par: valeurs_de_cle[cle]}), "modalite")} for cle in cles
    }
    talons = max((sum(c.est_secret for c in chiffres.values()) for chiffres in barres.values()), default=0)
    echelle = (dessin.largeur - x0 - talons * TALON) / 100
    for chiffres, lignes in zip(barres.values(), etiquettes, strict=True):
        hauteur = max(_hauteur(lignes), 40.0)
        dessin.lignes_de_texte(x0 - ECART, y + hauteur / 2, lignes, ancre="end")
        if any(c.est_secret for c in chiffres.values()):  # The whole, of which a part cannot be shown.
            haut, bas, bout = y + 4, y + hauteur - 4, x0 + 100 * echelle
            dessin.ligne([(x0, haut), (bout, haut), (bout, bas), (x0, bas)], theme.GRIS_CLAIR)
        x = x0
        for m in modalites:
            c = chiffres.get(m)
            if c is None or not (c.est_publie or c.est_secret):
                continue
            longueur = TALON if c.est_secret else c.valeur * echelle
            if c.est_secret:
                dessin.hachures(x, y + 4, TALON, hauteur - 8)
            else:
                dessin.rect(x, y + 4, longueur, hauteur - 8, couleurs[m], theme.BLANC)
            _dans(dessin, c, x + longueur / 2, y + hauteur / 2, longueur, couleurs[m])
            x += longueur
        if all(not (c.est_publie or c.est_secret) for c in chiffres.values()):
            dessin.lignes_de_texte(x0, y + hauteur / 2, ["nd"], couleur=theme.GRIS_TEXTE)
        y += hauteur
    return dessin.rendre(y + 4, titre, description)


def _dans(dessin: Dessin, c: Chiffre, x: float, milieu: float, longueur: float, fond: str) -> None:
    """The figure inside its segment, shortened, or nothing when it does not fit: the data table has it."""
    if c.est_secret:
        dessin.texte(x, milieu + 5, c.texte, taille=theme.PETIT, ancre="middle", gras=True, halo=True)
        return
    for texte in (pourcentage(c.valeur), pourcentage(c.valeur, 0)):
        if theme.largeur_texte(texte, theme.PETIT) + 3 <= longueur:
            couleur = theme.encre_sur(fond)
            dessin.lignes_de_texte(x, milieu, [texte], taille=theme.PETIT, ancre="middle", couleur=couleur)
            return


def _barre(
    dessin: Dessin, c: Chiffre, x0: float, milieu: float, echelle: float, couleur: str, epaisseur: float = 20
) -> float:
    """One horizontal bar, or the stub of a masked figure; returns where it ends."""
    if c.est_secret:
        dessin.hachures(x0, milieu - epaisseur / 2, TALON, epaisseur)
        return x0 + TALON
    if not c.est_publie:
        return x0
    longueur = max(c.valeur, 0) * echelle
    dessin.rect(x0, milieu - epaisseur / 2, longueur, epaisseur, couleur)
    return x0 + longueur


def _encre(c: Chiffre) -> str:
    return theme.ENCRE if c.est_publie else theme.GRIS_TEXTE


def _etiquettes(textes: list[str], largeur: float = 175) -> list[list[str]]:
    return [theme.couper(texte, largeur, theme.TEXTE) for texte in textes]


def _largeur(etiquettes: list[list[str]]) -> float:
    """Width of the widest line."""
    return max((theme.largeur_texte(ligne, theme.TEXTE) for lignes in etiquettes for ligne in lignes), default=0)


def _rangee(nombre: int) -> tuple[float, float]:
    """Height of a row of one line, and thickness of its bar."""
    return (30.0, 20.0) if nombre <= RANGEES else (23.0, 15.0)


def _hauteur(lignes: list[str], rangee: float = 30.0) -> float:
    return max(rangee, len(lignes) * theme.TEXTE * 1.15 + rangee - 22)


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


def _legende(dessin: Dessin, entrees: Iterable[tuple[str, str]]) -> float:
    """Swatches and words above the bars, on as many lines as they need; returns where the bars begin."""
    x, y = 0.0, 16.0
    for couleur, texte in entrees:
        largeur = theme.largeur_texte(texte, theme.PETIT) + 40
        if x and x + largeur - 16 > dessin.largeur:
            x, y = 0.0, y + 22
        dessin.rect(x, y - 12, 15, 15, couleur, theme.GRIS)
        dessin.texte(x + 21, y, texte, taille=theme.PETIT)
        x += largeur
    return y + 12
