"""The drawings of the file of requests: the account of the stock, the months of a year, the share still waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_communs import ECART, TALON, etiqueter, hauteur_de, largeur_de, poser_legende
from cil_analysis.presentation.formats import nombre, pourcentage
from cil_analysis.presentation.lecture import Chiffre
from cil_analysis.presentation.placement import ecarter
from cil_analysis.presentation.svg import Dessin


class Etape(NamedTuple):
    """A step of an account: from one level to another; a total starts from zero."""

    libelle: str
    depart: float
    arrivee: float
    texte: str
    couleur: str


def cascade(etapes: Sequence[Etape], identifiant: str, titre: str, description: str) -> str:
    """Horizontal bars from zero for the totals; between them, what is added or taken away, end to end."""
    dessin = Dessin(identifiant)
    etiquettes = etiqueter([e.libelle for e in etapes], 190)
    x0 = largeur_de(etiquettes) + ECART
    x1 = dessin.largeur - max((theme.largeur_texte(e.texte, theme.TEXTE, True) for e in etapes), default=0) - ECART
    echelle = (x1 - x0) / (max((max(e.depart, e.arrivee) for e in etapes), default=0) or 1)
    y, fin = 4.0, None
    for e, lignes in zip(etapes, etiquettes, strict=True):
        hauteur = hauteur_de(lignes, 34)
        milieu = y + hauteur / 2
        gauche, droite = sorted((x0 + e.depart * echelle, x0 + e.arrivee * echelle))
        if fin is not None:
            dessin.ligne([(fin, y - 6), (fin, milieu)], theme.GRIS, 1, "2 3")
        dessin.lignes_de_texte(x0 - ECART, milieu, lignes, ancre="end")
        dessin.rect(gauche, milieu - 11, max(droite - gauche, 2), 22, e.couleur)
        dessin.lignes_de_texte(droite + 6, milieu, [e.texte], gras=True)
        fin = x0 + e.arrivee * echelle
        y += hauteur
    dessin.ligne([(x0, 2), (x0, y)], theme.GRIS_TEXTE)
    return dessin.rendre(y + 4, titre, description)


def mois(
    series: Mapping[str, Sequence[Chiffre]], noms: Mapping[str, str], identifiant: str, titre: str, description: str
) -> str:
    """Two bars a month, from zero: what came in, and what left, with the part of it that was housed at the foot.

    ``series``: these three, by their name; ``noms``: code → month.
    """
    entrees, sorties, satisfaites = series.values()
    dessin = Dessin(identifiant)
    haut = poser_legende(dessin, zip((theme.ACCENT, theme.GRIS_CLAIR, theme.VERT), series, strict=True)) + 8
    socle = haut + 200
    tous = [*entrees, *sorties, *satisfaites]
    paliers = theme.graduations(0, max((c.valeur for c in tous if c.est_publie), default=1))
    gauche = max(theme.largeur_texte(nombre(g), theme.PETIT) for g in paliers) + 10
    echelle = (socle - haut) / paliers[-1]
    for g in paliers:
        y = socle - g * echelle
        dessin.ligne([(gauche, y), (dessin.largeur, y)], theme.GRILLE if g else theme.GRIS)
        dessin.texte(gauche - 6, y + 5, nombre(g), taille=theme.PETIT, ancre="end", couleur=theme.GRIS_TEXTE)
    entrees_du, sorties_du, satisfaites_du = ({c.cle: c for c in serie} for serie in (entrees, sorties, satisfaites))
    pas = (dessin.largeur - gauche) / max(len(noms), 1)
    largeur = pas * 0.36
    for rang, (code, nom) in enumerate(noms.items()):
        milieu = gauche + pas * (rang + 0.5)
        for chiffre, x, couleur in (
            (entrees_du.get(code), milieu - largeur - 1, theme.ACCENT),
            (sorties_du.get(code), milieu + 1, theme.GRIS_CLAIR),
            (satisfaites_du.get(code), milieu + 1, theme.VERT),
        ):
            _barre(dessin, chiffre, x, largeur, socle, echelle, couleur)
        dessin.texte(milieu, socle + 20, nom[0], taille=theme.PETIT, ancre="middle", couleur=theme.GRIS_TEXTE)
    return dessin.rendre(socle + 30, titre, description)


def _barre(
    dessin: Dessin, c: Chiffre | None, x: float, largeur: float, socle: float, echelle: float, couleur: str
) -> None:
    if c is not None and c.est_secret:
        dessin.hachures(x, socle - TALON, largeur, TALON)
    elif c is not None and c.est_publie:
        dessin.rect(x, socle - c.valeur * echelle, largeur, c.valeur * echelle, couleur)


def parts_en_attente(
    series: Mapping[str, Sequence[Chiffre]], durees: Mapping[str, tuple[float, str]], identifiant: str, titre: str,
    description: str, *, accent: str,
) -> str:  # fmt: skip
    """The share still waiting at a few durations, from 100 % at the filing: the subject in the accent colour.

    ``durees``: by code, its place on the axis (months) and its name. Points alone are figures: the line between two
    of them only joins them.
    """
    dessin = Dessin(identifiant)
    haut, socle, gauche = 20.0, 240.0, theme.largeur_texte(pourcentage(100, 0), theme.PETIT) + 10
    droite = dessin.largeur - max((theme.largeur_texte(nom, theme.PETIT, True) for nom in series), default=0) - 18
    fin = max((mois_ for mois_, _ in durees.values()), default=1)

    def x(valeur: float) -> float:
        return gauche + 8 + (droite - gauche - 12) * valeur / fin

    def y(valeur: float) -> float:
        return socle - (socle - haut) * valeur / 100

    for palier in (0, 25, 50, 75, 100):
        dessin.ligne([(gauche, y(palier)), (droite, y(palier))], theme.GRILLE if palier else theme.GRIS)
        texte = pourcentage(palier, 0)
        dessin.texte(gauche - 6, y(palier) + 5, texte, taille=theme.PETIT, ancre="end", couleur=theme.GRIS_TEXTE)
    for place, nom in durees.values():
        lignes = theme.couper(nom, 40, theme.PETIT)
        dessin.lignes_de_texte(x(place), socle + 22, lignes, taille=theme.PETIT, ancre="middle")
    bouts: dict[str, float] = {}
    for nom, chiffres in sorted(series.items(), key=lambda s: s[0] == accent):
        couleur = theme.ACCENT if nom == accent else theme.GRIS
        traces = [(0.0, 100.0)] + [(durees[c.cle][0], c.valeur) for c in chiffres if c.est_publie]
        dessin.ligne([(x(m), y(v)) for m, v in traces], couleur, 3 if nom == accent else 2, "5 4")
        for c in chiffres:
            if c.est_secret:
                dessin.texte(x(durees[c.cle][0]), socle - 8, c.texte, taille=theme.PETIT, ancre="middle", halo=True)
            if c.est_publie:
                dessin.disque(x(durees[c.cle][0]), y(c.valeur), 5 if nom == accent else 3.5, couleur)
            if c.est_publie and nom == accent:
                texte, a_droite = pourcentage(c.valeur), x(durees[c.cle][0]) + 6
                dessin.texte(a_droite, y(c.valeur) - 10, texte, taille=theme.PETIT, gras=True, halo=True)
        bouts[nom] = y(traces[-1][1])
    for nom, milieu in ecarter(bouts, dict.fromkeys(bouts, 18.0), 0, socle).items():
        couleur = theme.ACCENT if nom == accent else theme.GRIS_TEXTE
        dessin.texte(droite + 12, milieu + 5, nom, taille=theme.PETIT, couleur=couleur, gras=nom == accent)
    return dessin.rendre(socle + 40, titre, description)
