"""Shares against their objective: a bar, the black tick of its target, its result by a shape and words."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, SANS_OBJET
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, couper, feuille, hachurer, hauteur_de, largeur, unites
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import CERCLE_POINTILLE, COCHE, CROIX, RIEN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ECART, _HAUT, _PLACE_DU_NOM = 8.0, 26.0, 150.0
_RANGEE, _BARRE = 30.0, 20.0
# Beyond so many rows, they are closer, so that the chart fits a printed page.
_SERREES, _RANGEE_SERREE, _BARRE_SERREE = 30, 23.0, 15.0
_COLONNES = {
    "Ménages concernés": "numerateur", "Ensemble": "denominateur", "Part": "valeur", "Objectif": "cible",
    "Écart": "ecart", "Ménages manquants": "menages_manquants", "Résultat": "resultat",
}  # fmt: skip
_COULEURS = {ATTEINT: theme.ATTEINT, NON_ATTEINT: theme.NON_ATTEINT}


def colonnes(chiffres: Chiffres) -> dict[str, Chiffres]:
    """What a data table gives of each."""
    return {nom: chiffres.terme(terme) for nom, terme in _COLONNES.items()}


def dessiner(chiffres: Sequence[Chiffre]) -> Axes:
    """One bar a figure, from zero; at the right the share, then « ✓ atteint » or « ✗ −3,2 points »."""
    serrees = len(chiffres) > _SERREES
    noms = [couper(c.nom, _PLACE_DU_NOM) for c in chiffres]
    mots, valeurs = [mot_du_resultat(c) for c in chiffres], [_valeur(c) for c in chiffres]
    hauteurs = [hauteur_de(nom, _RANGEE_SERREE if serrees else _RANGEE) for nom in noms]
    place_du_mot = largeur(mots, theme.PETIT, gras=True)
    marges = {"gauche": largeur(noms) + _ECART, "droite": place_du_mot + largeur(valeurs) + 10 + 2 * _ECART}
    axes = feuille(sum(hauteurs) + _HAUT + 4, haut=_HAUT, bas=4, **marges)
    suivis = [c.ligne for c in chiffres if not c.est_secret]
    niveaux = [x for ligne in suivis for x in (ligne["cible"], ligne["cible_max"]) if not isnan(x)]
    axes.set_xlim(0, max([*niveaux, *(c.valeur for c in chiffres if c.est_publie)], default=0) or 1)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
    droite, y = axes.get_xlim()[1], 0.0
    x_valeur = droite + unites(axes, marges["droite"] - place_du_mot - 10)
    for c, nom, hauteur in zip(chiffres, noms, hauteurs, strict=True):
        milieu, epaisseur = y + hauteur / 2, _BARRE_SERREE if serrees else _BARRE
        axes.text(-unites(axes, _ECART), milieu, nom, ha="right", va="center", linespacing=1.15)
        _barrer(axes, c, milieu, epaisseur)
        encre = theme.ENCRE if c.est_publie else theme.GRIS_TEXTE
        axes.text(x_valeur, milieu, _valeur(c), ha="right", va="center", color=encre)
        _juger(axes, c, x_valeur + unites(axes, 10), milieu)
        y += hauteur
    _legender(axes, chiffres)
    return axes


def mot_du_resultat(c: Chiffre) -> str:
    """The result of a figure against its objective, by a shape and words."""
    if c.verdict == ATTEINT:
        return f"{COCHE} atteint{' (tolérance)' if c.est_tolere else ''}"
    if c.verdict == NON_ATTEINT:
        return f"{CROIX} {'non atteint' if c.est_secret else cibles.ecart(c.ecart, str(c.ligne['unite']))}"
    if c.est_secret:
        return "secret"
    if c.est_publie:
        return "sans objectif"
    return "sans objet" if c.ligne["statut"] == SANS_OBJET else f"{CERCLE_POINTILLE} non calculable"


def _valeur(c: Chiffre) -> str:
    return RIEN if c.ligne["statut"] == SANS_OBJET else c.texte


def _barrer(axes: Axes, c: Chiffre, milieu: float, epaisseur: float) -> None:
    """A bar in the colour of its result, and the tick of its target: of an interval two, and the line between them."""
    if c.est_secret:
        hachurer(axes, 0, milieu - epaisseur / 2, unites(axes, TALON), epaisseur)
    elif c.est_publie:
        axes.barh(milieu, max(c.valeur, 0), epaisseur, color=_COULEURS.get(c.verdict, theme.GRIS))
    bornes = [x for x in (c.ligne["cible"], c.ligne["cible_max"]) if not isnan(x)]
    if c.est_secret or c.ligne["statut"] == SANS_OBJET:
        return
    demi = epaisseur / 2 + 3
    for couleur, trait in ((theme.BLANC, 6.0), (theme.ENCRE, 3.0)):
        for x in bornes:
            axes.plot([x, x], [milieu - demi, milieu + demi], color=couleur, linewidth=trait, clip_on=False,
                      solid_capstyle="butt")  # fmt: skip
        if len(bornes) > 1:
            axes.plot(bornes, [milieu - demi] * 2, color=couleur, linewidth=trait / 2, clip_on=False)


def _juger(axes: Axes, c: Chiffre, x: float, milieu: float) -> None:
    couleur = _COULEURS.get(c.verdict, theme.GRIS_TEXTE)
    graisse = "bold" if c.verdict else "normal"
    axes.text(x, milieu, mot_du_resultat(c), va="center", fontsize=theme.PETIT, color=couleur, fontweight=graisse)


def _legender(axes: Axes, chiffres: Sequence[Chiffre]) -> None:
    """The words of the black tick, above the bars: the objective itself, where it is the same for all."""
    a_cible = [c for c in chiffres if c.est_publie and not isnan(c.ligne["cible"])]
    if not a_cible:
        return
    mots = {c.objectif for c in a_cible}
    texte = f"objectif\u202f: {mots.pop()}" if len(mots) == 1 else "objectif"
    ou = a_cible[0].cible if len({c.cible for c in a_cible}) == 1 else 0.0
    axes.plot([ou, ou], [-_HAUT + 6, -4], color=theme.ENCRE, linewidth=3, clip_on=False, solid_capstyle="butt")
    a_gauche = ou > axes.get_xlim()[1] / 2
    x = ou - unites(axes, 7) if a_gauche else ou + unites(axes, 7)
    axes.text(x, -_HAUT / 2 - 2, texte, ha="right" if a_gauche else "left", va="center", fontsize=theme.PETIT)
