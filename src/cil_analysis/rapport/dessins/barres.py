"""Bars, one a class or a place: a figure, or the two counts behind a share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, Entree, carre, ecrire, hachurer, unites
from cil_analysis.rapport.dessins.lettres import largeur
from cil_analysis.rapport.dessins.rangees import ECART, RANGEE, poser
from cil_analysis.rapport.mots.formats import nombre, unite_une_fois
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BARRE = 20.0
_RANGEE_DE_DEUX, _BARRE_DE_DEUX = 50.0, 17.0
_COULEURS = (theme.ACCENT, theme.GRIS)
_REPERE = {"marker": "|", "markersize": 15, "markeredgewidth": 2, "color": theme.ENCRE}


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
            [_barre(c, couleur) for c, couleur in zip(chiffres, _COULEURS, strict=False) if c is not None],
        )
        for chiffres in rangees
    ]
    return _poser(barres, noms)


def dessiner_par_groupes(groupes: Mapping[str, Sequence[tuple[str, float, str]]]) -> Axes:
    """Bars in groups, each behind its name: what a bar is called, its length, what is written at its end."""
    rangees: list[tuple[str, Sequence[_Barre]]] = []
    for groupe, barres in groupes.items():
        rangees.append((typographie(f"{groupe} :"), ()))
        rangees += [(nom, [_Barre(longueur, texte, theme.ACCENT, True)]) for nom, longueur, texte in barres]
    return _poser(rangees, ())


def _poser(
    rangees: Sequence[tuple[str, Sequence[_Barre]]], noms: Sequence[str], repere: tuple[float, str] | None = None
) -> Axes:
    """Rows of bars, each with its name; ``noms``: what the bars of a row are, where they are several."""
    textes = iter(unite_une_fois(barre.texte for _, rangee in rangees for barre in rangee))
    rangees = [(nom, [barre._replace(texte=next(textes)) for barre in rangee]) for nom, rangee in rangees]
    toutes = [barre for _, rangee in rangees for barre in rangee]
    legende = [Entree(nom, carre(couleur)) for nom, couleur in zip(noms, _COULEURS, strict=False)]
    legende += [Entree(typographie(repere[1]), _REPERE)] if repere else []
    longueurs = [barre.longueur for barre in toutes if barre.longueur is not None]
    axes, milieux = poser(
        [nom for nom, _ in rangees],
        max([*longueurs, *([repere[0] * 1.04] if repere else [])], default=0),
        rangee=_RANGEE_DE_DEUX if noms else RANGEE,
        droite=largeur([barre.texte for barre in toutes], gras=True) + ECART,
        legende=legende,
    )
    for milieu, (_, rangee) in zip(milieux, rangees, strict=True):
        for rang, barre in enumerate(rangee):
            decalage = (rang - (len(rangee) - 1) / 2) * (_BARRE_DE_DEUX + 3)
            _tracer(axes, barre, milieu + decalage, _BARRE_DE_DEUX if noms else _BARRE, repere)
    if repere:
        for couleur, trait in ((theme.BLANC, 5.0), (theme.ENCRE, 2.0)):
            axes.plot([repere[0]] * 2, axes.get_ylim(), color=couleur, linewidth=trait, solid_capstyle="butt")
    return axes


def _par_taille(chiffres: Sequence[Chiffre]) -> list[Chiffre]:
    publies = [c for c in chiffres if c.est_publie]
    autres = sorted((c for c in chiffres if not c.est_publie), key=lambda c: (c.est_secret, c.nom))
    return [*sorted(publies, key=lambda c: (not c.est_renseigne, -c.valeur)), *autres]


def _barre(c: Chiffre, couleur: str = theme.ACCENT) -> _Barre:
    longueur = c.valeur if c.est_publie else None if c.est_secret else 0.0
    return _Barre(longueur, c.texte, couleur, c.est_publie and couleur == theme.ACCENT)


def _termes(c: Chiffre) -> list[_Barre]:
    """The two counts of a share, the part above the whole: the share is written at the part, the count at the whole."""
    part, tout = _barre(c), _barre(c, theme.GRIS)
    if not c.est_publie:
        return [part, tout]
    return [
        part._replace(longueur=c.numerateur),
        tout._replace(longueur=c.denominateur, texte=nombre(c.denominateur)),
    ]


def _tracer(axes: Axes, barre: _Barre, milieu: float, epaisseur: float, repere: tuple[float, str] | None) -> None:
    """A bar and its figure, which stands inside where the line of the mark would cross it."""
    bout = barre.longueur
    if bout is None:
        bout = unites(axes, TALON)
        hachurer(axes, 0, milieu - epaisseur / 2, bout, epaisseur)
    else:
        axes.barh(milieu, bout, epaisseur, color=barre.couleur)
    fin = bout + unites(axes, 10 + largeur([barre.texte], gras=barre.gras))
    graisse, encre = ("bold", theme.ENCRE) if barre.gras else ("normal", theme.GRIS_TEXTE)
    if repere and barre.longueur and bout - unites(axes, 4) <= repere[0] <= fin:
        ecrire(axes, barre.texte, (bout, milieu), (-8, 0), ha="right", color=theme.BLANC, fontweight=graisse)
    else:
        ecrire(axes, barre.texte, (bout, milieu), (6, 0), color=encre, fontweight=graisse)
