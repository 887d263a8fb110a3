"""Columns: one a year from zero, its figure above, the year of the report in the accent colour.

Of a figure that has an objective, each column says its result by a shape, and the target is a dashed stair.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

from cil_analysis.rapport.annees import RANG, marquer, ruptures_de, tracees
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.comparateurs import Series
from cil_analysis.rapport.dessins import reperes, theme
from cil_analysis.rapport.dessins.barres import encre, resultat, resultats
from cil_analysis.rapport.dessins.dessin import TALON, Entree, carre, ecrire, feuille, hachurer, unites
from cil_analysis.rapport.dessins.theme import largeur
from cil_analysis.rapport.mots.formats import unite_une_fois

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HAUTEUR, _HAUT, _BAS = 170.0, 28.0, 32.0
# The width of a column, of the place of a year; its part where a second one stands beside it.
_LARGEUR, _PART, _LARGEUR_MAX = 0.68, 0.62, 70.0
# The place of a figure above its column: a target that falls there is below it.
_PLACE_DU_CHIFFRE = 24.0


def dessiner(serie: Chiffres, constants: Sequence[Chiffre], autres: Series) -> Axes:
    """``constants``: the figures at constant perimeter, a second, narrow column in the years that they are of.

    ``autres``: those of other territories.
    """
    chiffres, sujet = list(serie), str(serie.rapport.annee)
    annees = [c.cle[0] for c in chiffres]
    secondes = {c.cle[0]: c for c in constants if c.cle[0] in annees}
    marques = tracees(ruptures_de([serie]), annees)
    objectif = reperes.objectif({float(rang): [c] for rang, c in enumerate(chiffres)})
    legende = [*reperes.legende(objectif, {}), *resultats(c for c in chiffres if c.verdict)]
    if secondes:  # What the narrow columns are, and the figure of the last one.
        derniere = max(secondes)
        mots = f"à périmètre constant\u202f: {secondes[derniere].texte} en {derniere}"
        legende.append(Entree(mots, carre(theme.GRIS_CLAIR)))
    legende += reperes.legende(reperes.Paliers({}), autres)
    axes = feuille(_HAUTEUR, haut=_HAUT + RANG * len(marques), bas=_BAS, legende=legende)
    axes.set_xlim(-0.5, len(chiffres) - 0.5)
    publies = [c.valeur for c in (*chiffres, *secondes.values()) if c.est_publie]
    axes.set_ylim(0, max([*publies, *reperes.hauteurs(objectif, autres)], default=0) or 1)
    axes.set_yticks([])
    axes.set_xticks(range(len(annees)), annees, fontsize=theme.TEXTE)
    axes.tick_params(axis="x", pad=6)
    axes.spines["left"].set_visible(False)
    for etiquette in axes.get_xticklabels():
        if etiquette.get_text() == sujet:
            etiquette.set(fontweight="bold", color=theme.ENCRE)
    textes = unite_une_fois(resultat(c) if c.verdict else c.texte for c in chiffres)
    for rang, (c, texte) in enumerate(zip(chiffres, textes, strict=True)):
        niveaux = [float(lus["valeur"][c.cle[0]]) for lus in autres.values() if c.cle[0] in lus.index]
        est_sujet = c.cle[0] == sujet
        pied = _annee(axes, rang, c, secondes.get(c.cle[0]), niveaux, est_sujet=est_sujet)
        if unites(axes, largeur([texte], gras=est_sujet)) > 1:  # wider than its year
            texte = texte.replace(" ", "\n", 1)
        graisse = "bold" if est_sujet else "normal"
        ecrire(axes, texte, (rang, pied), (0, 6), ha="center", va="baseline", color=encre(c), fontweight=graisse)
    reperes.tracer(axes, objectif.traits([float(rang) for rang in range(len(chiffres))], *axes.get_xlim()))
    reperes.pointiller(axes, reperes.marches(autres, annees, axes.get_xlim()))
    marquer(axes, marques, annees, _HAUT)
    return axes


def _annee(
    axes: Axes, rang: int, c: Chiffre, seconde: Chiffre | None, niveaux: Sequence[float], *, est_sujet: bool
) -> float:  # fmt: skip
    """The column of a year, or its two; returns where its figure stands, above ``niveaux``, drawn across the column."""
    large = min(_LARGEUR, unites(axes, _LARGEUR_MAX))
    part = 1.0 if seconde is None else _PART
    gauche, couleur = rang - large / 2, theme.ACCENT if est_sujet else theme.GRIS
    pied = _colonne(axes, c, gauche, large * part, couleur)
    if seconde is not None:
        _colonne(axes, seconde, gauche + large * part, large * (1 - part), theme.GRIS_CLAIR, theme.GRIS_TEXTE)
    for niveau in sorted(n for n in (c.ligne["cible"], c.ligne["cible_max"], *niveaux) if not isnan(n)):
        if pied <= niveau < pied + _PLACE_DU_CHIFFRE * axes.get_ylim()[1] / _HAUTEUR:
            pied = niveau
    return pied


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
