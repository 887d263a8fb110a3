"""Lines: figures that follow one another, one line a place, an actor, a class or an indicator, named at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil, isnan, nan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from cil_analysis.grammaire.indicateur import NOMBRE, PCT
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import reperes, theme
from cil_analysis.rapport.dessins.dessin import FOND, LARGEUR, TALON, ecrire, feuille, hachurer, unites
from cil_analysis.rapport.dessins.theme import INTERLIGNE, couper, largeur
from cil_analysis.rapport.mots.formats import SECRET_COURT, unite_une_fois, valeur
from cil_analysis.typographie import nombre

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cil_analysis.rapport.annees import Rupture

_HAUTEUR, _BAS, _HAUT, _PLACE_DU_NOM = 200.0, 32.0, 20.0, 100.0
# What is left at both ends of the axis, of the place between two points.
_JEU = 0.35
Point = tuple[float, float]


class Reglages(TypedDict, total=False):
    """What ``Table.courbes`` says of them."""

    depart: float
    projection: Mapping[str, float]
    accent: str
    places: Mapping[str, float]


class _Ligne(NamedTuple):
    """``points``: NaN where a figure is missing; ``bout``: its last one; ``fin``: its projection, if it has one.

    ``chiffres``: by step; ``bloc``: what is written at its right: its last figure, then its name.
    """

    chiffres: Mapping[str, Chiffre]
    points: Sequence[Point]
    bout: Point
    fin: float | None
    bloc: str

    @property
    def haut_du_bloc(self) -> float:
        """The height of what is written."""
        return (self.bloc.count("\n") + 1) * theme.PETIT * INTERLIGNE + 8


def dessiner(
    lignes: Mapping[str, Sequence[Chiffre]], pas: Mapping[str, str], reglages: Reglages,
    ruptures: Sequence[Rupture] = (), autres: Series = MappingProxyType({}),
) -> Axes:  # fmt: skip
    """``lignes``: the figures of each, their last code the one of a step; ``pas``: the steps, code → name.

    ``autres``: those of other territories, where the steps are years.
    """
    depart, projection, accent = reglages.get("depart"), reglages.get("projection", {}), reglages.get("accent")
    voulues = reglages.get("places") or {code: float(i) for i, code in enumerate(pas, start=depart is not None)}
    places = {code: voulues[code] for code in pas}
    lues = {nom: _lire(nom, siens, pas, places, (depart, projection.get(nom))) for nom, siens in lignes.items()}
    tous = [c for siens in lignes.values() for c in siens]
    lus = reperes.lire(tous, places, ruptures, autres)
    atteintes = [y for x in lues.values() for y in _hauteurs(x)] + lus.hauteurs
    graduations = _graduations(atteintes, next((c.unite for c in tous), PCT))
    debut, fin = next(iter(places.values())), list(places.values())[-1]
    bornes = (debut - _JEU, fin + _JEU) if depart is None else (0.0, fin)
    axes = _axes({places[code]: nom for code, nom in pas.items()}, bornes, graduations, list(lues.values()), lus)
    couleurs = _couleurs(lues, accent)
    for nom in sorted(lues, key=lambda nom: couleurs[nom] != theme.GRIS):
        _tracer(axes, lues[nom], places, couleurs[nom], est_sujet=nom == accent)
    lus.tracer(axes)
    _dire_les_absents(axes, lues.values(), places)
    _nommer(axes, lues, couleurs)
    return axes


def _lire(
    nom: str, chiffres: Sequence[Chiffre], pas: Mapping[str, str], places: Mapping[str, float],
    bouts: tuple[float | None, float | None],
) -> _Ligne:  # fmt: skip
    """``bouts``: what the line is worth before its first figure, and what it would reach."""
    siens, (depart, fin) = {c.cle[-1]: c for c in chiffres}, bouts
    publies = [code for code in pas if code in siens and siens[code].est_publie]
    points = [(places[code], siens[code].valeur if code in publies else nan) for code in pas]
    if depart is not None and (not publies or publies[0] == next(iter(pas))):
        points.insert(0, (0.0, depart))
    # What names its end: its last figure, and of which step when it is not the last.
    dit = SECRET_COURT if any(c.est_secret for c in chiffres) else ""
    if fin is not None:
        dit = f"{nombre(fin)} (projection)"
    elif publies:
        dit = siens[publies[-1]].texte + ("" if publies[-1] == [*pas][-1] else f" ({pas[publies[-1]]})")
    bout = next((point for point in reversed(points) if not isnan(point[1])), (0.0, 0.0))
    return _Ligne(siens, points, bout, fin, f"{dit}\n{couper(nom, _PLACE_DU_NOM, theme.PETIT)}")


def _hauteurs(ligne: _Ligne) -> list[float]:
    """Every height that a line reaches, the end of its projection last."""
    return [y for _, y in ligne.points if not isnan(y)] + ([] if ligne.fin is None else [ligne.fin])


def _graduations(atteintes: Sequence[float], unite: str) -> dict[float, str]:
    haut = max(atteintes, default=1.0)
    lues = theme.graduations(min([0.0, *atteintes]), haut * 1.04)
    gardees = [g for g in reversed(lues) if unite != PCT or g <= 100 or haut > 100]
    decimales = 0 if all(g == int(g) for g in gardees) else 1
    ecrites = [valeur(g, PCT if unite == PCT else NOMBRE, decimales) for g in gardees]
    return dict(zip(gardees, unite_une_fois(ecrites), strict=True))


def _axes(
    pas: Mapping[float, str], bornes: tuple[float, float], graduations: Mapping[float, str],
    lignes: Sequence[_Ligne], lus: reperes.Reperes,
) -> Axes:  # fmt: skip
    """The empty drawing. ``pas``: where each step stands, and its name; ``bornes``: where its axis begins and ends."""
    gauche = largeur(graduations.values(), theme.PETIT) + 10
    droite = largeur([x.bloc for x in lignes], theme.PETIT, gras=True) + 24
    unite = (LARGEUR - gauche - droite) / (bornes[1] - bornes[0])
    ecrits = _noms_des_pas(pas, unite)
    bas = max(
        _BAS + 16 * max(nom.count("\n") for nom in ecrits.values()), sum(x.haut_du_bloc for x in lignes) - _HAUTEUR
    )
    haut = _HAUT + reperes.RANG * len(lus.ruptures)
    axes = feuille(_HAUTEUR, gauche=gauche, droite=droite, haut=haut, bas=bas, legende=lus.legende())
    axes.set(xlim=bornes, ylim=(min(graduations), max(graduations)))
    axes.set_yticks(list(graduations), list(graduations.values()))
    axes.set_xticks(list(ecrits), list(ecrits.values()), linespacing=INTERLIGNE)
    axes.tick_params(axis="x", pad=8)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    return axes


def _noms_des_pas(pas: Mapping[float, str], unite: float) -> dict[float, str]:
    """Where steps are named, and how; ``unite``: the room of one.

    Names are cut to their place; where they would still touch, the word that all end with is written at the first one
    alone, else one name in two is written, or in three.
    """
    ecarts = [unite * (b - a) for a, b in pairwise(pas)]
    places = [min(ecarts[max(0, i - 1) : i + 1], default=unite) for i in range(len(pas))]
    noms = [couper(nom, place - 6, theme.PETIT) for nom, place in zip(pas.values(), places, strict=True)]
    un_sur = ceil(max((largeur([nom], theme.PETIT) + 4) / place for nom, place in zip(noms, places, strict=True)))
    debuts, _, fins = zip(*(nom.rpartition(" ") for nom in pas.values()), strict=True)
    if un_sur > 1 and all(debuts) and len(set(fins)) == 1:
        courts = [noms[0], *debuts[1:]]
        larges = pairwise(largeur([nom], theme.PETIT) for nom in courts)
        if all((un + autre) / 2 + 4 <= ecart for (un, autre), ecart in zip(larges, ecarts, strict=True)):
            noms, un_sur = courts, 1
    return dict(list(zip(pas, noms, strict=True))[::un_sur])


def _tracer(axes: Axes, ligne: _Ligne, places: Mapping[str, float], couleur: str, *, est_sujet: bool) -> None:
    axes.plot(*zip(*ligne.points, strict=True), color=couleur, linewidth=2.5, clip_on=False)
    disques: dict[str, Any] = {"markersize": 8, "markeredgecolor": theme.BLANC, "clip_on": False}
    axes.plot(*zip(*ligne.points[-len(places) :], strict=True), "o", color=couleur, **disques)
    style: dict[str, Any] = {"va": "baseline", "fontweight": "bold", "fontsize": theme.PETIT}
    for code, c in ligne.chiffres.items() if est_sujet else []:
        if c.est_publie and places[code] != ligne.bout[0]:
            ecrire(axes, c.texte, (places[code], c.valeur), (5, 7), **style)
    if ligne.fin is not None:
        (x, y), droite = ligne.bout, axes.get_xlim()[1]
        axes.plot([x, droite], [y, ligne.fin], color=couleur, linewidth=2, linestyle=(0, (2.5, 2)), clip_on=False)


def _dire_les_absents(axes: Axes, lignes: Iterable[_Ligne], places: Mapping[str, float]) -> None:
    """« s » or « nd » at the foot of the steps that lack a figure, the same place whatever it hides."""
    bas, sommet = axes.get_ylim()
    for code, x in places.items():
        absents = [s.chiffres[code] for s in lignes if code in s.chiffres and not s.chiffres[code].est_publie]
        if any(c.est_secret for c in absents):
            large = unites(axes, TALON)
            hachurer(axes, x - large / 2, bas, large, 14 * (sommet - bas) / _HAUTEUR)
        if signes := ", ".join(dict.fromkeys(c.texte for c in absents)):
            ecrire(axes, signes, (x, bas), (0, 19), ha="center", va="baseline", fontsize=theme.PETIT, bbox=FOND)


def _nommer(axes: Axes, lignes: Mapping[str, _Ligne], couleurs: Mapping[str, str]) -> None:
    """The end of each line and its name at the right, moved apart where they would touch."""
    (bas, sommet), droite, pas = axes.get_ylim(), axes.get_xlim()[1], unites(axes, 1)
    unite = (sommet - bas) / _HAUTEUR
    bouts = {nom: (_hauteurs(x) or [bas])[-1] for nom, x in lignes.items() if not x.bloc.startswith("\n")}
    hauteurs = {nom: lignes[nom].haut_du_bloc for nom in bouts}
    centres = _ecarter({nom: (sommet - y) / unite for nom, y in bouts.items()}, hauteurs)
    style: dict[str, Any] = {"va": "top", "fontsize": theme.PETIT}
    for nom, milieu in centres.items():
        tete, _, suite = lignes[nom].bloc.partition("\n")
        haut = sommet - (milieu - hauteurs[nom] / 2 + 2) * unite
        trait = ([droite + 7 * pas, droite + 14 * pas], [bouts[nom], haut - 9 * unite])
        axes.plot(*trait, color=couleurs[nom], linewidth=1.5, clip_on=False)
        ecrire(axes, tete, (droite, haut), (18, 0), fontweight="bold", **style)
        ecrire(axes, suite, (droite, haut), (18, -16), linespacing=INTERLIGNE, **style)


def _ecarter(positions: Mapping[str, float], hauteurs: Mapping[str, float]) -> dict[str, float]:
    """Centres of labels from the top, in their order, moved as little as needed so that none overlaps."""
    ordre, centres, limite = sorted(positions, key=lambda nom: positions[nom]), dict[str, float](), -_HAUT
    for nom in ordre:
        centres[nom] = max(positions[nom], limite + hauteurs[nom] / 2)
        limite = centres[nom] + hauteurs[nom] / 2
    limite = max(_HAUTEUR + 8, sum(hauteurs.values()) - _HAUT)
    for nom in reversed(ordre):
        centres[nom] = min(centres[nom], limite - hauteurs[nom] / 2)
        limite = centres[nom] - hauteurs[nom] / 2
    return centres


def _couleurs(lignes: Mapping[str, _Ligne], accent: str | None) -> dict[str, str]:
    """A colour each, or for the four that end highest, grey for the others; with ``accent``, for it alone."""
    if accent is not None:
        return {nom: theme.ACCENT if nom == accent else theme.GRIS for nom in lignes}
    ordre = list(lignes)
    if len(lignes) > len(theme.CATEGORIES):
        ordre.sort(key=lambda nom: lignes[nom].bout[1], reverse=True)
    gris = [theme.GRIS] * max(0, len(ordre) - len(theme.CATEGORIES))
    return dict(zip(ordre, [*theme.CATEGORIES, *gris], strict=False))
