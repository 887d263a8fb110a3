"""Bars from zero, one a class or a place, names at their left: a figure, two counts, a figure before its objective."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, SANS_OBJET
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, Entree, borde, carre, ecrire, hachurer, unites
from cil_analysis.rapport.dessins.rangees import ECART, RANGEE, poser
from cil_analysis.rapport.dessins.theme import largeur
from cil_analysis.rapport.mots.formats import CERCLE_POINTILLE, RIEN, nombre, unite_une_fois
from cil_analysis.rapport.mots.signes import MARQUES
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The height of a row and the thickness of its bar: of one bar, of two, and of so many that a page is short of place.
_UNE, _DEUX, _SERREE = (RANGEE, 20.0), (50.0, 17.0), (23.0, 15.0)
_NOMBREUSES = 30
_COULEURS = (theme.ACCENT, theme.GRIS)
_REPERE = {"marker": "|", "markersize": 15, "markeredgewidth": 2, "color": theme.ENCRE}
_CIBLE = {"marker": "|", "markersize": 15, "markeredgewidth": 3, "color": theme.ENCRE}
_NON_CALCULABLE = "non_calculable"
_RESULTATS = {
    ATTEINT: (f"{MARQUES[ATTEINT]} atteint", theme.ATTEINT),
    NON_ATTEINT: (f"{MARQUES[NON_ATTEINT]} non atteint", theme.NON_ATTEINT),
    _NON_CALCULABLE: (f"{CERCLE_POINTILLE} non calculable", theme.GRIS_TEXTE),
}


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


# --- Figures ---------------------------------------------------------------------------------------------------------


def dessiner(chiffres: Sequence[Chiffre], reglages: Reglages) -> Axes:
    """The bars of some figures, each written at its end."""
    if reglages.get("par_taille"):
        publies = sorted((c for c in chiffres if c.est_publie), key=lambda c: (not c.est_renseigne, -c.valeur))
        autres = sorted((c for c in chiffres if not c.est_publie), key=lambda c: (c.est_secret, c.nom))
        chiffres = [*publies, *autres]
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
    haute, epaisseur = _DEUX if noms else _UNE
    axes, milieux = poser(
        [nom for nom, _ in rangees],
        max([*longueurs, *([repere[0] * 1.04] if repere else [])], default=0),
        rangee=haute,
        droite=largeur([barre.texte for barre in toutes], gras=True) + ECART,
        legende=legende,
    )
    for milieu, (_, rangee) in zip(milieux, rangees, strict=True):
        for rang, barre in enumerate(rangee):
            _tracer(axes, barre, milieu + (rang - (len(rangee) - 1) / 2) * (epaisseur + 3), epaisseur, repere)
    if repere:
        axes.plot([repere[0]] * 2, axes.get_ylim(), solid_capstyle="butt", **borde(2))
    return axes


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
    bout = _barrer(axes, barre.longueur, milieu, epaisseur, barre.couleur)
    fin = bout + unites(axes, 10 + largeur([barre.texte], gras=barre.gras))
    graisse, encre = ("bold", theme.ENCRE) if barre.gras else ("normal", theme.GRIS_TEXTE)
    if repere and barre.longueur and bout - unites(axes, 4) <= repere[0] <= fin:
        ecrire(axes, barre.texte, (bout, milieu), (-8, 0), ha="right", color=theme.BLANC, fontweight=graisse)
    else:
        ecrire(axes, barre.texte, (bout, milieu), (6, 0), color=encre, fontweight=graisse)


def _barrer(axes: Axes, longueur: float | None, milieu: float, epaisseur: float, couleur: str) -> float:
    """A bar, or the stub of a masked figure (None); returns where it ends."""
    if longueur is None:
        longueur = unites(axes, TALON)
        hachurer(axes, 0, milieu - epaisseur / 2, longueur, epaisseur)
    else:
        axes.barh(milieu, longueur, epaisseur, color=couleur)
    return longueur


# --- Before their objectives -----------------------------------------------------------------------------------------


def devant_leur_objectif(chiffres: Sequence[Chiffre]) -> Axes:
    """One bar a figure in the colour of its result, the tick of its target; at the right « ✓ 27,3 % », « ✗ 22,8 % »."""
    rangee, epaisseur = _SERREE if len(chiffres) > _NOMBREUSES else _UNE
    textes = unite_une_fois(resultat(c) for c in chiffres)
    niveaux = [x for c in chiffres if not c.est_secret for x in _bornes(c)]
    # What the black tick is: the objective itself, where it is the same for all.
    cibles = {c.objectif for c in chiffres if c.est_publie and not isnan(c.ligne["cible"])}
    commune = f"objectif\u202f: {min(cibles)}" if len(cibles) == 1 else "objectif"
    axes, milieux = poser(
        [c.nom for c in chiffres],
        max([*niveaux, *(c.valeur for c in chiffres if c.est_publie)], default=0),
        rangee=rangee,
        droite=largeur(textes, gras=True) + 2 * ECART,
        legende=[*([Entree(commune, _CIBLE)] if cibles else []), *resultats(chiffres)],
    )
    bout = axes.get_xlim()[1]
    for c, texte, milieu in zip(chiffres, textes, milieux, strict=True):
        if c.est_secret or c.est_publie:
            couleur = _RESULTATS[c.verdict][1] if c.verdict else theme.GRIS
            _barrer(axes, None if c.est_secret else max(c.valeur, 0), milieu, epaisseur, couleur)
        if not (c.est_secret or c.ligne["statut"] == SANS_OBJET):
            _viser(axes, _bornes(c), milieu, epaisseur / 2 + 3)
        graisse = "bold" if c.verdict else "normal"
        ecrire(axes, texte, (bout, milieu), (2 * ECART, 0), color=encre(c), fontweight=graisse)
    return axes


def _viser(axes: Axes, bornes: Sequence[float], milieu: float, demi: float) -> None:
    """The tick of a target; of an interval two, and the line between them."""
    for x in bornes:
        axes.plot([x, x], [milieu - demi, milieu + demi], solid_capstyle="butt", **borde(3))
    if len(bornes) > 1:
        axes.plot(bornes, [milieu - demi] * 2, color=theme.ENCRE, linewidth=1.5, clip_on=False)


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
