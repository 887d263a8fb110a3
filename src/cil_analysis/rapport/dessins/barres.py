"""Bars, one a class or a place: a figure, or the two counts behind a share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, couper, feuille, hachurer, hauteur_de, largeur, unites
from cil_analysis.rapport.mots.formats import nombre
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ECART, _LEGENDE = 8.0, 26.0
_PLACE_DU_NOM = 170.0
_RANGEE, _BARRE, _PAIRE = 30.0, 20.0, 17.0


class Reglages(TypedDict, total=False):
    """``repere``: a line across the bars, where and its words. ``termes``: how the two counts of a share are called.

    ``par_taille``: the largest first; what is masked comes after, by name, so that its place tells nothing.
    """

    repere: tuple[float, str]
    termes: tuple[str, str]
    par_taille: bool


class _Barre(NamedTuple):
    """One bar: its length (None: masked; 0: nothing), what is written at its end, its colour."""

    longueur: float | None
    texte: str
    couleur: str
    gras: bool


def dessiner(chiffres: Sequence[Chiffre], reglages: Reglages) -> Axes:
    """The bars of some figures, from zero, names at the left and figures at their end."""
    if reglages.get("par_taille"):
        chiffres = _par_taille(chiffres)
    termes = reglages.get("termes")
    rangees = [(c.nom, _termes(c) if termes else [_barre(c)]) for c in chiffres]
    return _poser(rangees, termes or (), reglages.get("repere"))


def dessiner_cote_a_cote(rangees: Sequence[Sequence[Chiffre | None]], noms: Sequence[str]) -> Axes:
    """Two bars a class: its figure in each of two series, of which ``noms`` says what they are; None: it has none."""
    barres = [
        (
            next(c.nom for c in chiffres if c is not None),
            [
                _barre(c)._replace(couleur=couleur, gras=c.est_publie and couleur == theme.ACCENT)
                for c, couleur in zip(chiffres, (theme.ACCENT, theme.GRIS), strict=False)
                if c is not None
            ],
        )
        for chiffres in rangees
    ]
    return _poser(barres, noms)


def _poser(
    rangees: Sequence[tuple[str, Sequence[_Barre]]], legende: Sequence[str], repere: tuple[float, str] | None = None
) -> Axes:
    """Rows of bars, each with its name; ``legende``: what the bars of a row are, where they are several."""
    noms = [couper(nom, _PLACE_DU_NOM) for nom, _ in rangees]
    hauteurs = [max(hauteur_de(nom, _RANGEE), 50.0 if legende else 0.0) for nom in noms]
    gauche = largeur(noms) + _ECART
    droite = largeur([barre.texte for _, rangee in rangees for barre in rangee], gras=True) + _ECART
    haut = max(_LEGENDE * _rangs_de_legende(legende), _LEGENDE if repere else 4.0)
    axes = feuille(sum(hauteurs) + haut + 4, gauche=gauche, droite=droite, haut=haut, bas=4)
    longueurs = [barre.longueur for _, rangee in rangees for barre in rangee if barre.longueur is not None]
    axes.set_xlim(0, max([*longueurs, *([repere[0] * 1.04] if repere else [])], default=0) or 1)
    _nettoyer(axes)
    y = 0.0
    for nom, (_, rangee), hauteur in zip(noms, rangees, hauteurs, strict=True):
        milieu = y + hauteur / 2
        axes.text(-unites(axes, _ECART), milieu, nom, ha="right", va="center", linespacing=1.15)
        for rang, barre in enumerate(rangee):
            decalage = (rang - (len(rangee) - 1) / 2) * (_PAIRE + 3)
            _tracer(axes, barre, milieu + decalage, _PAIRE if legende else _BARRE, repere)
        y += hauteur
    if legende:
        _legender(axes, gauche, legende)
    if repere:
        _reperer(axes, repere, y)
    return axes


def _par_taille(chiffres: Sequence[Chiffre]) -> list[Chiffre]:
    publies = [c for c in chiffres if c.est_publie]
    autres = sorted((c for c in chiffres if not c.est_publie), key=lambda c: (c.est_secret, c.nom))
    return [*sorted(publies, key=lambda c: (not c.est_renseigne, -c.valeur)), *autres]


def _barre(c: Chiffre) -> _Barre:
    longueur = c.valeur if c.est_publie else None if c.est_secret else 0.0
    return _Barre(longueur, c.texte, theme.ACCENT, c.est_publie)


def _termes(c: Chiffre) -> list[_Barre]:
    """The two counts of a share, the part above the whole; the share beside the part."""
    if not c.est_publie:
        vide = None if c.est_secret else 0.0
        return [_Barre(vide, c.texte, theme.ACCENT, False), _Barre(vide, c.texte, theme.GRIS, False)]
    partie = f"{nombre(c.numerateur)} ({c.texte})"
    return [
        _Barre(c.numerateur, partie, theme.ACCENT, True),
        _Barre(c.denominateur, nombre(c.denominateur), theme.GRIS, False),
    ]


def _tracer(axes: Axes, barre: _Barre, milieu: float, epaisseur: float, repere: tuple[float, str] | None) -> None:
    """A bar and its figure, which stands inside where the line of the mark would cross it."""
    bout = barre.longueur
    if bout is None:
        bout = unites(axes, TALON)
        hachurer(axes, 0, milieu - epaisseur / 2, bout, epaisseur)
    else:
        axes.barh(milieu, bout, epaisseur, color=barre.couleur)
    encre = theme.ENCRE if barre.gras else theme.GRIS_TEXTE
    graisse = "bold" if barre.gras else "normal"
    fin = bout + unites(axes, 10 + largeur([barre.texte], gras=barre.gras))
    if repere and barre.longueur and bout - unites(axes, 4) <= repere[0] <= fin:
        x, ancre, encre = bout - unites(axes, 8), "right", theme.BLANC
    else:
        x, ancre = bout + unites(axes, 6), "left"
    axes.text(x, milieu, barre.texte, ha=ancre, va="center", color=encre, fontweight=graisse)


def _nettoyer(axes: Axes) -> None:
    """The zero line alone: the figures are written at the bars."""
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])


def _rangs_de_legende(termes: Sequence[str]) -> int:
    """On how many lines the words of a legend stand: one, if they fit there with some room to spare."""
    if not termes:
        return 0
    return 1 if sum(largeur([mot]) + 40 for mot in termes) < 0.85 * theme.LARGEUR else len(termes)


def _legender(axes: Axes, gauche: float, termes: Sequence[str]) -> None:
    """What the two bars are, above them."""
    rangs = _rangs_de_legende(termes)
    x, y = -unites(axes, gauche), -_LEGENDE * (rangs - 0.5)
    for mot, couleur in zip(termes, (theme.ACCENT, theme.GRIS), strict=False):
        axes.barh(y, unites(axes, 15), 15, left=x, color=couleur, clip_on=False)
        axes.text(x + unites(axes, 21), y, mot, va="center")
        if rangs > 1:
            y += _LEGENDE
        else:
            x += unites(axes, largeur([mot]) + 40)


def _reperer(axes: Axes, repere: tuple[float, str], bas: float) -> None:
    ou, mots = repere[0], typographie(repere[1])
    for couleur, trait in ((theme.BLANC, 5.0), (theme.ENCRE, 2.0)):
        axes.plot([ou, ou], [-4, bas], color=couleur, linewidth=trait, clip_on=False, solid_capstyle="butt")
    a_droite = ou > axes.get_xlim()[1] / 2
    axes.text(ou, -12, mots, ha="right" if a_droite else "center", va="center", fontsize=theme.PETIT)
