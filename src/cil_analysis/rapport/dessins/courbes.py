"""Lines: figures that follow one another, one line a place, an actor, a class or an indicator, named at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from math import ceil
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.rapport.annees import RANG, marquer, tracees
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import comparateurs, paliers, theme
from cil_analysis.rapport.dessins.dessin import LARGEUR, TALON, couper, feuille, hachurer, largeur, unites
from cil_analysis.rapport.dessins.paliers import Point
from cil_analysis.rapport.dessins.placement import ecarter
from cil_analysis.rapport.mots.formats import SECRET_COURT, nombre, pourcentage, valeur
from cil_analysis.rapport.ruptures import Rupture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HAUTEUR, _BAS, _HAUT, _PLACE_DU_NOM = 220.0, 32.0, 20.0, 120.0
# What is left at both ends of the axis, of the place between two points.
_JEU = 0.35
# Above this part of the highest figure, the lowest one lets the axis leave zero out; a count never does.
_SANS_ZERO = 0.6
_OBJECTIF = "objectif"


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
    """``traits``: its line, parted where a figure is missing; ``points``: its figures, ``chiffres``: by step."""

    nom: str
    traits: list[list[Point]]
    points: list[Point]
    fin: float | None
    chiffres: Mapping[str, Chiffre]

    @property
    def bout(self) -> Point:
        return self.traits[-1][-1] if self.traits else (0.0, 0.0)


def dessiner(
    lignes: Mapping[str, Sequence[Chiffre]], pas: Mapping[str, str], reglages: Reglages,
    ruptures: Sequence[Rupture] = (), autres: Series | None = None,
) -> Axes:  # fmt: skip
    """``lignes``: the figures of each, their last code the one of a step; ``pas``: the steps, code → name.

    ``autres``: those of other territories, where the steps are years.
    """
    depart, projection = reglages.get("depart"), reglages.get("projection", {})
    places = reglages.get("places") or {code: float(i) for i, code in enumerate(pas, start=depart is not None)}
    etapes = [Pas(code, nom, places[code]) for code, nom in pas.items()]
    bornes = (0.0, etapes[-1].x) if depart is not None else (etapes[0].x - _JEU, etapes[-1].x + _JEU)
    tracees_ = [_lire(nom, siens, etapes, projection.get(nom), depart) for nom, siens in lignes.items()]
    couleurs = _couleurs(tracees_, reglages.get("accent"))
    blocs = {x.nom: f"{_fin(x, etapes)}\n{couper(x.nom, _PLACE_DU_NOM, theme.PETIT)}" for x in tracees_}
    objectif = paliers.lire({p.x: [x.chiffres[p.code] for x in tracees_ if p.code in x.chiffres] for p in etapes})
    if objectif is not None:
        tracees_.append(_Ligne(_OBJECTIF, objectif.traits([p.x for p in etapes], *bornes), [], None, {}))
        blocs[_OBJECTIF] = f"{_OBJECTIF}\n{couper(objectif.mots, _PLACE_DU_NOM, theme.PETIT)}"
        couleurs[_OBJECTIF] = theme.ENCRE
    for nom, bloc in comparateurs.nommer(autres or {}).items():
        points = [(p.x, x.valeur) for p in etapes if (x := (autres or {})[nom].get(p.code))]
        tracees_.append(_Ligne(nom, [points], points, None, {}))
        blocs[nom], couleurs[nom] = bloc, theme.GRIS_TEXTE
    unite = next((c.unite for siens in lignes.values() for c in siens), PCT)
    marques = tracees(ruptures, list(pas))
    axes = _axes(etapes, bornes, _graduations(tracees_, unite), unite, list(blocs.values()), RANG * len(marques))
    for ligne in sorted(tracees_, key=lambda x: couleurs[x.nom] != theme.GRIS):
        _tracer(axes, ligne, couleurs[ligne.nom], etapes[-1].x, est_sujet=ligne.nom == reglages.get("accent"))
    _dire_les_absents(axes, tracees_, etapes)
    marquer(axes, marques, list(pas))
    _nommer(axes, tracees_, blocs, couleurs)
    return axes


def _axes(
    pas: Sequence[Pas], bornes: tuple[float, float], graduations: Sequence[float], unite: str, blocs: Sequence[str],
    au_dessus: float,
) -> Axes:  # fmt: skip
    """The empty drawing; ``blocs``: what is written at its right, ``au_dessus``: the place of the breaks."""
    ecrites, haut = _ecrire(graduations, unite), _HAUT + au_dessus
    marges = {
        "gauche": largeur(ecrites, theme.PETIT) + 10,
        "droite": largeur(blocs, theme.PETIT, gras=True) + 24,
    }
    nommes = _nommer_les_pas(pas, (LARGEUR - sum(marges.values())) / (bornes[1] - bornes[0]))
    lignes_de_nom = max(p.nom.count("\n") for p in nommes)
    bas = max(_BAS + 16 * lignes_de_nom, sum(map(_hauteur, blocs)) - _HAUTEUR)
    axes = feuille(_HAUTEUR + haut + bas, haut=haut, bas=bas, **marges)
    axes.set_xlim(bornes)
    axes.set_ylim(graduations[0], graduations[-1])
    axes.set_yticks(graduations, ecrites)
    axes.set_xticks([p.x for p in nommes], [p.nom for p in nommes], linespacing=1.15)
    axes.tick_params(axis="x", pad=8)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    return axes


def _lire(nom: str, chiffres: Sequence[Chiffre], pas: Sequence[Pas], fin: float | None, depart: float | None) -> _Ligne:
    siens = {c.cle[-1]: c for c in chiffres}
    traits: list[list[Point]] = []
    for publie, suite in groupby(pas, key=lambda p: p.code in siens and siens[p.code].est_publie):
        if publie:
            traits.append([(p.x, siens[p.code].valeur) for p in suite])
    points = [point for trait in traits for point in trait]
    if depart is not None and (not traits or traits[0][0][0] == pas[0].x):
        traits[:1] = [[(0.0, depart), *(traits[0] if traits else [])]]
    return _Ligne(nom, traits, points, fin, siens)


def _graduations(lignes: Sequence[_Ligne], unite: str) -> list[float]:
    valeurs = [y for x in lignes for trait in x.traits for _, y in trait] + [x.fin for x in lignes if x.fin is not None]
    bas, haut = min(valeurs, default=0.0), max(valeurs, default=1.0)
    if unite != "nombre" and bas > haut * _SANS_ZERO:
        jeu = max((haut - bas) * 0.25, haut * 0.05)
        lues = theme.graduations(max(0.0, bas - jeu), haut + jeu)
    else:
        lues = theme.graduations(min(bas, 0.0), haut * 1.04)
    return [g for g in lues if unite != PCT or g <= 100 or haut > 100]


def _ecrire(graduations: Sequence[float], unite: str) -> list[str]:
    decimales = 0 if all(g == int(g) for g in graduations) else 1
    return [pourcentage(g, decimales) if unite == PCT else nombre(g, decimales) for g in graduations]


def _nommer_les_pas(pas: Sequence[Pas], unite: float) -> list[Pas]:
    """The names along the axis, cut to their place; those that would still touch, one in two, or in three.

    ``unite``: the width of one unit of the axis.
    """
    ecarts = [unite * (b.x - a.x) for a, b in pairwise(pas)]
    places = [min(ecarts[max(0, i - 1) : i + 1], default=unite) for i in range(len(pas))]
    coupes = [p._replace(nom=couper(p.nom, place - 6, theme.PETIT)) for p, place in zip(pas, places, strict=True)]
    serres = [(largeur([p.nom], theme.PETIT) + 4) / place for p, place in zip(coupes, places, strict=True)]
    return coupes[:: ceil(max(serres))]


def _fin(ligne: _Ligne, pas: Sequence[Pas]) -> str:
    """What names the end of a line: its last figure, and of which step when it is not the last."""
    publies = [p for p in pas if p.code in ligne.chiffres and ligne.chiffres[p.code].est_publie]
    if ligne.fin is not None:
        return f"{nombre(ligne.fin)} (projection)"
    if not publies:
        return SECRET_COURT if any(c.est_secret for c in ligne.chiffres.values()) else ""
    texte = ligne.chiffres[publies[-1].code].texte
    return texte if publies[-1] is pas[-1] else f"{texte} ({publies[-1].nom})"


def _tracer(axes: Axes, ligne: _Ligne, couleur: str, droite: float, *, est_sujet: bool) -> None:
    if ligne.nom == _OBJECTIF:
        return paliers.tracer(axes, ligne.traits)
    if not ligne.chiffres:  # of another territory
        comparateurs.tracer(axes, ligne.traits)
        return None
    for trait in ligne.traits:
        axes.plot(*zip(*trait, strict=True), color=couleur, linewidth=2.5, clip_on=False)
    abscisses, ordonnees = [x for x, _ in ligne.points], [y for _, y in ligne.points]
    axes.plot(abscisses, ordonnees, "o", color=couleur, markersize=8, markeredgecolor=theme.BLANC, clip_on=False)
    for x, y in ligne.points[:-1] if est_sujet else []:
        unite = next(iter(ligne.chiffres.values())).unite
        axes.annotate(valeur(y, unite), (x, y), xytext=(5, 7), textcoords="offset points", fontweight="bold",
                      fontsize=theme.PETIT, annotation_clip=False)  # fmt: skip
    if ligne.fin is not None:
        (x, y) = ligne.bout
        axes.plot([x, droite], [y, ligne.fin], color=couleur, linewidth=2, linestyle=(0, (2.5, 2)), clip_on=False)


def _dire_les_absents(axes: Axes, lignes: Sequence[_Ligne], pas: Sequence[Pas]) -> None:
    """« s » or « nd » at the foot of the steps that lack a figure, the same place whatever it hides."""
    bas, sommet = axes.get_ylim()
    unite = (sommet - bas) / _HAUTEUR
    for p in pas:
        absents = [x.chiffres[p.code] for x in lignes if p.code in x.chiffres and not x.chiffres[p.code].est_publie]
        if any(c.est_secret for c in absents):
            large = unites(axes, TALON)
            hachurer(axes, p.x - large / 2, bas, large, 14 * unite)
        signes = ", ".join(dict.fromkeys(c.texte for c in absents))
        if signes:
            fond = {"facecolor": theme.BLANC, "edgecolor": "none", "pad": 1}
            axes.text(p.x, bas + 19 * unite, signes, ha="center", fontsize=theme.PETIT, bbox=fond)


def _nommer(axes: Axes, lignes: Sequence[_Ligne], blocs: Mapping[str, str], couleurs: Mapping[str, str]) -> None:
    """The end of each line and its name at the right, moved apart where they would touch."""
    bas, sommet = axes.get_ylim()
    unite = (sommet - bas) / _HAUTEUR
    nommees = {x.nom: x for x in lignes if not blocs[x.nom].startswith("\n")}
    bouts = {
        nom: _HAUTEUR - ((x.bout[1] if x.fin is None else x.fin) - bas) / unite if x.traits else _HAUTEUR
        for nom, x in nommees.items()
    }
    hauteurs = {nom: _hauteur(blocs[nom]) for nom in nommees}
    droite, pas = axes.get_xlim()[1], unites(axes, 1)
    for nom, milieu in ecarter(bouts, hauteurs, -_HAUT, max(_HAUTEUR + 8, sum(hauteurs.values()) - _HAUT)).items():
        y = sommet - milieu * unite
        tete, _, suite = blocs[nom].partition("\n")
        haut = y + (hauteurs[nom] / 2 - 2) * unite
        axes.plot([droite + 7 * pas, droite + 14 * pas], [sommet - bouts[nom] * unite, haut - 9 * unite],
                  color=couleurs[nom], linewidth=1.5, clip_on=False)  # fmt: skip
        axes.text(droite + 18 * pas, haut, tete, va="top", fontsize=theme.PETIT, fontweight="bold")
        axes.text(droite + 18 * pas, haut - 16 * unite, suite, va="top", fontsize=theme.PETIT, linespacing=1.15)


def _hauteur(bloc: str) -> float:
    return (bloc.count("\n") + 1) * theme.PETIT * 1.15 + 8


def _couleurs(lignes: Sequence[_Ligne], accent: str | None) -> dict[str, str]:
    """A colour each, or for the four that end highest, grey for the others; with ``accent``, for it alone."""
    if accent is not None:
        return {x.nom: theme.ACCENT if x.nom == accent else theme.GRIS for x in lignes}
    ordre = list(lignes)
    if len(lignes) > len(theme.CATEGORIES):
        ordre.sort(key=lambda ligne: ligne.bout[1], reverse=True)
    gris = [theme.GRIS] * max(0, len(ordre) - len(theme.CATEGORIES))
    return {x.nom: teinte for x, teinte in zip(ordre, [*theme.CATEGORIES, *gris], strict=False)}
