"""A timeline: one lane for each document, from its beginning to its end, then lanes of dated events; a year is marked.

Every place comes from a date. Labels never overlap: that of a bar is above it; those of events are flags, each on the
first row where nothing is in its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cil_analysis.presentation import theme
from cil_analysis.presentation.svg import Dessin
from cil_analysis.reference.texte import typographie

PLEIN, VIDE, CARRE = "plein", "vide", "carre"
_RANG, _ENTETE, _BARRE, _MARQUE, _ECART = 19.0, 26.0, 14.0, 6.0, 8.0


@dataclass(frozen=True)
class Barre:
    """A document over its period, in words beside its name (``etat``); ``accent``: in force in the year marked."""

    nom: str
    etat: str
    debut: date
    fin: date
    accent: bool


@dataclass(frozen=True)
class Point:
    """An event: its day, its shape, and its label (empty: none); ``quand``: what is known of its day, in words."""

    jour: date
    nom: str = ""
    forme: str = PLEIN
    quand: str = ""


@dataclass(frozen=True)
class Couloir:
    """Events of one kind, below their title."""

    titre: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Echelle:
    """From a date to a place: 1 January of the first year on the left, 31 December of the last one on the right."""

    premiere: int
    derniere: int
    largeur: float

    def x(self, jour: date) -> float:
        """Where a day begins."""
        debut, fin = date(self.premiere, 1, 1), date(self.derniere + 1, 1, 1)
        return (date(jour.year, jour.month, jour.day) - debut).days / (fin - debut).days * self.largeur


def frise(
    barres: Sequence[Barre], couloirs: Sequence[Couloir], identifiant: str, titre: str, description: str, *,
    annee: int, premiere: int, derniere: int,
) -> str:  # fmt: skip
    """The drawing. ``premiere`` and ``derniere``: its years, which hold all that is on it; ``annee``: that marked."""
    dessin = Dessin(identifiant)
    echelle = Echelle(premiere, derniere, dessin.largeur)
    places = [placer([(echelle.x(p.jour), p.nom) for p in c.points], dessin.largeur) for c in couloirs]
    hauteurs = [_ENTETE + _RANG * (1 + max((rang for rang, _ in p.values()), default=-1)) + 26 for p in places]
    haut, par_barre = 30.0, _RANG + _BARRE + _ECART
    bas = haut + par_barre * len(barres) + sum(hauteurs) + 4
    gauche, droite = echelle.x(date(annee, 1, 1)), echelle.x(date(annee + 1, 1, 1))
    dessin.rect(gauche, 0, droite - gauche, bas, theme.FOND_NEUTRE)
    _graduer(dessin, echelle, annee, bas)
    y = haut
    for barre in barres:
        _poser_barre(dessin, echelle, barre, y)
        y += par_barre
    for couloir, place, hauteur in zip(couloirs, places, hauteurs, strict=True):
        _poser_couloir(dessin, echelle, couloir, place, y, y + hauteur - 14)
        y += hauteur
    return dessin.rendre(bas + 4, titre, description)


def placer(points: Sequence[tuple[float, str]], largeur: float) -> dict[int, tuple[int, float]]:
    """The row (0 is the lowest) and the left edge of each label that is not empty, by the rank of its point.

    A flag flies to the right of its mast, or ends at the edge of the drawing. From the last point to the first, each is
    on the lowest row above every flag or mast that it would meet.
    """
    places: dict[int, tuple[int, float]] = {}
    boites: list[tuple[float, float, int]] = []  # from the mast or the label's edge to its other edge, row
    for rang, (x, nom) in sorted(enumerate(points), key=lambda point: (-point[1][0], -point[0])):
        if not nom:
            continue
        taille = theme.largeur_texte(nom, theme.PETIT) + _ECART
        debut = max(min(x, largeur - taille + _ECART), 0.0)
        gauche, droite = min(x - 2, debut), debut + taille
        ligne = 1 + max((r for g, d, r in boites if g < droite and gauche < d), default=-1)
        places[rang] = ligne, debut
        boites.append((gauche, droite, ligne))
    return places


def _graduer(dessin: Dessin, echelle: Echelle, annee: int, bas: float) -> None:
    """The years at the top, as many as there is room for, that of the report always."""
    annees = range(echelle.premiere, echelle.derniere + 1)
    pas = echelle.largeur / len(annees)
    un_sur = 1 + int(theme.largeur_texte("0000", theme.PETIT, True) // (pas - 4)) if pas > 4 else len(annees)
    for rang in annees:
        x = echelle.x(date(rang, 1, 1))
        dessin.ligne([(x, 22), (x, bas)], theme.GRILLE)
        if (rang - annee) % un_sur == 0:
            sujet = rang == annee
            couleur = theme.ENCRE if sujet else theme.GRIS_TEXTE
            dessin.texte(x + pas / 2, 15, str(rang), taille=theme.PETIT, couleur=couleur, ancre="middle", gras=sujet)


def _poser_barre(dessin: Dessin, echelle: Echelle, barre: Barre, y: float) -> None:
    debut, fin = echelle.x(barre.debut), echelle.x(barre.fin + timedelta(days=1))
    texte = f"{barre.nom}, {barre.etat}" if barre.etat else barre.nom
    x = max(0.0, min(debut, dessin.largeur - theme.largeur_texte(texte, theme.PETIT, barre.accent)))
    dessin.texte(x, y + 13, texte, taille=theme.PETIT, gras=barre.accent, halo=True)
    dessin.rect(debut, y + _RANG, fin - debut, _BARRE, theme.ACCENT if barre.accent else theme.GRIS)


def _poser_couloir(
    dessin: Dessin, echelle: Echelle, couloir: Couloir, places: dict[int, tuple[int, float]], haut: float, axe: float
) -> None:
    dessin.texte(0, haut + 17, typographie(couloir.titre), taille=theme.PETIT, gras=True, halo=True)
    dessin.ligne([(0, axe), (dessin.largeur, axe)], theme.GRIS)
    base = axe - _MARQUE - 8
    for rang, (ligne, _) in places.items():
        x = echelle.x(couloir.points[rang].jour)
        dessin.ligne([(x, axe), (x, base - _RANG * ligne - 10)], theme.GRIS_TEXTE)
    for rang, (ligne, x) in places.items():
        # Beside its mast, or over it where the edge of the drawing has pushed it back.
        ecart = 4 if abs(x - echelle.x(couloir.points[rang].jour)) < 1 else 0
        dessin.texte(x + ecart, base - _RANG * ligne, couloir.points[rang].nom, taille=theme.PETIT, halo=True)
    for point in sorted(couloir.points, key=lambda p: p.forme == PLEIN):  # Above the others.
        x = echelle.x(point.jour)
        if point.forme == CARRE:
            dessin.rect(x - 5, axe - 5, 10, 10, theme.PRUNE, theme.BLANC)
        elif point.forme == VIDE:
            dessin.disque(x, axe, 4, theme.BLANC, theme.ACCENT, 2)
        else:
            dessin.disque(x, axe, _MARQUE, theme.ACCENT)
