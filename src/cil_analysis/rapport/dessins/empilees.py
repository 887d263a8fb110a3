"""Bars of 100 %, one a place, an actor or a year, cut by the classes of one whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, PCT
from cil_analysis.rapport.chiffre import VALEUR, Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import LARGEUR, TALON, couper, feuille, hachurer, hauteur_de, largeur
from cil_analysis.rapport.mots.formats import pourcentage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ECART, _PLACE_DU_NOM, _LIGNE, _PASTILLE = 8.0, 150.0, 22.0, 15.0
_EPAISSEUR, _MINCE, _NOMBREUSES = 32.0, 22.0, 8  # from so many bars on, they are thinner
_VISIBLE = 0.05  # in percent; below, a class is written 0,0 %
# Classes of what is not known: in grey, besides the colours.
_NEUTRES = (NON_RENSEIGNE, "INCONNU")


class Reglages(TypedDict, total=False):
    """``sans_ordre``: the classes have none: a colour each (4 at most) rather than one hue (5 at most)."""

    sans_ordre: bool


class _Classe(NamedTuple):
    """A class: its label, its colour, how many decimals its figures have in every bar."""

    nom: str
    couleur: str
    decimales: int


def exiger_des_parts(chiffres: Chiffres) -> None:
    """Raises ErreurCIL for figures that are not the parts of a whole, cut twice."""
    code = chiffres.indicateur.code
    if len(chiffres.axes) != 2 or chiffres.axes[-1] != "classe":
        raise ErreurCIL(
            f'Des barres empilées se coupent deux fois. Écrire rapport["{code}"].par("annee", "classe").empilees(…).'
        )
    if chiffres.indicateur.unite != PCT or chiffres.terme_lu != VALEUR:
        raise ErreurCIL(f"{code} : ses chiffres ne sont pas des parts, qui font cent ensemble. Choisir .barres(…).")


def dessiner(barres: Mapping[str, Sequence[Chiffre]], reglages: Reglages) -> Axes:
    """The bars by name: their figures are percents, and the last code of each is its class.

    All are on one scale. A masked class is a stub of constant length: no length says what is masked.
    """
    etiquettes = [couper(nom, _PLACE_DU_NOM) for nom in barres]
    gauche = largeur(etiquettes) + _ECART
    talons = max((sum(c.est_secret for c in siens) for siens in barres.values()), default=0)
    pour_cent = (LARGEUR - gauche - talons * TALON) / 100
    classes = _classes(barres, pour_cent, sans_ordre=reglages.get("sans_ordre", False))
    pastilles, legende = _legende(classes.values())
    epaisseur = _EPAISSEUR if len(barres) < _NOMBREUSES else _MINCE
    hauteur = max((hauteur_de(nom, epaisseur + 8) for nom in etiquettes), default=0)
    axes = feuille(hauteur * len(barres) + legende + 4, gauche=gauche, haut=legende, bas=4)
    axes.set_xlim(0, (LARGEUR - gauche) / pour_cent)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    for x, y, classe in pastilles:
        x = (x - gauche) / pour_cent
        axes.barh(
            y, _PASTILLE / pour_cent, _PASTILLE, left=x, color=classe.couleur, edgecolor=theme.GRIS, clip_on=False
        )
        axes.text(x + 21 / pour_cent, y, classe.nom, va="center", fontsize=theme.PETIT)
    for rang, (nom, chiffres) in enumerate(zip(etiquettes, barres.values(), strict=True)):
        milieu = (rang + 0.5) * hauteur
        axes.text(-_ECART / pour_cent, milieu, nom, ha="right", va="center", linespacing=1.15)
        morceaux = [(classes[c.cle[-1]], c) for c in chiffres if c.cle[-1] in classes]
        _empiler(axes, morceaux, (milieu, epaisseur), pour_cent)
    return axes


def _classes(barres: Mapping[str, Sequence[Chiffre]], pour_cent: float, *, sans_ordre: bool) -> dict[str, _Classe]:
    """The classes by code, those that are empty in every bar left out."""
    tous = [c for chiffres in barres.values() for c in chiffres]
    noms = {c.cle[-1]: c.noms[-1] for c in tous if c.est_secret or (c.est_publie and c.valeur >= _VISIBLE)}
    nettes = [code for code in noms if code not in _NEUTRES]
    palette = theme.CATEGORIES if sans_ordre else theme.SEQUENTIELLE
    if len(nettes) > len(palette):
        raise ErreurCIL(
            f"{len(nettes)} classes sont trop pour des barres empilées : {len(palette)} couleurs au plus se "
            "distinguent. Choisir .barres(…), ou moins de classes avec .ou(classe=[…])."
        )
    teintes = theme.couleurs_modalites(len(nettes), ordonnees=not sans_ordre)
    couleurs = dict.fromkeys(noms, theme.GRIS_CLAIR) | dict(zip(nettes, teintes, strict=True))
    # A class is written with one decimal in every bar, or in none.
    entieres = {
        c.cle[-1] for c in tous if c.est_publie and not _tient(c, 1, pour_cent) and _tient(c, 0, pour_cent)
    }  # fmt: skip
    return {code: _Classe(nom, couleurs[code], 0 if code in entieres else 1) for code, nom in noms.items()}


def _tient(c: Chiffre, decimales: int, pour_cent: float) -> bool:
    """Whether a figure fits inside its segment."""
    return largeur([pourcentage(c.valeur, decimales)], theme.PETIT) + 3 <= c.valeur * pour_cent


def _legende(classes: Iterable[_Classe]) -> tuple[list[tuple[float, float, _Classe]], float]:
    """Where the swatch of each class is, above the bars, and the height that they take."""
    places, x, y = [], 0.0, 0.0
    for classe in classes:
        place = largeur([classe.nom], theme.PETIT) + 40
        if x and x + place - 16 > LARGEUR:
            x, y = 0.0, y + _LIGNE
        places.append((x, y, classe))
        x += place
    hauteur = y + _LIGNE + 6
    return [(x, y - hauteur + _LIGNE / 2, classe) for x, y, classe in places], hauteur


def _empiler(
    axes: Axes, morceaux: Sequence[tuple[_Classe, Chiffre]], place: tuple[float, float], pour_cent: float
) -> None:
    """The segments of a bar: its middle and thickness are ``place``."""
    milieu, epaisseur = place
    visibles = [(classe, c) for classe, c in morceaux if c.est_publie or c.est_secret]
    if not visibles and morceaux:
        axes.text(0, milieu, morceaux[0][1].texte, va="center", color=theme.GRIS_TEXTE)
    talon, x = TALON / pour_cent, 0.0
    if any(c.est_secret for _, c in visibles):  # The whole, of which a part cannot be shown.
        bout = max(100.0, sum(talon if c.est_secret else c.valeur for _, c in visibles))
        axes.barh(milieu, bout, epaisseur, color=theme.BLANC, edgecolor=theme.GRIS_CLAIR, zorder=0.5)
    for classe, c in visibles:
        longueur = talon if c.est_secret else c.valeur
        if c.est_secret:
            hachurer(axes, x, milieu - epaisseur / 2, talon, epaisseur)
        else:
            axes.barh(milieu, longueur, epaisseur, left=x, color=classe.couleur, edgecolor=theme.BLANC)
        if c.est_secret:
            axes.text(x + talon / 2, milieu, c.texte, ha="center", va="center", fontsize=theme.PETIT, fontweight="bold",
                      bbox={"facecolor": theme.BLANC, "edgecolor": "none", "pad": 1})  # fmt: skip
        elif _tient(c, classe.decimales, pour_cent):
            axes.text(x + longueur / 2, milieu, pourcentage(c.valeur, classe.decimales), ha="center", va="center",
                      fontsize=theme.PETIT, color=theme.encre_sur(classe.couleur))  # fmt: skip
        x += longueur
