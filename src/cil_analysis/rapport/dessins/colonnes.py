"""Columns: one a year from zero, its figure above, the year of the report in the accent colour.

Of a figure that has an objective, each column says its result by a shape, and the target is a dashed stair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT
from cil_analysis.rapport.annees import RANG, marquer, ruptures_de, tracees
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import comparateurs, paliers, theme
from cil_analysis.rapport.dessins.dessin import TALON, couper, feuille, hachurer, largeur, unites
from cil_analysis.rapport.mots.signes import MARQUES, OBJECTIFS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HAUTEUR, _HAUT, _BAS, _LEGENDE = 200.0, 28.0, 32.0, 26.0
# The width of a column, of the place of a year; its part where a second one stands beside it.
_LARGEUR, _PART, _LARGEUR_MAX = 0.68, 0.62, 90.0
_PLACE_DE_L_OBJECTIF = 120.0
# The place of a figure above its column: a target that falls there is below it.
_PLACE_DU_CHIFFRE = 24.0
_COULEURS = {ATTEINT: theme.ATTEINT, NON_ATTEINT: theme.NON_ATTEINT}


def dessiner(serie: Chiffres, constants: Sequence[Chiffre], autres: Series) -> Axes:
    """``constants``: the figures at constant perimeter, a second, narrow column in the years that they are of.

    ``autres``: those of other territories.
    """
    chiffres, sujet, ruptures = list(serie), str(serie.rapport.annee), ruptures_de([serie])
    annees = [c.cle[0] for c in chiffres]
    secondes = {c.cle[0]: c for c in constants if c.cle[0] in annees}
    marques = tracees(ruptures, annees)
    objectif = paliers.lire({float(rang): [c] for rang, c in enumerate(chiffres)})
    juges = [verdict for verdict in MARQUES if any(c.verdict == verdict for c in chiffres)]
    a_droite = {mots: autres[nom][max(autres[nom])].valeur for nom, mots in comparateurs.nommer(autres).items()}
    if objectif:
        mots = f"objectif\n{couper(objectif.mots, _PLACE_DE_L_OBJECTIF, theme.PETIT)}"
        a_droite[mots] = objectif.niveaux[max(objectif.niveaux)][-1]
    haut, bas = _HAUT + RANG * len(marques), _BAS + (_LEGENDE if secondes or juges else 0)
    axes = feuille(
        _HAUTEUR + haut + bas, haut=haut, bas=bas, droite=largeur(list(a_droite), theme.PETIT) + 8 if a_droite else 0
    )
    axes.set_xlim(-0.5, len(chiffres) - 0.5)
    hauteurs = [c.valeur for c in (*chiffres, *secondes.values()) if c.est_publie]
    hauteurs += [*(objectif.valeurs if objectif else []), *comparateurs.hauteurs(autres)]
    axes.set_ylim(0, max(hauteurs, default=0) or 1)
    axes.set_yticks([])
    axes.set_xticks(range(len(annees)), annees, fontsize=theme.TEXTE)
    axes.tick_params(axis="x", pad=6)
    axes.spines["left"].set_visible(False)
    for etiquette in axes.get_xticklabels():
        if etiquette.get_text() == sujet:
            etiquette.set(fontweight="bold", color=theme.ENCRE)
    for rang, c in enumerate(chiffres):
        niveaux = [lus[c.cle[0]].valeur for lus in autres.values() if c.cle[0] in lus]
        _annee(axes, rang, c, secondes.get(c.cle[0]), niveaux, est_sujet=c.cle[0] == sujet)
    if objectif:
        paliers.tracer(axes, objectif.traits([float(rang) for rang in range(len(annees))], *axes.get_xlim()))
    for traits in comparateurs.marches(autres, annees, axes.get_xlim()).values():
        comparateurs.tracer(axes, traits)
    comparateurs.ecrire_a_droite(axes, a_droite)
    marquer(axes, marques, annees, _HAUT)
    if secondes:
        _legender(axes, secondes)
    _expliquer(axes, juges)
    return axes


def _expliquer(axes: Axes, juges: Sequence[str]) -> None:
    """What the shapes of the results mean, below, at the right."""
    y = -(_BAS + _LEGENDE / 2) * axes.get_ylim()[1] / _HAUTEUR
    droite = axes.get_xlim()[1]
    for verdict in reversed(juges):
        texte = f"{MARQUES[verdict]} {OBJECTIFS[verdict]}"
        axes.text(droite, y, texte, ha="right", va="center", fontsize=theme.PETIT, color=_COULEURS[verdict])
        droite -= unites(axes, largeur([texte], theme.PETIT) + 16)


def _annee(
    axes: Axes, rang: int, c: Chiffre, seconde: Chiffre | None, niveaux: Sequence[float], *, est_sujet: bool
) -> None:  # fmt: skip
    """``niveaux``: what else is drawn across its column, above which its figure stands."""
    large = min(_LARGEUR, unites(axes, _LARGEUR_MAX))
    part = 1.0 if seconde is None else _PART
    gauche, couleur = rang - large / 2, theme.ACCENT if est_sujet else theme.GRIS
    sommet = _colonne(axes, c, gauche, large * part, couleur)
    if seconde is not None:
        _colonne(axes, seconde, gauche + large * part, large * (1 - part), theme.GRIS_CLAIR, theme.GRIS_TEXTE)
    pied = sommet
    for niveau in sorted(n for n in (c.ligne["cible"], c.ligne["cible_max"], *niveaux) if not isnan(n)):
        if pied <= niveau < pied + _PLACE_DU_CHIFFRE * axes.get_ylim()[1] / _HAUTEUR:
            pied = niveau
    encre = theme.ENCRE if c.est_publie else theme.GRIS_TEXTE
    texte = f"{MARQUES[c.verdict]} {c.texte}" if c.verdict else c.texte
    if unites(axes, largeur([texte], gras=est_sujet)) > 1:  # wider than its year
        texte = texte.replace(" ", "\n", 1)
    axes.annotate(
        texte, (rang, pied), xytext=(0, 6), ha="center",
        textcoords="offset points", annotation_clip=False, fontweight="bold" if est_sujet else "normal",
        color=_COULEURS.get(c.verdict, encre),
    )  # fmt: skip


def _colonne(axes: Axes, c: Chiffre, x: float, large: float, couleur: str, contour: str = "none") -> float:
    """One column, or the stub of a masked figure; returns where it ends."""
    if c.est_secret:
        talon = TALON * axes.get_ylim()[1] / _HAUTEUR
        hachurer(axes, x, 0, large, talon)
        return talon
    if not c.est_publie:
        return 0.0
    axes.bar(x, c.valeur, large, align="edge", color=couleur, edgecolor=contour)
    return c.valeur


def _legender(axes: Axes, secondes: Mapping[str, Chiffre]) -> None:
    """What the narrow columns are, below, and the figure of the last one."""
    derniere = max(secondes)
    pas = axes.get_ylim()[1] / _HAUTEUR
    y, gauche = -(_BAS + _LEGENDE / 2) * pas, axes.get_xlim()[0]
    axes.bar(
        gauche, 14 * pas, unites(axes, 14), bottom=y - 7 * pas, align="edge", color=theme.GRIS_CLAIR, clip_on=False
    )
    mots = f"à périmètre constant\u202f: {secondes[derniere].texte} en {derniere}"
    axes.text(gauche + unites(axes, 21), y, mots, va="center", fontsize=theme.PETIT)
