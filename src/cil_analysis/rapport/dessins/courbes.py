"""Lines: figures that follow one another, one line a place, an actor, a class or an indicator, named at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, isnan, nan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.rapport.annees import RANG, Rupture, marquer, tracees
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import reperes, theme
from cil_analysis.rapport.dessins.dessin import LARGEUR, TALON, Entree, ecrire, feuille, hachurer, unites
from cil_analysis.rapport.dessins.reperes import Point
from cil_analysis.rapport.dessins.theme import INTERLIGNE, couper, largeur
from cil_analysis.rapport.mots.formats import SECRET_COURT, nombre, pourcentage, unite_une_fois, valeur

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HAUTEUR, _BAS, _HAUT, _PLACE_DU_NOM = 200.0, 32.0, 20.0, 100.0
# What is left at both ends of the axis, of the place between two points.
_JEU = 0.35
# Above this part of the highest figure, the lowest one lets the axis leave zero out; a count never does.
_SANS_ZERO = 0.6


class Reglages(TypedDict, total=False):
    """``depart``: what each line is worth before its first figure, at 0 of the axis.

    ``projection``: by the name of a line, what it would reach at the right, drawn dashed. ``accent``: the name of the
    only line in colour, with its figures. ``places``: by code, where a point stands along the axis, when points are not
    one step apart.
    """

    depart: float
    projection: Mapping[str, float]
    accent: str
    places: Mapping[str, float]


class Pas(NamedTuple):
    """A step of the axis: its code, its name, where it stands."""

    code: str
    nom: str
    x: float


class _Ligne(NamedTuple):
    """``points``: its figures, one a step, NaN where one is missing; ``depart``: the point before, or none.

    ``chiffres``: by step; ``fin``: its projection, if it has one; ``bloc``: what is written at its right: its last
    figure, then its name.
    """

    nom: str
    depart: list[Point]
    points: list[Point]
    chiffres: Mapping[str, Chiffre]
    fin: float | None
    bloc: str

    @property
    def connus(self) -> list[Point]:
        """Those that are drawn."""
        return [point for point in (*self.depart, *self.points) if not isnan(point[1])]

    @property
    def bout(self) -> Point:
        return self.connus[-1] if self.connus else (0.0, 0.0)

    @property
    def hauteurs(self) -> list[float]:
        """Every height that it reaches."""
        return [y for _, y in self.connus] + ([] if self.fin is None else [self.fin])

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
    depart, projection = reglages.get("depart"), reglages.get("projection", {})
    places = reglages.get("places") or {code: float(i) for i, code in enumerate(pas, start=depart is not None)}
    etapes = [Pas(code, nom, places[code]) for code, nom in pas.items()]
    bornes = (0.0, etapes[-1].x) if depart is not None else (etapes[0].x - _JEU, etapes[-1].x + _JEU)
    lues = [_lire(nom, siens, etapes, projection.get(nom), depart) for nom, siens in lignes.items()]
    objectif = reperes.objectif({p.x: [x.chiffres[p.code] for x in lues if p.code in x.chiffres] for p in etapes})
    unite = next((c.unite for siens in lignes.values() for c in siens), PCT)
    atteintes = [y for x in lues for y in x.hauteurs] + reperes.hauteurs(objectif, autres)
    marques = tracees(ruptures, list(pas))
    axes = _axes(
        (etapes, bornes), _graduations(atteintes, unite), lues, RANG * len(marques),
        reperes.legende(objectif, autres),
    )  # fmt: skip
    couleurs = _couleurs(lues, reglages.get("accent"))
    for ligne in sorted(lues, key=lambda x: couleurs[x.nom] != theme.GRIS):
        _tracer(axes, ligne, couleurs[ligne.nom], est_sujet=ligne.nom == reglages.get("accent"))
    reperes.tracer(axes, objectif.traits([p.x for p in etapes], *bornes))
    reperes.pointiller(axes, reperes.lignes(autres, {p.code: p.x for p in etapes}))
    _dire_les_absents(axes, lues, etapes)
    marquer(axes, marques, list(pas))
    _nommer(axes, lues, couleurs)
    return axes


def _axes(
    place: tuple[Sequence[Pas], tuple[float, float]], graduations: Mapping[float, str], lignes: Sequence[_Ligne],
    au_dessus: float, legende: Sequence[Entree],
) -> Axes:  # fmt: skip
    """The empty drawing. ``place``: the steps, and where their axis begins and ends.

    ``au_dessus``: the place of the breaks.
    """
    pas, bornes = place
    gauche = largeur(graduations.values(), theme.PETIT) + 10
    droite = largeur([x.bloc for x in lignes], theme.PETIT, gras=True) + 24
    nommes = _nommer_les_pas(pas, (LARGEUR - gauche - droite) / (bornes[1] - bornes[0]))
    bas = max(_BAS + 16 * max(p.nom.count("\n") for p in nommes), sum(x.haut_du_bloc for x in lignes) - _HAUTEUR)
    axes = feuille(_HAUTEUR, gauche=gauche, droite=droite, haut=_HAUT + au_dessus, bas=bas, legende=legende)
    axes.set_xlim(bornes)
    axes.set_ylim(min(graduations), max(graduations))
    axes.set_yticks(list(graduations), list(graduations.values()))
    axes.set_xticks([p.x for p in nommes], [p.nom for p in nommes], linespacing=INTERLIGNE)
    axes.tick_params(axis="x", pad=8)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    return axes


def _lire(nom: str, chiffres: Sequence[Chiffre], pas: Sequence[Pas], fin: float | None, depart: float | None) -> _Ligne:
    siens = {c.cle[-1]: c for c in chiffres}
    # What names its end: its last figure, and of which step when it is not the last.
    publies = [p for p in pas if p.code in siens and siens[p.code].est_publie]
    points = [(p.x, siens[p.code].valeur if p in publies else nan) for p in pas]
    avant = [] if depart is None or (publies and publies[0] is not pas[0]) else [(0.0, depart)]
    dit = SECRET_COURT if any(c.est_secret for c in chiffres) else ""
    if fin is not None:
        dit = f"{nombre(fin)} (projection)"
    elif publies:
        dit = siens[publies[-1].code].texte + ("" if publies[-1] is pas[-1] else f" ({publies[-1].nom})")
    return _Ligne(nom, avant, points, siens, fin, f"{dit}\n{couper(nom, _PLACE_DU_NOM, theme.PETIT)}")


def _graduations(atteintes: Sequence[float], unite: str) -> dict[float, str]:
    """The ticks of the vertical axis, from its top, and how each is written."""
    bas, haut = min(atteintes, default=0.0), max(atteintes, default=1.0)
    if unite != "nombre" and bas > haut * _SANS_ZERO:
        jeu = max((haut - bas) * 0.25, haut * 0.05)
        lues = theme.graduations(max(0.0, bas - jeu), haut + jeu)
    else:
        lues = theme.graduations(min(bas, 0.0), haut * 1.04)
    gardees = [g for g in lues if unite != PCT or g <= 100 or haut > 100]
    decimales = 0 if all(g == int(g) for g in gardees) else 1
    ecrites = [pourcentage(g, decimales) if unite == PCT else nombre(g, decimales) for g in reversed(gardees)]
    return dict(zip(reversed(gardees), unite_une_fois(ecrites), strict=True))


def _nommer_les_pas(pas: Sequence[Pas], unite: float) -> list[Pas]:
    """The names along the axis, cut to their place; those that would still touch, one in two, or in three.

    ``unite``: the width of one unit of the axis.
    """
    ecarts = [unite * (b.x - a.x) for a, b in pairwise(pas)]
    places = [min(ecarts[max(0, i - 1) : i + 1], default=unite) for i in range(len(pas))]
    coupes = [p._replace(nom=couper(p.nom, place - 6, theme.PETIT)) for p, place in zip(pas, places, strict=True)]
    serres = [(largeur([p.nom], theme.PETIT) + 4) / place for p, place in zip(coupes, places, strict=True)]
    return coupes[:: ceil(max(serres))]


def _tracer(axes: Axes, ligne: _Ligne, couleur: str, *, est_sujet: bool) -> None:
    axes.plot(*zip(*ligne.depart, *ligne.points, strict=True), color=couleur, linewidth=2.5, clip_on=False)
    disques: dict[str, Any] = {"markersize": 8, "markeredgecolor": theme.BLANC, "clip_on": False}
    axes.plot(*zip(*ligne.points, strict=True), "o", color=couleur, **disques)
    for x, y in ligne.connus[len(ligne.depart) : -1] if est_sujet else []:
        unite = next(iter(ligne.chiffres.values())).unite
        ecrire(axes, valeur(y, unite), (x, y), (5, 7), va="baseline", fontweight="bold", fontsize=theme.PETIT)
    if ligne.fin is not None:
        (x, y), droite = ligne.bout, axes.get_xlim()[1]
        axes.plot([x, droite], [y, ligne.fin], color=couleur, linewidth=2, linestyle=(0, (2.5, 2)), clip_on=False)


def _dire_les_absents(axes: Axes, lignes: Sequence[_Ligne], pas: Sequence[Pas]) -> None:
    """« s » or « nd » at the foot of the steps that lack a figure, the same place whatever it hides."""
    bas, sommet = axes.get_ylim()
    for p in pas:
        absents = [x.chiffres[p.code] for x in lignes if p.code in x.chiffres and not x.chiffres[p.code].est_publie]
        if any(c.est_secret for c in absents):
            large = unites(axes, TALON)
            hachurer(axes, p.x - large / 2, bas, large, 14 * (sommet - bas) / _HAUTEUR)
        if signes := ", ".join(dict.fromkeys(c.texte for c in absents)):
            fond = {"facecolor": theme.BLANC, "edgecolor": "none", "pad": 1}
            ecrire(axes, signes, (p.x, bas), (0, 19), ha="center", va="baseline", fontsize=theme.PETIT, bbox=fond)


def _nommer(axes: Axes, lignes: Sequence[_Ligne], couleurs: Mapping[str, str]) -> None:
    """The end of each line and its name at the right, moved apart where they would touch."""
    bas, sommet = axes.get_ylim()
    unite = (sommet - bas) / _HAUTEUR
    nommees = {x.nom: x for x in lignes if not x.bloc.startswith("\n")}
    bouts = {nom: x.hauteurs[-1] if x.hauteurs else bas for nom, x in nommees.items()}
    hauteurs = {nom: x.haut_du_bloc for nom, x in nommees.items()}
    centres = _ecarter({nom: (sommet - y) / unite for nom, y in bouts.items()}, hauteurs)
    droite, pas = axes.get_xlim()[1], unites(axes, 1)
    for nom, milieu in centres.items():
        tete, _, suite = nommees[nom].bloc.partition("\n")
        haut = sommet - (milieu - hauteurs[nom] / 2 + 2) * unite
        axes.plot([droite + 7 * pas, droite + 14 * pas], [bouts[nom], haut - 9 * unite],
                  color=couleurs[nom], linewidth=1.5, clip_on=False)  # fmt: skip
        style = {"va": "top", "fontsize": theme.PETIT}
        ecrire(axes, tete, (droite, haut), (18, 0), fontweight="bold", **style)
        ecrire(axes, suite, (droite, haut), (18, -16), linespacing=INTERLIGNE, **style)


def _ecarter(positions: Mapping[str, float], hauteurs: Mapping[str, float]) -> dict[str, float]:
    """Centres of labels of one column, from the top, moved as little as needed so that none overlaps, in their order.

    From the top of the drawing down, then back up from its foot; they go past it only when there is no room for all.
    """
    fin = max(_HAUTEUR + 8, sum(hauteurs.values()) - _HAUT)
    ordre = sorted(positions, key=lambda cle: positions[cle])
    centres: dict[str, float] = {}
    limite = -_HAUT
    for cle in ordre:
        centres[cle] = max(positions[cle], limite + hauteurs[cle] / 2)
        limite = centres[cle] + hauteurs[cle] / 2
    limite = fin
    for cle in reversed(ordre):
        centres[cle] = min(centres[cle], limite - hauteurs[cle] / 2)
        limite = centres[cle] - hauteurs[cle] / 2
    return centres


def _couleurs(lignes: Sequence[_Ligne], accent: str | None) -> dict[str, str]:
    """A colour each, or for the four that end highest, grey for the others; with ``accent``, for it alone."""
    if accent is not None:
        return {x.nom: theme.ACCENT if x.nom == accent else theme.GRIS for x in lignes}
    ordre = list(lignes)
    if len(lignes) > len(theme.CATEGORIES):
        ordre.sort(key=lambda ligne: ligne.bout[1], reverse=True)
    gris = [theme.GRIS] * max(0, len(ordre) - len(theme.CATEGORIES))
    return {x.nom: teinte for x, teinte in zip(ordre, [*theme.CATEGORIES, *gris], strict=False)}
