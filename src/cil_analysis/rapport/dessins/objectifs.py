"""Shares against their objective: a bar, the black tick of its target, its result by a shape and a colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from typing import TYPE_CHECKING

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, SANS_OBJET
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, Entree, ecrire, hachurer, unites
from cil_analysis.rapport.dessins.lettres import largeur
from cil_analysis.rapport.dessins.rangees import ECART, RANGEE, poser
from cil_analysis.rapport.mots.formats import CERCLE_POINTILLE, RIEN, unite_une_fois
from cil_analysis.rapport.mots.signes import MARQUES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BARRE = 20.0
# Beyond so many rows, they are closer, so that the chart fits a printed page.
_SERREES, _RANGEE_SERREE, _BARRE_SERREE = 30, 23.0, 15.0
_COLONNES = {
    "Ménages concernés": "numerateur", "Ensemble": "denominateur", "Part": "valeur", "Objectif": "cible",
    "Écart": "ecart", "Ménages manquants": "menages_manquants", "Résultat": "resultat",
}  # fmt: skip
_TIRET = {"marker": "|", "markersize": 15, "markeredgewidth": 3, "color": theme.ENCRE}
_NON_CALCULABLE = "non_calculable"
_RESULTATS = {
    ATTEINT: (f"{MARQUES[ATTEINT]} atteint", theme.ATTEINT),
    NON_ATTEINT: (f"{MARQUES[NON_ATTEINT]} non atteint", theme.NON_ATTEINT),
    _NON_CALCULABLE: (f"{CERCLE_POINTILLE} non calculable", theme.GRIS_TEXTE),
}


def colonnes(chiffres: Chiffres) -> dict[str, Chiffres]:
    """What a data table gives of each."""
    return {nom: chiffres.terme(terme) for nom, terme in _COLONNES.items()}


def dessiner(chiffres: Sequence[Chiffre]) -> Axes:
    """One bar a figure, from zero; at the right its result and the share: « ✓ 27,3 % », « ✗ 22,8 % »."""
    rangee, epaisseur = (_RANGEE_SERREE, _BARRE_SERREE) if len(chiffres) > _SERREES else (RANGEE, _BARRE)
    textes = unite_une_fois(resultat(c) for c in chiffres)
    marge = largeur(textes, gras=True) + ECART
    niveaux = [x for c in chiffres if not c.est_secret for x in _bornes(c)]
    axes, milieux = poser(
        [c.nom for c in chiffres],
        max([*niveaux, *(c.valeur for c in chiffres if c.est_publie)], default=0),
        rangee=rangee,
        droite=marge + ECART,
        legende=[*_cible_commune(chiffres), *resultats(chiffres)],
    )
    bout = axes.get_xlim()[1]
    for c, texte, milieu in zip(chiffres, textes, milieux, strict=True):
        _barrer(axes, c, milieu, epaisseur)
        graisse = "bold" if c.verdict else "normal"
        ecrire(axes, texte, (bout, milieu), (2 * ECART, 0), color=encre(c), fontweight=graisse)
    return axes


def resultat(c: Chiffre) -> str:
    """A figure behind the shape of its result, if it has one: « ✓ 27,3 % », « ✗ s », « ◌ nd »."""
    if c.ligne["statut"] == SANS_OBJET:
        return RIEN
    marque = MARQUES.get(c.verdict, CERCLE_POINTILLE if _est_sans_calcul(c) else "")
    return f"{marque} {c.texte}".strip()


def encre(c: Chiffre) -> str:
    """The colour of its words."""
    return _RESULTATS[c.verdict][1] if c.verdict else theme.ENCRE if c.est_publie else theme.GRIS_TEXTE


def resultats(chiffres: Iterable[Chiffre]) -> list[Entree]:
    """What the shapes of some results mean."""
    lus = list(chiffres)
    vus = {c.verdict for c in lus} | {_NON_CALCULABLE for c in lus if _est_sans_calcul(c)}
    tolere = " (avec tolérance)" if any(c.est_tolere for c in lus) else ""
    return [
        Entree(f"{mots}{tolere if genre == ATTEINT else ''}", {}, couleur)
        for genre, (mots, couleur) in _RESULTATS.items()
        if genre in vus
    ]


def _est_sans_calcul(c: Chiffre) -> bool:
    return not (c.est_publie or c.est_secret or c.ligne["statut"] == SANS_OBJET)


def _bornes(c: Chiffre) -> list[float]:
    """Its target, or both bounds of an interval."""
    return [float(x) for x in (c.ligne["cible"], c.ligne["cible_max"]) if not isnan(x)]


def _cible_commune(chiffres: Sequence[Chiffre]) -> list[Entree]:
    """What the black tick is: the objective itself, where it is the same for all."""
    mots = {c.objectif for c in chiffres if c.est_publie and not isnan(c.ligne["cible"])}
    return [Entree(f"objectif\u202f: {mots.pop()}" if len(mots) == 1 else "objectif", _TIRET)] if mots else []


def _barrer(axes: Axes, c: Chiffre, milieu: float, epaisseur: float) -> None:
    """A bar in the colour of its result, and the tick of its target: of an interval two, and the line between them."""
    if c.est_secret:
        hachurer(axes, 0, milieu - epaisseur / 2, unites(axes, TALON), epaisseur)
    elif c.est_publie:
        axes.barh(milieu, max(c.valeur, 0), epaisseur, color=_RESULTATS[c.verdict][1] if c.verdict else theme.GRIS)
    if c.est_secret or c.ligne["statut"] == SANS_OBJET:
        return
    bornes, demi = _bornes(c), epaisseur / 2 + 3
    for couleur, trait in ((theme.BLANC, 6.0), (theme.ENCRE, 3.0)):
        for x in bornes:
            axes.plot([x, x], [milieu - demi, milieu + demi], color=couleur, linewidth=trait, clip_on=False,
                      solid_capstyle="butt")  # fmt: skip
        if len(bornes) > 1:
            axes.plot(bornes, [milieu - demi] * 2, color=couleur, linewidth=trait / 2, clip_on=False)
