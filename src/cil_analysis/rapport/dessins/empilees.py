"""Bars of 100 %, one a place, an actor or a year, cut by the classes of one whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, PCT
from cil_analysis.rapport.chiffre import VALEUR, Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, Entree, carre, ecrire, hachurer, unites
from cil_analysis.rapport.dessins.lettres import largeur
from cil_analysis.rapport.dessins.rangees import poser
from cil_analysis.rapport.mots.formats import nombre

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_EPAISSEUR, _MINCE, _NOMBREUSES = 32.0, 22.0, 8  # from so many bars on, they are thinner
_VISIBLE = 0.05  # in percent; below, a class is written 0,0 %
# Classes of what is not known: in grey, besides the colours.
_NEUTRES = (NON_RENSEIGNE, "INCONNU")


class _Classe(NamedTuple):
    """A class: its label, its colour."""

    nom: str
    couleur: str


def exiger_des_parts(chiffres: Chiffres) -> None:
    """Raises ErreurCIL for figures that are not the parts of a whole, cut twice."""
    code = chiffres.indicateur.code
    if len(chiffres.axes) != 2 or chiffres.axes[-1] != "classe":
        raise ErreurCIL(
            f'Des barres empilées se coupent deux fois. Écrire rapport["{code}"].par("annee", "classe").empilees(…).'
        )
    if chiffres.indicateur.unite != PCT or chiffres.terme_lu != VALEUR:
        raise ErreurCIL(f"{code} : ses chiffres ne sont pas des parts, qui font cent ensemble. Choisir .barres(…).")


def dessiner(barres: Mapping[str, Sequence[Chiffre]]) -> Axes:
    """The bars by name: their figures are percents, written without their unit; the last code of each is its class.

    All are on one scale. A masked class is a stub of constant length: no length says what is masked.
    """
    epaisseur = _EPAISSEUR if len(barres) < _NOMBREUSES else _MINCE
    classes = _classes(barres)
    legende = [Entree(classe.nom, carre(classe.couleur)) for classe in classes.values()]
    axes, milieux = poser(list(barres), 100, rangee=epaisseur + 8, legende=legende)
    axes.spines["left"].set_visible(False)
    talons = max((sum(c.est_secret for c in siens) for siens in barres.values()), default=0)
    place = 100 / unites(axes, 1)
    axes.set_xlim(0, 100 * place / (place - talons * TALON))
    entieres = _entieres(barres, unites(axes, 1))
    for milieu, chiffres in zip(milieux, barres.values(), strict=True):
        morceaux = [(classes[c.cle[-1]], c) for c in chiffres if c.cle[-1] in classes]
        _empiler(axes, morceaux, (milieu, epaisseur), entieres)
    return axes


def _classes(barres: Mapping[str, Sequence[Chiffre]]) -> dict[str, _Classe]:
    """The classes by code, those that are empty in every bar left out."""
    tous = [c for chiffres in barres.values() for c in chiffres]
    noms = {c.cle[-1]: c.noms[-1] for c in tous if c.est_secret or (c.est_publie and c.valeur >= _VISIBLE)}
    nettes = [code for code in noms if code not in _NEUTRES]
    if len(nettes) > len(theme.SEQUENTIELLE):
        raise ErreurCIL(
            f"{len(nettes)} classes sont trop pour des barres empilées : {len(theme.SEQUENTIELLE)} couleurs au plus se "
            "distinguent. Choisir .barres(…), ou moins de classes avec .ou(classe=[…])."
        )
    teintes = theme.couleurs_modalites(len(nettes))
    couleurs = dict.fromkeys(noms, theme.GRIS_CLAIR) | dict(zip(nettes, teintes, strict=True))
    return {code: _Classe(nom, couleurs[code]) for code, nom in noms.items()}


def _entieres(barres: Mapping[str, Sequence[Chiffre]], unite: float) -> set[str]:
    """The classes that are written without decimals, in every bar, because one of theirs fits its segment only so."""
    tous = [c for chiffres in barres.values() for c in chiffres if c.est_publie]
    return {c.cle[-1] for c in tous if not _tient(c, 1, unite) and _tient(c, 0, unite)}


def _tient(c: Chiffre, decimales: int, unite: float) -> bool:
    """Whether a figure fits inside its segment; ``unite``: one unit of the page, in percents."""
    return (largeur([nombre(c.valeur, decimales)], theme.PETIT) + 3) * unite <= c.valeur


def _empiler(
    axes: Axes, morceaux: Sequence[tuple[_Classe, Chiffre]], place: tuple[float, float], entieres: Collection[str]
) -> None:
    """The segments of a bar: its middle and thickness are ``place``."""
    milieu, epaisseur = place
    visibles = [(classe, c) for classe, c in morceaux if c.est_publie or c.est_secret]
    if not visibles and morceaux:
        axes.text(0, milieu, morceaux[0][1].texte, va="center", color=theme.GRIS_TEXTE)
    talon, x = unites(axes, TALON), 0.0
    if any(c.est_secret for _, c in visibles):  # The whole, of which a part cannot be shown.
        bout = max(100.0, sum(talon if c.est_secret else c.valeur for _, c in visibles))
        axes.barh(milieu, bout, epaisseur, color=theme.BLANC, edgecolor=theme.GRIS_CLAIR, zorder=0.5)
    for classe, c in visibles:
        longueur = talon if c.est_secret else c.valeur
        au_coeur, decimales = (x + longueur / 2, milieu), 0 if c.cle[-1] in entieres else 1
        if c.est_secret:
            hachurer(axes, x, milieu - epaisseur / 2, talon, epaisseur)
            fond = {"facecolor": theme.BLANC, "edgecolor": "none", "pad": 1}
            ecrire(axes, c.texte, au_coeur, ha="center", fontsize=theme.PETIT, fontweight="bold", bbox=fond)
        else:
            axes.barh(milieu, longueur, epaisseur, left=x, color=classe.couleur, edgecolor=theme.BLANC)
            if _tient(c, decimales, unites(axes, 1)):
                encre = theme.encre_sur(classe.couleur)
                ecrire(axes, nombre(c.valeur, decimales), au_coeur, ha="center", fontsize=theme.PETIT, color=encre)
        x += longueur
