"""Lines: figures that follow one another, one line a place, an actor or a class, named at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from cil_analysis.presentation import theme
from cil_analysis.presentation.formats import SECRET_COURT, nombre
from cil_analysis.presentation.placement import ecarter
from cil_analysis.rapport.chiffres import Chiffre
from cil_analysis.rapport.dessin import couper, feuille, largeur, unites

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HAUTEUR, _BAS, _HAUT, _PLACE_DU_NOM = 220.0, 32.0, 20.0, 120.0


class Reglages(TypedDict, total=False):
    """``depuis_zero``: each line begins at zero, before its first figure.

    ``projection``: by the name of a line, what it would reach at the right, drawn dashed.
    """

    depuis_zero: bool
    projection: Mapping[str, float]


class _Ligne(NamedTuple):
    nom: str
    points: list[tuple[float, float]]
    fin: float | None
    est_masquee: bool

    @property
    def bout(self) -> tuple[float, float]:
        return self.points[-1] if self.points else (0.0, 0.0)


def dessiner(lignes: Mapping[str, Sequence[Chiffre]], pas: Sequence[str], reglages: Reglages) -> Axes:
    """``lignes``: the figures of each, in the order of ``pas``, the names along the axis."""
    projection, debut = reglages.get("projection", {}), 1 if reglages.get("depuis_zero") else 0
    tracees = [_lire(nom, siens, projection.get(nom), debut) for nom, siens in lignes.items()]
    hauts = [y for ligne in tracees for _, y in ligne.points] + [*projection.values()]
    graduations = theme.graduations(0, max(hauts, default=1) * 1.04)
    blocs = {ligne.nom: f"{_fin(ligne)}\n{couper(ligne.nom, _PLACE_DU_NOM, theme.PETIT)}" for ligne in tracees}
    marges = {
        "gauche": largeur([nombre(g) for g in graduations], theme.PETIT) + 10,
        "droite": largeur(list(blocs.values()), theme.PETIT, gras=True) + 24,
    }
    bas = max(_BAS, sum(map(_hauteur, blocs.values())) - _HAUTEUR)
    axes = feuille(_HAUTEUR + _HAUT + bas, haut=_HAUT, bas=bas, **marges)
    axes.set_xlim(0, len(pas) - 1 + debut)
    axes.set_ylim(0, graduations[-1])
    axes.set_yticks(graduations, [nombre(g) for g in graduations])
    axes.set_xticks(range(debut, len(pas) + debut), pas)
    axes.get_xticklabels()[-1].set_horizontalalignment("right")
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    couleurs = _couleurs(tracees)
    for ligne in tracees:
        _tracer(axes, ligne, couleurs[ligne.nom], len(pas) - 1 + debut)
    _nommer(axes, tracees, blocs, couleurs)
    return axes


def _lire(nom: str, chiffres: Sequence[Chiffre], fin: float | None, debut: int) -> _Ligne:
    points = [(float(rang), c.valeur) for rang, c in enumerate(chiffres, start=debut) if c.est_publie]
    masquee = bool(chiffres) and all(c.est_secret for c in chiffres)
    return _Ligne(nom, [(0.0, 0.0), *points] if debut else points, fin, masquee)


def _fin(ligne: _Ligne) -> str:
    if ligne.est_masquee:
        return SECRET_COURT
    return nombre(ligne.bout[1]) if ligne.fin is None else f"{nombre(ligne.fin)} (projection)"


def _tracer(axes: Axes, ligne: _Ligne, couleur: str, droite: float) -> None:
    axes.plot(*zip(*ligne.points, strict=True), color=couleur, linewidth=2.5, clip_on=False)
    vus = [(x, y) for x, y in ligne.points if x or y]
    axes.plot([x for x, _ in vus], [y for _, y in vus], "o", color=couleur, markersize=8, markeredgecolor=theme.BLANC,
              clip_on=False)  # fmt: skip
    if ligne.fin is not None:
        (x, y) = ligne.bout
        axes.plot([x, droite], [y, ligne.fin], color=couleur, linewidth=2, linestyle=(0, (2.5, 2)), clip_on=False)


def _nommer(axes: Axes, lignes: Sequence[_Ligne], blocs: Mapping[str, str], couleurs: Mapping[str, str]) -> None:
    """The end of each line and its name at the right, moved apart where they would touch."""
    sommet = axes.get_ylim()[1]
    unite = sommet / _HAUTEUR
    bouts = {x.nom: _HAUTEUR - (x.bout[1] if x.fin is None else x.fin) / unite for x in lignes}
    hauteurs = {nom: _hauteur(bloc) for nom, bloc in blocs.items()}
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
    return (bloc.count("\n") + 1) * theme.PETIT * 1.15 + 4


def _couleurs(lignes: Sequence[_Ligne]) -> dict[str, str]:
    """A colour each for the four that end highest, grey for the others."""
    ordre = sorted(lignes, key=lambda ligne: ligne.bout[1], reverse=True)
    gris = [theme.GRIS] * max(0, len(ordre) - len(theme.CATEGORIES))
    return {x.nom: teinte for x, teinte in zip(ordre, [*theme.CATEGORIES, *gris], strict=False)}
